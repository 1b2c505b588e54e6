"""P9: what a click costs on the node that takes it, and what in the database that all nodes share.

Two web nodes are twice as fast as one as long as the database is not what they wait for. A machine with few cores
cannot show that by its speed; it shows how much work a click is for each process, from its journal to its points.
With a database on a machine as large as a node, a second node adds as much as the first one when a click costs a
node twice what it costs the database; that is what the ratio says.

An installation with its clock ten times as fast: clicks rest for 2 and 12 seconds instead of 20 and 120, and the
window of `recipients` is 6 seconds instead of 60, so each is judged as often as it would be, and the measuring ends
when none is to be judged again. Everybody clicks from a network of its own.
"""

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack
from http.client import HTTPConnection
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory

from sqlalchemy import func, or_, select

from benchmarks.campaign import LINKS, Recipient, send_campaign
from benchmarks.contest import Say, Scale
from benchmarks.ground import Ground, fresh_ground
from benchmarks.load import A_BROWSER, Request, drive
from benchmarks.outcomes import Finding, Spread
from benchmarks.processes import command, family, processor_time
from bridge.delivery.links import ClickTarget
from bridge.journal import depth
from bridge.program.loading import DEMO
from bridge.store.tables import events

GOAL = 1.8
SETTLE = "2s,12s"
WINDOW = """
[verdicts]
recipients = "3 in 6s"
"""
PARTS = {
    " web ": "edge",
    " ingest": "ingest",
    " worker ": "score",
    "postgres": "PostgreSQL",
    "valkey": "Valkey",
}
"""A word of the command of a process → the part of the bridge that it belongs to."""
SHARED = ("PostgreSQL", "Valkey")
DONE_WITHIN = 300.0


def measure(scale: Scale, say: Say) -> Iterator[Finding]:
    """Clicks for some seconds, until the last one is scored."""
    with ExitStack() as running:
        program = _shortened(Path(running.enter_context(TemporaryDirectory())))
        ground = running.enter_context(fresh_ground(SETTLE=SETTLE, PROGRAM=str(program), TRUSTED_PROXIES="1"))
        people = send_campaign(ground.services.engine, 2_000 if scale.is_quick else 40_000)
        for words in (("ingest",), ("worker", "score"), ("cron",)):
            running.enter_context(ground.process(*words))
        port = running.enter_context(ground.web("edge"))
        requests = _clicks(ground, people)
        _follow(port, requests[:100])
        _wait_until_done(ground)
        before, known = _work(), _stored(ground)
        say("P9  clicks, and all that follows from them")
        _follow(port, requests[:2_000]) if scale.is_quick else drive(port, requests, 5.0)
        _wait_until_done(ground)
        clicks = _stored(ground) - known
        each = {part: (seconds - before[part]) / clicks * 1e6 for part, seconds in _work().items()}
    for part, micros in each.items():
        yield Finding("P9", f"processor time of a click: {part}", "µs", Spread.of([micros]))
    node = sum(micros for part, micros in each.items() if part not in SHARED)
    ratio = min(2.0, node / each["PostgreSQL"])
    yield Finding("P9", "a second node adds, by that", "×", Spread.of([ratio]), GOAL, at_least=True)


def _shortened(folder: Path) -> Path:
    """The demo's programme with a shorter window."""
    program = Path(copytree(DEMO.parent, folder / "program")) / DEMO.name
    program.write_text(program.read_text(encoding="utf-8") + WINDOW, encoding="utf-8")
    return program


def _clicks(ground: Ground, people: list[Recipient]) -> list[Request]:
    """One click of each, on one of the links."""
    links, public = ground.services.world.links, ground.services.settings.public_url
    targets = (ClickTarget(one.mail, link["number"], link["url"]) for one in people for link in LINKS[:1])  # type: ignore[arg-type]
    return [
        Request(
            links.click(target).removeprefix(public), headers=A_BROWSER | {"X-Forwarded-For": _network(n)}
        )
        for n, target in enumerate(targets)
    ]


def _network(number: int) -> str:
    return f"198.{18 + number // 65_536}.{number // 256 % 256}.{number % 256}"


def _follow(port: int, requests: list[Request]) -> None:
    """So many clicks, one after another: everybody has loaded what it needs afterwards."""
    connection = HTTPConnection("127.0.0.1", port)
    for one in requests:
        connection.request("GET", one.path, headers=dict(one.headers))
        connection.getresponse().read()
    connection.close()


def _wait_until_done(ground: Ground) -> None:
    until = time.monotonic() + DONE_WITHIN
    undone = or_(events.c.scored_at.is_(None), events.c.rejudge_at.is_not(None))
    waiting = select(func.count()).select_from(events).where(undone)
    while time.monotonic() < until:
        with ground.services.engine.connect() as connection:
            if depth(ground.journal)[0] == connection.scalar(waiting) == 0:
                return
        time.sleep(0.2)
    raise RuntimeError("not everything was scored in time")


def _stored(ground: Ground) -> int:
    with ground.services.engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(events)) or 0


def _work() -> dict[str, float]:
    """Part → seconds of a processor that it took so far."""
    total: dict[str, float] = {}
    for pid in family(os.getpid()):
        for word, part in PARTS.items():
            if word in command(pid):
                total[part] = total.get(part, 0.0) + processor_time(pid)
                break
    return total
