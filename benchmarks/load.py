"""Requests to a web server, as fast as it answers: by wrk where it is installed, else by a small client of ours."""

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
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
    local path, told, body = line:match("^([^\\t]*)\\t([^\\t]*)\\t(.*)$")
    local headers = {}
    for name, value in told:gmatch("([^:\\31]+):([^\\31]*)") do headers[name] = value end
    requests[#requests + 1] = wrk.format(body == "" and "GET" or "POST", path, headers, body ~= "" and body or nil)
  end
end
function request()
  next_one = next_one % #requests + 1
  return requests[next_one]
end
function done(summary, latency, requests)
  local counts = {}
  for i = 1, #latency do
    local micros, times = latency(i)
    counts[i] = string.format("[%d, %d]", micros, times)
  end
  local errors = summary.errors
  io.write("JSON", string.format('{"answers": %d, "micros": %d, "refused": %d, "broken": %d, "latencies": [%s]}',
    summary.requests, summary.duration, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout, table.concat(counts, ",")), "\\n")
end
"""


A_BROWSER = {
    "User-Agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "de-DE,de;q=0.9,en;q=0.5",
    "Sec-Fetch-Mode": "navigate",
}
A_FORM = A_BROWSER | {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True, slots=True)
class Request:
    """A request over and over. body: of a POST, in one line; empty for a GET."""

    path: str
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=lambda: A_BROWSER)

    @property
    def line(self) -> str:
        """What load generators read: path, headers, body."""
        told = "\x1f".join(f"{name}:{value}" for name, value in self.headers.items())
        return f"{self.path}\t{told}\t{self.body}\n"


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
) -> Load:
    """Send these requests in turn over some connections that are kept. Raises Broken."""
    with TemporaryDirectory() as folder:
        listed = Path(folder) / "requests"
        listed.write_text("".join(one.line for one in requests), encoding="utf-8")
        run = _by_wrk if WRK else _by_ours
        found = run(Path(folder), port, listed, seconds, connections)
    if found["broken"] or found["refused"] or not found["answers"]:
        raise Broken(
            f"{found['answers']} answers, {found['refused']} refused, {found['broken']} broken connections"
        )
    latencies = Histogram.counted((micros / 1e6, times) for micros, times in found["latencies"])
    return Load(found["answers"] / (found["micros"] / 1e6), found["answers"], found["refused"], latencies)


def _by_wrk(folder: Path, port: int, listed: Path, seconds: float, connections: int) -> dict[str, Any]:
    script = folder / "load.lua"
    script.write_text(_SCRIPT, encoding="utf-8")
    argv = [
        str(WRK),
        "-t1",
        f"-c{connections}",
        f"-d{max(1, int(seconds))}s",
        f"--timeout={LONGEST_ANSWER}s",
    ]
    said = _run([*argv, "-s", str(script), f"http://127.0.0.1:{port}/", "--", str(listed)])
    _, found, line = said.rpartition("JSON")
    if not found:
        raise Broken(said)
    return dict(json.loads(line))


def _by_ours(folder: Path, port: int, listed: Path, seconds: float, connections: int) -> dict[str, Any]:
    argv = [sys.executable, "-m", "benchmarks.client", str(port), str(listed), str(seconds), str(connections)]
    return dict(json.loads(_run(argv)))


def _run(argv: Sequence[str]) -> str:
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Broken(done.stderr or done.stdout)
    return done.stdout
