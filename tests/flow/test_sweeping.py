"""Nothing depends on being woken: what is due is found; points whose time is over go."""

from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError

from bridge.flow.expire_points import expire_points
from bridge.flow.sending.begun import Begun
from bridge.flow.sweep import Sweeper, sweep, wake_settled
from bridge.ids import new_id
from bridge.profiles.address import parse_address
from bridge.store import events, profiles
from bridge.store.events import EventRow
from bridge.store.profiles import Newcomer
from bridge.store.tables import ledger
from connectors.contract import Answer, Deferred, Posted, Receipt
from tests.house import ANNA, House
from tests.together import at_once


class Deaf(House):
    """A house in which nobody hears the calls of those who commit: Redis is wiped at every moment."""

    def run(self) -> None:
        """Forget who was woken."""
        self._woken.clear()

    def sweep(self) -> None:
        """Do what the sweep finds, again and again, until it finds nothing."""
        self.clock.move(seconds=6)
        for _ in range(5):
            sweep(self.engine, self.wake, self.clock())
            super().run()


def forgetful(house: House, days: int) -> House:
    """The same house, with points for forms that expire."""
    rules = tuple(
        replace(rule, expires=timedelta(days=days)) if rule.id == "form-submitted" else rule
        for rule in house.program.rules
    )
    return House(house.engine, replace(house.program, rules=rules))


def test_the_whole_story_runs_on_sweeps_alone(house: House) -> None:
    deaf = Deaf(house.engine)
    deaf.submit()
    assert deaf.sent == []
    deaf.sweep()
    deaf.confirm()
    deaf.sweep()
    deaf.sweep()
    welcome = deaf.mails_to(ANNA)[-1]
    deaf.click(welcome, 1)
    deaf.clock.move(seconds=30)
    deaf.click(welcome, 2)
    deaf.clock.move(minutes=3)
    deaf.sweep()
    deaf.sweep()
    assert deaf.lead().stage == "sales_qualified"
    assert len(deaf.to_sales()) == 1


def test_whoever_is_at_it_is_not_woken_twice(house: House) -> None:
    deaf = Deaf(house.engine)
    deaf.submit()
    found = sweep(deaf.engine, deaf.wake, deaf.clock() + timedelta(seconds=4))
    assert (found.to_score, found.to_deliver) == ([], [])
    found = sweep(deaf.engine, deaf.wake, deaf.clock() + timedelta(seconds=6))
    assert (len(found.to_score), len(found.to_deliver)) == (1, 1)


def begun_and_sent(house: House) -> tuple[Begun, Answer | Posted]:
    """A worker has handed a mail over, and did not write it down yet."""
    house.reply = Deferred("busy")
    house.submit()
    house.reply = Receipt("250 ok")
    house.clock.move(minutes=1)
    begun = house.sender.begin(house.outbox()[0].id)
    assert isinstance(begun, Begun)
    return begun, house.sender.send(begun)


@pytest.mark.parametrize("away", [timedelta(seconds=130), timedelta(days=2)])
def test_what_was_sent_while_the_database_was_away_is_not_taken_for_abandoned(
    house: House, away: timedelta
) -> None:
    sweeper = Sweeper(house.engine)
    begun, answer = begun_and_sent(house)
    sweeper.sweep(house.wake, house.clock())
    house.clock.move(seconds=away.total_seconds())  # nobody can write anything down, nor sweep
    for _ in range(8):
        sweeper.sweep(house.wake, house.clock())
        house.run()
        house.clock.move(seconds=5)
    assert house.sender.conclude(begun, answer) == "sent"
    assert len(house.sent) == 1


