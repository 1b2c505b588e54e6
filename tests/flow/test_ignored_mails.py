"""A mail without a reaction in time becomes an event: once, of none too many and of none too few."""

import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Engine, update

from bridge.delivery.letters import Letter
from bridge.flow.answer_questions import answer_questions
from bridge.flow.save_preferences import Preferences, save_preferences
from bridge.flow.sequences.notice_ignored import KIND, ON_THEIR_WAY, notice_ignored
from bridge.intake.records import Request
from bridge.program.mailing import Mailing
from bridge.store import watermarks as marks
from bridge.store.events import EventRow
from bridge.store.events import add as add_events
from bridge.store.tables import events, mails, watermarks
from tests import make
from tests.asking import asking
from tests.house import ANNA, House
from tests.statements import Killed, killed_after, statements

SOON = ON_THEIR_WAY + timedelta(minutes=1)
WELCOME = "Willkommen bei Globe Next"


def ignored(house: House) -> list[str]:
    """The subjects of mails that nobody reacted to, by when that was so."""
    told = [row for row in house.rows(events) if row.kind == "mail.ignored"]
    return [row.data["subject"] for row in sorted(told, key=lambda row: row.at)]


def a_week_later(house: House) -> None:
    """The time of the welcome mail is over, and what was done with it is known."""
    house.tick(days=7, seconds=SOON.total_seconds())


@pytest.fixture
def artegic(engine: Engine, house: House) -> House:
    """A house whose programme has the rules of the preset artegic."""
    return House(engine, replace(house.program, rules=make.program(make.ARTEGIC).rules))


def test_a_mail_that_nobody_reacted_to_costs_ten_points_once(artegic: House) -> None:
    welcome = artegic.subscriber()
    a_week_later(artegic)
    artegic.tick(days=1)
    assert artegic.points().count(("mail-ignored", -10)) == 1
    assert artegic.lead().ledger[0].reason == f"keine Reaktion auf „{welcome.subject}“"


def test_it_happened_when_the_time_was_over_whenever_somebody_noticed(house: House) -> None:
    house.subscriber()
    (welcome,) = house.rows(mails)
    house.tick(days=40)
    first = min(row.at for row in house.rows(events) if row.kind == "mail.ignored")
    assert first == welcome.sent_at + timedelta(days=7)


def test_before_its_time_is_over_no_mail_is_ignored(house: House) -> None:
    house.subscriber()
    house.tick(days=6, hours=23)
    assert ignored(house) == []


@pytest.mark.parametrize("reacts", [House.open, lambda house, mail: house.click(mail, 1), House.download])
def test_who_opens_or_follows_a_link_or_fetches_a_file_has_not_ignored_it(
    house: House, reacts: Callable[[House, Letter], None]
) -> None:
    welcome = house.subscriber()
    house.clock.move(days=6, hours=23)
    reacts(house, welcome)
    house.tick(minutes=5)
    house.tick(hours=2)
    assert ignored(house) == []


def answers(house: House, mail: UUID | None) -> None:
    with house.unit() as unit:
        answer_questions(unit, house.lead().id, {"employees": "250+"}, Request(), mail)
    house.run()


def sends_a_form(house: House, mail: UUID | None) -> None:
    house.submit(replace(make.submission(form="webinar", allows=(), at=house.clock()), mail=mail))


def saves_settings(house: House, mail: UUID | None) -> None:
    wishes = Preferences(("sepa",), "normal", None, "de", {"email": True, "tracking": True}, frozenset())
    with house.unit() as unit:
        save_preferences(unit, house.lead().id, wishes, Request(), mail)
    house.run()


@pytest.mark.parametrize("reacts", [answers, sends_a_form, saves_settings])
@pytest.mark.parametrize("is_of_the_mail", [True, False])
def test_who_answers_what_the_mail_led_to_has_not_ignored_it(
    house: House, tmp_path: Path, reacts: Callable[[House, UUID | None], None], is_of_the_mail: bool
) -> None:
    asked = asking(house, tmp_path)
    asked.submit(form="webinar")
    asked.confirm()
    (mail,) = [row for row in asked.rows(mails) if row.sequence == "welcome"]
    asked.clock.move(days=2)
    reacts(asked, mail.id if is_of_the_mail else None)
    a_week_later(asked)
    assert ignored(asked) == ([] if is_of_the_mail else ["Noch eine Frage"])


def test_what_a_machine_does_is_no_reaction(house: House) -> None:
    welcome = house.subscriber()
    house.click(welcome, 1, method="HEAD")
    house.tick(minutes=5)
    a_week_later(house)
    assert ignored(house) == [WELCOME]


