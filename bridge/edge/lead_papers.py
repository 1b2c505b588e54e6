"""What sales takes along from a lead's page: a letter that is ready to be sent, an appointment for the calendar."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from flask import Blueprint, Response, abort, request

from bridge import i18n
from bridge.delivery.appointments import LASTS, appointment
from bridge.delivery.paper import Paper, Unprintable, as_pdf, as_text, letter_to
from bridge.edge.admission import Guest, at_the_door, keep_private
from bridge.edge.devices import closed, turn_away
from bridge.edge.extension import asker, services, wanted_language
from bridge.edge.file_names import file_name
from bridge.edge.presentation import file_response, page
from bridge.edge.problems import problem, wants_json
from bridge.errors import ExpiredToken, InvalidFields
from bridge.flow.profile_lines import handover_line
from bridge.flow.sales.sign_in import note_access
from bridge.flow.show_profile import show_profile
from bridge.flow.unit import Unit
from bridge.profiles.fields import full_name
from bridge.profiles.overview import MeasureLine
from bridge.qualification.working_hours import full_hour_after, next_full_hour
from bridge.store import handovers, profiles
from bridge.store.handovers import HandoverRow

lead_papers = Blueprint("lead_papers", __name__)

MOST_AHEAD = timedelta(days=2 * 366)


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
        paper = letter_to(unit.program, visitor.person, lead, unit.now)
        return written(paper, lead.name, wanted_language(), unit.now)


@lead_papers.get("/leads/<token>/appointment.ics")
def keep_date(token: str) -> Response:
    """What is to do as an appointment: on the day that `on` names, else when an answer is due."""
    with at_the_door(token) as (unit, visitor):
        if not visitor.is_admitted:
            return turn_away(unit, visitor)
        note_access(unit, visitor.link.id, "opened", asker(), visitor.device_id)
        row = handovers.get(unit.connection, visitor.link.handover_id)
        if row is None:
            abort(404)
        return planned(unit, row, wanted_language(), _page_of(visitor, row))


def no_such_day(error: InvalidFields) -> Response:
    """A date that was not understood, or that is over, is told of."""
    if wants_json():
        return problem(422, error.fields)
    say = i18n.translations(wanted_language()).gettext
    words = " ".join(say(text) for texts in error.fields.values() for text in texts)
    return page("pages/problem.html", status=422, message=words)


lead_papers.register_error_handler(InvalidFields, no_such_day)
lead_papers.register_error_handler(ExpiredToken, closed)
lead_papers.after_request(keep_private)


def written(paper: Paper, name: str, language: str, now: datetime) -> Response:
    """A letter as the file that is asked for. name: of the lead. language: of whoever takes it along."""
    what = i18n.translations(language).gettext("Letter")
    if request.args.get("as") != "text":
        try:
            return file_response(file_name(what, name, "pdf"), as_pdf(paper, now), "application/pdf")
        except Unprintable:
            pass  # a name is written as it is, or not at all
    return file_response(file_name(what, name, "txt"), as_text(paper), "text/plain")


def planned(unit: Unit, row: HandoverRow, language: str, url: str) -> Response:
    """What is to do about a lead as a file for the calendar, in the language of whoever plans it.

    url: of the page about the lead. Raises InvalidFields, in English, for a day that cannot be planned.
    """
    profile, say = profiles.get(unit.connection, row.profile_id), i18n.translations(language).gettext
    fields, name = profile.fields, full_name(profile.fields)
    who = ", ".join(part for part in (name or profile.email, fields.get("company")) if part)
    about = "\n".join(part for part in (fields.get("phone"), profile.email) if part)
    task = _task(handover_line(replace(unit.program, language=language), row).measure, say)
    at = _named_day(unit) or _due(unit, row)
    event = appointment(row.id, f"{task}: {who}", about, at.astimezone(UTC), unit.now, url)
    called = file_name(say("Appointment"), name, "ics")
    return file_response(called, event, "text/calendar")


def _page_of(visitor: Guest, row: HandoverRow) -> str:
    """Where whoever follows the appointment gets on: the mail's link, unless that opens the page to everybody."""
    public_url = services().settings.public_url
    by_itself = visitor.by == "open"
    return f"{public_url}/console/handovers/{row.id}" if by_itself else f"{public_url}/leads/{visitor.token}"


def _task(measure: MeasureLine | None, say: Callable[[str], str]) -> str:
    """What is to do, in a word or two and without a day: the appointment has one."""
    if measure and measure.title:
        return measure.title
    deeds = {"call_today": say("Call"), "call_this_week": say("Call"), "letter": say("Write a letter")}
    deeds["mail"] = say("Write a personal mail")
    return deeds.get(measure.deed if measure else "", say("Get in touch"))


def _due(unit: Unit, row: HandoverRow) -> datetime:
    """On the agreed day, else half an hour before an answer is due; where that is over, when sales works next."""
    program, at = unit.program, row.due_at - LASTS
    if row.agreed_on:
        at = datetime.combine(row.agreed_on, program.desk.hours.opens, tzinfo=program.timezone)
    return at if at > unit.now else next_full_hour(unit.now, program.timezone, program.desk.hours)


def _named_day(unit: Unit) -> datetime | None:
    """When work begins on the day that was named, today the next full hour; None when none was."""
    program, text = unit.program, request.args.get("on", "")
    if not text:
        return None
    today = unit.now.astimezone(program.timezone).date()
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise InvalidFields({"on": ["Please name the day such as 2026-12-24."]}) from error
    if day < today:
        raise InvalidFields({"on": ["This day is over. Please name one to come."]})
    if day > today + MOST_AHEAD:
        raise InvalidFields({"on": ["Please name a day within the next two years."]})
    opens = datetime.combine(day, program.desk.hours.opens, tzinfo=program.timezone)
    return max(opens, full_hour_after(unit.now, program.timezone))
