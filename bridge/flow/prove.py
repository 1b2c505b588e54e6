"""Somebody did what machines do not: their clicks need not wait, and a burst does not speak against them."""

from collections.abc import Iterable

from bridge.flow.unit import Unit
from bridge.profiles.consent import standing
from bridge.store import consents, events, humanity
from bridge.store.humanity import ProofRow


def prove(unit: Unit, proofs: Iterable[ProofRow]) -> None:
    """Note proofs of people who allow tracking, and let their hits be judged (again) at once.

    A number of statements that does not grow with the number of proofs. The same ones again have no effect.
    """
    rows = list(proofs)
    answers = consents.of_profiles(unit.connection, {row.profile_id for row in rows})
    allowed = [row for row in rows if standing(answers.get(row.profile_id, [])).get("tracking") == "given"]
    if not allowed:
        return
    humanity.add(unit.connection, allowed)
    people = {row.profile_id for row in allowed}
    since = min(row.at for row in allowed) - unit.program.verdicts.proof_reaches_back
    if events.hurry(unit.connection, people, since, unit.now):
        unit.to_score |= people
