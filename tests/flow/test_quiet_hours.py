"""Advertising leaves neither at night nor too often a day; what somebody waits for leaves at once."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest
from sqlalchemy import Engine, delete, update

from bridge.flow.sending.begun import Begun
from bridge.ids import new_id
from bridge.program.mailing import Mailing, QuietHours
from bridge.store import mails, outbox
from bridge.store.mails import MailRow
from bridge.store.tables import outbox as deliveries
from bridge.store.tables import profiles
from connectors.contract import Deferred, Receipt
from tests.house import ANNA, House

BUSY, OK = Deferred("451 busy"), Receipt("250 ok")


def a_house(engine: Engine, mailing: Mailing, at: datetime) -> House:
    """A house whose programme has these rules for mails. at: an hour less than in Berlin in winter."""
    house = House(engine)
    house = House(engine, replace(house.program, mailing=mailing))
    house.clock.now = at
    return house


@pytest.fixture
def late(engine: Engine, house: House) -> House:
    """Ten o'clock in the evening, with quiet hours from nine to seven."""
    quiet = Mailing(QuietHours(time(21), time(7)))
    return a_house(engine, quiet, datetime(2026, 3, 12, 21, 0, tzinfo=UTC))


def subjects(house: House) -> list[str]:
    """What was sent, oldest first."""
    return [mail.subject for mail in house.sent]


def test_who_confirms_at_night_gets_the_welcome_at_once(late: House) -> None:
    late.submit()
    late.confirm()
    assert subjects(late) == ["Bitte bestätigen Sie Ihre Adresse", "Willkommen bei Globe Next"]


def test_a_later_step_waits_for_the_morning_and_says_why(late: House) -> None:
    late.subscriber()
    late.tick(days=7)
    (waits,) = late.outbox("due")
    assert (waits.template, waits.error) == ("mail/nurture", "waits for the end of the quiet hours")
    assert waits.due_at == datetime(2026, 3, 20, 6, 0, tzinfo=UTC)
    late.clock.now = waits.due_at
    late.tick()
    assert len(late.mails_to(ANNA)) == 3


def test_a_welcome_that_the_server_did_not_take_in_time_waits_for_the_morning(late: House) -> None:
    late.submit()
    late.reply = BUSY
    late.confirm()
    late.tick(minutes=20)
    (waits,) = late.outbox("due")
    assert waits.error == "waits for the end of the quiet hours"


def test_confirmations_receipts_and_sales_do_not_wait_for_the_morning(late: House) -> None:
    late.submit()
    late.lead_by_form("ben@beispiel.example")
    assert late.outbox("due") == []


def test_a_consent_withdrawn_at_night_stops_what_waited_for_the_morning(late: House) -> None:
    late.subscriber()
    late.tick(days=7)
    late.unsubscribe(ANNA)
    late.tick(days=1)
    assert len(late.mails_to(ANNA)) == 2
    assert "refused" in {row.state for row in late.outbox()}


def test_more_than_the_days_mails_wait_for_tomorrow_and_none_is_dropped(engine: Engine, house: House) -> None:
    strict = a_house(engine, Mailing(None, 1), datetime(2026, 3, 12, 9, 0, tzinfo=UTC))
    strict.subscriber()
    before = len(strict.mails_to(ANNA))
    strict.submit(form="sepa-checkliste")
    strict.tick(days=3)
    while waiting := [row for row in strict.outbox("due") if row.template == "mail/nurture"]:
        assert waiting[0].error == "waits for tomorrow, enough mails went to this person today"
        assert waiting[0].due_at == strict.clock().replace(hour=23, minute=0, second=0, microsecond=0)
        strict.clock.now = waiting[0].due_at + timedelta(hours=9)
        strict.tick()
    assert len(strict.mails_to(ANNA)) > before
    assert strict.outbox("refused", "dead") == []


THURSDAY = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)
WEEK_IS_FULL = "waits for Monday, enough mails went to this person this week"


def steps(house: House, count: int, **fields: str) -> list[UUID]:
    """So many mails of series to Anna that are due at once, in their order; none was sent to her before."""
    anna = house.subscriber(**fields)
    house.sent.clear()
    with house.unit() as unit:
        unit.connection.execute(delete(deliveries))
        (person,) = unit.connection.scalars(profiles.select().with_only_columns(profiles.c.id))
        ids = sorted(new_id() for _ in range(count))
        message = unit.world.message_id
        rows = [MailRow(one, person, "welcome", "de", message(one), unit.now, "welcome", 0) for one in ids]
        mails.add(unit.connection, rows)
        outbox.add(
            unit.connection,
            [
                unit.delivery("mail", "mail/nurture", "consent", str(one), profile=person, delivery_id=one)
                for one in ids
            ],
        )
    assert anna.recipient == ANNA
    return ids


def sent_at(house: House, ids: list[UUID]) -> list[datetime]:
    """When mails left, when each is tried whenever it may be; nobody is kept waiting for ever."""
    left: dict[UUID, datetime] = {}
    for _ in range(1000):
        if len(left) == len(ids):
            return sorted(left.values())
        for one in ids:
            if one not in left and house.sender.deliver(one) == "sent":
                left[one] = house.clock()
        if waiting := house.outbox("due"):
            house.clock.now = max(house.clock(), min(row.due_at for row in waiting))
    raise AssertionError("they never left")


