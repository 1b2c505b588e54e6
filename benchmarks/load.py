"""Requests to a web server, as fast as it answers: by wrk where it is installed, else by a small client of ours."""

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.histogram import Histogram

WRK = shutil.which("wrk")
GENERATOR = f"wrk ({WRK})" if WRK else "benchmarks/client.py, since wrk is not installed"
LONGEST_ANSWER = 5
"""Seconds; whoever waits longer counts as an error."""

_SCRIPT = """
local requests, next_one = {}, 0
function init(args)
  for line in io.lines(args[1]) do
    local path, body = line:match("^([^\\t]*)\\t(.*)$")
    if body == "" then
      requests[#requests + 1] = wrk.format("GET", path)
    else
      requests[#requests + 1] = wrk.format("POST", path, {["Content-Type"] = args[2]}, body)
    end
  end
end
function request()
  next_one = next_one % #requests + 1
  return requests[next_one]
end
function done(summary, latency, requests)
  local counts = {}
  for i = 1, 1000 do counts[i] = latency:percentile((i - 0.5) / 10) end
  local errors = summary.errors
  io.write("JSON", string.format('{"answers": %d, "micros": %d, "refused": %d, "broken": %d, "latencies": [%s]}',
    summary.requests, summary.duration, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout, table.concat(counts, ",")), "\\n")
end
"""


@dataclass(frozen=True, slots=True)
class Request:
    """A request over and over. body: of a POST, in one line; empty for a GET."""

    path: str
    body: str = ""


@dataclass(frozen=True, slots=True)
class Load:
    """What came of it. rate: answers per second; refused: how many had a status of 400 and more."""

    rate: float
    answers: int
    refused: int
    latencies: Histogram


class Broken(Exception):
    """Connections failed or answers were wrong, so that the figure would mean nothing."""


def drive(
    port: int,
    requests: Sequence[Request],
    seconds: float,
    connections: int = 16,
    content_type: str = "application/x-www-form-urlencoded",
) -> Load:
    """Send these requests in turn over some connections that are kept. Raises Broken."""
    with TemporaryDirectory() as folder:
        listed = Path(folder) / "requests"
        listed.write_text("".join(f"{one.path}\t{one.body}\n" for one in requests), encoding="utf-8")
        run = _by_wrk if WRK else _by_ours
        found = run(Path(folder), port, listed, seconds, connections, content_type)
    if found["broken"] or found["refused"] or not found["answers"]:
        raise Broken(
            f"{found['answers']} answers, {found['refused']} refused, {found['broken']} broken connections"
        )
    micros = found["latencies"]
    weight = max(1, found["answers"] // max(1, len(micros)))
    histogram = Histogram.of(one / 1e6 for one in micros)
    counts = {place: count * weight for place, count in histogram.counts.items()}
    return Load(
        found["answers"] / (found["micros"] / 1e6), found["answers"], found["refused"], Histogram(counts)
    )


def _by_wrk(
    folder: Path, port: int, listed: Path, seconds: float, connections: int, content_type: str
) -> dict[str, Any]:
    script = folder / "load.lua"
    script.write_text(_SCRIPT, encoding="utf-8")
    argv = [
        str(WRK),
        "-t1",
        f"-c{connections}",
        f"-d{max(1, round(seconds))}s",
        f"--timeout={LONGEST_ANSWER}s",
    ]
    said = _run([*argv, "-s", str(script), f"http://127.0.0.1:{port}/", "--", str(listed), content_type])
    _, found, line = said.rpartition("JSON")
    if not found:
        raise Broken(said)
    return dict(json.loads(line))


def _by_ours(
    folder: Path, port: int, listed: Path, seconds: float, connections: int, content_type: str
) -> dict[str, Any]:
    argv = [sys.executable, "-m", "benchmarks.client", str(port), str(listed)]
    return dict(json.loads(_run([*argv, str(seconds), str(connections), content_type])))


def _run(argv: Sequence[str]) -> str:
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Broken(done.stderr or done.stdout)
    return done.stdout
