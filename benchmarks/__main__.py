"""`python -m benchmarks`: measure, print the table, write results.json."""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from time import monotonic

import click

from benchmarks.contest import Say, Scale
from benchmarks.load import GENERATOR
from benchmarks.outcomes import Finding, Outcome
from benchmarks.report import table, write_results

RESULTS = Path(__file__).with_name("results.json")
FULL, QUICK = Scale(7, 5.0, is_quick=False, events=1_000_000), Scale(2, 1.0, is_quick=True, events=30_000)

Part = Callable[[Scale, Say], Iterator[Outcome | Finding]]
PARTS = {
    "edge": ("P1", "P2"),
    "ingest": ("P3",),
    "scoring": ("P4",),
    "growth": ("P5",),
    "latency": ("P6", "P7"),
    "sending": ("P8",),
    "nodes": ("P9",),
    "footprint": ("P10",),
}
"""Module of this package → the promises that its `measure` measures."""


@click.command()
@click.option("--quick", is_flag=True, help="At most two minutes: fewer and shorter rounds.")
@click.option(
    "--only", multiple=True, metavar="PROMISE", help="Only the parts that measure this, such as P1."
)
@click.option(
    "--events",
    type=click.IntRange(min=100_000),
    help="In the largest database of P5, else 1,000,000; 10,000,000 need twenty minutes more, and 20 GB for a while.",
)
@click.option(
    "--into", type=click.Path(path_type=Path), default=RESULTS, help="Where the figures go, as JSON."
)
def main(quick: bool, only: tuple[str, ...], events: int | None, into: Path) -> None:
    """Measure ours beside its baselines. Other work on the machine spoils the figures, less so the ratios."""
    scale, began, found = QUICK if quick else FULL, monotonic(), []
    if events is not None:
        scale = replace(scale, events=events)
    _say(f"load comes from {GENERATOR}; others on this machine: {os.getloadavg()[0]:.1f} at work")
    parts, failed = _parts(only), []
    for name in parts:
        since, promises = monotonic(), " ".join(PARTS[name])
        try:
            for one in _measuring(name)(scale, _say):
                _say(table([one]))
                found.append(one)
        except Exception as error:
            if len(parts) == 1:
                raise
            failed.append(promises)
            _say(f"{promises}: could not be measured, {type(error).__name__}: {str(error)[-500:]}")
        _say(f"{promises}: {monotonic() - since:.0f} s")
    click.echo(table(found))
    click.echo(f"\nload: {GENERATOR}")
    write_results(into, found, scale)
    _say(f"\n{monotonic() - began:.0f} s; {into}")
    if failed:
        raise click.ClickException(f"could not be measured: {', '.join(failed)}; --only shows why")


def _parts(only: tuple[str, ...]) -> list[str]:
    names = [name for name, promises in PARTS.items() if not only or set(only) & set(promises)]
    if not names:
        known = ", ".join(promise for promises in PARTS.values() for promise in promises)
        raise click.BadParameter(
            f"nothing measures {', '.join(only)}; there are {known}", param_hint="--only"
        )
    return names


def _measuring(name: str) -> Part:
    part: Part = import_module(f"benchmarks.{name}").measure
    return part


def _say(words: str) -> None:
    click.echo(words, err=True)


if __name__ == "__main__":
    main()
