"""What age alone decides lies in pieces of a day each: they are made ahead, and go whole; no row is ever lost."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, insert, select, text

from bridge.flow.make_room import make_room
from bridge.ids import new_id
from bridge.store import partitions
from bridge.store.tables import counted_hits, visits
from tests.flow.keeping import DAY
from tests.house import House

TODAY, YESTERDAY = "visits_20260312", "visits_20260311"


@pytest.fixture
def kept(house: House) -> Iterator[House]:
    """A house with room for the days from yesterday on, whatever other tests made."""
    drop_pieces(house)
    ahead(house, house.clock().date() - DAY)
    yield house
    drop_pieces(house)


def drop_pieces(house: House) -> None:
    with house.engine.begin() as connection:
        for name in partitions.names(connection):
            if not name.endswith("_rest"):
                connection.execute(text(f"drop table {name}"))


def ahead(house: House, today: date) -> None:
    for _ in make_room(house.unit, today):
        pass


def visit(house: House, at: datetime | None = None, visit_id: UUID | None = None) -> None:
    """Somebody was on the website; by default now."""
    at = at or house.clock()
    row = {
        "id": visit_id or new_id(int(at.timestamp() * 1000)),
        "visitor": uuid4().hex,
        "at": at,
        "page": "/",
    }
    with house.engine.begin() as connection:
        connection.execute(insert(visits), row)


def pieces(house: House) -> dict[str, int]:
    """Piece of the visits → its rows, of those that have any."""
    with house.engine.connect() as connection:
        where = select(text("tableoid::regclass::text"), func.count()).select_from(visits).group_by(text("1"))
        return {row[0]: row[1] for row in connection.execute(where)}


def names(house: House) -> set[str]:
    with house.engine.connect() as connection:
        return partitions.names(connection, visits)


def test_a_row_lies_in_the_piece_of_its_day(kept: House) -> None:
    visit(kept)
    visit(kept, kept.clock() - DAY)
    assert pieces(kept) == {TODAY: 1, YESTERDAY: 1}


def test_there_is_room_for_a_week_and_the_rest(kept: House) -> None:
    assert len(names(kept)) == 1 + 1 + partitions.AHEAD
    ahead(kept, kept.clock().date() - DAY)
    assert len(names(kept)) == 1 + 1 + partitions.AHEAD
    ahead(kept, kept.clock().date())
    assert len(names(kept)) == 1 + 1 + partitions.AHEAD + 1


def test_what_is_too_old_goes_with_its_whole_piece(kept: House) -> None:
    for hours in (1, 9, 30):
        visit(kept, kept.clock() - timedelta(hours=hours))
    kept.retain(days=29, hours=23)
    assert YESTERDAY not in names(kept), "that day is over for everybody"
    assert pieces(kept) == {TODAY: 1}, "and this one for those of the morning"
    kept.retain(days=1)
    assert TODAY not in names(kept)
    assert pieces(kept) == {}


def test_a_row_that_fits_nowhere_is_kept_and_forgotten_like_all_others(kept: House) -> None:
    visit(kept, visit_id=uuid4())
    visit(kept, kept.clock() - 20 * DAY)
    assert pieces(kept) == {"visits_rest": 2}
    kept.retain(days=11)
    assert pieces(kept) == {"visits_rest": 1}
    kept.retain(days=20)
    assert pieces(kept) == {}


def test_a_piece_stays_as_long_as_one_of_its_rows(kept: House) -> None:
    visit(kept, kept.clock() - DAY)
    visit(kept, kept.clock() + 20 * DAY, new_id(int((kept.clock() - DAY).timestamp() * 1000)))
    kept.retain(days=31)
    assert pieces(kept) == {YESTERDAY: 1}
    kept.retain(days=20)
    assert YESTERDAY not in names(kept)


def test_no_piece_is_made_of_a_day_that_lies_in_the_rest(kept: House) -> None:
    later = kept.clock() + 10 * DAY
    visit(kept, later)
    ahead(kept, later.date())
    assert pieces(kept) == {"visits_rest": 1}
    assert f"visits_{later:%Y%m%d}" not in names(kept)
    assert f"visits_{later + DAY:%Y%m%d}" in names(kept)


def test_whoever_holds_the_table_is_not_waited_for(kept: House) -> None:
    visit(kept, kept.clock() - DAY)
    with kept.engine.begin() as somebody:
        somebody.execute(text("lock table visits in row exclusive mode"))
        kept.retain(days=31)
        ahead(kept, kept.clock().date())
    assert pieces(kept) == {}, "the rows are gone one by one"
    assert YESTERDAY in names(kept)
    kept.retain()
    ahead(kept, kept.clock().date())
    assert YESTERDAY not in names(kept)
    assert f"visits_{kept.clock():%Y%m%d}" in names(kept)


def test_marks_of_counted_hits_go_in_pieces_too(kept: House) -> None:
    today = kept.clock().date()
    with kept.engine.begin() as connection:
        for day in (today - DAY, today):
            at = int(
                datetime(day.year, day.month, day.day, 12, tzinfo=kept.clock().tzinfo).timestamp() * 1000
            )
            connection.execute(insert(counted_hits), {"id": new_id(at), "day": day})
    kept.retain(days=2)
    with kept.engine.connect() as connection:
        assert [row.day for row in kept.rows(counted_hits)] == [today]
        assert "counted_hits_20260311" not in partitions.names(connection, counted_hits)


def test_of_a_new_piece_the_planner_takes_no_samples_of_what_people_write(kept: House) -> None:
    with kept.engine.connect() as connection:
        sampled = "select count(*) from pg_attribute where attrelid = :piece::regclass and attstattarget = 0"
        for piece in (TODAY, "visits_rest", "visits"):
            assert connection.scalar(text(sampled.replace(":piece", f"'{piece}'"))) == 6