def test_more_than_the_weeks_mails_wait_for_monday_and_say_so(engine: Engine, house: House) -> None:
    strict = a_house(engine, Mailing(None, 3, 1), THURSDAY)
    first, second = steps(strict, 2)
    assert [strict.sender.deliver(first), strict.sender.deliver(second)] == ["sent", "put off"]
    (waits,) = strict.outbox("due")
    assert (waits.error, waits.due_at) == (WEEK_IS_FULL, datetime(2026, 3, 15, 23, 0, tzinfo=UTC))


def test_after_a_full_week_the_quiet_hours_are_waited_for_as_well(engine: Engine, house: House) -> None:
    strict = a_house(engine, Mailing(QuietHours(time(21), time(7)), 3, 1), THURSDAY)
    first, second = steps(strict, 2)
    assert [strict.sender.deliver(first), strict.sender.deliver(second)] == ["sent", "put off"]
    (waits,) = strict.outbox("due")
    assert waits.due_at == datetime(2026, 3, 16, 6, 0, tzinfo=UTC)


def test_a_stream_of_mails_exceeds_neither_the_day_nor_the_week(engine: Engine, house: House) -> None:
    strict = a_house(engine, Mailing(None, 2, 5), THURSDAY)
    left = sent_at(strict, steps(strict, 17))
    local = [at.astimezone(strict.program.timezone) for at in left]
    assert max(Counter(at.date() for at in local).values()) == 2
    weeks = Counter(at.isocalendar()[:2] for at in local)
    assert list(weeks.values()) == [5, 5, 5, 2], "and none waits longer than it has to"


def test_lanes_that_ask_at_the_same_moment_exceed_neither(engine: Engine, house: House) -> None:
    for day, week in ((2, None), (9, 3)):
        strict = a_house(engine, Mailing(None, day, week), THURSDAY)
        ids = steps(strict, 8)
        begun: list[object] = []
        while one_more := [one.id for one in strict.outbox("due") if one.due_at <= strict.clock()]:
            with ThreadPoolExecutor(8) as lanes:  # who goes later waits until its turn has come
                begun += lanes.map(strict.sender.begin, one_more)
        left = [one.delivery.id for one in begun if isinstance(one, Begun)]
        assert sorted(left) == ids[: week or day]
        with strict.unit() as unit:
            unit.connection.execute(delete(profiles))


def test_workers_that_begin_many_together_exceed_neither(engine: Engine, house: House) -> None:
    strict = a_house(engine, Mailing(None, 4, 3), THURSDAY)
    ids = steps(strict, 12)

    def work(share: int) -> None:
        for _ in range(6):
            strict.sender.begin_together(ids[share:] + ids[:share])

    with ThreadPoolExecutor(4) as workers:
        list(workers.map(work, (0, 3, 6, 9)))
    assert len(strict.outbox("leased")) <= 3
    work(0)  # on a busy machine some found nothing that another did not hold just then
    assert len(strict.outbox("leased")) == 3
    assert WEEK_IS_FULL in {row.error for row in strict.outbox("due")}


def test_of_several_that_are_begun_together_one_leaves_and_the_others_do_not_count(
    engine: Engine, house: House
) -> None:
    strict = a_house(engine, Mailing(None, 3, 1), THURSDAY)
    ids = steps(strict, 4)
    (begun,) = strict.sender.begin_together(ids).begun
    assert begun.delivery.id == min(ids)
    assert strict.sender.begin_together(ids).begun == []


def in_new_york(house: House) -> None:
    """Anna has said where she is."""
    with house.unit() as unit:
        unit.connection.execute(update(profiles).values(fields={"timezone": "America/New_York"}))


def by_number(house: House) -> None:
    """Anna has a telephone number there."""
    with house.unit() as unit:
        unit.connection.execute(update(profiles).values(fields={"phone": "+1 212 555 0100"}))


@pytest.mark.parametrize("lives", [in_new_york, by_number])
def test_quiet_hours_are_those_where_the_person_is(
    engine: Engine, house: House, lives: Callable[[House], None]
) -> None:
    there = a_house(engine, Mailing(QuietHours(time(21), time(7))), THURSDAY)
    (mail,) = steps(there, 1)
    lives(there)
    there.clock.now = datetime(2026, 3, 13, 10, 0, tzinfo=UTC)  # six o'clock in New York
    assert there.sender.deliver(mail) == "put off"
    (waits,) = there.outbox("due")
    assert waits.due_at == datetime(2026, 3, 13, 11, 0, tzinfo=UTC)


def test_days_and_weeks_begin_where_the_person_is(engine: Engine, house: House) -> None:
    there = a_house(engine, Mailing(None, 9, 1), THURSDAY)
    ids = steps(there, 2)
    in_new_york(there)
    there.clock.now = datetime(2026, 3, 16, 2, 0, tzinfo=UTC)  # Monday in Berlin, Sunday in New York
    assert [there.sender.deliver(one) for one in ids] == ["sent", "put off"]
    (waits,) = there.outbox("due")
    assert waits.due_at == datetime(2026, 3, 16, 4, 0, tzinfo=UTC)


def test_who_wants_a_pause_gets_not_even_what_was_prepared_before(late: House) -> None:
    late.subscriber()
    late.tick(days=7)
    late.save_preferences(ANNA, frequency="paused", pause_until=date(2026, 3, 25))
    late.tick(days=3)
    (waits,) = late.outbox("due")
    assert waits.error == "waits for the end of the pause"
    assert waits.due_at == late.clock.now + timedelta(hours=1)
    assert len(late.mails_to(ANNA)) == 2
    late.clock.now = datetime(2026, 3, 25, 7, 0, tzinfo=UTC)
    late.tick()
    assert len(late.mails_to(ANNA)) == 3
