"""R4: the journal's disk is full: forms are refused for now, links lead on, and it recovers by itself."""

import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from bridge.journal import journal_files
from tests.disks import tiny_disk
from tests.faults.books import Books
from tests.faults.conftest import Bridge
from tests.faults.elsewhere import elsewhere
from tests.faults.servers import fresh_folder
from tests.faults.traffic import Traffic
from tests.promise import few_or_many
from tests.promises.processes import Processes
from tests.together import eventually

pytestmark = pytest.mark.xdist_group("faults")

DISK = "10m"
"""The reserve, and a little for the journal."""
ROUNDS = few_or_many(1, 5)


def is_sound(journal: Path) -> bool:
    """Whether SQLite finds nothing wrong with any file."""
    for path in journal_files(journal):
        with closing(sqlite3.connect(path)) as connection:
            if connection.execute("pragma integrity_check").fetchone() != ("ok",):
                return False
    return True


@pytest.mark.promise("R4", "the journal's disk fills up under load, again and again")
def test_a_full_disk_refuses_forms_and_recovers_by_itself(bridge: Bridge, saw: Callable[..., None]) -> None:
    with (
        fresh_folder() as folder,
        tiny_disk(folder / "var" / "journal", DISK),
        elsewhere(folder, bridge.own) as node,
    ):
        node.start("ingest")
        assert eventually((folder / "var" / "journal" / "reserve").exists)
        node.start("web")
        traffic = Traffic(node.url, "fulldisk").submits(threads=3).follows(pause=0.02)
        with traffic:
            for _ in range(ROUNDS):
                _fill_up(node, traffic, folder / "var" / "journal")
                node.start("ingest")
                full = time.monotonic()
                assert eventually(partial(_takes_forms, traffic, full)), node.log("ingest")
        books = Books(node, traffic)
        seconds = books.drained()
        assert is_sound(folder / "var" / "journal")
    refused = [one for one in traffic.between("form") if one.status == 503]
    books.settle(
        saw, filled=ROUNDS, refused=len(refused), links=traffic.statuses("link")[302], drained_after=seconds
    )
    assert set(traffic.statuses("form")) == {202, 503}
    assert all(int(one.retry_after or 0) > 0 for one in refused)
    assert set(traffic.statuses("link")) == {302}


def _takes_forms(traffic: Traffic, since: float) -> bool:
    return traffic.statuses("form", since)[202] > 0


def _fill_up(node: Processes, traffic: Traffic, journal: Path) -> None:
    """As soon as room is kept again, nobody takes the journal over until its disk is full for good."""
    assert eventually((journal / "reserve").exists)
    node.stop("ingest")
    began = time.monotonic()
    assert eventually(lambda: traffic.statuses("form", began)[503] > 20)
    assert os.statvfs(journal).f_bavail < 16
