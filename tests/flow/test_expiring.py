"""Points whose time is over go: many at once, whatever came late, and as often as they were given."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from bridge.flow.expire_points import LATELY, expire_points
from bridge.program.model import Rule
from bridge.scoring.ledger import reversal
from bridge.store import ledger as entries
from bridge.store.tables import ledger, profiles
from tests.house import ANNA, House
from tests.statements import statements


@pytest.fixture
def short(house: House) -> House:
    """A house where the points of forms and downloads expire after ninety days, and rules have caps."""
    rules = (_expiring(rule) for rule in house.program.rules)
    return House(house.engine, replace(house.program, rules=tuple(rules)))


def _expiring(rule: Rule) -> Rule:
    match rule.id:
        case "form-submitted":
            return replace(rule, expires=timedelta(days=90), once=None, max_total=4)
        case "file-downloaded":
            return replace(rule, expires=timedelta(days=90))
    return rule


def expired(house: House) -> list[tuple[str, int]]:
    """Rule and points of what was taken back of the score."""
    return [(row.rule, row.points) for row in house.rows(ledger) if row.undoes and not row.topic]


def sums_hold(house: House) -> bool:
    """Whether everybody's score is the sum of the ledger."""
    with house.engine.connect() as connection:
        of_ledger = select(ledger.c.profile_id, func.sum(ledger.c.points)).where(ledger.c.topic == "")
        sums = {row[0]: row[1] for row in connection.execute(of_ledger.group_by(ledger.c.profile_id))}
    return {row.id: row.score for row in house.rows(profiles)} == sums


def test_a_batch_after_the_other_until_nothing_is_left(short: House) -> None:
    for number in range(7):
        short.submit(email=f"p{number}@firma{number}.example", form="webinar")
    short.clock.move(days=91)
    count = len(short.rows(ledger))
    assert list(expire_points(short.unit, at_a_time=4)) == [4] * (count // 4) + [count % 4]
    assert sum(expire_points(short.unit)) == 0
    assert expired(short) == [("form-submitted", -2)] * 7
    assert sums_hold(short)


def test_who_is_killed_between_two_batches_leaves_the_rest_to_the_next(short: House) -> None:
    for number in range(5):
        short.submit(email=f"p{number}@firma{number}.example", form="webinar")
    short.clock.move(days=91)
    next(expire_points(short.unit, at_a_time=3))
    assert sums_hold(short)
    list(expire_points(short.unit, at_a_time=3))
    assert len(expired(short)) == 5
    assert sums_hold(short)


def test_what_came_late_is_found_once_a_day(short: House) -> None:
    short.submit()
    short.clock.move(days=90, seconds=LATELY.total_seconds() + 1)
    assert sum(expire_points(short.unit, lately=True)) == 0
    assert sum(expire_points(short.unit)) == len(short.rows(ledger)) / 2 > 0
    assert short.lead().score == 0


def test_taking_back_many_takes_as_many_statements_as_taking_back_few(short: House) -> None:
    efforts = []
    for first, count in ((0, 1), (1, 30)):
        for number in range(first, first + count):
            short.submit(email=f"p{number}@firma{number}.example", form="webinar")
        short.clock.move(days=91)
        with statements(short.engine) as seen:
            assert sum(expire_points(short.unit)) >= count
        efforts.append(len(seen))
    assert efforts[0] == efforts[1] < 10


def test_what_expired_makes_room_under_a_cap_for_all_time(short: House) -> None:
    for _ in range(3):
        short.submit()
        short.clock.move(minutes=5)
    assert short.lead().score == 4
    short.tick(days=91)
    short.submit()
    assert short.lead().score == 2


def test_what_counts_once_counts_again_when_it_has_expired(short: House) -> None:
    welcome = short.subscriber()
    given = []
    for _ in range(3):
        short.download(welcome)
        short.tick(minutes=5)
        short.download(welcome)
        short.tick(minutes=5)
        given.append(short.points(ANNA).count(("file-downloaded", 2)))
        short.tick(days=91)
    assert given == [1, 2, 3]
    assert expired(short).count(("file-downloaded", -2)) == 3
    assert sums_hold(short)


def test_what_was_taken_back_before_its_time_does_not_expire_besides(short: House) -> None:
    welcome = short.subscriber()
    short.download(welcome)
    short.tick(minutes=5)
    person = short.lead().id
    with short.unit() as unit:
        (entry,) = [
            e
            for e in entries.of_profile(unit.connection, person)
            if e.rule == "file-downloaded" and not e.topic
        ]
        entries.add(unit.connection, [(person, reversal(entry, unit.now, "taken back"))], "1")
        unit.connection.execute(update(profiles).values(score=profiles.c.score - entry.points))
    short.tick(days=91)
    assert expired(short).count(("file-downloaded", -2)) == 1
    assert sums_hold(short)