def test_a_late_reaction_takes_nothing_back_and_counts_besides(artegic: House) -> None:
    welcome = artegic.subscriber()
    a_week_later(artegic)
    artegic.click(welcome, 1)
    artegic.tick(minutes=5)
    assert [points for points in artegic.points() if points[0] != "form-submitted"] == [
        ("mail-ignored", -10),
        ("link-clicked", 10),
    ]


def test_of_a_mail_that_was_not_tracked_nobody_knows(house: House) -> None:
    house.subscriber(allows=["email"])
    a_week_later(house)
    assert ignored(house) == []


def test_who_withdrew_from_being_watched_is_not_said_to_ignore_anything(house: House) -> None:
    house.subscriber()
    house.tick(days=1)
    house.save_preferences(ANNA, allowed={"email": True, "tracking": False})
    house.tick(days=1)
    house.save_preferences(ANNA, allowed={"email": True, "tracking": True})
    a_week_later(house)
    assert ignored(house) == []


def test_who_objects_to_being_evaluated_is_left_alone(house: House) -> None:
    house.subscriber()
    house.objects()
    a_week_later(house)
    assert ignored(house) == []


def test_a_mail_that_came_back_was_not_ignored(house: House) -> None:
    house.subscriber()
    (welcome,) = house.rows(mails)
    with house.unit() as unit:
        from_server = {"profile_id": welcome.profile_id, "mail_id": welcome.id, "kind": "mail.bounced"}
        moments = dict.fromkeys(("at", "due_at", "scored_at"), unit.now)
        unit.connection.execute(events.insert().values(id=make.some_id(), **from_server, **moments))
    a_week_later(house)
    assert ignored(house) == []


def test_the_programme_says_how_long_is_too_long(engine: Engine, house: House) -> None:
    hasty = House(engine, replace(house.program, mailing=Mailing(ignored_after=timedelta(hours=1))))
    hasty.subscriber()
    hasty.tick(minutes=75)
    assert ignored(hasty) == [WELCOME]


def test_whoever_was_away_for_months_misses_none_and_tells_of_none_twice(house: House) -> None:
    subscribers(house, 7)
    house.clock.move(days=90)
    told = [list(notice_ignored(house.unit, at_a_time=2)) for _ in range(2)]
    assert told == [[2, 2, 2, 1], [0]]
    assert len(ignored(house)) == 7


def test_mails_that_left_at_the_same_moment_are_told_of_together(house: House) -> None:
    subscribers(house, 5)
    with house.unit() as unit:
        unit.connection.execute(update(mails).values(sent_at=unit.now))
    house.clock.move(days=8)
    assert list(notice_ignored(house.unit, at_a_time=2)) == [5, 0]


def test_two_who_notice_at_the_same_time_tell_of_each_mail_once(house: House) -> None:
    subscribers(house, 4)
    house.clock.move(days=8)
    with house.unit() as unit:
        marks.take(unit.connection, KIND)
        assert list(notice_ignored(house.unit)) == [0]
    assert list(notice_ignored(house.unit)) == [4]


def test_who_is_killed_anywhere_has_told_of_nothing_or_of_all_and_the_next_one_goes_on(house: House) -> None:
    subscribers(house, 3)
    house.clock.move(days=8)
    for count in itertools.count(1):
        try:
            with killed_after(house.engine, count):
                told = sum(notice_ignored(house.unit))
            break
        except Killed:
            assert (ignored(house), house.rows(watermarks)) == ([], [])
    assert count > 8
    assert (told, len(ignored(house))) == (3, 3)


def test_a_hit_that_nobody_has_judged_yet_keeps_the_mail_waiting_for_a_day_at_most(house: House) -> None:
    """Whoever judges may have come to a halt; then nobody is accused."""
    subscribers(house, 1)
    (mail,) = house.rows(mails)
    subscribers(house, 1, first=1)
    house.clock.now = mail.sent_at + timedelta(days=7)
    hit = EventRow(make.some_id(), mail.profile_id, "mail.opened", house.clock(), house.clock(), mail.id)
    with house.unit() as unit:
        add_events(unit.connection, [hit])
    house.clock.move(hours=23)
    assert list(notice_ignored(house.unit)) == [0]
    house.clock.move(hours=2)
    assert list(notice_ignored(house.unit)) == [1]


def test_noticing_fifty_takes_as_many_statements_as_noticing_one(house: House) -> None:
    subscribers(house, 1)
    house.clock.move(days=8)
    with statements(house.engine) as for_one:
        assert sum(notice_ignored(house.unit)) == 1
    subscribers(house, 20, first=1)
    house.clock.move(days=8)
    with statements(house.engine) as for_all:
        assert sum(notice_ignored(house.unit)) > 20
    assert len(for_all) == len(for_one) < 15


def subscribers(house: House, count: int, first: int = 0) -> None:
    """People who allow everything and got the welcome mail, a moment one after another; no further mail is sent."""
    for number in range(first, first + count):
        house.subscriber(f"p{number}@firma{number}.example")
