"""The profile page for sales, behind a link that is opaque, expires and can be revoked."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from flask import Blueprint, Response, redirect, request
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate
from werkzeug.wrappers import Response as AnyResponse

from bridge import i18n
from bridge.edge.admission import Guest, at_the_door, keep_private
from bridge.edge.devices import closed, turn_away
from bridge.edge.extension import asker, services, wanted_language
from bridge.edge.presentation import page
from bridge.edge.refused_answers import Refusal, place_of, refused
from bridge.errors import ExpiredToken, HandoverClosed, InvalidFields
from bridge.flow.profile_lines import handover_line
from bridge.flow.sales.forward_lead import colleagues, while_away
from bridge.flow.sales.named_dates import COMES_BACK, expected_date
from bridge.flow.sales.record_outcome import may_answer, record_outcome
from bridge.flow.sales.sign_in import note_access
from bridge.flow.sales.take_lead import taken_from
from bridge.flow.sales.take_over_fields import take_over_fields
from bridge.flow.show_profile import show_profile
from bridge.flow.unit import Unit, World
from bridge.ids import new_id
from bridge.intake.validation import clean
from bridge.program.model import Effect
from bridge.qualification.outcomes import Answer
from bridge.store import audit, handovers, profiles
from bridge.store.accounts import AccountRow
from bridge.store.audit import AuditRow
from bridge.store.handovers import PENDING, HandoverRow

leads = Blueprint("leads", __name__)

MESSAGES = {
    "accepted": "The lead is yours.",
    "not_reached": "The attempt is recorded.",
    "come_back": "The date is recorded.",
    "note": "It is noted.",
    "forwarded": "Your colleague has the lead now.",
    "rejected": "The lead goes back to marketing.",
    "rerouted": "The lead goes to somebody else.",
    "won": "The order is recorded. Congratulations!",
    "lost": "The outcome is recorded.",
    "corrected": "The order is corrected.",
    "taken": "The details are taken over.",
}
DONE = MESSAGES | {"accepted": "The lead is accepted."}
"""What is said after an answer of somebody else than whose lead it is, or where that is not known."""
EXCLUDED: Mapping[Effect | None, str] = {
    "exclude": "The person is excluded: no advertising, and no further hand-over.",
    "block": "The person is excluded, and nobody writes to them any more.",
}
"""What is said instead where a reason does more than to give the lead back."""


def said_after(done: Mapping[str, str], world: World, row: HandoverRow | None, now: datetime) -> str | None:
    """What the page says after a deed, in the reader's, the programme's, language.

    done: deed → words, in English. row: the hand-over that it was about.
    """
    deed = request.args.get("done", "")
    if deed not in done:
        return None
    effect = _effect(world, row) if deed == "rejected" else None
    words = i18n.translations(world.program.language).gettext(EXCLUDED.get(effect, done[deed]))
    more = _more(world, row, deed, now) if row and row.state in PENDING else ""
    return f"{words} {more}".rstrip()


def _effect(world: World, row: HandoverRow | None) -> Effect | None:
    reason = world.program.reasons.get(row.reason or "") if row else None
    return reason.effect if reason else None


def _more(world: World, row: HandoverRow, deed: str, now: datetime) -> str:
    """What somebody could not know who did that: who is away, and which day it became if nobody works on theirs."""
    if deed == "forwarded":
        return while_away(world, row, now)
    if deed not in COMES_BACK or row.agreed_on is None:
        return ""
    language = world.program.language
    words = i18n.translations(language).gettext("Next time: %(day)s.")
    return words % {"day": i18n.format_whole_day(row.agreed_on, language)}


_NOTHING = "Please enter an amount greater than 0, such as 1,250.00, or leave it empty."
_TOO_MUCH = "Please enter an amount of at most 100,000,000,000."
_AN_AMOUNT = (
    validate.Range(min=0, error=_NOTHING),
    validate.Range(max=10**11, error=_TOO_MUCH),
)


class OutcomeSchema(Schema):
    """What sales answers."""

    class Meta:
        unknown = EXCLUDE

    outcome = fields.String(
        required=True,
        validate=validate.OneOf(
            (
                *("accepted", "not_reached", "come_back", "note", "forwarded", "rejected", "won", "lost"),
                "corrected",
            )
        ),
    )
    of = fields.String(load_default=None)
    seen = fields.String(load_default=None)
    to = fields.String(load_default=None)
    reason = fields.String(load_default=None)
    amount = fields.Decimal(load_default=None, places=2, validate=_AN_AMOUNT)
    currency = fields.String(load_default="EUR", validate=validate.Regexp(r"^[A-Z]{3}\Z"))
    date = fields.Date(load_default=None, validate=validate.Range(date(2000, 1, 1), date(2100, 1, 1)))
    note = fields.String(load_default=None, validate=validate.Length(max=2000))


@leads.get("/leads/<token>")
def show(token: str) -> Response:
    """Everything about a person, on one page. Opening it is noted."""
    with at_the_door(token) as (unit, visitor):
        if not visitor.is_admitted:
            return turn_away(unit, visitor)
        note_access(unit, visitor.link.id, "opened", asker(), visitor.device_id)
        if visitor.account:
            _note(unit, visitor, visitor.account, "person.seen")
        return _page(unit, visitor)


@leads.post("/leads/<token>/outcome")
def answer(token: str) -> AnyResponse:
    """Write down what sales answers, and show the page again."""
    try:
        with at_the_door(token) as (unit, visitor):
            if not visitor.is_admitted:
                return turn_away(unit, visitor)
            answered = replace(read_answer(), by=visitor.person.id, for_them=visitor.stands_in)
            said = record_outcome(unit, visitor.link.handover_id, answered)
            if visitor.account and said.is_new:
                _note(unit, visitor, visitor.account, f"handover.{said.became}")
    except (InvalidFields, HandoverClosed) as error:
        with services().page_unit() as unit:
            return _page(unit, visitor, error)
    return redirect(f"/leads/{token}?done={said.became}", 303)


@leads.post("/leads/<token>/fields")
def take_over(token: str) -> AnyResponse:
    """Take over values that somebody also gave."""
    with at_the_door(token) as (unit, visitor):
        if not visitor.is_admitted:
            return turn_away(unit, visitor)
        take_over_fields(unit, visitor.link.profile_id, set(request.form.getlist("field")))
        if visitor.account:
            _note(unit, visitor, visitor.account, "person.fields_taken_over")
    return redirect(f"/leads/{token}?done=taken", 303)


def _note(unit: Unit, visitor: Guest, account: AccountRow, what: str) -> None:
    """Whoever is signed in leaves a line in the console's log as well."""
    subject, ip = str(visitor.link.profile_id), asker().ip
    row = AuditRow(new_id(), unit.now, account.email, what, account.id, "profile", subject, ip=ip)
    audit.note(unit.connection, row)


