"""How often a rule names a winner among wordings, by the code that decides: `python -m benchmarks.false_winners`.

Somebody looks at the end of every day for half a year. Decision 39 has the table; it takes about half a minute.
"""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import log

from bridge.nurture.comparison import DECEIVED, Count, compare, evidence, winner_of

DAYS, AT_LEAST, TIMES, SEED = 180, 100, 1_500, 39
SCENES = (
    (0.1, 0.1, 10),
    (0.1, 0.1, 20),
    (0.05, 0.05, 5),
    (0.3, 0.3, 20),
    (0.1, 0.13, 10),
    (0.1, 0.15, 10),
    (0.1, 0.2, 10),
)
"""Which share of the people clicks with a, which with b, and how many people a day get each."""


@dataclass(frozen=True, slots=True)
class Found:
    """How many comparisons each wording won, of how many, and after how many days in the middle."""

    times: int
    won: Counter[str]
    days: int

    def share(self, wording: str) -> float:
        """How many of all comparisons it won."""
        return self.won[wording] / self.times


def look_daily(rates: Sequence[float], a_day: int, times: int = TIMES, seed: int = SEED) -> Found:
    """Compare wordings called a, b and so on with these rates, so many times."""
    chance = random.Random(seed)
    decided = [won for _ in range(times) if (won := _first_winner(chance, rates, a_day))]
    days = sum(day for day, _ in decided) // max(len(decided), 1)
    return Found(times, Counter(name for _, name in decided), days)


def _first_winner(chance: random.Random, rates: Sequence[float], a_day: int) -> tuple[int, str] | None:
    for day, counts in _days(chance, rates, a_day):
        if _may_decide(list(counts.values())):
            won = winner_of(compare(counts), AT_LEAST, timedelta(days=day))
            if won:
                return day, won
    return None


def _days(
    chance: random.Random, rates: Sequence[float], a_day: int
) -> Iterator[tuple[int, dict[str, Count]]]:
    """What is known at the end of each day."""
    good = [0] * len(rates)
    for day in range(1, DAYS + 1):
        for number, rate in enumerate(rates):
            good[number] += sum(chance.random() < rate for _ in range(a_day))
        yield day, {"abcdef"[number]: Count(day * a_day, clicked) for number, clicked in enumerate(good)}


def _may_decide(counts: Sequence[Count]) -> bool:
    """Whether anything can come of asking: comparing takes a thousand times as long as this."""
    best = max(counts, key=lambda one: one.rate)
    return best.people >= AT_LEAST and all(
        evidence(best, other) >= log(1 / DECEIVED) for other in counts if other is not best
    )


def main() -> None:
    """Print the table of decision 39."""
    print(
        "| clicks with a and b | people a day, each | b wins | a wins | nothing is decided | decided on day |"
    )
    print("|---|---|---|---|---|---|")
    for *rates, a_day in SCENES:
        found = look_daily(rates, int(a_day))
        a, b = found.share("a"), found.share("b")
        told = " and ".join(f"{rate * 100:g} %" for rate in rates)
        print(
            f"| {told} | {a_day} | {b * 100:.1f} % | {a * 100:.1f} % | {(1 - a - b) * 100:.1f} % | {found.days} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
