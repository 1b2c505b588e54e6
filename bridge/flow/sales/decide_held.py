"""A person decides what becomes of a lead that is held: to sales, back to marketing, or never."""

from dataclasses import replace
from uuid import UUID

from bridge import i18n
from bridge.errors import NotFound, WaitsForRoom
from bridge.flow.exclude_person import exclude_person
from bridge.flow.sales.hand_over import may_be_handed_over
from bridge.flow.sales.offer import let_through
from bridge.flow.sales.release_leads import crossing_of
from bridge.flow.sales.sales_floor import Floor, take_turn
from bridge.flow.sales.write_notes import a_line
from bridge.flow.sales.write_story import write_story
from bridge.flow.score_profiles import score_profiles
from bridge.flow.unit import Unit
from bridge.ids import derived_id
from bridge.program.expressions import FailedExpression
from bridge.program.model import SalesPerson
from bridge.scoring.facts import Event, Person
from bridge.scoring.ledger import SCORE, Entry, Ledger
from bridge.scoring.rules import earned_by
from bridge.store import held_leads, ledger, profiles
from bridge.store.held_leads import CAPACITY, EXCLUDED, RELEASED, RETURNED, HeldLead
from bridge.store.profiles import ProfileRow

REJECTED = "sales.rejected"


def release(
    unit: Unit, held_id: UUID, by: str, note: str | None = None, name: str | None = None
) -> SalesPerson | None:
    """Hand a held lead over; no filter is asked again. None when it waits for room now.

    by: who decides. name: as whom sales knows them. Sales reads which filter held it, who released it, and the note.
    Raises NotFound when it is not held any more, or is no lead any more, WaitsForRoom when no filter
    holds it: nothing is to be decided then.
    """
    take_turn(unit, patient=True)
    row, profile = _held(unit, held_id)
    if row.why == CAPACITY:
        raise WaitsForRoom(str(held_id))
    if not may_be_handed_over(profile):
        raise NotFound(f"{profile.email} may not be handed over any more")
    held_leads.decide(unit.connection, [row.id], RELEASED, unit.now, by, note)
    write_story(unit, profile.id, "lead.released", by=name or by)
    floor = Floor(unit, [profile], patient=True)
    crossing = replace(crossing_of(unit, row), note=_released(unit, row, name or by, note))
    decision = floor.decide(profile, crossing.cause, crossing.form)
    let_through(floor, profile, crossing, decision)
    return decision.route.person


def _released(unit: Unit, row: HeldLead, by: str, note: str | None) -> str:
    """What sales is told of a lead that was released, below what it was to be told before."""
    program = unit.program
    titles = {one.id: i18n.pick(one.title, program.language) or one.id for one in program.desk.filters}
    say = i18n.translations(program.language).gettext
    facts = {"rule": titles.get(row.rule or "", row.rule or ""), "by": by}
    line = a_line(unit, say("held by the filter “%(rule)s”, released (%(by)s)") % facts, note)
    return "\n".join(filter(None, (row.note, line)))


def give_back(unit: Unit, held_id: UUID, by: str, note: str | None = None, name: str | None = None) -> int:
    """Return a held lead to marketing: it loses the points that a rejection by sales would cost it; how many.

    by, name: as for release. So only new interest brings it again. Raises NotFound when it is not held any more.
    """
    if known := held_leads.get(unit.connection, held_id):
        score_profiles(unit, [known.profile_id])  # what happened before counts before
    row, profile = _held(unit, held_id)
    held_leads.decide(unit.connection, [row.id], RETURNED, unit.now, by, note)
    write_story(unit, profile.id, "lead.returned", by=name or by)
    entries = _correction(unit, row, profile)
    ledger.add(unit.connection, ((profile.id, one) for one in entries), unit.program.version)
    points = sum(one.points for one in entries if one.topic == SCORE)
    profiles.change(unit.connection, profile.id, score=profile.score + points, recheck_at=None)
    return points


def exclude(unit: Unit, held_id: UUID, by: str, note: str | None = None, name: str | None = None) -> None:
    """Keep a held lead, but never mail it and never hand it over; by, name: as for release.

    Raises NotFound when it is not held any more.
    """
    row, profile = _held(unit, held_id)
    held_leads.decide(unit.connection, [row.id], EXCLUDED, unit.now, by, note)
    write_story(unit, profile.id, "lead.excluded", by=name or by)
    exclude_person(unit, profile.id)


def _held(unit: Unit, held_id: UUID) -> tuple[HeldLead, ProfileRow]:
    """What is held, and the person, locked."""
    row = held_leads.get(unit.connection, held_id)
    profile = profiles.lock_one(unit.connection, row.profile_id) if row else None
    row = held_leads.get(unit.connection, held_id)
    if row is None or profile is None or row.decided_at is not None:
        raise NotFound(f"no lead is held under {held_id}")
    return row, profile


def _correction(unit: Unit, row: HeldLead, profile: ProfileRow) -> list[Entry]:
    """What the rules take for a rejection by sales, with a reason of its own; one that fails takes nothing."""
    program = unit.program
    found: list[Entry] = []
    book = Ledger.of(ledger.of_profile(unit.connection, profile.id), program.timezone)
    person = Person(profile.stage, profile.confirmed, profile.fit, profile.fields)
    reason = i18n.translations(program.language).gettext("returned by marketing")
    event = Event(derived_id("held", row.id, RETURNED), REJECTED, unit.now, {"subject": reason})
    for rule in program.rules_for(REJECTED):
        try:
            earned = earned_by(program, rule, person, book, event, None)
        except FailedExpression:
            continue
        for entry in earned:
            book.add(entry)
            found.append(replace(entry, reason=reason))
    return found
