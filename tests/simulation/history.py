"""What became of one person, in plain values: the market and the calculation by hand each write one."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta
from itertools import zip_longest

BEGIN = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
"""A Monday morning, seven o'clock in Berlin. The clocks there are put forward four weeks later."""
STROKE = timedelta(hours=12)
"""The market's clock strikes at six and at eighteen (UTC); in summer the latter lies in the quiet hours."""


def stroke(moment: datetime) -> datetime:
    """The first stroke of the clock at a moment or after it."""
    return BEGIN + -((BEGIN - moment) // STROKE) * STROKE


@dataclass
class History:
    """One person's history.

    mails: (when, template). points: (when, rule, points), by time. topics: topic → score. handovers: (when, cause,
    state in the end). places: (series, round, state, why it ended). ignored: templates of mails that were ignored.
    rests: (series, why) → on how many mornings a place rested. entered: series → how often it began.
    """

    mails: list[tuple[datetime, str]] = field(default_factory=list)
    points: list[tuple[datetime, str, int]] = field(default_factory=list)
    topics: dict[str, int] = field(default_factory=dict)
    score: int = 0
    stage: str = ""
    handovers: list[tuple[datetime, str, str]] = field(default_factory=list)
    places: list[tuple[str, int, str, str]] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    rests: Counter[tuple[str, str]] = field(default_factory=Counter)

    def lines(self) -> dict[str, list[str]]:
        """Every part in words, in one order."""
        return {
            "mails": [f"{at:%d.%m. %H:%M} {template}" for at, template in sorted(self.mails)],
            "points": [f"{at:%d.%m. %H:%M} {points:+} {rule}" for at, rule, points in sorted(self.points)],
            "topics": [f"{topic} {points}" for topic, points in sorted(self.topics.items()) if points],
            "end": [f"{self.stage}, score {self.score}"],
            "hand-overs": [f"{at:%d.%m. %H:%M} {cause}: {state}" for at, cause, state in sorted(self.handovers)],
            "places": [f"{name} round {number}: {state} {why}" for name, number, state, why in sorted(self.places)],
            "ignored": sorted(self.ignored),
            "rests": [f"{name}: {why}, {count}" for (name, why), count in sorted(self.rests.items())],
        }  # fmt: skip


@dataclass(frozen=True)
class Totals:
    """What all people's histories come to."""

    mails: Counter[str]
    points: Counter[str]
    score: int
    handovers: Counter[str]
    stages: Counter[str]
    rests: Counter[str]
    rounds: Counter[str]
    ends: Counter[str]
    ignored: int

    @classmethod
    def of(cls, histories: Iterable[History]) -> "Totals":
        """Summed up."""
        known = list(histories)
        points: Counter[str] = Counter()
        for one in known:
            for _, rule, number in one.points:
                points[rule] += number
        return cls(
            mails=Counter(template for one in known for _, template in one.mails),
            points=points,
            score=sum(one.score for one in known),
            handovers=Counter(f"{cause} {state}" for one in known for _, cause, state in one.handovers),
            stages=Counter(one.stage for one in known),
            rests=Counter(
                why for one in known for (_, why), count in one.rests.items() for _ in range(count)
            ),
            rounds=Counter(
                name for one in known for name, number, _, _ in one.places for _ in range(number + 1)
            ),
            ends=Counter(f"{state} {why}".strip() for one in known for _, _, state, why in one.places),
            ignored=sum(len(one.ignored) for one in known),
        )

    def __str__(self) -> str:
        return "\n".join(f"{one.name}: {_plain(getattr(self, one.name))}" for one in fields(self))


def _plain(value: object) -> object:
    return dict(sorted(value.items())) if isinstance(value, Counter) else value


def side_by_side(ours: History, by_hand: History) -> str:
    """Two histories of one person, in two columns; what differs is marked."""
    return "\n".join(_rows(ours.lines(), by_hand.lines()))


def _rows(ours: dict[str, list[str]], by_hand: dict[str, list[str]]) -> Iterator[str]:
    for part, left in ours.items():
        yield f"  {part + ':':<60}by hand:"
        for one, other in zip_longest(left, by_hand[part], fillvalue="–"):
            yield f"{' ' if one == other else '≠'}   {one:<58}{other}"
