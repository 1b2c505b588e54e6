"""What is due at a place in a series: a pure function of place, wishes, history and clock."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bridge.nurture.places import Place, Rest, due_after
from bridge.program.expressions import Expression
from bridge.program.sequences import Sequence, Step
from bridge.qualification.stages import BEFORE_SALES

A_MONTH = timedelta(days=30)
LOOK_AGAIN = timedelta(days=1)
"""Nobody waits longer for the next look: whoever rests may change their mind, and so may sales."""

NEVER = datetime.max.replace(tzinfo=UTC)

ASKED_FOR = frozenset({"event"})
"""Kinds of series that people signed up for: neither fatigue nor the rhythm that was chosen holds them up."""
TIRELESS = frozenset({"event", "wake-up"})
"""Kinds of series that do not rest by fatigue."""

Holds = Callable[[Expression], bool]
"""Whether a condition of the series is true of the person now."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What holds over every series.

    may_mail: consent is given and the address is not suppressed. resumes_at: the pause after sales gave somebody
    back. last_mail: when the newest nurture mail was prepared. is_tired: the score is at the floor or below.
    """

    stage: str
    may_mail: bool
    frequency: str = "normal"
    pause_until: date | None = None
    resumes_at: datetime | None = None
    last_mail: datetime | None = None
    is_tired: bool = False


@dataclass(frozen=True, slots=True)
class Moved:
    """A place as it is to be from now on. step: what goes out now; it stood at `position`."""

    place: Place
    step: Step | None = None
    position: int = 0


def look_at(
    place: Place,
    sequence: Sequence | None,
    wishes: Wishes,
    holds: Holds,
    now: datetime,
    zone: ZoneInfo,
    pointless: Collection[str] = (),
) -> Moved:
    """What is to be done at an active place. pointless: steps that have nothing new to tell, they are passed over.

    A place that is not due yet may end: by its goal, or because sales got the person.
    """
    at = place.stands_at(sequence) if sequence else None
    if sequence is None or at is None:
        return Moved(place.ended("programme", now))
    is_due = place.is_due(now)
    if is_due and not wishes.may_mail:
        return Moved(place.ended("no consent", now))
    if wishes.stage not in BEFORE_SALES and sequence.at_handover == "end":
        return Moved(place.ended("handover", now))
    if sequence.goal and holds(sequence.goal):
        return Moved(place.ended("goal", now))
    if not is_due:
        return Moved(place)
    if rest := _rest(sequence, wishes, now, zone):
        because, until = rest
        return Moved(place.resting(because, min(until, now + LOOK_AGAIN)))
    return _walk(place, sequence, at, holds, now, pointless)


def _walk(
    place: Place, sequence: Sequence, at: int, holds: Holds, now: datetime, pointless: Collection[str]
) -> Moved:
    """Go on from a step that is due to one that is sent or waits; not through more steps than there are."""
    for _ in sequence.steps:
        step, event_at = sequence.steps[at], sequence.date_for(place.started_at)
        if later := _postponed(step, place, event_at, now):
            return Moved(place.waking(sequence, at, later))
        if _is_over(step, event_at, now) or step.id in pointless or (step.when and not holds(step.when)):
            place = place.beyond(sequence, at, step.otherwise, now)
        elif step.mail:
            return Moved(place.beyond(sequence, at, step.next, now), step, at)
        else:
            place = place.beyond(sequence, at, step.next, now)
        if not place.is_due(now):
            return Moved(place)
        at = place.next_step
    return Moved(place.waking(sequence, at, now + LOOK_AGAIN))


def _postponed(step: Step, place: Place, event_at: datetime | None, now: datetime) -> datetime | None:
    """When a step by the date of an event is due after all, whose date was put off while the place waited."""
    has_date = step.before_date is not None or step.after_date is not None
    if event_at is None or not has_date or step.until:
        return None
    due = due_after(step, place.waits_since or place.started_at, event_at)
    return due if due and due > now else None


def _is_over(step: Step, event_at: datetime | None, now: datetime) -> bool:
    """Whether it announces an event that has taken place."""
    return step.before_date is not None and event_at is not None and event_at <= now


def _rest(sequence: Sequence, wishes: Wishes, now: datetime, zone: ZoneInfo) -> tuple[Rest, datetime] | None:
    """Why no mail may go out now, and until when; of several reasons the one that lasts longest."""
    again = now + LOOK_AGAIN
    if wishes.stage not in BEFORE_SALES:
        return "sales", again
    reasons: list[tuple[datetime, Rest]] = []
    if wishes.frequency == "paused":
        reasons.append((end_of_pause(wishes.pause_until, zone), "paused"))
    if wishes.resumes_at:
        reasons.append((wishes.resumes_at, "after_sales"))
    if wishes.frequency == "monthly" and wishes.last_mail and sequence.kind not in ASKED_FOR:
        reasons.append((wishes.last_mail + A_MONTH, "monthly"))
    if wishes.is_tired and sequence.kind not in TIRELESS:
        reasons.append((again, "fatigue"))
    until, because = max(reasons, default=(now, "paused"))
    return (because, until) if until > now else None


def end_of_pause(day: date | None, zone: ZoneInfo) -> datetime:
    """When somebody who wants a pause until that day may be written to again, in their time zone."""
    return datetime.combine(day, time(8), tzinfo=zone) if day else NEVER
