"""Marks for judging again: nobody has to be woken, and none is lost between reading and writing."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

from bridge.flow.record_hits import record_hits
from bridge.flow.save_preferences import Preferences, save_preferences
from bridge.ids import new_id
from bridge.intake.records import Hit, Record, Request
from bridge.profiles.address import parse_address
from bridge.store import due_events, profiles
from bridge.store.due_events import Judged
from bridge.store.tables import events
from tests import make
from tests.house import ANNA, House


def a_click(house: House) -> Record:
    """A click on the first link of Anna's welcome mail, as the journal has it."""
    mail = house.mails_to(ANNA)[-1].delivery
    assert mail
    request = Request("203.0.113.7", make.A_BROWSER)
    return Record(
        new_id(), house.clock(), Hit("link.clicked", mail, None, request, 1, "https://www.example.com/")
    )


def clicked(house: House) -> list[UUID]:
    """The clicks that are stored."""
    return [row.id for row in house.rows(events) if row.kind == "link.clicked"]


def test_who_asks_between_reading_and_writing_is_heard_later(house: House) -> None:
    house.click(house.subscriber(), 1)
    house.tick(minutes=1)
    [one] = clicked(house)
    span = ("beispiel.example", house.clock() - timedelta(hours=1), house.clock())
    with house.unit() as unit:
        due_events.judge_again(unit.connection, [span], unit.now + timedelta(seconds=20))
        due_events.mark(unit.connection, {one: Judged("human", ())}, {}, unit.now)
    asked = next(row.rejudge_at for row in house.rows(events) if row.id == one)
    assert asked == house.clock() + timedelta(seconds=20)
    house.tick(seconds=21)
    assert all(row.rejudge_at is None for row in house.rows(events))


def test_what_is_not_scored_yet_can_be_asked_for_as_well(house: House) -> None:
    house.click(house.subscriber(), 1)
    [one] = clicked(house)
    span = ("beispiel.example", house.clock() - timedelta(hours=1), house.clock())
    with house.unit() as unit:
        due_events.judge_again(unit.connection, [span], unit.now + timedelta(seconds=90))
    assert next(row.rejudge_at for row in house.rows(events) if row.id == one) is not None


def test_a_hit_that_comes_while_somebody_withdraws_is_not_kept(house: House) -> None:
    house.subscriber()
    house.clock.move(minutes=5)
    with ThreadPoolExecutor(1) as ingest:
        with house.unit() as unit:
            person = profiles.by_address(unit.connection, parse_address(ANNA))
            wishes = Preferences((), "normal", None, "de", {"email": True, "tracking": False}, frozenset())
            save_preferences(unit, person.id, wishes, Request("203.0.113.7", make.A_BROWSER))
            house.clock.move(seconds=0.05)
            record = a_click(house)
            taken = ingest.submit(take, house, record)
        taken.result(timeout=10)
    assert clicked(house) == []


def take(house: House, record: Record) -> None:
    """A hit comes out of the journal."""
    with house.unit() as unit:
        assert isinstance(record.body, Hit)
        record_hits(unit, [(record, record.body)])
