"""Whoever comes to a halt loses its locks, and no two of ours wait for each other for ever.

Where several things are locked they are always locked in the same order: a person before what is sent to them, and
before the domain that it goes to.
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from threading import Event

import pytest
from sqlalchemy import Engine, delete, event, select, text
from sqlalchemy.exc import DBAPIError

from bridge.delivery.domains import Limits
from bridge.flow.sending.begun import Begun
from bridge.flow.sending.deliver import Sender
from bridge.flow.sending.settle_webhook import TAKEN_OVER
from bridge.flow.sending.take_notice import take_notice
from bridge.store.database import is_unavailable, make_engine
from bridge.store.tables import events, mail_counts, profiles
from connectors.contract import Deferred, Notice, Receipt, Refused
from tests.house import House
from tests.statements import statements
from tests.together import eventually, waits_for_a_lock

OK = Receipt("250 ok")
NO_SUCH_USER = Refused("550 no such user", "hard", "5.1.1")


def welcome(house: House) -> Begun:
    """A worker is about to send the welcome mail."""
    house.submit()
    house.reply = Deferred("451 busy")
    house.confirm()
    house.reply = OK
    house.clock.move(minutes=1)
    (row,) = house.outbox("deferred")
    begun = house.sender.begin(row.id)
    assert isinstance(begun, Begun)
    return begun


def limited(house: House) -> Sender:
    """A sender under limits for every domain."""
    return replace(house.sender, world=replace(house.world, limits=Limits({"*": 9.0}, {"*": 9})))


@contextmanager
def before(engine: Engine, statement: str, do: Callable[[], object]) -> Iterator[None]:
    """Do something the first time that somebody is about to run a statement that begins so."""
    done = Event()

    def look(*facts: object) -> None:
        if str(facts[2]).startswith(statement) and not done.is_set():
            done.set()
            do()

    event.listen(engine, "before_cursor_execute", look)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", look)
    assert done.is_set()


def order(engine: Engine, do: Callable[[], object], *words: str) -> list[str]:
    """Which of these words the statements say, in their order."""
    with statements(engine) as told:
        do()
    return [word for one in told for word in words if word in one]


@pytest.mark.parametrize("patience", [None, 1000])
def test_whoever_is_frozen_in_a_transaction_loses_its_locks_after_half_a_minute(
    engine: Engine, patience: int | None
) -> None:
    ours = make_engine(engine.url.render_as_string(hide_password=False), patience_ms=patience)
    with ours.connect() as connection:
        assert connection.scalar(text("show idle_in_transaction_session_timeout")) == "30s"
    ours.dispose()


def test_a_database_out_of_reach_is_noticed_within_seconds_by_either_side(engine: Engine) -> None:
    ours = make_engine(engine.url.render_as_string(hide_password=False))
    with ours.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        asked = driver.info.get_parameters()
        names = ("keepalives_idle", "keepalives_interval", "keepalives_count")
        assert [asked[name] for name in (*names, "tcp_user_timeout")] == ["5", "2", "3", "10000"]
        assert [connection.scalar(text(f"show tcp_{name}")) for name in names] == ["5", "2", "3"]
    ours.dispose()


def test_to_whom_that_happens_the_database_was_away(engine: Engine) -> None:
    with engine.connect() as connection:
        connection.execute(text("set local idle_in_transaction_session_timeout = 50"))
        time.sleep(0.3)
        with pytest.raises(DBAPIError) as caught:
            connection.execute(text("select 1"))
        assert is_unavailable(caught.value)


def test_a_person_is_erased_while_it_is_written_down_what_became_of_a_mail(house: House) -> None:
    begun = welcome(house)
    with ThreadPoolExecutor() as pool:
        erasing = []

        def erase() -> None:
            erasing.append(pool.submit(house.erase))
            assert eventually(lambda: waits_for_a_lock(house.engine))

        with before(house.engine, "INSERT INTO notices", erase):
            assert house.sender.conclude(begun, NO_SUCH_USER) == "refused"
        erasing[0].result(timeout=20)
    assert [row.kind for row in house.outbox()] == []


def test_who_is_just_being_erased_is_waited_for_before_it_is_written_down_that_their_mail_left(
    house: House,
) -> None:
    begun = welcome(house)
    person = profiles.c.id == begun.delivery.profile_id
    with house.engine.connect() as eraser, ThreadPoolExecutor() as pool:
        eraser.execute(select(profiles).where(person).with_for_update())
        concluding = pool.submit(house.sender.conclude, begun, OK)
        assert eventually(lambda: waits_for_a_lock(house.engine))
        eraser.execute(delete(profiles).where(person))
        eraser.commit()
        assert concluding.result(timeout=20) == TAKEN_OVER
    assert house.outbox() == house.rows(events) == house.rows(mail_counts) == []


def test_a_report_locks_the_person_before_the_mail(house: House) -> None:
    mail = house.subscriber().delivery
    notice = Notice("mailbox", "k", "hard", mail, status="5.1.1", words="gone")

    def take() -> None:
        with house.unit() as unit:
            assert take_notice(unit, notice, house.clock())

    locks = order(house.engine, take, "FOR NO KEY UPDATE", "UPDATE outbox")
    assert locks[0] == "FOR NO KEY UPDATE"
    assert "UPDATE outbox" in locks


def test_a_mail_locks_its_person_before_its_domain(house: House) -> None:
    house.reply = Deferred("451 busy")
    house.submit()
    house.reply = OK
    (confirmation,) = house.outbox()
    house.clock.move(minutes=1)
    words = ("pg_advisory_xact_lock", "INTO mail_domains")
    assert order(house.engine, lambda: limited(house).deliver(confirmation.id), *words) == list(words)
    house.reply = Deferred("451 busy")
    house.confirm(house.sent[-1])
    house.reply = OK
    house.clock.move(minutes=1)
    (advertising,) = house.outbox("deferred")
    assert order(house.engine, lambda: limited(house).deliver(advertising.id), *words) == list(words)