leads.register_error_handler(ExpiredToken, closed)
leads.after_request(keep_private)


def read_answer() -> Answer:
    """What a form with the outcome says. Raises InvalidFields, in English."""
    typed = {name: words for name, value in request.form.items() if (words := clean(value))}
    if "amount" in typed:
        typed["amount"] = _plain_number(typed["amount"])
    try:
        loaded: dict[str, Any] = OutcomeSchema().load(typed)
    except ValidationError as error:
        wrong = {name: _said_of(name, said) for name, said in error.messages_dict.items()}
        if "date" in wrong:
            wrong["date"] = expected_date(typed.get("outcome", ""))
        raise InvalidFields(wrong) from error
    if loaded["amount"] == 0 and loaded["outcome"] != "note":  # there it takes away what was in sight
        raise InvalidFields({"amount": [_NOTHING]})
    return Answer(on=loaded.pop("date"), **loaded)


def _said_of(name: str, said: list[str]) -> list[str]:
    """What is wrong with a field, in our words. said: in the words of who read it."""
    ours = [one for one in said if one in (_NOTHING, _TOO_MUCH)]
    return ours or [_MISTAKES.get(name, "Please choose one of the options.")]


_MISTAKES = {
    "amount": "Please enter an amount such as 1,250.00.",
    "note": "Please shorten this text.",
}


def _wanted() -> dict[str, str]:
    """What a link in a mail opens: the form of one answer, to be filled in and sent."""
    wanted = request.args.get("answer", "")
    return {"outcome": wanted} if wanted in MESSAGES else {}


def _plain_number(text: str) -> str:
    """“12.500,00”, “12,500.00”, “12.500”, “12.500 €” and “€ 12.500” as a program writes them.

    What people do not write, such as “1e5”, is left as no number.
    """
    text = re.sub(r"^(€|EUR)|(€|EUR)$", "", "".join(text.split()), flags=re.IGNORECASE)
    if not re.fullmatch(r"-?[\d.,]+", text):
        return ""
    if re.fullmatch(r"[1-9]\d{0,2}([.,])\d{3}(\1\d{3})*", text):  # three digits follow: thousands, not cents
        return re.sub("[.,]", "", text)
    if text.rfind(",") > text.rfind("."):
        return text.replace(".", "").replace(",", ".")
    return text.replace(",", "")


def _is_only_for_them(visitor: Guest, row: HandoverRow) -> bool:
    """Whether an admin answers for whoever has the lead, by that person's own link."""
    return visitor.stands_in is not None and row.sales_person == visitor.person.id


def _page(unit: Unit, visitor: Guest, error: Refusal | None = None) -> Response:
    """The page speaks the browser's language; reasons for points are told in the programme's."""
    program, url = replace(unit.program, language=wanted_language()), f"/leads/{visitor.token}"
    profile = profiles.get(unit.connection, visitor.link.profile_id)
    row = handovers.get(unit.connection, visitor.link.handover_id)
    world = replace(unit.world, program=program)
    lead = show_profile(unit.connection, world, profile)
    own = row if row and may_answer(program, row, visitor.person.id) else None
    mine = own if own and own.state in PENDING else None
    told = refused(error, own, program.language) if error else None
    return page(
        "pages/lead.html",
        program=program,
        now=unit.now,
        language=program.language,
        status=told.status if told else 200,
        lead=lead,
        reasons_language=unit.program.language,
        handover=handover_line(program, mine) if mine else None,
        order=handover_line(program, own) if own and own.state == "won" else None,
        sales_colleagues=colleagues(program, mine, unit.now) if mine else [],
        letter_url=f"{url}/letter" if lead.takes_letters else None,
        appointment_url=f"{url}/appointment.ics",
        taken_from=taken_from(program, mine, visitor.person.id) if mine else "",
        answers_for=visitor.person.name if own and _is_only_for_them(visitor, own) else "",
        reasons=list(program.reasons.values()),
        outcome_url=f"{url}/outcome",
        as_shown=own,
        take_over_url=f"{url}/fields",
        close_url=f"{url}/close",
        sign_out_url=f"{url}/sign-out" if visitor.device else None,
        device_id=visitor.device_id,
        link_ends=visitor.link.expires_at,
        message=said_after(DONE if visitor.stands_in else MESSAGES, world, row, unit.now),
        error=told.words if told else None,
        error_at=place_of(error) if told and error and told.has_form else None,
        typed=told.typed if told else _wanted(),
        lost_note=told.note if told else "",
    )
