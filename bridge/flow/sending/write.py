"""Write what is to be sent by itself, from what is true at that moment."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from bridge import i18n
from bridge.delivery import letters
from bridge.delivery.letters import Letter, Recipient
from bridge.delivery.sales_mails import code_letter, sales_letter
from bridge.delivery.webhooks import WebhookRequest, webhook_request
from bridge.errors import UnknownProfile
from bridge.flow.accounts import account_links
from bridge.flow.profile_lines import handover_line, submission_line
from bridge.flow.results.send_digest import write_digest
from bridge.flow.sending.obstacle import obstacle
from bridge.flow.sending.pace import CONFIRMATIONS, NotYet, may_leave_at
from bridge.flow.sending.take_turn import take_endpoint_turn, take_turn
from bridge.flow.sending.webhook_endpoints import OFF, endpoint_of
from bridge.flow.sending.write_together import NURTURE, NotToBeSent, write_together
from bridge.flow.show_profile import show_profile
from bridge.flow.unit import Unit
from bridge.nurture.announced import event_of
from bridge.profiles.consent import standing
from bridge.program.model import Form
from bridge.store import consents, handovers, link_codes, profiles, submissions, webhooks
from bridge.store.handovers import PENDING, HandoverRow
from bridge.store.outbox import Delivery
from bridge.store.profiles import ProfileRow
from bridge.store.submissions import SubmissionRow

ABOUT_SILENCE = frozenset({"sales/reminder", "sales/escalation", "sales/ask"})
"""Mails to sales that say that nobody says anything."""
WITHOUT_A_LINK = frozenset({"sales/expired", "sales/withdrawn", "sales/taken_over"})
"""Mails to sales that say that a lead is gone: whoever gets them late, when nothing opens any more, has to know."""


def write(unit: Unit, delivery: Delivery) -> Letter | WebhookRequest:
    """The mail or webhook of a delivery. Raises NotToBeSent, NotYet, and what goes wrong with writing it."""
    if delivery.template == NURTURE:
        return _of_a_sequence(unit, delivery)
    if delivery.kind == "webhook":
        return _webhook(unit, delivery)
    if delivery.kind in _TO_STAFF:
        return _TO_STAFF[delivery.kind](unit, delivery)
    if delivery.template == "sales/code":
        return _code(unit, delivery)
    profile = _profile(unit, delivery)
    if delivery.kind == "sales":
        return _to_sales(unit, delivery, profile)
    return _to_person(unit, delivery, profile)


def _to_person(unit: Unit, delivery: Delivery, profile: ProfileRow) -> Letter:
    """What answers somebody: the confirmation mail, the receipt and the like."""
    _check_ground(unit, delivery, profile)
    if delivery.template == "mail/confirm":
        _check_confirmation(unit, delivery, profile)
    if delivery.template == "mail/download":
        _check_pace(unit, delivery, profile)
    # the person first, then the domain: else two wait for each other
    take_turn(unit, delivery, profile.email)
    written = {"mail/erase": _erasure, "mail/download": _download}.get(delivery.template, _answer)
    return written(unit, delivery, profile)


def _of_a_sequence(unit: Unit, delivery: Delivery) -> Letter:
    verdict = write_together(unit, [delivery])[delivery.id]
    if isinstance(verdict, Exception):
        raise verdict
    return verdict


def _profile(unit: Unit, delivery: Delivery) -> ProfileRow:
    try:
        return profiles.get(unit.connection, delivery.profile_id or UUID(int=0))
    except UnknownProfile as error:
        raise NotToBeSent("the profile is gone") from error


def _check_ground(unit: Unit, delivery: Delivery, profile: ProfileRow) -> None:
    """No mail without consent or a legal reason, at the moment it leaves."""
    if why := obstacle(unit.connection, profile, delivery.ground):
        raise NotToBeSent(why)


def _answer(unit: Unit, delivery: Delivery, profile: ProfileRow) -> Letter:
    """The confirmation mail or the receipt of a submission."""
    submission = _submission(unit, delivery.payload)
    form = _form(unit, submission)
    to = Recipient(profile.id, profile.email, profile.fields, profile.language)
    message = unit.world.message_id(delivery.id)
    if delivery.template == "mail/confirm":
        return letters.confirmation(
            unit.program, unit.world.links, to, form, submission.id, message, unit.now
        )
    answers = _own_answers(unit, profile, submission, form) if profile.confirmed else []
    event = event_of(unit.program, form, submission.at, unit.now)
    return letters.receipt(unit.program, unit.world.links, to, form, answers, message, unit.now, event)


def _erasure(unit: Unit, delivery: Delivery, profile: ProfileRow) -> Letter:
    """The mail that asks whether everything is to be erased."""
    to = Recipient(profile.id, profile.email, profile.fields, profile.language)
    message = unit.world.message_id(delivery.id)
    return letters.erasure(unit.program, unit.world.links, to, message, unit.now)


def _download(unit: Unit, delivery: Delivery, profile: ProfileRow) -> Letter:
    """A new link to a file that was asked for."""
    form = unit.program.forms.get(str(delivery.payload["form"]))
    if form is None or not form.download:
        raise NotToBeSent("the programme does not offer the file any more")
    to = Recipient(profile.id, profile.email, profile.fields, profile.language)
    message = unit.world.message_id(delivery.id)
    return letters.download(unit.program, unit.world.links, to, form, message, unit.now)


def _check_confirmation(unit: Unit, delivery: Delivery, profile: ProfileRow) -> None:
    _check_open_questions(unit, profile, _submission(unit, delivery.payload))
    _check_pace(unit, delivery, profile)


def _check_open_questions(unit: Unit, profile: ProfileRow, submission: SubmissionRow) -> None:
    """A confirmation that was put off may have been answered by an earlier one meanwhile."""
    states = standing(consents.of_profile(unit.connection, profile.id))
    asked = {p for p, box in submission.consents.items() if box["given"]}
    if asked and all(states.get(purpose) == "given" for purpose in asked):
        raise NotToBeSent("nothing is left to confirm")


def _check_pace(unit: Unit, delivery: Delivery, profile: ProfileRow) -> None:
    """What was put off, and what a mail server did not take for hours, must not arrive all at once."""
    until = may_leave_at(unit, profile.id, delivery, CONFIRMATIONS)
    if until > unit.now:
        raise NotYet(until, "others of its kind went to this address just before")


def _own_answers(
    unit: Unit, profile: ProfileRow, submission: SubmissionRow, form: Form
) -> list[tuple[str, str]]:
    """What was asked for, word for word: only to an address whose owner proved to be it.

    Anybody can type anybody's address; nobody's words go to a mailbox that did not ask for them.
    """
    asked = {one.field.id for one in form.fields}
    known = replace(submission, fields={k: v for k, v in submission.fields.items() if k in asked})
    line = submission_line(replace(unit.program, language=profile.language), known)
    label = i18n.pick(unit.program.fields["message"].label, profile.language)
    return [*line.answers, *([(label, line.message)] if line.message else [])]


def _submission(unit: Unit, payload: Mapping[str, Any]) -> SubmissionRow:
    submission = submissions.get(unit.connection, UUID(payload["submission"]))
    if submission is None:
        raise NotToBeSent("the submission is gone")
    return submission


def _form(unit: Unit, submission: SubmissionRow) -> Form:
    form = unit.program.forms.get(submission.form)
    if form is None:
        raise NotToBeSent(f"the programme has no form {submission.form} any more")
    return form


def _to_sales(unit: Unit, delivery: Delivery, profile: ProfileRow) -> Letter:
    payload = delivery.payload
    row = handovers.get(unit.connection, UUID(payload["handover"]))
    person = unit.program.people.get(str(payload["person"]))
    if row is None or person is None:
        raise NotToBeSent("the hand-over or the sales person is gone")
    _check_handover(row, delivery)
    submission = (
        submissions.get(unit.connection, UUID(payload["submission"])) if payload["submission"] else None
    )
    link = handovers.standing_link(unit.connection, row.id, person.id, unit.now)
    if link is None and delivery.template not in WITHOUT_A_LINK:
        raise NotToBeSent("the link to the profile was revoked")
    take_turn(unit, delivery, person.email)
    return sales_letter(
        unit.program,
        delivery.template,
        person,
        show_profile(unit.connection, unit.world, profile),
        handover_line(unit.program, row),
        submission_line(unit.program, submission) if submission else None,
        unit.world.links.lead(link, unit.now) if link else None,
        unit.world.message_id(delivery.id),
        unit.now,
        about=unit.program.person_name(str(payload.get("about") or row.sales_person)),
    )


def _check_handover(row: HandoverRow, delivery: Delivery) -> None:
    """What sales did meanwhile makes mails that waited pointless."""
    if row.state == "withdrawn" and delivery.template != "sales/withdrawn":
        raise NotToBeSent("the hand-over was withdrawn")
    if delivery.template not in ABOUT_SILENCE:
        return
    if row.state not in PENDING or (row.touched_at and row.touched_at >= delivery.created_at):
        raise NotToBeSent("sales has answered meanwhile")
    if row.begun_at >= delivery.created_at:
        raise NotToBeSent("somebody else has the lead by now, or there is a new request")


def _code(unit: Unit, delivery: Delivery) -> Letter:
    """The code that lets a device of sales in, while it is good."""
    code = link_codes.get(unit.connection, UUID(delivery.payload["code"]))
    person = unit.program.people.get(delivery.payload["person"])
    if code is None or person is None:
        raise NotToBeSent("the link to the profile or the sales person is gone")
    if code.used_at or code.expires_at <= unit.now:
        raise NotToBeSent("the code was used, or is too old")
    return code_letter(
        unit.program,
        person,
        unit.world.links.tokens.codes.write(code.id),
        delivery.payload["device"],
        code.expires_at - code.created_at,
        unit.world.message_id(delivery.id),
        unit.now,
    )


def _to_account(unit: Unit, delivery: Delivery) -> Letter:
    """A link for somebody who signs in to the console."""
    letter = account_links.write_link(unit, delivery)
    if letter is None:
        raise NotToBeSent("there is no account, or none that a password opens")
    return letter


def _digest(unit: Unit, delivery: Delivery) -> Letter:
    """The results of a week."""
    take_turn(unit, delivery, str(delivery.payload["to"]))
    letter = write_digest(unit, delivery)
    if letter is None:
        raise NotToBeSent("the programme does not send the weekly figures there any more")
    return letter


def _to_operator(unit: Unit, delivery: Delivery) -> Letter:
    """A mail about something that needs a hand."""
    operator = unit.world.operator
    if operator is None:
        raise NotToBeSent("the settings name no operator any more")
    message = unit.world.message_id(delivery.id)
    return letters.staff_letter(
        unit.program, delivery.template, operator, delivery.payload, message, unit.now
    )


def _webhook(unit: Unit, delivery: Delivery) -> WebhookRequest:
    hook = endpoint_of(unit.program, delivery.payload)
    if hook is None:
        raise NotToBeSent("the programme has no such webhook any more")
    if webhooks.is_off(unit.connection, hook):
        raise NotToBeSent(OFF.format(endpoint=hook.id))
    take_endpoint_turn(unit, delivery, hook.id)
    return webhook_request(delivery.id, hook.url, hook.secrets, delivery.payload["body"], unit.now)


_TO_STAFF = {"account": _to_account, "digest": _digest, "operator": _to_operator}
"""Kinds of mails to people of ours that speak of no profile."""
