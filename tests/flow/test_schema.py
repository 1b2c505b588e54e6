"""The schema: migrations lead from nothing to what the code expects, as often as they are run."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Engine, create_engine, inspect, make_url, text

from bridge.flow.results.roll_up import roll_up_marked
from bridge.store import consent_proofs, partitions, stale_days
from bridge.store.day_figures import figures_between
from bridge.store.schema import config, current, migrate, newest
from bridge.store.tables import metadata
from bridge.store.tables import stale_days as stale_days_table
from tests.conftest import Servers
from tests.house import House
from tests.together import at_once


@pytest.fixture
def empty(servers: Servers, one_engine: Engine) -> Iterator[Engine]:
    """A database with nothing in it."""
    with an_empty_one(servers, one_engine) as engine:
        yield engine


@pytest.fixture
def other_empty(servers: Servers, one_engine: Engine) -> Iterator[Engine]:
    """Another one with nothing in it."""
    with an_empty_one(servers, one_engine) as engine:
        yield engine


@contextmanager
def an_empty_one(servers: Servers, one_engine: Engine) -> Iterator[Engine]:
    """A schema of its own stands for a database."""
    name = f"empty_{uuid4().hex}"
    with one_engine.begin() as connection:
        connection.execute(text(f"create schema {name}"))
    address = make_url(servers.database_url).set(drivername="postgresql+psycopg")
    engine = create_engine(address, connect_args={"options": f"-c search_path={name}"})
    yield engine
    engine.dispose()
    with one_engine.begin() as connection:
        connection.execute(text(f"drop schema {name} cascade"))


ANNA = """
    insert into profiles (id, email, email_key, created_at)
    values (gen_random_uuid(), 'anna@beispiel.example', 'anna@beispiel.example', coalesce(:at, now()))
"""
"""As every version before can write it."""


def upgraded_from(version: str, empty: Engine, *more: str, at: datetime | None = None) -> None:
    """Bring a database to the newest version in which that one wrote down Anna, and more that refers to her."""
    with empty.connect() as connection:
        command.upgrade(config(connection), version)
        connection.execute(text(ANNA), {"at": at})
        for statement in more:
            connection.execute(text(statement))
        connection.commit()
    migrate(empty)


def test_an_empty_database_is_brought_to_the_newest_version(empty: Engine) -> None:
    with empty.connect() as connection:
        assert current(connection) is None
    assert migrate(empty) == newest()
    with empty.connect() as connection:
        assert current(connection) == newest()
    assert set(metadata.tables) <= set(inspect(empty).get_table_names())


def test_what_the_first_version_holds_is_there_afterwards(empty: Engine) -> None:
    upgraded_from("0001", empty)
    with empty.connect() as connection:
        assert connection.scalar(text("select count(*) from profiles")) == 1
        assert connection.scalar(text("select count(*) from visits")) == 0


@pytest.mark.parametrize("mails", [0, 2])
def test_nobody_is_told_of_years_of_mails_that_were_ignored_before_an_upgrade(
    empty: Engine, mails: int
) -> None:
    with empty.connect() as connection:
        command.upgrade(config(connection), "0005")
        connection.execute(
            text(
                "with anna as (insert into profiles (id, email, email_key, created_at)"
                " values (gen_random_uuid(), 'anna@beispiel.example', 'anna@beispiel.example', now()) returning id)"
                " insert into mails (id, profile_id, template, language, message_id, created_at, sent_at)"
                " select gen_random_uuid(), id, 'welcome', 'de', n, now(), now() from anna, generate_series(1, :n) n"
            ),
            {"n": mails},
        )
        connection.commit()
    migrate(empty)
    with empty.connect() as connection:
        begins = text("select extract(day from now() - until) from watermarks where name = 'mail.ignored'")
        assert list(connection.scalars(begins)) == [7][:mails]


ANSWERS = """
    insert into consents (id, profile_id, purpose, state, text, text_hash, language, at, how, place,
        program_version, ip, submission_id)
    select gen_random_uuid(), p.id, purpose, state, 'Ja', md5('Ja'), 'de', at::timestamptz, 'form', '/', 'v1',
        '203.0.113.7', '00000000-0000-0000-0000-000000000001'
    from profiles p, (values ('email', 'requested', '2026-01-01 UTC'), ('email', 'given', '2026-01-02 UTC'),
        ('email', 'withdrawn', '2026-01-03 UTC'), ('tracking', 'requested', '2026-01-01 UTC'),
        ('tracking', 'given', '2026-01-02 UTC'), ('phone', 'requested', '2026-01-01 UTC'))
        as answers (purpose, state, at)
