"""P5: what storing a hit, scoring it and showing a person cost, as the database fills.

Each size has a database of its own, made by `benchmarks.generator`, and takes its turns beside the smallest one. The
edge (P1, P2) asks no database at all: nothing of it can depend on what is stored.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from benchmarks.contest import Contest, Contestant, Sample, Say, Scale, play
from benchmarks.generator import BYTES_AN_EVENT, fill
from benchmarks.ground import fresh_ground
from benchmarks.outcomes import Finding, Outcome, Spread
from benchmarks.population import Population
from benchmarks.town import Town

SMALLEST = 10_000
STEP = 10
FEW = 2
"""Rounds when there is little time."""
SHORT, LONG = 0.25, 1.5
"""Seconds of a turn: what is prepared and taken back beside it takes as long again."""
GOAL = 0.8
"""Within twenty per cent."""
SLOWEST_PAGE = 100.0
"""Milliseconds, of which 95 of 100 pages may take no more."""


def measure(scale: Scale, say: Say) -> Iterator[Outcome | Finding]:
    """P5, at each size up to the largest that this run shall have. The short form has no time for a verdict."""
    seconds, rounds = (SHORT, FEW) if scale.is_quick else (LONG, scale.rounds)
    with _town(SMALLEST, say) as smallest:
        for events in _sizes(scale.events, say):
            with _town(events, say) as town:
                compared = _Compared(town, smallest, seconds, is_judged=not scale.is_quick)
                yield play(compared.contest("hits stored", "hits/s", Town.store), rounds, say)
                yield play(compared.contest("hits scored", "hits/s", Town.score), rounds, say)
                yield (pages := play(compared.contest("profile pages", "pages/s", Town.show), rounds, say))
                yield compared.slowest_pages(pages)


def _sizes(largest: int, say: Say) -> Iterator[int]:
    """Ten times as many each time up to the largest, as far as the disk has room."""
    events = SMALLEST
    while events < largest:
        events = min(events * STEP, largest)
        needed, free = events * BYTES_AN_EVENT, shutil.disk_usage("/tmp").free  # noqa: S108 - where the ground is
        if needed > free:
            say(f"P5  {events:,} events need {needed / 1e9:.0f} GB on the disk, {free / 1e9:.0f} GB are free")
            return
        yield events


@contextmanager
def _town(events: int, say: Say) -> Iterator[Town]:
    """A database with so many events, and pages that show it."""
    population = Population(events, datetime.now(UTC))
    with ExitStack() as closing:
        ground = closing.enter_context(fresh_ground())
        told = partial(_told, say, events)
        fill(ground.services.settings.database_url, population, told)
        yield Town(ground.services, population, closing.enter_context(ground.web("pages")))


def _told(say: Say, events: int, words: str) -> None:
    say(f"P5  making {events:,} events: {words}")


@dataclass(frozen=True, slots=True)
class _Compared:
    """Two sizes, side by side. seconds: of one turn. is_judged: whether there is time enough for a verdict."""

    town: Town
    smallest: Town
    seconds: float
    is_judged: bool

    def contest(self, what: str, unit: str, run: Callable[..., Sample]) -> Contest:
        """The same work in both."""

        def contestant(town: Town, goal: float | None = None) -> Contestant:
            return Contestant(town.name, partial(run, town, seconds=self.seconds), goal)

        baseline = contestant(self.smallest, GOAL if self.is_judged else None)
        return Contest("P5", what, unit, contestant(self.town), [baseline])

    def slowest_pages(self, pages: Outcome) -> Finding:
        """What 95 of 100 pages do not exceed."""
        latencies, goal = pages.latencies[self.town.name], SLOWEST_PAGE if self.is_judged else None
        p95 = Spread.of([latencies.quantile(0.95) * 1000])
        return Finding("P5", f"profile page, p95 at {self.town.name}", "ms", p95, goal, latencies=latencies)
