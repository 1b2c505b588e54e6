"""How retention goes about it: a dry run says the truth and does nothing; interruptions and company do no harm."""

from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from threading import Lock
from uuid import UUID

import pytest
from sqlalchemy import select

from bridge.flow import retention
from bridge.flow.retention import Found, forget_expired, survey
from bridge.flow.score_profiles import score_profiles
from bridge.store import profiles
from bridge.store.tables import profiles as profile_rows
from tests.flow.keeping import dump, form, settle_in
from tests.house import House
from tests.together import at_once

MONTHS_LATER = 800


@pytest.fixture
def aged(house: House) -> House:
    """A database in which everything is old enough to go."""
    settle_in(house)
    for number in range(12):
        house.submit(form(house, email=f"person{number}@beispiel.example"))
    house.clock.move(days=MONTHS_LATER)
    return house


def numbers(found: Iterable[Found]) -> dict[str, int]:
    """What → how many, where there are any."""
    counted: Counter[str] = Counter()
    for one in found:
        counted[one.rule.what] += one.count
    return {what: count for what, count in counted.items() if count}


def expected(house: House) -> dict[str, int]:
    """What a dry run says."""
    with house.engine.connect() as connection:
        return numbers(survey(connection, house.program.retention, house.clock()))


def steps(house: House) -> Iterable[Found]:
    """A run, step by step."""
    return forget_expired(house.unit, house.program.retention, house.clock())


def test_a_dry_run_changes_nothing_and_a_run_does_what_it_said(aged: House) -> None:
    before = dump(aged)
    said = expected(aged)
    assert dump(aged) == before
    assert len(said) >= 12, said
    assert numbers(steps(aged)) == said
    assert expected(aged) == {}


def test_a_run_with_nothing_to_do_changes_nothing(aged: House) -> None:
    aged.retain()
    before = dump(aged)
    assert numbers(steps(aged)) == {}
    assert dump(aged) == before


def test_a_run_that_is_interrupted_anywhere_is_taken_up_again(aged: House) -> None:
    said = Counter(expected(aged))
    done: Counter[str] = Counter()
    for stop_after in (1, 5, 9, 13, 19, 1000):
        with suppress(KeyboardInterrupt):
            for number, found in enumerate(steps(aged), 1):
                done[found.rule.what] += found.count
                if number == stop_after:
                    raise KeyboardInterrupt
    assert {what: count for what, count in done.items() if count} == said
    assert expected(aged) == {}


def test_a_batch_that_fails_leaves_everything_as_it_was(aged: House) -> None:
    before = dump(aged)
    with pytest.raises(ZeroDivisionError), aged.unit() as unit:
        person = unit.connection.scalars(select(profile_rows.c.id)).first()
        assert person is not None
        retention._forget_person(unit, person, profile_rows.c.id == person)
        raise ZeroDivisionError
    assert dump(aged) == before


def test_two_at_once_share_the_work(aged: House) -> None:
    said, done, lock = expected(aged), list[Found](), Lock()

    def run() -> None:
        for found in steps(aged):
            with lock:
                done.append(found)

    at_once(4, run)
    assert numbers(done) == said
    assert expected(aged) == {}


def test_scoring_at_the_same_time_is_in_nobodys_way(aged: House) -> None:
    with aged.engine.connect() as connection:
        everybody: list[UUID] = list(connection.scalars(select(profile_rows.c.id)))
    turns = iter([True, False, True, False])

    def run() -> None:
        if next(turns):
            for _ in steps(aged):
                pass
            return
        for _ in range(20):
            with aged.unit() as unit:
                score_profiles(unit, everybody)

    at_once(4, run)
    aged.retain()
    assert expected(aged) == {}


def test_whoever_is_at_work_with_a_person_is_not_waited_for(aged: House) -> None:
    person = aged.lead("person0@beispiel.example").id
    with aged.unit() as unit:
        profiles.lock_one(unit.connection, person)
        aged.retain()
        assert [row.id for row in aged.rows(profile_rows)] == [person]
    aged.retain()
    assert aged.rows(profile_rows) == []


def test_who_comes_back_at_that_very_moment_stays(aged: House) -> None:
    """The form is committed after the run has seen that the person is silent, and before it locks them."""
    run = iter(steps(aged))
    first = next(found for found in run if found.rule.what == "people who never confirmed")
    assert first.count == 1
    with aged.engine.connect() as connection:
        waiting = sorted(connection.execute(select(profile_rows.c.id, profile_rows.c.email)).all())
    last = waiting[-1]
    aged.submit(form(aged, email=last.email))
    for _ in run:
        pass
    assert [row.email for row in aged.rows(profile_rows)] == [last.email]
