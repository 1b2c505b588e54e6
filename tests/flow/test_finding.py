"""Finding people: what is too much to sort is looked through piece by piece, and nobody is left out."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import ARRAY, Connection, Text, cast, func, select, text

from bridge.ids import new_id
from bridge.profiles.finding import ORDERS, Order, Wanted
from bridge.profiles.folding import folded, folded_sql, spelt_out, spelt_out_sql
from bridge.store import finding, patience
from bridge.store.asked_of import with_asked
from bridge.store.events import EventRow
from bridge.store.events import add as add_events
from bridge.store.finding import Bounds, Found, Place, find, signs_of_life
from bridge.store.finding_alive import find_alive
from bridge.store.tables import profiles
from tests.house import ANNA, House

PEOPLE = 400
ENOUGH = Bounds(at_first=2_500, further=2_500, many=4_000, most=50_000)


def person(number: int) -> UUID:
    return UUID(f"00000000-0000-0000-0000-{number:012}")


@pytest.fixture
def crowd(house: House) -> House:
    """Many people who came at the same moment, as by an import; each hundredth is somebody's lead."""
    rows = [
        {
            "id": person(number),
            "email": f"p{number}@firma.example",
            "email_key": f"p{number}@firma.example",
            "created_at": house.clock() - timedelta(days=number % 2),
            "score": number % 20,
            "owner": "mira" if number % 100 == 0 else None,
        }
        for number in range(PEOPLE)
    ]
    with house.engine.begin() as connection:
        connection.execute(profiles.insert(), rows)
    return house


def a_page(
    connection: Connection, wanted: Wanted, order: Order, after: Place | None = None, bounds: Bounds = ENOUGH
) -> Found:
    if order == "alive":
        return find_alive(connection, wanted, after, bounds)
    return find(connection, wanted, order, after, bounds)


def everybody(house: House, wanted: Wanted, order: Order = "newest", bounds: Bounds = ENOUGH) -> list[str]:
    """All addresses of the list, page by page."""
    found, after = [], None
    with house.engine.connect() as connection:
        while True:
            page = a_page(connection, wanted, order, after, bounds)
            found += [row.email for row in page.rows]
            after = page.after
            if after is None:
                return found


@pytest.mark.parametrize("order", ["newest", "score"])
def test_page_by_page_everybody_is_there_once(crowd: House, order: Order) -> None:
    found = everybody(crowd, Wanted("firma"), order)
    assert len(found) == len(set(found)) == PEOPLE


def test_the_best_come_first_down_to_the_points_that_are_kept_in_order(crowd: House) -> None:
    with crowd.engine.connect() as connection:
        rows = find(connection, Wanted(), "score").rows
    assert [row.score for row in rows[:41:20]] == [19, 18, 17]


RARE = Wanted(marks=frozenset({"owner:mira"}))


def test_whom_few_are_like_is_found_behind_all_others(crowd: House) -> None:
    with crowd.engine.connect() as connection:
        page = find(connection, RARE, "newest", bounds=replace(ENOUGH, at_first=10))
    assert (len(page.rows), page.count, page.is_whole, page.after) == (4, 4, True, None)


@pytest.mark.parametrize(("at_first", "further", "at_once"), [(10, 90, 2), (60, 20, 1), (60, 60, 2)])
def test_what_is_too_much_to_be_sorted_is_looked_through_in_pieces(
    crowd: House, at_first: int, further: int, at_once: int
) -> None:
    bounds = Bounds(at_first, further, many=4_000, most=2)
    with crowd.engine.connect() as connection:
        page = find(connection, RARE, "newest", bounds=bounds)
    assert page.after and not page.is_whole and page.count is None
    assert [row.email for row in page.rows] == ["p300@firma.example", "p200@firma.example"][:at_once]
    found = everybody(crowd, RARE, bounds=bounds)
    assert len(found) == len(set(found)) == 4