class Flaky:
    """A database that is away at times."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.is_away = engine, True

    def connect(self) -> Connection:
        """A connection, or what SQLAlchemy raises."""
        if self.is_away:
            raise OperationalError("", {}, Exception("the database is away"))
        return self.engine.connect()

    def begin(self) -> AbstractContextManager[Connection]:
        """A transaction, or what SQLAlchemy raises."""
        self.connect().close()
        return self.engine.begin()


def test_nor_by_a_sweeper_that_tried_all_the_while_and_was_started_meanwhile(house: House) -> None:
    database = Flaky(house.engine)
    begun, answer = begun_and_sent(house)
    house.clock.move(seconds=100)
    sweeper = Sweeper(database)  # type: ignore[arg-type]  # as much of an engine as it needs
    for _ in range(6):
        with pytest.raises(OperationalError):
            sweeper.sweep(house.wake, house.clock())
        house.clock.move(seconds=5)
    database.is_away = False
    sweeper.sweep(house.wake, house.clock())
    house.run()
    assert house.sender.conclude(begun, answer) == "sent"
    assert len(house.sent) == 1


def test_what_a_dead_worker_had_is_taken_up_all_the_same(house: House) -> None:
    sweeper = Sweeper(house.engine)
    begun_and_sent(house)
    sweeper.sweep(house.wake, house.clock())
    house.clock.move(seconds=130)
    sweeper.sweep(house.wake, house.clock())
    for _ in range(11):
        house.clock.move(seconds=5)
        sweeper.sweep(house.wake, house.clock())
        house.run()
    assert [row.state for row in house.outbox()] == ["sent"]
    assert len(house.sent) == 2


def test_regular_sweeps_hold_up_no_abandoned_lease(house: House) -> None:
    sweeper = Sweeper(house.engine)
    begun_and_sent(house)
    for _ in range(28):
        sweeper.sweep(house.wake, house.clock())
        house.run()
        house.clock.move(seconds=5)
    assert [row.state for row in house.outbox()] == ["sent"]


def test_nothing_is_found_when_everything_is_done(house: House) -> None:
    house.lead_by_points()
    house.clock.move(seconds=10)
    found = sweep(house.engine, house.wake, house.clock())
    assert (found.to_score, found.to_deliver) == ([], [])


def test_a_click_that_has_settled_is_found_by_the_timer(house: House) -> None:
    welcome = house.subscriber()
    house.click(welcome, 1)
    asked_at = house.clock()
    house.clock.move(seconds=19)
    assert wake_settled(house.engine, house.wake, asked_at, house.clock()).to_score == []
    last_look = house.clock()
    house.clock.move(seconds=2)
    assert wake_settled(house.engine, house.wake, last_look, house.clock()).to_score == [house.lead().id]


def test_all_whose_hits_settle_at_once_are_found_by_the_timer(house: House) -> None:
    asked_at, people = house.clock(), crowd(house, 1200)
    house.clock.move(seconds=21)
    assert set(wake_settled(house.engine, house.wake, asked_at, house.clock()).to_score) == people


def crowd(house: House, count: int) -> set[UUID]:
    """So many people, each of whom opened a mail just now."""
    now = house.clock()
    newcomers = [
        Newcomer(new_id(), parse_address(f"person{number}@firma.example"), "de", now)
        for number in range(count)
    ]
    with house.unit() as unit:
        people = {row.id for row, _ in profiles.find_or_create(unit.connection, newcomers).values()}
        due = now + house.settle.counts
        events.add(unit.connection, (EventRow(new_id(), one, "mail.opened", now, due) for one in people))
    return people


def test_a_crossing_that_may_be_decided_is_found_by_the_timer(house: House) -> None:
    welcome = house.subscriber()
    house.click(welcome, 1)
    house.clock.move(seconds=30)
    house.click(welcome, 2)
    house.tick(seconds=60)
    last_look = house.clock()
    house.clock.move(seconds=61)
    assert wake_settled(house.engine, house.wake, last_look, house.clock()).to_score == [house.lead().id]


def test_points_expire_by_an_entry_of_their_own(house: House) -> None:
    short = forgetful(house, 90)
    short.submit()
    short.tick(days=89)
    assert short.lead().score == 2
    short.tick(days=2)
    assert short.points() == [("form-submitted", 2), ("form-submitted", -2)]
    assert short.lead().score == 0
    assert short.lead().ledger[0].reason.startswith("verfallen: ")


def test_topic_points_expire_with_them(house: House) -> None:
    short = forgetful(house, 90)
    short.submit(form="webinar")
    short.tick(days=91)
    assert {row.score for row in short.lead().topics} == {0}


def test_expiring_many_times_at_once_is_expiring_once(house: House) -> None:
    short = forgetful(house, 90)
    for number in range(3):
        short.submit(email=f"person{number}@firma.example", form="webinar")
    short.clock.move(days=91)

    at_once(10, lambda: list(expire_points(short.unit)))
    assert len(short.rows(ledger)) == 3 * 4
    assert {short.lead(f"person{number}@firma.example").score for number in range(3)} == {0}


def test_what_expired_can_be_earned_again(house: House) -> None:
    short = forgetful(house, 90)
    short.submit()
    short.tick(days=91)
    short.submit()
    assert short.lead().score == 2
