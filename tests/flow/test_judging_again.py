"""Marks for judging again: nobody has to be woken, and none is lost between reading and writing."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from uuid import UUID

from bridge.flow.prove import prove
from bridge.flow.record_hits import record_hits
from bridge.flow.save_preferences import Preferences, save_preferences
from bridge.flow.score_profiles import score_profiles
from bridge.flow.unit import Unit
from bridge.ids import new_id
from bridge.intake.records import Hit, Record, Request
from bridge.profiles.address import parse_address
from bridge.store import due_events, profiles
from bridge.store.due_events import Judged
from bridge.store.humanity import ProofRow
from bridge.store.tables import events
from bridge.store.tables import profiles as people
from tests import make
from tests.flow.test_settling import colleagues
from tests.house import ANNA, House


def a_click(house: House, email: str = ANNA) -> Record:
    """A click on the first link of somebody's welcome mail, as the journal has it."""
    mail = house.mails_to(email)[-1].delivery
    assert mail
    request = Request("203.0.113.7", make.A_BROWSER)
    return Record(
        new_id(), house.clock(), Hit("link.clicked", mail, None, request, 1, "https://www.example.com/")
    )


def clicked(house: House) -> list[UUID]:
    """The clicks that are stored."""
    return [row.id for row in house.rows(events) if row.kind == "link.clicked"]


def asked(house: House) -> list[datetime | None]:
    """For when each click is to be judged again, oldest first."""
    clicks = [row for row in house.rows(events) if row.kind == "link.clicked"]
    return [row.rejudge_at for row in sorted(clicks, key=lambda row: row.at)]


def click(house: House, email: str) -> None:
    """Somebody follows the first link of the welcome mail."""
    house.click(house.mails_to(email)[-1], 1)


def let_all_be_judged_again(unit: Unit, at: datetime) -> None:
    """Ask for all hits of a company."""
    span = ("beispiel.example", unit.now - timedelta(hours=1), unit.now)
    due_events.judge_again(unit.connection, [span], unit.now, timedelta(0), at)


def test_who_asks_between_reading_and_writing_is_heard_later(house: House) -> None:
    house.click(house.subscriber(), 1)
    house.tick(minutes=1)
    [one] = clicked(house)
    with house.unit() as unit:
        let_all_be_judged_again(unit, unit.now)
        due_events.mark(unit.connection, {one: Judged("human", ())}, {}, unit.now)
    assert asked(house) == [house.clock()]
    house.tick(seconds=1)
    assert asked(house) == [None]


def test_who_asks_for_a_later_time_is_heard_then(house: House) -> None:
    house.click(house.subscriber(), 1)
    house.tick(minutes=1)
    later = house.clock() + timedelta(seconds=20)
    with house.unit() as unit:
        let_all_be_judged_again(unit, later)
    house.click(house.mails_to(ANNA)[-1], 2)
    house.tick(seconds=19)
    assert asked(house)[0] == later
    house.tick(seconds=2)
    assert asked(house)[0] is None


def test_a_click_that_rests_needs_no_mark_when_a_colleague_clicks(house: House) -> None:
    for email in colleagues(house, 3):
        click(house, email)
        house.clock.move(seconds=3)
    assert asked(house) == [None] * 3


def test_however_many_colleagues_click_a_judged_click_is_judged_once_more_when_its_minute_is_over(
    house: House,
) -> None:
    first, *others = colleagues(house, 4)
    click(house, first)
    its_time_is_over = house.clock() + timedelta(seconds=60 + 20)
    house.tick(seconds=21)
    for email in [*others, *others]:
        click(house, email)
        house.tick(seconds=6)
        assert asked(house)[0] == its_time_is_over
    house.tick(seconds=(its_time_is_over - house.clock()).total_seconds())
    assert asked(house)[0] is None


def test_a_click_of_two_that_came_at_once_and_late_is_judged_again(house: House) -> None:
    """Two ingest processes, neither of which sees what the other has not committed."""
    anna, bert = colleagues(house, 2)
    late = [a_click(house, anna), a_click(house, bert)]
    house.clock.move(minutes=5)
    with house.unit() as unit:
        record_hits(unit, [(late[0], hit_of(late[0]))])
        take(house, late[1])
    assert any(asked(house))


def test_who_died_before_asking_asks_when_the_batch_comes_again(house: House) -> None:
    anna, bert = colleagues(house, 2)
    click(house, anna)
    house.tick(seconds=30)
    record = a_click(house, bert)
    with house.unit() as unit:
        record_hits(unit, [(record, hit_of(record))])
        unit.afterwards.clear()
    assert not any(asked(house))
    take(house, record)
    assert asked(house)[0] is not None


def test_a_click_that_is_just_being_judged_is_judged_again(house: House) -> None:
    """Whoever judges it has not read what is committed meanwhile."""
    anna, bert = colleagues(house, 2)
    click(house, anna)
    house.clock.move(seconds=30)
    with ThreadPoolExecutor(1) as ingest:
        with house.unit() as unit:
            score_profiles(unit, [row.id for row in house.rows(people) if row.email == anna])
            taken = ingest.submit(take, house, a_click(house, bert))
            assert any(len(clicked(house)) == 2 for _ in range(1000)), (
                "it is committed before anybody is asked"
            )
        taken.result(timeout=10)
    assert asked(house)[0] is not None


def test_a_click_that_is_just_being_judged_again_is_judged_once_more(house: House) -> None:
    """Its mark is due, and whoever acts on that has not read what comes out of a journal that lags."""
    anna, bert, carla = colleagues(house, 3)
    click(house, anna)
    house.tick(seconds=21)
    click(house, bert)
    [due, _] = asked(house)
    house.clock.move(seconds=24)
    late = a_click(house, carla)
    house.clock.move(seconds=36)
    assert due is not None
    assert due < house.clock()
    with house.unit() as unit, ThreadPoolExecutor(1) as ingest:
        [one] = (row.id for row in house.rows(events) if row.rejudge_at == due)
        ingest.submit(take, house, late).result(timeout=10)
        due_events.mark(unit.connection, {one: Judged("human", (), due)}, {}, unit.now)
    assert asked(house)[0] == house.clock() + timedelta(seconds=20)


def test_who_hands_over_looks_at_colleagues_once_more(house: House) -> None:
    """They clicked at the same time, and that was heard of only now: too late to be asked for in time."""
    first, *others = colleagues(house, 3)
    click(house, first)
    house.tick(seconds=30)
    house.click(house.mails_to(first)[-1], 2)
    late = [a_click(house, email) for email in others]
    house.tick(seconds=110)
    for record in late:
        take(house, record)
    house.tick(seconds=11)
    assert house.to_sales() == []
    house.tick(minutes=5)
    assert house.to_sales() == []


def test_what_a_proof_let_count_at_once_is_judged_again_when_it_would_have_rested(house: House) -> None:
    """A sandbox that follows everybody's link, loads the page and scrolls."""
    first, *others = colleagues(house, 3)
    click(house, first)
    house.clock.move(seconds=1)
    with house.unit() as unit:
        person = profiles.by_address(unit.connection, parse_address(first))
        prove(unit, [ProofRow(new_id(), person.id, unit.now, "page", None, "203.0.113.7", make.A_BROWSER)])
    house.run()
    assert house.lead(first).score == 3
    for email in others:
        house.clock.move(seconds=2)
        click(house, email)
    house.tick(seconds=20)
    assert house.lead(first).score == 1


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
        record_hits(unit, [(record, hit_of(record))])


def hit_of(record: Record) -> Hit:
    """What a record says."""
    assert isinstance(record.body, Hit)
    return record.body
