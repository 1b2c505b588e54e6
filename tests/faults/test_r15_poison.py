"""R15: garbage in the journal becomes dead letters, while everything around it flows."""

import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from bridge.ids import new_id
from bridge.intake.records import HIT, SUBMISSION
from bridge.journal import journal_files
from tests.faults.books import Books
from tests.faults.conftest import Bridge
from tests.promise import few_or_many

pytestmark = pytest.mark.xdist_group("faults")

GARBAGE = few_or_many(30, 1000)
BODIES = ("no json", "[]", "null", "{}", '{"email": "\\u0000"}', '{"id": 7, "form": []}', "[" * 5000, "\x00")


def poison(journal: Path, number: int) -> None:
    """A record that no version of the edge would write, among those of a living process."""
    with closing(sqlite3.connect(journal_files(journal)[0], timeout=5)) as connection, connection:
        kind = ("no such kind", SUBMISSION, HIT)[number % 3]
        micros = int(time.time() * 1_000_000)
        body = BODIES[number % len(BODIES)] if number % 7 else os.urandom(50).hex()
        connection.execute(
            "insert into records (id, kind, at, body) values (?, ?, ?, ?)",
            (new_id(micros // 1000).bytes, kind, micros, body),
        )


@pytest.mark.promise("R15", "garbage in the journal while forms arrive")
def test_garbage_in_the_journal_stops_nothing(bridge: Bridge, saw: Callable[..., None]) -> None:
    before = dead_letters(bridge)
    with bridge.traffic("poisoned").submits(pause=0.05).follows(pause=0.05) as traffic:
        for number in range(GARBAGE):
            poison(bridge.processes.data / "journal", number)
    books = Books(bridge.processes, traffic)
    seconds = books.drained()
    letters = dead_letters(bridge) - before
    books.settle(saw, garbage=GARBAGE, dead_letters=letters, drained_after=seconds)
    assert letters == GARBAGE
    assert set(traffic.statuses("form")) == {202}


def dead_letters(bridge: Bridge) -> int:
    """How many lie there."""
    with bridge.own.engine.connect() as connection:
        return int(connection.scalar(text("select count(*) from dead_letters")) or 0)
