"""Somebody presses the button in the page behind the confirmation mail: the address is theirs."""

from dataclasses import replace
from uuid import UUID

from bridge import i18n
from bridge.errors import ExpiredToken
from bridge.flow.adopt_visits import adopt_visits, know_browsers
from bridge.flow.prove import prove_by
from bridge.flow.sending.announce import announce
from bridge.flow.unit import Unit
from bridge.ids import derived_id
from bridge.intake.records import Request
from bridge.intake.visitor import is_visitor
from bridge.profiles.consent import Consent, moment_of, standing
from bridge.profiles.fields import take_over
from bridge.store import consents, events, profiles, submissions, suppressions
from bridge.store.events import EventRow
from bridge.store.profiles import ProfileRow


def confirm_address(unit: Unit, submission_id: UUID, request: Request) -> UUID:
    """Confirm one submission and all purposes ticked on it. Pressing twice is pressing once.

    Returns the profile's id. Raises ExpiredToken when the submission is gone.
    """
    submission = submissions.get(unit.connection, submission_id)
    if submission is None or submission.profile_id is None:
        raise ExpiredToken
    profile = profiles.lock_one(unit.connection, submission.profile_id)
    requested = consents.of_submission(unit.connection, submission_id)
    if any(answer.how == "confirmation" for answer in requested):
        return profile.id
    known = consents.of_profile(unit.connection, profile.id)
    before = standing(known)
    given = [_given(unit, answer, known, request) for answer in requested if answer.state == "requested"]
    consents.add(unit.connection, given)
    _know_browser(unit, profile.id, submission.context.get("visitor"))
    prove_by(unit, "button", submission_id, profile.id, request, unit.now)
    _mark_confirmed(unit, profile, submission_id)
    if not profile.confirmed or before.get("email") != "given":
        _note(unit, profile, submission_id, submission.form)
    if any(answer.purpose == "email" for answer in given):
        suppressions.lift(unit.connection, profile.email_key, "unsubscribed")
    return profile.id


def _know_browser(unit: Unit, profile_id: UUID, visitor: object) -> None:
    """This form is proved to be the person's own, and so is the browser that it was sent from."""
    allowed = standing(consents.of_profile(unit.connection, profile_id)).get("tracking") == "given"
    if allowed and is_visitor(visitor):
        know_browsers(unit, {visitor: profile_id})
    else:
        adopt_visits(unit, [profile_id])


def pending_texts(unit: Unit, submission_id: UUID) -> tuple[UUID, list[str], bool]:
    """Whose submission it is, the consent texts it asks to confirm, and whether that happened already.

    Raises ExpiredToken when the submission is gone.
    """
    submission = submissions.get(unit.connection, submission_id)
    if submission is None or submission.profile_id is None:
        raise ExpiredToken
    answers = consents.of_submission(unit.connection, submission_id)
    texts = [answer.text for answer in answers if answer.state == "requested"]
    return submission.profile_id, texts, any(answer.how == "confirmation" for answer in answers)


def _given(unit: Unit, asked: Consent, known: list[Consent], request: Request) -> Consent:
    mail_id = derived_id("delivery", f"mail/confirm:{asked.submission_id}")
    return replace(
        asked,
        id=derived_id("consent", asked.submission_id, asked.purpose, "given"),
        state="given",
        at=moment_of("given", asked.purpose, known, unit.now),
        how="confirmation",
        ip=request.ip,
        user_agent=request.user_agent,
        message_id=unit.world.message_id(mail_id),
    )


def _mark_confirmed(unit: Unit, profile: ProfileRow, submission_id: UUID) -> None:
    """The person proved to be the one behind that form: what it said besides is taken over."""
    of_this_form = {
        name for name, entry in profile.also_given.items() if entry.get("submission") == str(submission_id)
    }
    merged = take_over(profile.fields, profile.also_given, of_this_form)
    profiles.change(
        unit.connection,
        profile.id,
        fields=merged.fields,
        also_given=merged.also_given,
        confirmed_at=profile.confirmed_at or unit.now,
    )


def _note(unit: Unit, profile: ProfileRow, submission_id: UUID, form: str) -> None:
    event_id = derived_id(submission_id, "address.confirmed")
    known = unit.program.forms.get(form)
    data = {"form": form, "subject": i18n.pick(known.title, unit.program.language) if known else form}
    events.add(
        unit.connection,
        [EventRow(event_id, profile.id, "address.confirmed", unit.now, unit.now, data=data, verdict="human")],
    )
    unit.mark([unit.now])
    unit.to_score.add(profile.id)
    if not profile.confirmed:
        announce(unit, "lead.confirmed", profile, submission_id)
