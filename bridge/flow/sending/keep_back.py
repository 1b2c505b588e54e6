"""What waits of a series does not leave while sales talks to its reader, nor once the series has ended early."""

from collections.abc import Iterable

from bridge.flow.sending.pace import NotYet
from bridge.flow.unit import Unit
from bridge.nurture.due import LOOK_AGAIN
from bridge.qualification.stages import BEFORE_SALES
from bridge.store import enrolments, turns
from bridge.store.profiles import ProfileRow

WITH_SALES = "waits until sales gives the person back"
AFTER_SALES = "waits for the end of the pause after sales"


def wait_for_sales(unit: Unit, reader: ProfileRow) -> NotYet | None:
    """Why no mail of a series may leave to somebody whom sales has, or gave back for later."""
    again = unit.now + LOOK_AGAIN
    if reader.stage not in BEFORE_SALES:
        return NotYet(again, WITH_SALES)
    if reader.resumes_at and reader.resumes_at > unit.now:
        return NotYet(min(again, reader.resumes_at), AFTER_SALES)
    return None


def nurture_again(unit: Unit, people: Iterable[ProfileRow]) -> None:
    """Let everything go on that rested while sales had these people, now that they are back.

    The caller holds the locks on the profiles' rows.
    """
    back = [one.id for one in people]
    enrolments.look_again(unit.connection, back, "sales", unit.now)
    unit.to_deliver += turns.bring_on(unit.connection, back, (WITH_SALES, AFTER_SALES), unit.now)
    unit.to_score.update(back)
