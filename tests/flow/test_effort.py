"""Reading for fifty people takes as many questions to the database as reading for one."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, event

from bridge.flow.record_hits import record_hits
from bridge.flow.score_profiles import score_profiles
from bridge.flow.show_profile import show_profile
from bridge.ids import new_id
from bridge.intake.records import Hit, Record, Request
from bridge.store import profiles
from bridge.store.tables import mails
from bridge.store.tables import profiles as profile_rows
from tests import make
from tests.house import House


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """Every statement sent to the database meanwhile."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def questions(seen: list[str]) -> int:
    return sum(one.lstrip().lower().startswith("select") for one in seen)


def everybody_opens(house: House) -> None:
    """Everybody who got a mail opens it; the opens have settled."""
    now = house.clock()
    opened = [Hit("mail.opened", row.id, None, Request(None, make.A_BROWSER)) for row in house.rows(mails)]
    with house.unit() as unit:
        record_hits(unit, [(Record(new_id(), now, hit), hit) for hit in opened])
    house.clock.move(minutes=1)


def scoring(house: House) -> int:
    """How many questions scoring everybody takes."""
    ids = [row.id for row in house.rows(profile_rows)]
    with statements(house.engine) as seen, house.unit() as unit:
        score_profiles(unit, ids)
    return questions(seen)


def test_scoring_fifty_people_asks_no_more_than_scoring_one(house: House) -> None:
    house.subscriber()
    everybody_opens(house)
    for_one = scoring(house)
    for number in range(49):
        house.subscriber(f"person{number}@firma{number}.example")
    everybody_opens(house)
    assert scoring(house) == for_one


def test_taking_in_fifty_hits_asks_no_more_than_taking_in_one(house: House) -> None:
    house.subscriber()
    with statements(house.engine) as for_one:
        everybody_opens(house)
    for number in range(20):
        house.subscriber(f"person{number}@firma{number}.example")
    with statements(house.engine) as for_all:
        everybody_opens(house)
    assert len(for_all) == len(for_one)


def test_the_profile_page_asks_the_same_whatever_happened(house: House) -> None:
    house.submit()
    with statements(house.engine) as young:
        house.lead()
    house.confirm()
    house.answer(house.lead_by_form(), "accepted")
    house.tick(days=30)
    house.submit(email="ben@beispiel.example")
    with statements(house.engine) as old, house.engine.connect() as connection:
        anna = profiles.lock_by_key(connection, "anna@beispiel.example")
        show_profile(connection, house.world, anna)
    assert len(old) == len(young)
