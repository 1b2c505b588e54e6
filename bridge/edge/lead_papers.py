"""What sales takes along from a lead's page: a letter that is ready to be sent, an appointment for the calendar."""

from datetime import UTC, date, datetime, timedelta

from flask import Blueprint, Response, abort, request

from bridge import i18n
from bridge.delivery.appointments import LASTS, appointment
from bridge.delivery.paper import Paper, Unprintable, as_pdf, as_text, letter_to
from bridge.edge.admission import at_the_door, keep_private
from bridge.edge.devices import closed, turn_away
from bridge.edge.extension import asker, wanted_language
from bridge.edge.presentation import file_response
from bridge.errors import ExpiredToken
from bridge.flow.sales.sign_in import note_access
from bridge.flow.show_profile import show_profile
from bridge.flow.unit import Unit
from bridge.profiles.fields import full_name
from bridge.store import handovers, profiles
from bridge.store.handovers import HandoverRow

lead_papers = Blueprint("lead_papers", __name__)


@lead_papers.get("/leads/<token>/letter")
def letter(token: str) -> Response:
    """A letter to the lead as PDF; as text for whoever asks for it, and where no font of a PDF has its signs."""
    with at_the_door(token) as (unit, visitor):
        if not visitor.is_admitted:
            return turn_away(unit, visitor)
        profile = profiles.get(unit.connection, visitor.link.profile_id)
        lead = show_profile(unit.connection, unit.world, profile)
        if not lead.takes_letters:
            abort(404)
        note_access(unit, visitor.link.id, "opened", asker(), visitor.device_id)
        return written(letter_to(unit.program, visitor.person, lead, unit.now), unit.now)


@lead_papers.get("/leads/<token>/appointment.ics")
def keep_date(token: str) -> Response:
    """A call as an appointment: on the day that `on` names, else when an answer is due."""
    with at_the_door(token) as (unit, visitor):
        if not visitor.is_admitted:
            return turn_away(unit, visitor)
        note_access(unit, visitor.link.id, "opened", asker(), visitor.device_id)
        row = handovers.get(unit.connection, visitor.link.handover_id)
        if row is None:
            abort(404)
        return call_at(unit, row, wanted_language())


lead_papers.register_error_handler(ExpiredToken, closed)
lead_papers.after_request(keep_private)


def written(paper: Paper, now: datetime) -> Response:
    """A letter as the file that is asked for."""
    if request.args.get("as") != "text":
        try:
            return file_response("letter.pdf", as_pdf(paper, now), "application/pdf")
        except Unprintable:
            pass  # a name is written as it is, or not at all
    return file_response("letter.txt", as_text(paper), "text/plain")


def call_at(unit: Unit, row: HandoverRow, language: str) -> Response:
    """A call about a hand-over as a file for the calendar, in the language of whoever calls."""
    profile = profiles.get(unit.connection, row.profile_id)
    fields, say = profile.fields, i18n.translations(language).gettext
    who = ", ".join(part for part in (full_name(fields) or profile.email, fields.get("company")) if part)
    about = "\n".join(part for part in (fields.get("phone"), profile.email) if part)
    at = _named_day(unit) or row.due_at - LASTS
    event = appointment(row.id, say("Call: %(who)s") % {"who": who}, about, at.astimezone(UTC), unit.now)
    return file_response("appointment.ics", event, "text/calendar")


def _named_day(unit: Unit) -> datetime | None:
    """When work begins on the day that was named; None for none, and for what is no day to come."""
    program, text = unit.program, request.args.get("on", "")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    today = unit.now.astimezone(program.timezone).date()
    if not today <= day <= today + timedelta(days=2 * 366):
        return None
    return datetime.combine(day, program.desk.hours.opens, tzinfo=program.timezone)
