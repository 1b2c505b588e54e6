"""Eighty invented people, through the normal use cases, with nothing that leaves."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, Select, Table, func, select

from bridge.cli.seeding import count_days, seed_profiles, summary
from bridge.cli.seeding.people import invented_people
from bridge.cli.seeding.stories import STORIES
from bridge.clock import Course
from bridge.errors import UnknownForm
from bridge.settings import Settings
from bridge.store import tables
from bridge.wiring import Services
from tests import make
from tests.conftest import Servers, empty

pytestmark = pytest.mark.xdist_group("seeding")

EVERYBODY = 80
NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
STAGES = {"prospect", "marketing_qualified", "sales_qualified", "accepted", "won", "lost"}


@pytest.fixture
def services(one_engine: Engine, servers: Servers, tmp_path: Path) -> Services:
    """The services of a demo whose mail server and queue do not exist: whoever tries to send fails."""
    environ = {
        "DATA": str(tmp_path),
        "DEMO": "1",
        "EMBEDDED": "1",
        "DATABASE_URL": servers.database_url,
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "SMTP_URL": "smtp://127.0.0.1:1",
    }
    services = Services(
        Settings.from_env({f"LEADBRIDGE_{name}": value for name, value in environ.items()}), lambda: NOW
    )
    services.__dict__["engine"] = one_engine
    return services


@pytest.fixture
def seeded(services: Services) -> Iterator[Connection]:
    """The database after `leadbridge demo seed`; seeded again only when another test emptied it."""
    wanted = {person.email for person in invented_people()}
    with services.engine.connect() as connection:
        known = {email for (email,) in _rows(connection, select(tables.profiles.c.email))}
    if known != wanted:
        empty(services.engine)
        assert len(list(seed_profiles(services))) == EVERYBODY
    with services.engine.connect() as connection:
        yield connection


def test_lives_are_told_in_the_same_way_where_time_runs_fast(services: Services) -> None:
    empty(services.engine)
    fast = Services(replace(services.settings, course=Course(5000, NOW, NOW, NOW)), lambda: NOW)
    fast.__dict__["engine"] = services.engine
    first = next(iter(invented_people()))
    assert next(seed_profiles(fast)) == first.email
    with services.engine.connect() as connection:
        stage = connection.scalar(
            select(tables.profiles.c.stage).where(tables.profiles.c.email == first.email)
        )
    empty(services.engine)
    assert (first.story, stage) == ("won", "won")


def test_eighty_people_are_in_every_stage(seeded: Connection) -> None:
    stages = dict(_rows(seeded, select(tables.profiles.c.stage, func.count()).group_by("stage")))
    assert sum(stages.values()) == EVERYBODY
    assert set(stages) == STAGES


def test_every_story_ends_where_it_should(seeded: Connection) -> None:
    stage_of = dict(_rows(seeded, select(tables.profiles.c.email, tables.profiles.c.stage)))
    ends = {
        "unconfirmed": {"prospect"},
        "confirmed_quiet": {"marketing_qualified"},
        "reader": {"marketing_qualified"},
        "downloader": {"marketing_qualified"},
        "unsubscribed": {"marketing_qualified"},
        "rejected": {"marketing_qualified"},
        "silent": {"marketing_qualified"},
        "passed_on": {"accepted"},
        "ordered": {"won"},
        "clicker": {"sales_qualified", "accepted"},
        "rush": {"sales_qualified", "marketing_qualified"},
        "competitor": {"marketing_qualified"},
        "excluded": {"marketing_qualified"},
        "returned": {"marketing_qualified"},
        "released": {"accepted"},
        "bounced": {"prospect"},
        "deferred": {"prospect"},
        "callback": {"sales_qualified", "accepted"},
        "contact": {"sales_qualified", "accepted"},
        "order": {"sales_qualified", "accepted"},
        "accepted": {"accepted"},
        "won": {"won"},
        "lost": {"lost"},
    }
    assert set(ends) == set(STORIES)
    for person in invented_people():
        assert stage_of[person.email] in ends[person.story], f"{person.email}, {person.story}"


def test_every_score_is_the_sum_of_its_ledger(seeded: Connection) -> None:
    points = (
        select(func.coalesce(func.sum(tables.ledger.c.points), 0))
        .where(tables.ledger.c.profile_id == tables.profiles.c.id, tables.ledger.c.topic == "")
        .scalar_subquery()
    )
    wrong = select(tables.profiles.c.email).where(tables.profiles.c.score != points)
    assert _rows(seeded, wrong) == []
    assert _count(seeded, tables.ledger) > 200


def test_nothing_is_left_for_the_workers_but_what_is_to_wait(seeded: Connection) -> None:
    box = tables.outbox.c
    waiting = select(box.template, box.due_at > NOW).where(box.state.not_in(("sent", "refused")))
    found = set(_rows(seeded, waiting))
    assert ("mail/confirm", True) in found, "a mail server put it off"
    assert found <= {(name, True) for name in ("mail/confirm", "mail/receipt", "mail/nurture")}
    assert _rows(seeded, select(tables.events.c.kind).where(tables.events.c.scored_at.is_(None))) == []
    places = tables.enrolments.c
    assert _rows(seeded, select(places.id).where(places.state == "active", places.due_at <= NOW)) == []


def test_everything_happened_between_the_first_form_and_now(seeded: Connection) -> None:
    first, last = NOW - timedelta(days=331), NOW
    moments = [
        tables.profiles.c.created_at,
        tables.submissions.c.at,
        tables.consents.c.at,
        tables.events.c.at,
        tables.events.c.scored_at,
        tables.ledger.c.at,
        tables.stage_changes.c.at,
        tables.handovers.c.at,
        tables.outbox.c.created_at,
        tables.outbox.c.finished_at,
    ]
    for column in moments:
        found = _rows(seeded, select(func.min(column), func.max(column)))[0]
        assert first < found[0] < found[1] <= last, column


def test_people_are_in_series_of_every_kind_and_in_different_steps(
    services: Services, seeded: Connection
) -> None:
    place = tables.enrolments.c
    found = Counter(
        (services.program.sequences[sequence].kind, state, step)
        for sequence, state, step in _rows(seeded, select(place.sequence, place.state, place.step_id))
    )
    for kind in ("welcome", "follow-up", "event", "wake-up"):
        assert {state for known, state, _ in found if known == kind} >= {"active", "completed"}, kind
    follow_ups = {step for kind, state, step in found if (kind, state) == ("follow-up", "active")}
    assert len(follow_ups) >= 3


def test_sales_has_not_answered_the_newest_hand_overs(seeded: Connection) -> None:
    rows = _rows(seeded, select(tables.handovers.c.state, tables.handovers.c.at))
    newest = [at for state, at in rows if state == "open"]
    assert len(newest) >= 4
    assert all(NOW - at < timedelta(days=7) for at in newest)
    assert {"accepted", "won", "lost", "rejected"} <= {state for state, _ in rows}


def test_filters_and_the_brake_hold_leads_back_and_marketing_has_decided_about_some(
    seeded: Connection,
) -> None:
    held = tables.held_leads.c
    rows = Counter(_rows(seeded, select(held.why, held.rule, held.decision).where(held.at < NOW)))
    assert rows["filter", "competitor", None] == 1
    assert rows["filter", "competitor", "excluded"] == 1
    assert rows["filter", "student", "returned"] == rows["filter", "student", "released"] == 1
    waits = select(held.sales_person, held.at).where(held.why == "capacity", held.decided_at.is_(None))
    found = _rows(seeded, waits)
    assert len(found) == 2
    assert all(person == "nele" and NOW - at < timedelta(minutes=10) for person, at in found)


def test_sales_was_reminded_and_its_heads_were_told(seeded: Connection) -> None:
    row = tables.handovers.c
    silent = _rows(seeded, select(row.reminded_at, row.escalated_at).where(row.state == "open"))
    assert any(reminded for reminded, _ in silent)
    assert any(escalated for _, escalated in silent)
    expired = select(tables.profiles.c.email).join_from(tables.handovers, tables.profiles)
    found = _rows(seeded, expired.where(row.state == "expired"))
    assert {email for (email,) in found} == {one.email for one in invented_people() if one.story == "silent"}


def test_sales_is_asked_for_deeds_of_every_kind(seeded: Connection) -> None:
    asked = {measure for (measure,) in _rows(seeded, select(tables.handovers.c.measure))}
    assert asked == {"call_today", "call_this_week", "letter", "mail", "too-small"}


def test_mails_were_refused_forms_are_held_and_one_cannot_be_read(seeded: Connection) -> None:
    refused = select(tables.outbox.c.template).where(tables.outbox.c.state == "refused")
    assert ("mail/confirm",) in _rows(seeded, refused)
    held = select(tables.submissions.c.held_because).where(tables.submissions.c.state == "held")
    assert _rows(seeded, held) == [("honeypot",)] * 2
    assert "preisliste" in _rows(seeded, select(tables.dead_letters.c.error))[0][0]


def test_every_day_on_which_anything_happened_is_counted(services: Services, seeded: Connection) -> None:
    seeded.rollback()
    for _ in count_days(services):
        pass
    figure = tables.day_figures.c
    totals = dict(
        _rows(
            seeded,
            select(figure.figure, func.sum(figure.count)).where(figure.dimension == "").group_by("figure"),
        )
    )
    states = dict(_rows(seeded, select(tables.handovers.c.state, func.count()).group_by("state")))
    assert totals["leads"] == EVERYBODY
    assert (totals["won"], totals["lost"]) == (states["won"], states["lost"])
    assert totals["handed_over"] == sum(states.values()) - 1, "one was the wrong person's"
    assert totals["visitors"] > 1000


def test_machines_and_people_are_told_apart(seeded: Connection) -> None:
    verdicts = Counter(verdict for (verdict,) in _rows(seeded, select(tables.events.c.verdict)))
    assert verdicts["scanner"] > 0
    assert set(verdicts) == {"human", "scanner"}


def test_a_second_run_adds_nothing_and_says_so(services: Services, seeded: Connection) -> None:
    before = _counts(seeded)
    seeded.rollback()
    assert len(list(seed_profiles(services))) == EVERYBODY
    assert _counts(seeded) == before
    assert summary(services, 0)[0].startswith("nothing was added")


def test_an_interrupted_run_is_completed_by_the_next_and_the_lives_are_the_same(
    services: Services, seeded: Connection
) -> None:
    first = [person.email for person in invented_people()[:9]]
    before = _ledger(seeded, first)
    seeded.rollback()
    empty(services.engine)
    assert list(islice(seed_profiles(services), 4)) == first[:4]
    assert list(islice(seed_profiles(services), 9)) == first
    assert _ledger(seeded, first) == before


def test_a_programme_without_these_forms_is_told_so(services: Services) -> None:
    empty(services.engine)
    services.__dict__["program"] = make.program()
    with pytest.raises(UnknownForm):
        next(seed_profiles(services))


def _counts(connection: Connection) -> dict[str, int]:
    return {table.name: _count(connection, table) for table in tables.metadata.sorted_tables}


def _count(connection: Connection, table: Table) -> int:
    return connection.scalar(select(func.count()).select_from(table)) or 0


def _ledger(connection: Connection, emails: list[str]) -> list[tuple[Any, ...]]:
    entry = tables.ledger.c
    statement = (
        select(tables.profiles.c.email, entry.rule, entry.points, entry.topic, entry.at, entry.reason)
        .join(tables.profiles, tables.profiles.c.id == entry.profile_id)
        .where(tables.profiles.c.email.in_(emails))
        .order_by(tables.profiles.c.email, entry.at, entry.rule, entry.topic)
    )
    return _rows(connection, statement)


def _rows(connection: Connection, statement: Select[*tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in connection.execute(statement)]
