"""A person's place in a series: how far somebody has come, what the place waits for, why it rests or ended."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from bridge.program.sequences import END, Sequence, Step

State = Literal["active", "completed", "ended"]
Rest = Literal["sales", "paused", "monthly", "after_sales", "fatigue"]
Cause = Literal["no consent", "programme", "handover", "goal", "not chosen"]

NO_TIME = timedelta(0)


@dataclass(frozen=True, slots=True)
class Place:
    """A person's place in a series. There is one for a person and a series, so nobody is in two of its steps.

    step_id, next_step: what the step is called that comes next, and where it stood; places from before steps had
    names know the latter only. round: how often the series began anew. due_at: when to look at it, None when only an
    event brings it on. waits_for, waits_since: the kind of event that makes the step due at once, and since when; the
    latter is when the step before was done. event_at: the date of what the series is about.
    """

    id: UUID
    profile_id: UUID
    sequence: str
    started_at: datetime
    due_at: datetime | None
    next_step: int = 0
    state: State = "active"
    step_id: str | None = None
    round: int = 0
    waits_for: str | None = None
    waits_since: datetime | None = None
    rests_because: Rest | None = None
    event_at: datetime | None = None
    ended_at: datetime | None = None
    ended_because: Cause | None = None

    @property
    def is_active(self) -> bool:
        """Whether something may come of it yet."""
        return self.state == "active"

    def is_due(self, now: datetime) -> bool:
        """Whether its time has come."""
        return self.is_active and self.due_at is not None and self.due_at <= now

    def stands_at(self, sequence: Sequence) -> int | None:
        """Where its step stands today; when that is gone, the one at its old position; None without any."""
        known = sequence.position(self.step_id) if self.step_id else None
        if known is not None:
            return known
        return self.next_step if self.next_step < len(sequence.steps) else None

    def at(self, sequence: Sequence, position: int, since: datetime) -> "Place":
        """The same before another step, the one before which was done at that moment.

        Made by hand: `dataclasses.replace` takes many times as long, and this is done for everybody who gets a mail.
        """
        step, event_at = sequence.steps[position], sequence.date_for(self.started_at)
        return Place(
            self.id,
            self.profile_id,
            self.sequence,
            self.started_at,
            due_after(step, since, event_at),
            position,
            self.state,
            step.id,
            self.round,
            step.until,
            since,
            None,
            event_at,
            self.ended_at,
            self.ended_because,
        )

    def waking(self, sequence: Sequence, position: int, due_at: datetime) -> "Place":
        """The same before a step, to be looked at again at that moment."""
        step_id = sequence.steps[position].id
        return replace(self, next_step=position, step_id=step_id, due_at=due_at, rests_because=None)

    def beyond(self, sequence: Sequence, position: int, way: str | None, now: datetime) -> "Place":
        """The same after a step was done or passed over. way: the step that comes then, None the one behind it."""
        then = position + 1 if way is None else None if way == END else sequence.position(way)
        if then is None or then >= len(sequence.steps):
            return replace(
                self,
                next_step=position + 1,
                step_id=None,
                due_at=None,
                state="completed",
                waits_for=None,
                rests_because=None,
                ended_at=now,
            )
        return self.at(sequence, then, now)

    def resting(self, because: Rest, until: datetime) -> "Place":
        """The same, to be looked at again then."""
        return replace(self, rests_because=because, due_at=until, waits_for=None)

    def ended(self, because: Cause, now: datetime) -> "Place":
        """The same, over. When its step was due is kept for those who come back."""
        return replace(self, state="ended", rests_because=None, ended_at=now, ended_because=because)

    def taken_up(self, now: datetime) -> "Place":
        """The same, active again before the step at which it ended, and due no sooner for it."""
        waits_for_an_event = self.due_at is None and self.waits_for is not None
        due_at = None if waits_for_an_event else max(self.due_at or now, now)
        return replace(
            self, state="active", round=self.round + 1, due_at=due_at, ended_at=None, ended_because=None
        )


def due_after(step: Step, since: datetime, event_at: datetime | None) -> datetime | None:
    """When a step is due, the one before which was done at that moment; None when only an event brings it on."""
    if event_at and step.before_date is not None:
        return max(since, event_at - step.before_date)
    if event_at and step.after_date is not None:
        return max(since, event_at + step.after_date)
    if step.until and step.after is None:
        return None
    return since + (step.after or NO_TIME)
