"""Which mail answers a form: the confirmation, the receipt, both, or none, and when it may leave."""

from datetime import datetime

from bridge.flow.pace import CONFIRMATIONS, RECEIPTS, RECEIPTS_OF_CONFIRMED, slot
from bridge.flow.unit import Unit
from bridge.intake.records import Submission
from bridge.program.model import Form
from bridge.store import suppressions
from bridge.store.profiles import ProfileRow
from bridge.store.suppressions import HARD


def answer_submission(
    unit: Unit, profile: ProfileRow, submission: Submission, form: Form, new: set[str]
) -> None:
    """Send the confirmation mail, or the receipt of what was asked for."""
    blocked = suppressions.reason_for(unit.connection, profile.email_key)
    if profile.excluded or blocked in HARD:
        return
    needs_confirmation = "email" in new or (profile.confirmed and bool(new))
    due_at = slot(unit, profile.id, "mail/confirm", CONFIRMATIONS) if needs_confirmation else None
    if due_at:
        _send(unit, profile, submission, "mail/confirm", due_at)
    answer_at_once = profile.confirmed or due_at is None or form.channel == "sales"
    pace = RECEIPTS_OF_CONFIRMED if profile.confirmed else RECEIPTS
    if answer_at_once and slot(unit, profile.id, "mail/receipt", pace):
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
