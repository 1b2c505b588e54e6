"""What was measured, as a table for people and as JSON for programs."""

import json
import os
import platform
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.contest import Scale
from benchmarks.histogram import Histogram
from benchmarks.load import GENERATOR
from benchmarks.outcomes import Finding, Outcome, Ratio, Spread

HELD = {True: "held", False: "MISSED", None: ""}
QUANTILES = (0.5, 0.95, 0.99, 0.999)
WIDTHS = (4, 30, 12, 24, 22, 6, 5)


def table(found: Iterable[Outcome | Finding]) -> str:
    """Each figure with its spread, each ratio with its goal."""
    lines = [_line("", "what", "", "median (least … most)", "ours over it", "goal", "")]
    for one in found:
        lines += _lines_of_outcome(one) if isinstance(one, Outcome) else _lines_of_finding(one)
    return "\n".join(lines)


def _lines_of_outcome(outcome: Outcome) -> list[str]:
    ratios = {ratio.baseline: ratio for ratio in outcome.ratios}
    lines = []
    for number, (name, rate) in enumerate(outcome.rates.items()):
        first = (outcome.promise, outcome.what) if number == 0 else ("", "")
        lines.append(_line(*first, name, _figures(rate, outcome.unit), *_cells(ratios.get(name))))
    return lines + [_latencies(name, histogram) for name, histogram in outcome.latencies.items()]


def _lines_of_finding(finding: Finding) -> list[str]:
    goal = "" if finding.goal is None else f"{'≥' if finding.at_least else '≤'} {finding.goal:g}"
    figures = _figures(finding.figure, finding.unit)
    first = _line(finding.promise, finding.what, "", figures, "", goal, HELD[finding.held])
    return [first, _latencies("", finding.latencies)] if finding.latencies else [first]


def _cells(ratio: Ratio | None) -> tuple[str, str, str]:
    if ratio is None:
        return "", "", ""
    spread = ratio.spread
    goal = "" if ratio.goal is None else f"≥ {ratio.goal:g}"
    middle = _beside(spread.middle, ratio.goal)
    return f"{middle} ({spread.least:.2f} … {spread.most:.2f})", goal, HELD[ratio.held]


def _beside(value: float, goal: float | None) -> str:
    """With as many digits as it takes to see on which side of its goal it lies; two at least, four at most."""
    for digits in (2, 3):
        shown = f"{value:.{digits}f}"
        if goal is None or (float(shown) >= goal) == (value >= goal):
            return shown
    return f"{value:.4f}"


def _figures(rate: Spread, unit: str) -> str:
    return f"{_figure(rate.middle)} ({_figure(rate.least)} … {_figure(rate.most)}) {unit}"


def _figure(value: float) -> str:
    """Three digits that mean something."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _latencies(name: str, histogram: Histogram) -> str:
    figures = ", ".join(f"{share} {millis:.2f}" for share, millis in _quantiles(histogram).items())
    return _line("", "", name, f"latency in ms: {figures}", "", "", "")


def _line(*cells: str) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, WIDTHS, strict=True)).rstrip()


def write_results(path: Path, found: Sequence[Outcome | Finding], scale: Scale) -> None:
    """The same for programs: a list with an object for each comparison and each single figure.

    id: the promise. ours, baseline: medians in `unit`; ratio: median of the rounds' ratios; baseline and ratio are
    null where nothing is compared. goal: of the ratio, or of the figure; met: null where there is none. More: least
    and most of what the goal is for, who was compared, latencies, and in `run` when, on what and how long.
    """
    run = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": _commit(),
        "machine": _machine(),
        "generator": GENERATOR,
        "scale": asdict(scale),
    }
    objects = [facts | {"run": run} for one in found for facts in _facts(one)]
    path.write_text(json.dumps(objects, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _facts(one: Outcome | Finding) -> list[dict[str, Any]]:
    if isinstance(one, Outcome):
        return [_facts_of_ratio(one, ratio) for ratio in one.ratios]
    return [
        {
            "id": one.promise,
            "what": one.what,
            "ours": one.figure.middle,
            "baseline": None,
            "unit": one.unit,
            "ratio": None,
            "goal": one.goal,
            "met": one.held,
            "least": one.figure.least,
            "most": one.figure.most,
            "latencies_ms": {"ours": _quantiles(one.latencies)} if one.latencies else {},
        }
    ]


def _facts_of_ratio(outcome: Outcome, ratio: Ratio) -> dict[str, Any]:
    ours, rates = next(iter(outcome.rates)), outcome.rates
    names = {"ours": ours, "baseline": ratio.baseline}
    return {
        "id": outcome.promise,
        "what": outcome.what,
        "ours": rates[ours].middle,
        "baseline": rates[ratio.baseline].middle,
        "unit": outcome.unit,
        "ratio": ratio.spread.middle,
        "goal": ratio.goal,
        "met": ratio.held,
        "least": ratio.spread.least,
        "most": ratio.spread.most,
        "compared": names,
        "latencies_ms": {
            role: _quantiles(outcome.latencies[name])
            for role, name in names.items()
            if name in outcome.latencies
        },
    }


def _quantiles(histogram: Histogram) -> dict[str, float]:
    """Milliseconds, as far as there are enough latencies to tell."""
    shares = (share for share in QUANTILES if histogram.tells(share))
    return {f"p{share * 100:g}": round(histogram.quantile(share) * 1000, 3) for share in shares}


def _machine() -> dict[str, Any]:
    return {
        "cores": os.cpu_count(),
        "processor": platform.machine(),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
    }


def _commit() -> str:
    done = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"
