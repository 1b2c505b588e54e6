"""Two web nodes with ingest and workers of their own, one database and one queue, each at an address of its own."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from bridge.catcher import MailCatcher
from bridge.journal import depth
from tests.conftest import Servers
from tests.edge.site import environment
from tests.faults import network
from tests.faults.books import Books
from tests.faults.network import Node, machines
from tests.faults.servers import OwnServers, fresh_folder, listening_at, own_servers
from tests.faults.traffic import Traffic
from tests.promise import few_or_many
from tests.promises.processes import PARTS, Processes
from tests.together import eventually

pytestmark = pytest.mark.xdist_group("faults")

CUTS = few_or_many(1, 3)
CUT_OFF = few_or_many(4, 10)
"""Seconds."""
BACK_WITHIN = 60.0
"""Seconds until everything that waited is done."""


@pytest.mark.promise(
    "R3", "one of two nodes is cut off from database, queue and mail server, again and again"
)
def test_two_nodes_lose_and_double_nothing_when_one_is_cut_off(saw: Callable[..., None]) -> None:
    if why := network.why_not():
        pytest.skip(why)
    with two_nodes() as (one, other, cut):
        ours = Traffic(one.url, "one").submits(pause=0.3).follows(pause=0.05)
        theirs = Traffic(other.url, "other").submits(pause=0.3).follows(pause=0.05)
        both = [Traffic(node.url, "both").submits(threads=1, pause=0.3) for node in (one, other)]
        with ours, theirs, both[0], both[1]:
            for _ in range(CUTS):
                time.sleep(1)
                cut.cut_off()
                time.sleep(CUT_OFF)
                assert depth(other.data / "journal")[0], "nothing waits: it was not cut off"
                cut.join_again()
            time.sleep(1)
        began = time.monotonic()
        assert eventually(lambda: depth(other.data / "journal")[0] == 0), (
            "the journal of the one that was cut off"
        )
        for traffic in (ours, theirs, *both):
            Books(one, traffic).drained()
        seconds = time.monotonic() - began
        links = sum(traffic.statuses("link")[302] for traffic in (ours, theirs))
        saw(links=links, cuts=CUTS, cut_off_for=CUT_OFF, drained_after=seconds)
        for place, traffic in (("here", ours), ("there", theirs)):
            books = Books(one, traffic)
            books.settle(
                lambda place=place, **seen: saw(**{f"{what}_{place}": n for what, n in seen.items()})
            )
            assert books.mails_twice() == {}
            assert set(traffic.statuses("form")) == {202}
            assert set(traffic.statuses("link")) == {302}
        for traffic in both:
            assert Books(one, traffic).lost() == Books(one, traffic).doubled() == set()
            assert Books(one, traffic).wrong() == []
        assert seconds <= BACK_WITHIN


@contextmanager
def two_nodes() -> Iterator[tuple[Processes, Processes, Node]]:
    """Both, and the second one as a machine. The first one has the cron of both."""
    with ExitStack() as closing:
        folder = closing.enter_context(fresh_folder())
        here, there = closing.enter_context(machines(2))
        own = closing.enter_context(own_servers())
        servers = listening_at(own, network.HUB)
        catcher = closing.enter_context(MailCatcher(folder / "here" / "var" / "inbox", network.HUB))
        one = node(folder / "here", here, own, servers, catcher.url)
        other = node(folder / "there", there, own, servers, catcher.url)
        closing.callback(one.stop_all)
        closing.callback(other.stop_all)
        for part in PARTS:
            one.start(part)
        for part in PARTS.keys() - {"cron"}:
            other.start(part)
        yield one, other, there


def node(folder: Path, machine: Node, own: OwnServers, servers: Servers, smtp_url: str) -> Processes:
    """A node on a machine; nothing runs there yet."""
    folder.mkdir(exist_ok=True)
    address = f"{machine.address}:8000"
    settings = environment(
        folder,
        DATABASE_URL=servers.database_url,
        REDIS_URL=servers.redis_url,
        SMTP_URL=smtp_url,
        BIND=address,
        PUBLIC_URL=f"http://{address}",
        MAIL_PACE="1000/second",
        SETTLE="300ms,600ms",
    )
    return Processes(f"http://{address}", folder / "var", settings, own.engine, machine.inside)
