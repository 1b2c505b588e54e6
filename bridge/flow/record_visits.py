"""Page visits of browsers with consent: set-wise; those of a known person become events where that is allowed."""

from collections.abc import Iterable
from uuid import UUID

from bridge.flow.adopt_visits import adopt_visits
from bridge.flow.unit import Unit
from bridge.intake.records import Record, Visit, Withdrawal
from bridge.profiles.consent import forbids_visit, standing
from bridge.store import consents, erasures, identities, mails, profiles, submissions, visits
from bridge.store.visits import VisitRow


def record_visits(unit: Unit, records: Iterable[tuple[Record, Visit]]) -> None:
    """Keep visits, and let those of known people become events. The same ones again have no effect.

    Dropped are visits of browsers that withdrew, of people who do not allow tracking or object, and from before
    their erasure.
    A number of statements that does not grow with the number of visits.
    """
    batch = list(records)
    visitors = {visit.visitor for _, visit in batch}
    addressees = _addressees(unit, [visit for _, visit in batch])
    known = filter(None, identities.owners(unit.connection, visitors).values())
    locked = profiles.lock(unit.connection, {*known, *addressees.values()})
    people, objecting = [one.id for one in locked], {one.id for one in locked if one.objected}
    answers = consents.of_profiles(unit.connection, people)
    arrived = {
        visitor: person
        for visitor, person in addressees.items()
        if person not in objecting and standing(answers.get(person, [])).get("tracking") == "given"
    }
    identities.assign_unknown(unit.connection, arrived, unit.now, "link")
    owners = identities.owners(unit.connection, visitors)
    erased = erasures.moments(unit.connection, visitors)

    def is_kept(record: Record, visit: Visit) -> bool:
        owner = owners.get(visit.visitor)
        withdrew = owner in objecting if owner else visit.visitor in owners
        late = visit.visitor in erased and record.received_at <= erased[visit.visitor]
        known = answers.get(owner, []) if owner else []
        return not (withdrew or late or forbids_visit(known, record.received_at))

    kept = [_row(*one) for one in batch if is_kept(*one)]
    visits.add(unit.connection, kept)
    unit.mark(visit.at for visit in kept)
    adopt_visits(unit, people)


def forget_browsers(unit: Unit, records: Iterable[tuple[Record, Withdrawal]]) -> None:
    """Browsers withdrew: their visits go, and what is still under way of them is dropped when it comes."""
    visitors = {withdrawal.visitor for _, withdrawal in records}
    identities.withdraw(unit.connection, visitors, unit.now)
    visits.drop_of_visitors(unit.connection, visitors)
    submissions.forget_browsers(unit.connection, visitors)


def _addressees(unit: Unit, batch: list[Visit]) -> dict[str, UUID]:
    """Browser → to whom the mail went through whose link it arrived, for those that arrived so."""
    arrived = {visit.visitor: visit.arrival for visit in batch if visit.arrival}
    found = mails.get(unit.connection, set(arrived.values())) if arrived else {}
    return {visitor: found[mail].profile_id for visitor, mail in arrived.items() if mail in found}


def _row(record: Record, visit: Visit) -> VisitRow:
    return VisitRow(
        id=record.id,
        visitor=visit.visitor,
        at=record.received_at,
        page=visit.page,
        title=visit.title,
        referrer=visit.referrer,
        utm=visit.utm,
        language=visit.language,
        ip=visit.request.ip,
        user_agent=visit.request.user_agent,
    )