@pytest.mark.parametrize(("many", "found"), [(7, 2), (8, 4)])
def test_words_are_not_looked_up_where_the_first_show_that_there_are_many(
    crowd: House, many: int, found: int
) -> None:
    bounds = Bounds(at_first=110, further=10, many=many, most=50_000)
    with crowd.engine.connect() as connection:
        connection.exec_driver_sql("analyze profiles")
        page = find(connection, RARE, "newest", bounds=bounds)
    assert (len(page.rows), page.is_whole) == (found, found == 4)
    assert len(everybody(crowd, RARE, bounds=bounds)) == 4


@pytest.mark.parametrize(("read", "found"), [(399, 2), (400, 4)])
def test_words_are_not_looked_up_where_too_many_begin_like_one_of_them(
    crowd: House, read: int, found: int
) -> None:
    bounds = Bounds(at_first=110, further=10, many=4_000, most=50_000, read=read)
    with crowd.engine.connect() as connection:
        connection.exec_driver_sql("analyze profiles")
        page = find(connection, replace(RARE, words="firma"), "newest", bounds=bounds)
    assert (len(page.rows), page.is_whole) == (found, found == 4)


SPELLINGS = [
    ("Kovačević", "Kovacevic"),
    ("Kovacevic", "KOVAČEVIĆ"),
    ("Müller", "mueller"),
    ("Mueller", "Müller"),
    ("Mu\N{COMBINING DIAERESIS}ller", "müller"),
    ("Weiß", "weiss"),
    ("Łukasz", "lukasz"),
    ("Nguyễn", "nguyen"),
    ("İpek", "ipek"),
    ("Sørensen", "sorensen"),
]


@pytest.mark.parametrize(("name", "typed"), SPELLINGS)
def test_a_name_is_found_however_its_accents_are_typed(house: House, name: str, typed: str) -> None:
    house.submit(email="a@example.com", last_name=name)
    with house.engine.connect() as connection:
        assert [row.fields["last_name"] for row in find(connection, Wanted(typed), "newest").rows] == [name]


NUMBERS = [
    ("+49 30 1234567", "030/1234567"),
    ("030/1234567", "0049 30 1234567"),
    ("0049 (0)30 123 45 67", "+49301234567"),
    ("030 1234567", "1234567"),
    ("+49 30 123456", "030-123456"),
    ("030 123456", " 123.456 "),
]


@pytest.mark.parametrize(("number", "typed"), NUMBERS)
def test_whoever_calls_is_found_however_their_number_is_written(
    house: House, number: str, typed: str
) -> None:
    house.submit(email="a@example.com", phone=number)
    house.submit(email="b@example.com", phone="030 7654321")
    house.submit(email="c@example.com", phone="")
    with house.engine.connect() as connection:
        assert [row.email for row in find(connection, Wanted(typed), "newest").rows] == ["a@example.com"]


@pytest.mark.parametrize("typed", ["12345", "030 12", "234567x", "1234567 bauer", "7654321+", "0301234568"])
def test_what_is_no_number_of_theirs_finds_nobody(house: House, typed: str) -> None:
    house.submit(email="a@example.com", phone="030 1234567")
    with house.engine.connect() as connection:
        assert find(connection, Wanted(typed), "newest").rows == []


def test_digits_are_words_as_well(house: House) -> None:
    house.submit(email="4711222@example.com")
    with house.engine.connect() as connection:
        assert len(find(connection, Wanted("4711222"), "newest").rows) == 1


LETTERS = [chr(code) for code in range(0xA0, 0x250)]


def test_python_and_postgresql_fold_alike(house: House) -> None:
    names = [*LETTERS, *(letter + "\N{COMBINING DIAERESIS}" for letter in "aouAOU"), "Nguyễn", "Đặng"]
    both = [text(one("name")) for one in (folded_sql, spelt_out_sql)]
    asked = func.unnest(cast(names, ARRAY(Text))).alias("name")
    with house.engine.connect() as connection:
        found = connection.execute(select(*both).select_from(asked)).all()
    assert [tuple(row) for row in found] == [(folded(name), spelt_out(name)) for name in names]


def test_beginnings_are_words_that_may_go_on() -> None:
    wanted = Wanted("Jo O'Brien a@firma", source="google ads", marks=RARE.marks)
    assert wanted.beginnings == ["'jo':*", "'o''brien':*", "'brien':*", "'a@firma':*", "'from:ads':*"]