"""


def test_consents_of_before_are_proved_apart_and_as_long_as_new_ones(empty: Engine) -> None:
    upgraded_from("0002", empty, ANSWERS)
    with empty.connect() as connection:
        proofs = consent_proofs.of_address(connection, "anna@beispiel.example")
    assert {proof.ip for proof in proofs} == {"203.0.113.7"}
    ends = {(proof.purpose, str(proof.keep_until)[:10]) for proof in proofs}
    assert ends == {("email", "2029-01-03"), ("tracking", "None"), ("phone", "2026-01-21")}


def test_how_often_sales_said_no_shows_in_the_fit_of_before(empty: Engine) -> None:
    with empty.connect() as connection:
        command.upgrade(config(connection), "0005")
        for fit in (50, 25, 12, 7, 0):
            address = f"fit{fit}@beispiel.example"
            values = {"id": uuid4(), "address": address, "fit": fit}
            connection.execute(
                text(
                    "insert into profiles (id, email, email_key, created_at, fit)"
                    " values (:id, :address, :address, now(), :fit)"
                ),
                values,
            )
        connection.commit()
    migrate(empty)
    with empty.connect() as connection:
        found = connection.execute(text("select fit, misfits from profiles order by fit desc")).all()
    assert [tuple(row) for row in found] == [(50, 0), (25, 1), (12, 2), (7, 0), (0, 6)]


HANDED_OVER = """
    insert into handovers
        (id, profile_id, crossing, state, cause, sales_person, score, at, due_at, decided_at, note)
    values (gen_random_uuid(), :profile, 1, :state, 'points', 'mira', 30, '2026-01-05 UTC', '2026-01-06 UTC',
        :decided, :note)
