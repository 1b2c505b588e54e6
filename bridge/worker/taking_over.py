"""What becomes of a batch of the journal: set by set, and a record that cannot be stored stops no other."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from bridge.errors import UnknownProfile
from bridge.flow.accept_submission import accept_submissions
from bridge.flow.forget_traces import was_erased
from bridge.flow.record_hits import record_hits
from bridge.flow.record_uses import record_uses
from bridge.flow.record_visits import forget_browsers, record_visits
from bridge.flow.retry import apply
from bridge.flow.unit import Unit
from bridge.ids import derived_id
from bridge.intake.batch import Batch
from bridge.intake.reading import NotUnderstood, UnreadableRecord, parse_record
from bridge.intake.records import Body, Record, Submission, kind_of, to_body
from bridge.intake.rounds import in_rounds
from bridge.journal import Row
from bridge.store import dead_letters
from bridge.store.database import is_unavailable
from bridge.store.dead_letters import DeadLetter
from bridge.wiring import Services

log = logging.getLogger(__name__)

Item = TypeVar("Item", bound=Body)
Take = Callable[[Unit, list[tuple[Record, Item]]], object]


def take_over(services: Services, rows: Sequence[Row]) -> None:
    """Bring these records into the database; the same ones again change nothing.

    What nothing can be made of becomes a dead letter. Raises what the database raises while it is away.
    """
    batch = _sorted(services, rows)
    _take_set(services, batch.withdrawals, forget_browsers)
    _take_set(services, batch.visits, record_visits)
    for together in in_rounds(batch.submissions):
        _take_set(services, together, _accept)
    _take_set(services, batch.hits, record_hits)
    _take_set(services, batch.uses, record_uses)  # after the clicks that they speak for
    for record, unsubscription in batch.unsubscriptions:
        _take_one(services, record, unsubscription)
    for record, notice in batch.notices:
        _take_one(services, record, notice)


def _accept(unit: Unit, records: list[tuple[Record, Submission]]) -> None:
    accept_submissions(unit, [(submission, record.received_at) for record, submission in records])


def _sorted(services: Services, rows: Sequence[Row]) -> Batch:
    batch = Batch()
    for row in rows:
        try:
            batch.add(parse_record(row.id, row.kind, row.at, row.body))
        except UnreadableRecord as error:
            _bury(services, row.id, row.kind, {"raw": row.body}, error, row.at)
    return batch


def _take_set(services: Services, records: list[tuple[Record, Item]], take: Take[Item]) -> None:
    """All at once; when that cannot be stored, half by half, down to the one that is to blame."""
    if len(records) < 2:
        for record, item in records:
            _take_one(services, record, item)
        return
    try:
        with services.unit() as unit:
            take(unit, records)
    except Exception as error:
        if is_unavailable(error):
            raise
        middle = len(records) // 2
        for half in (records[:middle], records[middle:]):
            _take_set(services, half, take)


def _take_one(services: Services, record: Record, item: Body) -> None:
    try:
        with services.unit() as unit:
            apply(unit, record)
    except UnknownProfile as error:
        if isinstance(item, Submission):  # of all others the person was erased meanwhile
            _bury(services, record.id, kind_of(item), to_body(item), error, record.received_at)
    except Exception as error:
        if is_unavailable(error):
            raise
        _bury(services, record.id, kind_of(item), to_body(item), error, record.received_at)


def _bury(
    services: Services, record_id: UUID, kind: str, body: dict[str, Any], error: Exception, at: datetime
) -> None:
    log.warning("dead letter", extra={"record": str(record_id), "kind": kind, "reason": type(error).__name__})
    letter = DeadLetter(
        id=derived_id("dead", record_id),
        source=error.provider if isinstance(error, NotUnderstood) else "journal",
        payload=storable({"id": str(record_id), "kind": kind, "at": at.isoformat(), "body": body}),
        error=storable(_in_words(error)[:500]),
        at=at,
    )
    with services.unit() as unit:
        if not was_erased(unit, letter.payload["body"], at):
            dead_letters.bury(unit.connection, letter)


def _in_words(error: Exception) -> str:
    """What an operator reads: a class where nothing better is known."""
    return str(error) if isinstance(error, NotUnderstood) else f"{type(error).__name__}: {error}"


def storable(value: Any) -> Any:
    """A JSON value as PostgreSQL can hold it: text there has no U+0000 and no half of a surrogate pair."""
    if isinstance(value, str):
        return value.replace("\x00", "").encode(errors="replace").decode()
    if isinstance(value, dict):
        return {storable(key): storable(inner) for key, inner in value.items()}
    return [storable(inner) for inner in value] if isinstance(value, list) else value
