"""Somebody objects to being evaluated (GDPR, article 21), or takes that back."""

from typing import Literal
from uuid import UUID

from bridge import i18n
from bridge.flow.sequences.take_up_again import take_up_again
from bridge.flow.unit import Unit
from bridge.ids import derived_id, new_id
from bridge.intake.records import Request
from bridge.profiles.consent import SCORING, Consent, State, moment_of
from bridge.store import consents, enrolments, outbox, profiles, watching
from bridge.store.profiles import ProfileRow

Way = Literal["own data page", "operator"]

OBJECTION = "I object to my opens, clicks and forms being evaluated. From now on I also get no advertising."
ALLOWANCE = "I take my objection back: my opens, clicks and forms may be evaluated again."


def object_to_scoring(unit: Unit, profile_id: UUID, how: Way, request: Request) -> bool:
    """From now on there are no points, no hand-over by points and no advertising; False when it was so before.

    What waits of advertising is withdrawn, and what was seen and has not counted yet is forgotten. Points of before
    stay, and so does a hand-over: sales has it already. Raises UnknownProfile.
    """
    profile = profiles.lock_one(unit.connection, profile_id)
    if profile.objected:
        return False
    _note(unit, profile, "withdrawn", OBJECTION, how, request)
    profiles.change(unit.connection, profile_id, objected=True, recheck_at=None)
    enrolments.end_all(unit.connection, [profile_id], unit.now)
    outbox.withdraw(unit.connection, profile_id, ["consent"], unit.now, "objected")
    watching.drop_resting(unit.connection, profile_id)
    return True


def allow_scoring(unit: Unit, profile_id: UUID, how: Way, request: Request) -> bool:
    """The objection is taken back, and sequences go on where they ended; False when there was none.

    What happened in between is not made up for. Raises UnknownProfile.
    """
    profile = profiles.lock_one(unit.connection, profile_id)
    if not profile.objected:
        return False
    _note(unit, profile, "given", ALLOWANCE, how, request)
    profiles.change(unit.connection, profile_id, objected=False)
    take_up_again(unit, [profile_id])
    unit.to_score.add(profile_id)
    return True


def _note(unit: Unit, profile: ProfileRow, state: State, words: str, how: Way, request: Request) -> None:
    """Kept like an answer about consent, with the words beside the button: when, where, by whom."""
    answers = consents.of_profile(unit.connection, profile.id)
    answer = Consent(
        id=derived_id("consent", new_id(), SCORING, state),
        profile_id=profile.id,
        purpose=SCORING,
        state=state,
        text=i18n.translations(profile.language).gettext(words),
        language=profile.language,
        at=moment_of(state, SCORING, answers, unit.now),
        how=how,
        place="/me" if how == "own data page" else "",
        program_version=unit.program.version,
        ip=request.ip,
        user_agent=request.user_agent,
    )
    consents.add(unit.connection, [answer])
