"""Which step of a sequence is due: a pure function of the person's place, wishes and history."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bridge.program.sequences import Sequence
from bridge.qualification.stages import BEFORE_SALES

NO_TIME = timedelta(0)
A_MONTH = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What holds over every sequence.

    may_mail: consent is given and the address is not suppressed. resumes_at: the pause after sales gave
    somebody back. last_mail: when the newest nurture mail was prepared.
    """

    stage: str
    may_mail: bool
    frequency: str
    pause_until: date | None
    resumes_at: datetime | None
    last_mail: datetime | None


@dataclass(frozen=True, slots=True)
class Send:
    """Send this mail now; the step after it is due at `next_due`, None when it was the last."""

    mail: str
    next_due: datetime | None


@dataclass(frozen=True, slots=True)
class Wait:
    """Not yet: look again at that time."""

    until: datetime


@dataclass(frozen=True, slots=True)
class End:
    """Never again."""

    reason: str


LOOK_AGAIN = timedelta(days=1)
"""While sales has a lead, and in a pause without an end, nurturing rests; nobody knows for how long."""


def next_step(
    sequence: Sequence | None, step: int, wishes: Wishes, now: datetime, zone: ZoneInfo
) -> Send | Wait | End:
    """What to do with a place in a sequence whose time has come."""
    if sequence is None or step >= len(sequence.steps):
        return End("the programme has no such step any more")
    if not wishes.may_mail:
        return End("no consent to advertising mail")
    is_paused_for_ever = wishes.frequency == "paused" and wishes.pause_until is None
    if wishes.stage not in BEFORE_SALES or is_paused_for_ever:
        return Wait(now + LOOK_AGAIN)
    if (until := resting_until(wishes, zone)) and until > now:
        return Wait(until)
    following = sequence.steps[step + 1] if step + 1 < len(sequence.steps) else None
    return Send(sequence.steps[step].mail or "", now + (following.after or NO_TIME) if following else None)


def resting_until(wishes: Wishes, zone: ZoneInfo) -> datetime | None:
    """Until when no mail may go out: the person's pause, the rhythm that was chosen, a pause after sales."""
    reasons = [wishes.resumes_at]
    if wishes.frequency == "paused" and wishes.pause_until:
        reasons.append(datetime.combine(wishes.pause_until, time(8), tzinfo=zone))
    if wishes.frequency == "monthly" and wishes.last_mail:
        reasons.append(wishes.last_mail + A_MONTH)
    return max((moment for moment in reasons if moment), default=None)
