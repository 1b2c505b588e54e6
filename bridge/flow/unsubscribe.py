"""Somebody wants no more advertising: from now on none goes out."""

from datetime import datetime
from uuid import UUID

from bridge.flow.prove import prove_by
from bridge.flow.sending.announce import announce
from bridge.flow.unit import Unit
from bridge.ids import derived_id
from bridge.intake.records import ON_PAGE, Request
from bridge.profiles.consent import Consent, moment_of, standing
from bridge.store import consents, enrolments, events, mails, outbox, profiles
from bridge.store.events import EventRow
from bridge.store.profiles import ProfileRow


def unsubscribe(
    unit: Unit, cause: UUID, profile_id: UUID, mail_id: UUID | None, how: str, request: Request, at: datetime
) -> bool:
    """Withdraw the consent to advertising mail, stop sequences and what waits in the outbox.

    cause: what it came with, so that the same click twice is one. False when there was nothing to withdraw.
    Raises UnknownProfile.
    """
    profile = profiles.lock_one(unit.connection, profile_id)
    answers = consents.of_profile(unit.connection, profile_id)
    enrolments.end_all(unit.connection, [profile_id], unit.now)
    outbox.withdraw(unit.connection, profile_id, ["consent"], unit.now, "unsubscribed")
    if standing(answers).get("email") in {None, "withdrawn"}:
        return False
    withdrawal = _withdrawal(unit, profile, answers, cause, mail_id, how, request, at)
    consents.add(unit.connection, [withdrawal])
    event_id = derived_id(cause, "unsubscribed")
    events.add(
        unit.connection,
        [
            EventRow(
                event_id,
                profile_id,
                "unsubscribed",
                withdrawal.at,
                unit.now,
                mail_id,
                {"how": how},
                verdict="human",
            )
        ],
    )
    unit.mark([withdrawal.at])
    unit.to_score.add(profile_id)
    if how == ON_PAGE:  # mail programs post the one click by themselves
        prove_by(unit, "button", cause, profile_id, request, at)
    announce(unit, "lead.unsubscribed", profile, cause, how=how)
    return True


def _withdrawal(
    unit: Unit,
    profile: ProfileRow,
    answers: list[Consent],
    cause: UUID,
    mail_id: UUID | None,
    how: str,
    request: Request,
    at: datetime,
) -> Consent:
    """The answer that takes consent back, with the words that were consented to."""
    asked = [answer for answer in answers if answer.purpose == "email"]
    return Consent(
        id=derived_id("consent", cause, "email", "withdrawn"),
        profile_id=profile.id,
        purpose="email",
        state="withdrawn",
        text=asked[-1].text,
        language=asked[-1].language,
        at=moment_of("withdrawn", "email", answers, at),
        how=how,
        place=unit.world.links.page("preferences" if how == "preferences" else "unsubscribe"),
        program_version=unit.program.version,
        ip=request.ip,
        user_agent=request.user_agent,
        message_id=_message_id(unit, mail_id) if mail_id else None,
    )


def _message_id(unit: Unit, mail_id: UUID) -> str:
    """As the mail carried it, which after a change of keys differs from what would be written now."""
    mail = mails.get(unit.connection, [mail_id]).get(mail_id)
    return mail.message_id if mail else unit.world.message_id(mail_id)