def test_statements_are_planned_for_the_stage_that_is_asked_for(crowd: House) -> None:
    with crowd.engine.connect() as connection:
        for order in ORDERS:
            a_page(connection, Wanted(stage="lost"), order)
            assert connection.exec_driver_sql("show plan_cache_mode").scalar() == "force_custom_plan"
            connection.rollback()
            assert connection.exec_driver_sql("show plan_cache_mode").scalar() == "auto"


def test_who_waits_for_somebodys_answer_is_planned_for_that_person_too(crowd: House) -> None:
    with crowd.engine.connect() as connection:
        with_asked(connection, Wanted(owner="mira"))
        assert connection.exec_driver_sql("show plan_cache_mode").scalar() == "force_custom_plan"


@pytest.fixture
def signs(crowd: House) -> House:
    """Each of them was on our pages twice, the higher the number the earlier."""
    with crowd.unit() as unit:
        visits = [
            EventRow(new_id(), person(number), "page.visited", at, at, verdict="human", scored_at=at)
            for number in range(PEOPLE)
            for back in (number, number + 20)
            for at in [crowd.clock() - timedelta(minutes=back)]
        ]
        add_events(unit.connection, visits)
    return crowd


@pytest.mark.parametrize(("at_first", "further"), [(10, 140), (150, 30)])
def test_by_the_last_sign_of_life_pieces_follow_one_another(
    signs: House, at_first: int, further: int
) -> None:
    bounds = Bounds(at_first, further, many=2, most=2)
    assert everybody(signs, RARE, "alive", bounds) == [
        f"p{number}@firma.example" for number in (0, 100, 200, 300)
    ]


@pytest.mark.parametrize(("read", "found"), [(399, 1), (400, 4)])
def test_nor_are_they_for_the_list_by_the_last_sign_of_life(signs: House, read: int, found: int) -> None:
    bounds = Bounds(at_first=110, further=10, many=2_000, most=2_000, read=read)
    with signs.engine.connect() as connection:
        connection.exec_driver_sql("analyze profiles")
        page = find_alive(connection, replace(RARE, words="firma"), bounds=bounds)
    assert (len(page.rows), page.is_whole) == (found, found == 4)


def test_an_answer_that_would_take_too_long_is_looked_for_in_pieces_and_the_page_goes_on(
    crowd: House,
) -> None:
    with crowd.engine.connect() as connection:
        before = connection.exec_driver_sql("show statement_timeout").scalar()
        with patience.at_most(connection, 20) as found:
            connection.exec_driver_sql("select pg_sleep(1)")
        assert found == []
        assert connection.exec_driver_sql("show statement_timeout").scalar() == before


def test_more_than_a_thousand_are_not_counted(crowd: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "COUNTED", 100)
    with crowd.engine.connect() as connection:
        assert find(connection, Wanted("firma"), "newest").count == 101


def test_the_last_sign_of_life_is_what_the_person_did(house: House) -> None:
    letter = house.subscriber()
    confirmed = house.clock()
    person = house.lead().id
    house.clock.move(days=3)
    house.click_two(letter)
    with house.engine.connect() as connection:
        alive = signs_of_life(connection, [person])
    assert alive[person] > confirmed + timedelta(days=2)
    assert house.lead().email == ANNA


def test_what_sales_says_or_does_not_say_is_no_sign_of_the_person(house: House) -> None:
    letter = house.lead_by_form()
    asked = house.clock()
    [person] = [row.id for row in house.rows(profiles)]
    house.clock.move(days=3)
    house.answer(letter, "accepted")
    house.answer(letter, "rejected", reason="only-informing")
    house.lead_by_form("ben@beispiel.example")
    for _ in range(15):
        house.tick(days=1)
    with house.engine.connect() as connection:
        alive = signs_of_life(connection, [row.id for row in house.rows(profiles)])
        listed = [row.email for row in find_alive(connection, Wanted()).rows]
    assert alive[person] == asked
    assert max(alive.values()) == asked + timedelta(days=3), "he asked, and sales was silent"
    assert listed == ["ben@beispiel.example", ANNA]
