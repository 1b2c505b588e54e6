"""Of several mails to one person that waited for the same moment the right one leaves first."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations
from uuid import UUID

import pytest
from sqlalchemy import Engine, delete

from bridge.flow.sending.begun import Begun
from bridge.ids import new_id
from bridge.program.mailing import Mailing
from bridge.program.sequences import Sequence
from bridge.store import mails, outbox
from bridge.store.mails import MailRow
from bridge.store.tables import outbox as deliveries
from bridge.store.tables import profiles
from tests.flow.series import house_with, step
from tests.house import House

MONDAY = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)
NEWS = Sequence(
    "news", "welcome", "address.confirmed", (step("welcome", name="one"), step("welcome", 1, "two"))
)
WEBINAR = Sequence("webinar", "event", None, (step("welcome", name="soon"),), form="webinar")
ORDER = [("webinar", 0, 1), ("news", 0, 40), ("news", 1, 20), ("news", 0, 2)]
"""Series, position, and how many hours ago the mail was prepared: in the order in which they are to leave."""


@pytest.fixture
def at_most_one(engine: Engine) -> House:
    """A house whose people get one mail a day."""
    house = house_with(engine, NEWS, WEBINAR, mailing=Mailing(None, 1))
    house.clock.now = MONDAY - timedelta(days=3)
    house.subscriber()
    house.clock.now = MONDAY
    house.sent.clear()
    return house


def waiting(house: House, *kinds: tuple[str, int, int]) -> list[UUID]:
    """Mails to Anna that were put off to this moment; none of their ids says which goes first."""
    with house.unit() as unit:
        unit.connection.execute(delete(deliveries))
        anna = unit.connection.scalars(profiles.select().with_only_columns(profiles.c.id)).one()
        ids = sorted((new_id() for _ in kinds), reverse=True)
        for one, (series, position, hours) in zip(ids, kinds, strict=True):
            prepared, message = unit.now - timedelta(hours=hours), unit.world.message_id(one)
            row = MailRow(one, anna, "welcome", "de", message, prepared, series, position)
            mails.add(unit.connection, [row])
            letter = unit.delivery("mail", "mail/nurture", "consent", str(one), profile=anna, delivery_id=one)
            outbox.add(unit.connection, [replace(letter, created_at=prepared)])
    return ids


def test_the_cap_lets_the_right_one_through_in_whatever_order_they_are_begun_together(
    at_most_one: House,
) -> None:
    for places in permutations(range(3)):
        ids = waiting(at_most_one, *ORDER)
        (begun,) = at_most_one.sender.begin_together([ids[one] for one in places]).begun
        assert begun.delivery.id == ids[0]


def test_whoever_comes_alone_lets_the_others_go_first(at_most_one: House) -> None:
    ids = waiting(at_most_one, *ORDER)
    for one in reversed(ids[1:]):
        assert at_most_one.sender.begin(one) == "put off"
    assert isinstance(at_most_one.sender.begin(ids[0]), Begun)
    put_off = {row.error for row in at_most_one.outbox("due")}
    assert put_off == {"waits for another mail to this person"}


def test_they_leave_day_by_day_in_that_order(at_most_one: House) -> None:
    ids = waiting(at_most_one, *ORDER)
    left: list[UUID] = []
    for _ in ids:
        at_most_one.tick()
        left += [row.id for row in at_most_one.outbox("sent") if row.id not in left]
        at_most_one.clock.now += timedelta(days=1)
    assert left == ids


def test_those_that_follow_are_begun_one_by_one_in_that_order(at_most_one: House) -> None:
    ids = waiting(at_most_one, *ORDER)
    assert list(at_most_one.sender.begin_together(sorted(ids)).left) == ids[1:]


def test_one_that_is_not_due_yet_keeps_nobody_waiting(at_most_one: House) -> None:
    first, second, *_ = waiting(at_most_one, *ORDER)
    with at_most_one.unit() as unit:
        later = deliveries.update().where(deliveries.c.id == first)
        unit.connection.execute(later.values(due_at=MONDAY + timedelta(minutes=1)))
    assert isinstance(at_most_one.sender.begin(second), Begun)
