"""Which mail answers a form: the confirmation, the receipt, both, or none, and when it may leave."""

from datetime import datetime, timedelta
from uuid import UUID

from bridge.flow.unit import Unit
from bridge.intake.records import Submission
from bridge.program.model import Form
from bridge.store import outbox, suppressions
from bridge.store.profiles import ProfileRow
from bridge.store.suppressions import HARD

PAUSE_BETWEEN = {"mail/confirm": timedelta(minutes=10), "mail/receipt": timedelta(0)}
PER_DAY = 3
RECEIPTS_PER_DAY = 20
"""Receipts a day for somebody who confirmed the address; for others PER_DAY."""


def answer_submission(
    unit: Unit, profile: ProfileRow, submission: Submission, form: Form, new: set[str]
) -> None:
    """Send the confirmation mail, or the receipt of what was asked for."""
    blocked = suppressions.reason_for(unit.connection, profile.email_key)
    if profile.excluded or blocked in HARD:
        return
    needs_confirmation = "email" in new or (profile.confirmed and bool(new))
    slot = _slot(unit, profile.id, "mail/confirm", PER_DAY) if needs_confirmation else None
    if slot:
        _send(unit, profile, submission, "mail/confirm", slot)
    answer_at_once = profile.confirmed or slot is None or form.channel == "sales"
    per_day = RECEIPTS_PER_DAY if profile.confirmed else PER_DAY
    if answer_at_once and _slot(unit, profile.id, "mail/receipt", per_day):
        _send(unit, profile, submission, "mail/receipt", unit.now)


def _send(unit: Unit, profile: ProfileRow, submission: Submission, template: str, due_at: datetime) -> None:
    unit.send(
        "mail",
        template,
        "request",
        f"{template}:{submission.id}",
        profile=profile.id,
        payload={"submission": str(submission.id)},
        trace=submission.id,
        due_at=due_at,
    )


def _slot(unit: Unit, profile_id: UUID, template: str, per_day: int) -> datetime | None:
    """When the next mail of that kind may go to this person, so that nobody can fill somebody's mailbox.

    None when it was enough for today.
    """
    times = outbox.due_times(unit.connection, profile_id, template, unit.now - timedelta(days=1))
    if len(times) >= per_day:
        return None
    return max([unit.now, *(time + PAUSE_BETWEEN[template] for time in times)])
