"""Files of any length that leave the console: two at a time, nothing is held, and what is not whole says so."""

import gc
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.event import listen

from bridge.edge.console.leaving import leaving
from bridge.store.tables import audit_log
from tests.edge.console.conftest import Colleague, SignIn
from tests.edge.site import words
from tests.house import House

EXPORT = "/console/export/file?what=events&format=csv"
FILES = (EXPORT, "/console/audit.csv")


@pytest.fixture
def kim(sign_in: SignIn, house: House) -> Colleague:
    """Kim is an admin, and there are events and deeds to take along."""
    house.subscriber()
    return sign_in("admin")


@pytest.mark.parametrize("path", FILES)
def test_between_two_pieces_nothing_of_the_database_is_held(kim: Colleague, path: str) -> None:
    answer = kim.get(path)
    services = kim.site.services
    for piece in answer.iter_encoded():
        assert piece
        assert (services.engine.pool.checkedout(), services.page_engine.pool.checkedout()) == (0, 0)  # type: ignore[attr-defined]


@pytest.mark.parametrize("path", FILES)
def test_a_third_is_refused_before_it_begins_and_let_in_when_another_is_closed(
    kim: Colleague, house: House, path: str
) -> None:
    stalled = [kim.get(EXPORT), kim.get("/console/audit.csv")]
    before = len(house.rows(audit_log))
    refused = kim.get(path)
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "30")
    assert "Two exports are under way" in words(refused.text)
    assert "Please try again in a moment." in words(refused.text)
    assert ("leadbridge export" in words(refused.text)) == (path == EXPORT)
    assert "Zwei Exporte laufen gerade" in kim.get(path, headers={"Accept-Language": "de"}).text
    assert len(house.rows(audit_log)) == before, "whoever got nothing took nothing along"
    assert kim.get("/console/export").status_code == 200
    stalled.pop().close()
    assert kim.get(path).status_code == 200
    stalled.pop().close()


@pytest.mark.parametrize("path", FILES)
def test_one_that_is_over_or_forgotten_makes_room(kim: Colleague, path: str) -> None:
    for _ in range(3):
        assert kim.get(path).text
    for _ in range(3):
        assert kim.get(path).status_code == 200
        gc.collect()
    kept = [kim.get(path) for _ in range(2)]
    assert all(one.text for one in kept)
    assert kim.get(path).status_code == 200


@pytest.mark.parametrize("path", FILES)
def test_what_breaks_off_says_so_in_its_last_line(kim: Colleague, house: House, path: str) -> None:
    pieces = kim.get(path).iter_encoded()
    assert next(pieces)

    def lose(taken: object, record: object, proxy: object) -> None:
        del record, proxy
        with house.unit() as unit:
            unit.connection.execute(select(func.pg_terminate_backend(taken.info.backend_pid)))  # type: ignore[attr-defined]

    listen(kim.site.services.engine, "checkout", lose)
    assert list(pieces) == [b'"incomplete: the database was lost, please export again"\r\n']


def test_whatever_else_goes_wrong_is_said_too() -> None:
    def broken() -> Iterator[str]:
        yield "head\n"
        raise TypeError("memoryview has no form in a file")

    said = leaving(broken(), str)
    assert said
    assert list(said) == [
        "head\n",
        "incomplete: something went wrong and is in the log, please tell your operator",
    ]


def test_none_leaves_for_longer_than_half_an_hour() -> None:
    said = leaving(iter(["head\n", "row\n"]), str, timedelta(seconds=-1))
    assert said
    assert list(said) == ["incomplete: it took longer than half an hour, please export less at a time"]
