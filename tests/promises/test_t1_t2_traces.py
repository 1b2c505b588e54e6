"""T1: machines score nothing. T2: people score. Every recorded trace, over HTTP, on the real stack."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from redis import Redis
from sqlalchemy import Engine

from bridge.judgement.traces import OWN_PAGES, Step, Trace, parse_trace
from tests.conftest import Servers
from tests.house import Clock
from tests.promises.replay import Stage, served

pytestmark = [
    pytest.mark.promise("T1", "recorded traces of machines"),
    pytest.mark.promise("T2", "recorded traces of people"),
]

TRACES = sorted((Path(__file__).parents[1] / "traces").glob("*.json"))


def hits_of(trace: Trace, name: str) -> list[Step]:
    """What of a trace is a hit on somebody's mail, by time."""
    return [step for step in trace.hits if step.to == name and not step.proof]


@pytest.mark.parametrize("file", TRACES, ids=lambda file: file.stem)
def test_a_trace_is_judged_as_it_says(
    file: Path, servers: Servers, engine: Engine, redis: Redis, tmp_path: Path, saw: Callable[..., None]
) -> None:
    del engine, redis  # both are empty now
    trace = parse_trace(json.loads(file.read_text(encoding="utf-8")))
    with served(tmp_path, servers, Clock()) as stage:
        stage.play(trace)
        for name in dict.fromkeys(step.to for step in trace.hits):
            _check(stage, trace, name)
    people = [step for step in trace.hits if (step.by or trace.by) != "machine" and not step.proof]
    saw(traces=1, hits=len(trace.hits), of_people=len(people))


def _check(stage: Stage, trace: Trace, name: str) -> None:
    steps, rows = hits_of(trace, name), stage.hits(name)
    assert len(rows) == len(steps), "every hit is kept, and answered alike"
    followed: set[str] = set()
    for step, row in zip(steps, rows, strict=True):
        by, points = step.by or trace.by, stage.points(name, row.id)
        what = f"{step.after}s {step.link or 'open'}: {row.verdict} {row.signs}"
        if by == "machine":
            assert points == 0, what
        elif step.link and step.method != "HEAD":
            assert row.verdict == "human", what
            followed.add(step.link)
    counted = {step.link for step, row in zip(steps, rows, strict=True) if stage.points(name, row.id) > 0}
    assert followed - OWN_PAGES <= counted, "each link that a person followed gave points, once"
    if all((step.by or trace.by) == "machine" for step in steps):
        assert stage.handovers(name) == []