"""
"""As the version before the sales desk writes it."""


def handed_over(connection: Connection, name: str, state: str, decided: str | None, note: str | None) -> None:
    """A person of that name, and a hand-over of theirs."""
    person = {"profile": uuid4(), "address": f"{name}@beispiel.example"}
    connection.execute(
        text(
            "insert into profiles (id, email, email_key, created_at)"
            " values (:profile, :address, :address, now())"
        ),
        person,
    )
    connection.execute(text(HANDED_OVER), person | {"state": state, "decided": decided, "note": note})


def test_who_was_called_in_vain_before_there_were_reminders_is_not_taken_for_unanswered(
    empty: Engine,
) -> None:
    with empty.connect() as connection:
        command.upgrade(config(connection), "0006")
        handed_over(connection, "untouched", "open", None, None)
        handed_over(connection, "not-reached", "open", None, "05.01.2026 14:00 nicht erreicht")
        handed_over(connection, "accepted", "accepted", "2026-01-07 UTC", None)
        connection.commit()
    migrate(empty)
    told = text(
        "select split_part(email, '@', 1), touched_at is not null, begun_at = at, touched_at = decided_at,"
        " accepted_by from handovers join profiles on profiles.id = profile_id order by 1"
    )
    with empty.connect() as connection:
        found = [tuple(row) for row in connection.execute(told)]
    assert found == [
        ("accepted", True, True, True, "mira"),
        ("not-reached", True, True, None, None),
        ("untouched", False, True, None, None),
    ]


def test_whoever_works_with_the_version_before_can_hand_over_until_they_are_told_of_the_new_one(
    empty: Engine,
) -> None:
    migrate(empty)
    with empty.connect() as connection:
        handed_over(connection, "anna", "open", None, None)
        connection.commit()
        assert connection.scalar(text("select now() - begun_at < interval '1 hour' from handovers"))


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Pacific/Norfolk", "Pacific/Kiritimati", "Etc/GMT+12"])
def test_every_day_of_before_waits_to_be_counted_after_an_upgrade(empty: Engine, zone: str) -> None:
    at = datetime.now(UTC) - timedelta(days=400)
    upgraded_from("0006", empty, at=at)
    first = at.astimezone(ZoneInfo(zone)).date()
    with empty.connect() as connection:
        marked = stale_days.marked(connection, ZoneInfo(zone))
        today = connection.scalar(text("select cast(now() at time zone :zone as date)"), {"zone": zone})
    assert today is not None
    assert marked == [today - timedelta(days=number) for number in range((today - first).days + 1)]


def test_the_figures_of_before_are_there_after_an_upgrade(empty: Engine) -> None:
    at = datetime.now(UTC) - timedelta(days=3)
    upgraded_from("0006", empty, at=at)
    house = House(empty)
    house.clock.now = datetime.now(UTC)
    assert len(list(roll_up_marked(house.unit))) == 4
    day = at.astimezone(house.program.timezone).date()
    with empty.connect() as connection:
        found = figures_between(connection, day - timedelta(days=9), day + timedelta(days=9), ["leads"])
    assert [(one.day, one.count) for one in found] == [(day, 1)]
    assert not house.rows(stale_days_table)


def test_an_empty_database_has_no_day_to_count(empty: Engine) -> None:
    migrate(empty)
    with empty.connect() as connection:
        assert stale_days.marked(connection, ZoneInfo("UTC")) == []


def test_migrating_again_changes_nothing(empty: Engine) -> None:
    migrate(empty)
    assert migrate(empty) == newest()


def test_two_that_migrate_at_once_wait_for_each_other(empty: Engine) -> None:
    at_once(3, lambda: migrate(empty))
    with empty.connect() as connection:
        assert current(connection) == newest()


def test_a_migration_waits_for_whoever_is_at_work(empty: Engine) -> None:
    with empty.connect() as connection:
        command.upgrade(config(connection), "0003")
        connection.commit()
        schema = connection.scalar(text("select current_schema()"))
    options = f"-c search_path={schema} -c lock_timeout=50"
    impatient = create_engine(empty.url, connect_args={"options": options})
    with empty.connect() as at_work:
        at_work.execute(text("lock table outbox in access exclusive mode"))
        ending = threading.Timer(0.4, at_work.rollback)
        ending.start()
        assert migrate(impatient) == newest()
        ending.join()
    impatient.dispose()


def test_the_migrated_schema_is_what_the_code_expects(empty: Engine) -> None:
    migrate(empty)
    with empty.connect() as connection:
        pieces = partitions.names(connection)
        opts = {"compare_server_default": True, "include_name": lambda name, *_: name not in pieces}
        context = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(context, metadata) == []


BY_ITSELF = """
    select format('%s.%s', attrelid::regclass, attname), attgenerated::text, pg_get_expr(adbin, adrelid)
    from pg_attrdef join pg_attribute on attrelid = adrelid and attnum = adnum
    where adrelid in (select oid from pg_class where relnamespace = current_schema()::regnamespace)
    union all
    select indexname, '', replace(indexdef, current_schema() || '.', '')
    from pg_indexes where schemaname = current_schema()
"""
"""What PostgreSQL keeps by itself, as it understands it: indexes, and columns with an expression or a default."""


def kept_by_itself(connection: Connection) -> dict[str, tuple[str, str]]:
    pieces = [*partitions.names(connection), "alembic_version"]
    found = connection.execute(text(BY_ITSELF)).all()
    return {name: (kind, how) for name, kind, how in found if not name.startswith(tuple(pieces))}


def test_what_the_database_keeps_by_itself_is_what_the_code_says_of_it(
    empty: Engine, other_empty: Engine
) -> None:
    migrate(empty)
    metadata.create_all(other_empty)
    with empty.connect() as migrated, other_empty.connect() as made:
        kept = kept_by_itself(migrated)
        assert kept == kept_by_itself(made)
    assert {"profiles.words", "profiles.top_score", "ix_events_signs"} <= kept.keys()
