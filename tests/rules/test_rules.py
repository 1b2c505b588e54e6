"""How rules work, whatever their numbers: once, caps, topics, order, failures, and taking back."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bridge.scoring.ledger import Ledger, strongest
from tests import make
from tests.rules.story import Story, with_rules

CLICK = 'id = "click"\non = "link.clicked"\npoints = 2\nreason = "clicked {subject}"'


def _once(what: str) -> Story:
    return with_rules(f'id = "rule"\non = "link.clicked"\npoints = 2\nonce = "{what}"')


# Once


def test_a_rule_without_once_counts_every_event() -> None:
    story = with_rules(CLICK)
    mail = story.mail()
    for _ in range(3):
        story.clicks(mail, "a")
    assert story.score == 6


def test_the_same_event_counts_once_even_without_once() -> None:
    story = with_rules(CLICK)
    event = make.event("link.clicked", link="a")
    assert story.score_event(event) == {"click": 2}
    assert story.score_event(event) == {}


@pytest.mark.parametrize(
    ("what", "same", "other"),
    [
        ("form", {"form": "download"}, {"form": "webinar"}),
        ("file", {"file": "a.pdf"}, {"file": "b.pdf"}),
        ("page_day", {"page": "/a"}, {"page": "/b"}),
    ],
)
def test_once_goes_by_what_it_names(what: str, same: dict[str, Any], other: dict[str, Any]) -> None:
    story = _once(what)
    assert story.happens("link.clicked", **same)
    assert not story.happens("link.clicked", **same)
    assert story.happens("link.clicked", **other)


def test_once_per_link_means_a_link_of_one_mail() -> None:
    story = _once("link")
    first, second = story.mail(), story.mail()
    assert story.clicks(first, "a")
    assert not story.clicks(first, "a")
    assert story.clicks(first, "b")
    assert story.clicks(second, "a")


def test_once_per_mail() -> None:
    story = _once("mail")
    first, second = story.mail(), story.mail()
    assert story.clicks(first, "a")
    assert not story.clicks(first, "b")
    assert story.clicks(second, "a")


def test_once_per_day_goes_by_the_time_zone_of_the_programme() -> None:
    story = _once("day")
    story.now = datetime(2026, 7, 1, 21, 59, tzinfo=UTC)  # 23:59 in Berlin
    assert story.happens("link.clicked")
    assert not story.happens("link.clicked")
    assert story.waits(minutes=1).happens("link.clicked"), "midnight in Berlin"


def test_a_page_counts_again_the_next_day() -> None:
    story = _once("page_day")
    assert story.happens("link.clicked", page="/a")
    assert story.waits(days=1).happens("link.clicked", page="/a")


def test_once_per_profile_is_once_for_ever() -> None:
    story = _once("profile")
    assert story.happens("link.clicked", link="a")
    assert not story.waits(days=999).happens("link.clicked", link="b")


@pytest.mark.parametrize("what", ["link", "mail", "form", "file", "page_day"])
def test_an_event_without_the_thing_in_question_stands_for_itself(what: str) -> None:
    story = _once(what)
    assert story.happens("link.clicked")
    assert story.happens("link.clicked")


def test_once_holds_for_each_rule_by_itself() -> None:
    rule = 'on = "link.clicked"\npoints = 2\nonce = "profile"'
    story = with_rules(f'id = "one"\n{rule}', f'id = "two"\n{rule}')
    assert story.happens("link.clicked") == {"one": 2, "two": 2}


# Topics


def test_an_event_with_two_topics_writes_one_entry_without_and_two_with() -> None:
    story = with_rules(CLICK)
    story.clicks(story.mail(), "a", topics=["sepa", "erp"])
    assert [(entry.topic, entry.points) for entry in story.entries] == [("", 2), ("sepa", 2), ("erp", 2)]
    assert story.score == 2
    assert story.book.topics == {"sepa": 2, "erp": 2}


def test_a_topic_named_twice_counts_once_and_an_unknown_one_not_at_all() -> None:
    story = with_rules(CLICK)
    story.clicks(story.mail(), "a", topics=["sepa", "sepa", "gardening"])
    assert [entry.topic for entry in story.entries] == ["", "sepa"]


def test_a_rule_can_ask_for_the_score_of_a_topic() -> None:
    story = with_rules(CLICK, 'id = "expert"\non = "link.clicked"\nwhen = "topics.sepa >= 4"\npoints = 5')
    mail = story.mail()
    assert story.clicks(mail, "a", ["sepa"]) == {"click": 2}
    assert story.clicks(mail, "b", ["sepa"]) == {"click": 2, "expert": 5}


# Order


def test_rules_go_in_file_order_each_seeing_the_score_so_far() -> None:
    double = 'id = "double"\non = "link.clicked"\npoints = "score"'
    assert with_rules(CLICK, double).happens("link.clicked") == {"click": 2, "double": 2}
    assert with_rules(double, CLICK).happens("link.clicked") == {"click": 2}, "twice nothing is nothing"


# Points


def test_halves_are_cut_towards_zero() -> None:
    half = 'id = "half"\non = "page.visited"\npoints = "{} / 2"'
    assert with_rules(half.format("3")).happens("page.visited") == {"half": 1}
    assert with_rules(half.format("-3")).happens("page.visited") == {"half": -1}


def test_a_rule_that_gives_zero_writes_nothing_and_uses_nothing_up() -> None:
    story = with_rules('id = "rule"\non = "page.visited"\npoints = "size(event.topics)"\nonce = "profile"')
    assert story.happens("page.visited", topics=[]) == {}
    assert story.entries == []
    assert story.happens("page.visited", topics=["sepa"]) == {"rule": 1}


def test_a_machines_event_gives_nothing() -> None:
    story = with_rules(CLICK)
    human = make.event("link.clicked", link="a")
    machine = type(human)(human.id, human.kind, human.at, human.data, is_machine=True)
    assert story.score_event(machine) == {}
    assert story.score_event(human) == {"click": 2}


def test_a_condition_knows_the_person() -> None:
    story = with_rules('id = "rule"\non = "page.visited"\nwhen = "profile.role == \'CFO\'"\npoints = 3')
    assert story.happens("page.visited") == {}
    story.person = make.person(fields={"role": "CFO"})
    assert story.happens("page.visited") == {"rule": 3}


# Failures


def test_a_rule_that_fails_gives_nothing_and_stops_no_other() -> None:
    fails = 'id = "fails"\non = "link.clicked"\npoints = "100 / (score - 2)"'
    story = with_rules(CLICK, fails, 'id = "after"\non = "link.clicked"\npoints = 1')
    event = make.event("link.clicked")
    assert story.score_event(event) == {"click": 2, "after": 1}
    assert [(failure.rule, failure.event_id) for failure in story.failures] == [("fails", event.id)]
    assert "100 / (score - 2)" in story.failures[0].error


def test_a_rule_that_failed_may_count_later() -> None:
    story = with_rules(
        CLICK, 'id = "fails"\non = "link.clicked"\npoints = "100 / (score - 2)"\nonce = "profile"'
    )
    assert story.happens("link.clicked") == {"click": 2}
    assert story.happens("link.clicked") == {"click": 2, "fails": 50}


# Caps


def _capped(points: str, **caps: int) -> Story:
    lines = "".join(f"\n{name} = {size}" for name, size in caps.items())
    return with_rules(f'id = "rule"\non = "page.visited"\npoints = {points}{lines}')


def test_a_rule_gives_no_more_than_its_cap_a_day() -> None:
    story = _capped("3", max_per_day=5)
    assert [story.happens("page.visited") for _ in range(3)] == [{"rule": 3}, {"rule": 2}, {}]
    assert story.waits(days=1).happens("page.visited") == {"rule": 3}


def test_a_rule_gives_no_more_than_its_cap_a_week_which_begins_on_monday() -> None:
    story = _capped("3", max_per_week=5)
    story.now = datetime(2026, 3, 15, 12, tzinfo=UTC)  # a Sunday
    assert [story.happens("page.visited") for _ in range(3)] == [{"rule": 3}, {"rule": 2}, {}]
    assert [story.waits(days=1).happens("page.visited") for _ in range(8)] == [
        *({"rule": 3}, {"rule": 2}, {}, {}, {}, {}, {}),
        {"rule": 3},
    ]


def test_a_rule_gives_no_more_than_its_cap_a_month_of_the_calendar() -> None:
    story = _capped("20", max_per_month=25)
    days = [(story.waits(days=1).now.date(), story.happens("page.visited").get("rule", 0)) for _ in range(80)]
    months = {day.strftime("%m"): [p for on, p in days if on.month == day.month and p] for day, _ in days}
    assert list(months) == ["03", "04", "05"]
    assert all(given == [20, 5] for given in months.values())


def test_a_month_ends_by_the_clock_of_the_programme() -> None:
    story = _capped("3", max_per_month=3, max_per_week=9)
    story.now = datetime(2026, 3, 31, 21, 30, tzinfo=UTC)  # still March in Berlin
    assert [story.happens("page.visited") for _ in range(2)] == [{"rule": 3}, {}]
    assert story.waits(hours=1).happens("page.visited") == {"rule": 3}


def test_all_caps_hold_together() -> None:
    story = _capped("3", max_per_day=4, max_per_week=6, max_per_month=9)
    story.now = datetime(2026, 6, 1, 12, tzinfo=UTC)  # a Monday
    given = [story.happens("page.visited").get("rule", 0) for _ in range(2)]
    given += [story.waits(days=1).happens("page.visited").get("rule", 0) for _ in range(14)]
    assert [points for points in given if points] == [3, 1, 2, 3]


def test_a_rule_gives_no_more_than_its_cap_in_a_lifetime() -> None:
    story = _capped("3", max_total=5)
    assert [story.waits(days=1).happens("page.visited") for _ in range(3)] == [{"rule": 3}, {"rule": 2}, {}]


def test_a_rule_takes_no_more_than_its_cap() -> None:
    assert sum(p.get("rule", 0) for p in _repeat(_capped("-3", max_per_day=5))) == -5
    assert sum(p.get("rule", 0) for p in _repeat(_capped("-3", max_total=7))) == -7


def test_both_caps_hold_together() -> None:
    story = _capped("3", max_per_day=4, max_total=6)
    assert story.happens("page.visited") | story.happens("page.visited") == {"rule": 1}
    assert story.waits(days=1).happens("page.visited") == {"rule": 2}


def test_what_was_cut_to_nothing_uses_nothing_up() -> None:
    story = with_rules('id = "rule"\non = "page.visited"\npoints = 2\nonce = "file"\nmax_per_day = 2')
    story.happens("page.visited", file="a.pdf")
    assert story.happens("page.visited", file="b.pdf") == {}
    assert story.waits(days=1).happens("page.visited", file="b.pdf") == {"rule": 2}


def test_points_of_topics_do_not_use_up_the_cap_of_the_score() -> None:
    story = _capped("2", max_total=4)
    story.happens("page.visited", topics=["sepa", "erp"])
    assert story.happens("page.visited", topics=["sepa"]) == {"rule": 2}


def test_points_that_expire_do_not_lift_the_cap_of_that_day() -> None:
    story = _capped("4", max_per_day=4)
    story.happens("page.visited")
    story.waits(days=90).takes_back(*story.of("rule"))
    assert story.happens("page.visited") == {"rule": 4}
    assert story.happens("page.visited") == {}


# Taking back


def test_a_reversed_entry_frees_its_key() -> None:
    story = _once("profile")
    story.happens("link.clicked")
    story.takes_back(*story.entries)
    assert story.score == 0
    assert story.happens("link.clicked") == {"rule": 2}
    assert not story.happens("link.clicked")


def test_the_same_event_scored_again_after_a_reversal_has_an_entry_of_its_own() -> None:
    story = with_rules(CLICK)
    event = make.event("link.clicked")
    story.score_event(event)
    story.takes_back(*story.entries)
    story.score_event(event)
    first, undo, second = story.entries
    assert len({first.id, undo.id, second.id}) == 3
    assert (first.turn, second.turn) == (0, 1)
    assert undo.undoes == first.id


def test_taking_back_twice_is_taking_back_once() -> None:
    story = with_rules(CLICK)
    story.happens("link.clicked")
    entry = story.entries[0]
    story.takes_back(entry)
    story.takes_back(entry)
    assert story.entries[1].id == story.entries[2].id


def test_points_can_expire() -> None:
    story = with_rules(CLICK + '\nexpires = "90d"', 'id = "ever"\non = "link.clicked"\npoints = 1')
    story.happens("link.clicked")
    assert [entry.expires_at for entry in story.entries] == [make.NOON + timedelta(days=90), None]


def test_a_ledger_read_back_is_the_same_ledger() -> None:
    story = _once("link")
    mail = story.mail()
    story.clicks(mail, "a", ["sepa"])
    story.takes_back(*story.entries)
    story.clicks(mail, "a", ["sepa"])
    assert Ledger.of(story.entries, story.program.timezone) == story.book


# What sales is told


def test_the_strongest_reasons_are_those_that_still_stand() -> None:
    story = Story()
    story.happens("form.submitted", form="callback", form_kind="callback", subject="Rückruf")
    story.opens(story.mail())
    story.waits(days=1).happens("file.downloaded", file="a.pdf", subject="A", topics=["sepa"])
    story.happens("mail.sent", story.mail())
    assert [(e.rule, e.points) for e in strongest(story.entries)] == [
        ("callback-requested", 8),
        ("file-downloaded", 2),
        ("form-submitted", 2),
    ]
    story.takes_back(*story.of("callback-requested"))
    assert [e.rule for e in strongest(story.entries)] == ["file-downloaded", "form-submitted", "mail-opened"]


def _repeat(story: Story) -> list[dict[str, int]]:
    return [story.happens("page.visited") for _ in range(4)]
