"""What an operator does for somebody who asks: export, objection, erasure. Each command in a process of its own."""

import json

import pytest

from tests.conftest import Servers
from tests.house import ANNA, House
from tests.presentation.conftest import Run, Say


@pytest.fixture
def on_database(say: Say, servers: Servers, house: House) -> Say:
    """Commands over the database of `house`, in which Anna confirmed her address."""
    house.subscriber()
    return lambda *words: say(*words, DATABASE_URL=servers.database_url)


def test_an_objection_is_written_down_and_taken_back(on_database: Say, house: House) -> None:
    assert on_database("lead", "object", ANNA) == f"{ANNA} objects to being evaluated\n"
    assert "objects to being evaluated" in on_database("lead", "show", ANNA)
    assert json.loads(on_database("lead", "show", ANNA, "--json"))["objected"] is True
    assert "already; nothing changed" in on_database("lead", "object", ANNA)
    assert on_database("lead", "object", "--take-back", ANNA) == f"{ANNA} allows to be evaluated\n"
    assert house.lead().objected is False


def test_the_export_is_that_of_the_page(on_database: Say, house: House) -> None:
    told = json.loads(on_database("lead", "export", ANNA))
    assert told | {"about": None} == house.export() | {"about": None}
    assert told["about"]["email"] == ANNA


def test_who_is_erased_is_not_known_any_more(
    on_database: Say, run: Run, servers: Servers, house: House
) -> None:
    assert on_database("lead", "erase", ANNA, "--yes") == f"{ANNA} is erased\n"
    for command in ("show", "export", "erase", "object"):
        done = run("lead", command, ANNA, DATABASE_URL=servers.database_url)
        assert (done.returncode, done.stderr.count("\n")) == (1, 1), command
