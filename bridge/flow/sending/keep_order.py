"""Of several mails to one person that are due the right one leaves first, and gets the room that a day has left."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from bridge.flow.sending.pace import NotYet
from bridge.flow.unit import Unit
from bridge.store import mails, turns
from bridge.store.mails import MailRow
from bridge.store.outbox import Delivery

ANOTHER_ONE = "waits for another mail to this person"

Rank = tuple[bool, datetime, int, UUID]
"""The smallest goes first: mails of events, then what was prepared first; of one moment the earlier step."""


def first_of_each(unit: Unit, claimed: Sequence[Delivery]) -> tuple[list[Delivery], list[Delivery]]:
    """The mail of each person that goes first, and the others in the order in which they are to follow.

    A statement only where somebody has several.
    """
    people = {one.profile_id for one in claimed}
    if len(people) == len(claimed):
        return list(claimed), []
    known = mails.get(unit.connection, [one.id for one in claimed])
    in_turn = sorted(claimed, key=lambda one: _rank_of(unit, one, known.get(one.id)))
    first = {one.profile_id: one for one in reversed(in_turn)}
    return list(first.values()), [one for one in in_turn if first[one.profile_id] is not one]


def wait_for_others(unit: Unit, planned: Iterable[tuple[Delivery, MailRow]]) -> dict[UUID, NotYet]:
    """Those of the mails that are due together with another one to the same person that goes first.

    At most one to each person, of one template. The caller has these people's turn (`store.turns.take`), so
    of two that ask at once one sees the other.
    """
    ranks = {one.profile_id: (one, _rank_of(unit, one, mail)) for one, mail in planned if one.profile_id}
    if not ranks:
        return {}
    template = next(iter(ranks.values()))[0].template
    waiting: dict[UUID, NotYet] = {}
    for other in turns.due_to(unit.connection, ranks, template, unit.now):
        one, rank = ranks[other.profile_id]
        if _rank(unit, other.id, other.created_at, other.sequence, other.step) < rank:
            waiting[one.id] = NotYet(unit.now, ANOTHER_ONE)
    return waiting


def _rank_of(unit: Unit, delivery: Delivery, mail: MailRow | None) -> Rank:
    sequence, step = (mail.sequence, mail.step) if mail else (None, None)
    return _rank(unit, delivery.id, delivery.created_at, sequence, step)


def _rank(unit: Unit, mail_id: UUID, prepared: datetime, sequence_id: str | None, step: int | None) -> Rank:
    sequence = unit.program.sequences.get(sequence_id or "")
    return (sequence is None or sequence.kind != "event", prepared, step or 0, mail_id)
