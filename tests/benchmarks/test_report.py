"""What was measured, as programs read it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

import benchmarks.__main__ as command
from benchmarks.contest import Say, Scale
from benchmarks.histogram import Histogram
from benchmarks.outcomes import Finding, Outcome, Ratio, Spread
from benchmarks.report import table, write_results

SCALE = Scale(1, 1.0, is_quick=True)
RATES = {"ours": Spread(90, 80, 99), "bare": Spread(30, 20, 40), "empty": Spread(900, 800, 999)}


def outcome(middle: float = 3.0, goal: float | None = 3.0) -> Outcome:
    """Ours over two baselines."""
    ratios = [Ratio("bare", Spread(middle, 2.0, 4.0), goal), Ratio("empty", Spread(0.1, 0.1, 0.1), None)]
    return Outcome("P1", "a click", "answers/s", RATES, ratios, {"ours": Histogram.of([0.01] * 30)})


def test_results_are_a_list_with_an_object_for_each_comparison(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    write_results(path, [outcome(), Finding("P10", "ready", "s", Spread.of([6.0]), goal=5.0)], SCALE)
    bare, empty, ready = json.loads(path.read_text(encoding="utf-8"))

    facts = ("id", "what", "ours", "baseline", "unit", "ratio", "goal", "met")
    assert [bare[name] for name in facts] == ["P1", "a click", 90, 30, "answers/s", 3.0, 3.0, True]
    assert [empty[name] for name in facts] == ["P1", "a click", 90, 900, "answers/s", 0.1, None, None]
    assert [ready[name] for name in facts] == ["P10", "ready", 6.0, None, "s", None, 5.0, False]
    assert bare["compared"] == {"ours": "ours", "baseline": "bare"}
    assert set(bare["latencies_ms"]["ours"]) == {"p50", "p95"}, (
        "thirty of them say nothing of the slowest 1 %"
    )


@pytest.mark.parametrize(
    ("middle", "shown"), [(2.996, "2.996 ("), (2.99996, "3.0000 ("), (3.004, "3.00 ("), (2.9, "2.90 (")]
)
def test_rounding_hides_no_miss(middle: float, shown: str) -> None:
    assert shown in table([outcome(middle)])


def test_a_part_that_fails_takes_no_other_figure_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(scale: Scale, say: Say) -> None:
        raise RuntimeError("POST /forms/x was answered with 503")

    parts = {"edge": lambda scale, say: iter([outcome()]), "ingest": breaks}
    monkeypatch.setattr(command, "PARTS", {"edge": ("P1", "P2"), "ingest": ("P3",)})
    monkeypatch.setattr(command, "_measuring", parts.__getitem__)
    path = tmp_path / "results.json"
    done = CliRunner().invoke(command.main, ["--quick", "--into", str(path)])
    assert done.exit_code == 1
    assert "P3: could not be measured, RuntimeError: POST /forms/x was answered with 503" in done.output
    assert [one["id"] for one in json.loads(path.read_text(encoding="utf-8"))] == ["P1", "P1"]
