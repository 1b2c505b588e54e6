"""Throughput and latency against stored events, as an SVG: `python -m benchmarks.plot`.

The figures are those of P5 in a file of results, by default the one of the largest database that was measured.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

FIGURES = Path(__file__).with_name("growth.json")
PICTURE = Path(__file__).parents[1] / "docs" / "pictures" / "growth.svg"
GREY = "#7d838c"
"""For everything that is no curve: it can be read on white and on black."""
COLOURS = ("#3b82c4", "#c9722e", "#2f9e6e")
STYLE = {
    "svg.fonttype": "none",
    "svg.hashsalt": "leadbridge",
    "font.family": "sans-serif",
    "font.size": 10,
    "text.color": GREY,
    "axes.edgecolor": GREY,
    "axes.labelcolor": GREY,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "legend.frameon": False,
}


@dataclass(frozen=True, slots=True)
class Point:
    """What was measured at so many events. share: of what was done with the fewest, with least and most."""

    events: int
    share: float
    least: float
    most: float
    latencies: Mapping[str, float]


def points(results: Sequence[Mapping[str, Any]]) -> dict[str, list[Point]]:
    """What was measured → how it went at each size, from the smallest on."""
    found: dict[str, list[Point]] = {}
    for one in results:
        if one["id"] == "P5" and one["ratio"] is not None:
            sizes = {role: _number(name) for role, name in one["compared"].items()}
            latencies = one["latencies_ms"]
            first = Point(sizes["baseline"], 1.0, 1.0, 1.0, latencies.get("baseline", {}))
            shares = (one["ratio"], one["least"], one["most"])
            point = Point(sizes["ours"], *shares, latencies.get("ours", {}))
            found.setdefault(one["what"], [first]).append(point)
    return found


def _number(name: str) -> int:
    """Of "10,000 events"."""
    return int(name.split()[0].replace(",", ""))


def draw(curves: Mapping[str, Sequence[Point]]) -> Figure:
    """Two pictures side by side: what is done in a second, and how long a page takes."""
    figure = Figure(figsize=(9, 3.4), layout="constrained")
    done, waited = figure.subplots(1, 2)
    for (what, curve), colour in zip(curves.items(), COLOURS, strict=True):
        _draw_share(done, what, curve, colour)
    _mark(done, 0.8, "goal: at least 0.8")
    done.set(ylabel="in a second, of what it is at 10,000 events", ylim=(0, None))
    done.legend(loc="lower left", labelcolor=GREY)
    pages = curves["profile pages"]
    for share, line in (("p95", "-"), ("p50", "--")):
        waiting = [point.latencies[share] for point in pages]
        waited.plot(
            [point.events for point in pages], waiting, line, marker="o", color=COLOURS[2], label=share
        )
    _mark(waited, 100, "goal: p95 within 100 ms")
    waited.set(ylabel="profile page, ms", ylim=(0, None))
    waited.legend(loc="center left", labelcolor=GREY)
    for axes in (done, waited):
        axes.set(xscale="log", xlabel="stored events")
        axes.minorticks_off()
    return figure


def _draw_share(axes: Axes, what: str, curve: Sequence[Point], colour: str) -> None:
    events = [point.events for point in curve]
    axes.plot(events, [point.share for point in curve], marker="o", color=colour, label=what)
    least, most = [point.least for point in curve], [point.most for point in curve]
    axes.fill_between(events, least, most, color=colour, alpha=0.15, linewidth=0)


def _mark(axes: Axes, height: float, words: str) -> None:
    axes.axhline(height, color=GREY, linewidth=0.8, linestyle=":")
    axes.annotate(
        words,
        (1, height),
        xycoords=("axes fraction", "data"),
        xytext=(0, -3),
        textcoords="offset points",
        ha="right",
        va="top",
        fontsize=8,
    )


@click.command()
@click.argument("results", type=click.Path(path_type=Path, exists=True), default=FIGURES)
def main(results: Path) -> None:
    """Draw the figures of P5 in RESULTS."""
    with mpl.rc_context(STYLE):
        picture = draw(points(json.loads(results.read_text(encoding="utf-8"))))
        picture.savefig(PICTURE, transparent=True, metadata={"Date": None})
    click.echo(PICTURE)


if __name__ == "__main__":
    main()
