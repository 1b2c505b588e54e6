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
    return f"{spread.middle:.2f} ({spread.least:.2f} … {spread.most:.2f})", goal, HELD[ratio.held]


def _figures(rate: Spread, unit: str) -> str:
    return f"{_figure(rate.middle)} ({_figure(rate.least)} … {_figure(rate.most)}) {unit}"


def _figure(value: float) -> str:
    """Three digits that mean something."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _latencies(name: str, histogram: Histogram) -> str:
    figures = ", ".join(f"p{share * 100:g} {histogram.quantile(share) * 1000:.2f}" for share in QUANTILES)
    return _line("", "", name, f"latency in ms: {figures}", "", "", "")


def _line(*cells: str) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, WIDTHS, strict=True)).rstrip()


def write_results(path: Path, found: Sequence[Outcome | Finding], scale: Scale) -> None:
    """The same for programs, with the machine that it was measured on."""
    content = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": _commit(),
        "machine": _machine(),
        "generator": GENERATOR,
        "scale": asdict(scale),
        "contests": [_facts(one) for one in found if isinstance(one, Outcome)],
        "findings": [_facts_of_finding(one) for one in found if isinstance(one, Finding)],
    }
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _facts(outcome: Outcome) -> dict[str, Any]:
    return {
        "promise": outcome.promise,
        "what": outcome.what,
        "unit": outcome.unit,
        "rates": {name: asdict(rate) for name, rate in outcome.rates.items()},
        "ratios": [asdict(ratio) | {"held": ratio.held} for ratio in outcome.ratios],
        "latencies_ms": {name: _quantiles(one) for name, one in outcome.latencies.items()},
    }


def _facts_of_finding(finding: Finding) -> dict[str, Any]:
    facts = {name: getattr(finding, name) for name in ("promise", "what", "unit", "goal", "at_least", "held")}
    latencies = {"latencies_ms": _quantiles(finding.latencies)} if finding.latencies else {}
    return facts | asdict(finding.figure) | latencies


def _quantiles(histogram: Histogram) -> dict[str, float]:
    return {f"p{share * 100:g}": round(histogram.quantile(share) * 1000, 3) for share in QUANTILES}


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
