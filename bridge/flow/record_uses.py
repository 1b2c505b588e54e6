"""Somebody uses a page, not only loads it: set-wise, a proof that a person is there."""

from collections.abc import Iterable
from uuid import UUID

from bridge.flow.prove import prove
from bridge.flow.unit import Unit
from bridge.intake.records import PageUse, Record
from bridge.profiles.consent import NEVER_BEFORE
from bridge.store import erasures, identities, mails, profiles
from bridge.store.humanity import ProofRow


def record_uses(unit: Unit, records: Iterable[tuple[Record, PageUse]]) -> None:
    """Note what proves a person. The same records again have no effect.

    It speaks for whoever got the mail whose link led to the page, else for whose browser it is. Dropped is what
    nobody's browser tells, one that withdrew, and what comes late from before its person was erased. A number of
    statements that does not grow with that of the records.
    """
    batch = list(records)
    visitors = {use.visitor for _, use in batch}
    owners = identities.owners(unit.connection, visitors)
    erased = erasures.moments(unit.connection, visitors)
    addressees = _addressees(unit, [use for _, use in batch])

    def person_of(record: Record, use: PageUse) -> UUID | None:
        withdrew = use.visitor in owners and owners[use.visitor] is None
        if withdrew or record.received_at <= erased.get(use.visitor, NEVER_BEFORE):
            return None
        return (addressees.get(use.arrival) if use.arrival else None) or owners.get(use.visitor)

    proofs = [_proof(*one, person) for one in batch if (person := person_of(*one))]
    people = {person.id for person in profiles.lock(unit.connection, {proof.profile_id for proof in proofs})}
    prove(unit, [proof for proof in proofs if proof.profile_id in people])


def _addressees(unit: Unit, batch: list[PageUse]) -> dict[UUID, UUID]:
    """Mail → to whom it went, of those whose links led somebody there."""
    arrivals = {use.arrival for use in batch if use.arrival}
    found = mails.get(unit.connection, arrivals) if arrivals else {}
    return {mail_id: mail.profile_id for mail_id, mail in found.items()}


def _proof(record: Record, use: PageUse, person: UUID) -> ProofRow:
    return ProofRow(
        id=record.id,
        profile_id=person,
        at=record.received_at,
        how="page",
        hit_id=use.hit,
        ip=use.request.ip,
        user_agent=use.request.user_agent,
    )
