"""The time, as an argument: whoever needs it is given a `Clock`.

The demo's may run faster than the world does: then all its processes read it from one `Course`.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

Clock = Callable[[], datetime]

MARGIN = timedelta(seconds=2)
"""Real time: how much later than last noted a clock may have been read."""


def utc_now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Course:
    """What a clock shows that shows `since_shown` when it is `since_real`, and then runs `speed` times as fast.

    noted: until which real moment it is known to have run.
    """

    speed: int
    since_real: datetime
    since_shown: datetime
    noted: datetime

    def shown_at(self, real: datetime) -> datetime:
        """What it shows at a moment of the world."""
        return self.since_shown + (real - self.since_real) * self.speed

    @property
    def reached(self) -> datetime:
        """What it has not shown more than, as long as it was noted often enough."""
        return self.shown_at(self.noted + MARGIN)


def faster(course: Course, real: Clock = utc_now) -> Clock:
    """The clock that runs so. It shows what any other one of that course does."""
    return lambda: course.shown_at(real())


def read_course(path: Path) -> Course | None:
    """The course that was written down there; None when none was, or it makes no sense."""
    try:
        facts = json.loads(path.read_text(encoding="ascii"))
        real, shown, noted = (
            datetime.fromisoformat(facts[name]).astimezone(UTC)
            for name in ("since_real", "since_shown", "noted")
        )
        return Course(int(facts["speed"]), real, shown, noted)
    except (OSError, ValueError, TypeError, KeyError):
        return None


def write_course(path: Path, course: Course) -> None:
    """Write a course down, whole or not at all."""
    moments = {name: getattr(course, name).isoformat() for name in ("since_real", "since_shown", "noted")}
    fresh = path.with_name(f".{path.name}")
    fresh.write_text(json.dumps({"speed": course.speed} | moments), encoding="ascii")
    fresh.replace(path)
