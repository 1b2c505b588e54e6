"""Somebody told a person, and not a page, that they allow nothing any more."""

from bridge.flow.unit import Unit
from bridge.ids import derived_id, new_id
from bridge.profiles.consent import PURPOSES, Consent, moment_of, standing
from bridge.store import consents, watching
from bridge.store.profiles import ProfileRow


def withdraw_consents(unit: Unit, profile: ProfileRow, how: str) -> None:
    """Withdraw whatever stands or is asked for, and forget what was seen and has not counted yet.

    To be called with the profile locked.
    """
    answers = consents.of_profile(unit.connection, profile.id)
    states = standing(answers)
    saying = new_id()
    ended = [purpose for purpose in PURPOSES if states.get(purpose) in {"requested", "given"}]
    for purpose in ended:
        asked = [answer for answer in answers if answer.purpose == purpose][-1]
        withdrawal = Consent(
            id=derived_id("consent", saying, purpose, "withdrawn"),
            profile_id=profile.id,
            purpose=purpose,
            state="withdrawn",
            text=asked.text,
            language=asked.language,
            at=moment_of("withdrawn", purpose, answers, unit.now),
            how=how,
            place="",
            program_version=unit.program.version,
        )
        consents.add(unit.connection, [withdrawal])
    if "tracking" in ended:
        watching.drop_resting(unit.connection, profile.id)
