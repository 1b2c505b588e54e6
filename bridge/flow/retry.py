"""Process a dead letter again."""

import json
from datetime import date, datetime
from typing import Any
from uuid import UUID

from bridge.flow.accept_submission import accept_submission
from bridge.flow.record_hits import record_hits
from bridge.flow.record_uses import record_uses
from bridge.flow.record_visits import forget_browsers, record_visits
from bridge.flow.sending.take_notice import take_notice
from bridge.flow.sweep import SCORING
from bridge.flow.unit import Unit
from bridge.flow.unsubscribe import unsubscribe
from bridge.intake.reading import UnreadableRecord, parse_record
from bridge.intake.records import Hit, PageUse, Record, Submission, Unsubscription, Visit, Withdrawal
from bridge.store import dead_letters, due_events, stale_days
from connectors.contract import Notice


class NothingToRetry(UnreadableRecord):
    """Nothing in a letter can be processed again."""


def retry_letter(unit: Unit, letter_id: UUID) -> bool:
    """Take a letter out and process it; False when there is none. An error leaves it where it is."""
    letter = dead_letters.take(unit.connection, letter_id)
    if letter is None:
        return False
    if letter.source == SCORING:
        _score_again(unit, UUID(letter.payload["profile"]))
        return True
    if letter.source == "figures":
        day = date.fromisoformat(letter.payload["day"])
        stale_days.mark_days(unit.connection, [day], unit.program.timezone)
        return True
    if letter.source.startswith("step "):
        raise NothingToRetry("this is tried again by itself: once that works, the letter can be dropped")
    if letter.source != "journal" or "raw" in letter.payload.get("body", {}):
        raise NothingToRetry("this letter can only be read and dropped: nothing in it can be processed again")
    payload = letter.payload
    body = json.dumps(payload["body"])
    apply(unit, parse_record(UUID(payload["id"]), payload["kind"], _moment(payload["at"]), body))
    return True


def note_failure(unit: Unit, letter_id: UUID, error: Exception) -> None:
    """What was tried again failed again: a further attempt, with its reason and time."""
    if not isinstance(error, NothingToRetry):
        said = f"{type(error).__name__}: {error}".replace("\x00", "").encode(errors="replace").decode()
        dead_letters.failed_again(unit.connection, letter_id, said[:500], unit.now)


def _score_again(unit: Unit, profile_id: UUID) -> None:
    """What was put off because it failed is due now."""
    due_events.put_off(unit.connection, profile_id, unit.now, unit.now)
    unit.to_score.add(profile_id)


def apply(unit: Unit, record: Record) -> None:
    """Process one record of the journal. Raises what its flow raises."""
    match record.body:
        case Submission() as submission:
            accept_submission(unit, submission, record.received_at)
        case Hit() as hit:
            record_hits(unit, [(record, hit)])
        case Visit() as visit:
            record_visits(unit, [(record, visit)])
        case PageUse() as use:
            record_uses(unit, [(record, use)])
        case Withdrawal() as withdrawal:
            forget_browsers(unit, [(record, withdrawal)])
        case Unsubscription(profile, mail, how, request):
            unsubscribe(unit, record.id, profile, mail, how, request, record.received_at)
        case Notice() as notice:
            take_notice(unit, notice, record.received_at)


def _moment(text: Any) -> datetime:
    return datetime.fromisoformat(str(text))
