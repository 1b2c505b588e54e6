"""What counts, what rests and what is taken back, told again and again as verdicts change."""

import time
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.scoring.corrections import correct
from bridge.scoring.facts import Event
from bridge.scoring.ledger import Entry, Ledger, reversal
from bridge.scoring.telling import Happened, Telling
from tests import make

MAIL = make.mail()
COUNTS, RESTS = timedelta(seconds=20), timedelta(seconds=120)
PROGRAM = make.program(make.EXACT)


def click(link: str, second: float, **facts: Any) -> Happened:
    """A click on a link of the mail, so many seconds after noon."""
    at = make.NOON + timedelta(seconds=second)
    event = Event(uuid4(), "link.clicked", at, {"link": link, "subject": link}, MAIL.id)
    return Happened(event, rests_until=at + COUNTS, **facts)


def tell(
    happened: list[Happened], second: float, entries: list[Entry] | None = None, **facts: Any
) -> Telling:
    """The telling of these events so many seconds after noon."""
    known: dict[str, Any] = {"may_cross": True, "rests": RESTS, "person": make.person()}
    known |= {"program": PROGRAM} | facts
    now = make.NOON + timedelta(seconds=second)
    telling = Telling(entries=list(entries or []), happened=happened, mails={MAIL.id: MAIL}, now=now, **known)
    correct(telling)
    telling.tell()
    return telling


def told(one: Happened, *, machine: bool = False) -> Happened:
    """An event that counted before; now it may be a machine's."""
    return replace(one, told=True, counted=True, event=replace(one.event, is_machine=machine))


def points(telling: Telling) -> list[tuple[str, int]]:
    """Rule and points of the new entries of the score."""
    return [(entry.rule, entry.points) for entry in telling.new if not entry.topic]


def test_a_click_that_has_not_rested_is_put_off() -> None:
    young = click("a", 0)
    telling = tell([young], 19)
    assert (points(telling), telling.put_off) == ([], {young.event.id: make.NOON + COUNTS})


def test_a_click_that_has_rested_counts() -> None:
    assert points(tell([click("a", 0)], 20)) == [("link-clicked", 2)]


def test_a_proved_click_does_not_wait() -> None:
    assert points(tell([click("a", 0, proved=True)], 1)) == [("link-clicked", 2)]


def test_several_clicks_rest_longer_as_a_whole() -> None:
    first, second = click("a", 0), click("b", 30)
    telling = tell([first, second], 60)
    assert points(telling) == [("link-clicked", 2)]
    assert telling.put_off == {second.event.id: second.event.at + RESTS}


def test_what_would_reach_the_threshold_rests_longer() -> None:
    earned = tell([click(f"old-{number}", 0) for number in range(5)], 500, may_cross=False).new
    kept = [entry for entry in earned if entry.rule == "link-clicked"]
    assert sum(entry.points for entry in kept) == 10
    late = click("b", 1000)
    telling = tell([late], 1020, kept)
    assert (points(telling), list(telling.put_off)) == ([], [late.event.id])
    assert points(tell([late], 1020, kept, may_cross=False)) == [("link-clicked", 2)]


def test_doubtful_clicks_count_but_are_none_of_several() -> None:
    telling = tell([click("a", 0), click("b", 30, doubtful=True)], 200)
    assert points(telling) == [("link-clicked", 2), ("link-clicked", 2)]


def test_what_turns_out_to_be_a_machine_is_taken_back_with_what_rested_on_it() -> None:
    first, second = click("a", 0), click("b", 30)
    before = tell([first, second], 200)
    assert before.book.score == PROGRAM.stages.threshold
    after = tell([told(first, machine=True), told(second)], 300, before.entries)
    assert points(after) == [("link-clicked", -2), ("several-clicks", -8)]
    assert after.book.score == 2


def test_a_correction_leaves_alone_what_three_clicks_earned_anyway() -> None:
    first, second, third = click("a", 0), click("b", 30), click("c", 60)
    before = tell([first, second, third], 300)
    after = tell([told(first), told(second), told(third, machine=True)], 400, before.entries)
    assert points(after) == [("link-clicked", -2)]


def test_several_clicks_are_told_anew_when_others_carry_them() -> None:
    first, second, third = click("a", 0), click("b", 30), click("c", 60)
    before = tell([first, second, third], 300)
    after = tell([told(first, machine=True), told(second), told(third)], 400, before.entries)
    assert after.book.score == PROGRAM.stages.threshold
    assert ("several-clicks", -8) in points(after)


def test_a_person_who_is_cleared_gets_the_points_after_all() -> None:
    cleared = replace(click("a", 0), told=True, counted=False, proved=True)
    assert points(tell([cleared], 300)) == [("link-clicked", 2)]


def test_telling_again_changes_nothing() -> None:
    first, second = click("a", 0), click("b", 30)
    before = tell([first, second], 200)
    assert points(tell([told(first), told(second)], 300, before.entries)) == []


def test_after_a_correction_nothing_old_hands_over() -> None:
    first, second = click("a", 0), click("b", 30)
    before = tell([first, second], 200)
    after = tell([told(first, machine=True), told(second, machine=True)], 201, before.entries)
    assert after.settled() == (0, None)


def happened(kind: str, second: float, **data: Any) -> Happened:
    """Something else of the person, at that second."""
    return Happened(Event(uuid4(), kind, make.NOON + timedelta(seconds=second), data))


def test_a_machine_does_not_lift_anybody_after_a_rejection() -> None:
    forms = [happened("form.submitted", 0, form=f"form-{n}", form_kind="callback") for n in range(2)]
    clicks = [click(link, 300 + 60 * number) for number, link in enumerate("abc")]
    before = tell([*forms, *clicks], 1000, may_cross=False)
    rejection = happened("sales.rejected", 2000)
    rejected = tell([rejection], 2000, before.entries)
    assert rejected.book.score == 6
    first, second, third = clicks
    known = [told(first), told(second), told(third, machine=True), told(rejection)]
    after = tell(known, 3000, rejected.entries)
    assert after.settled()[0] == 6


def test_a_person_gets_what_a_machine_had_used_up() -> None:
    theirs = replace(happened("file.downloaded", 0, file="a.pdf"), rests_until=make.NOON)
    own = replace(happened("file.downloaded", 60, file="a.pdf"), rests_until=make.NOON)
    before = tell([theirs, own], 500)
    assert points(before) == [("file-downloaded", 2)]
    after = tell([told(theirs, machine=True), told(own)], 600, before.entries)
    assert points(after) == [("file-downloaded", -2), ("file-downloaded", 2)]


def test_points_whose_time_is_over_do_not_come_back() -> None:
    fading = make.program(
        make.EXACT
        + '\n[[scoring.rules]]\nid = "fades"\non = "link.clicked"\npoints = 5\nonce = "mail"\nexpires = "1d"\n'
    )
    first, second = click("a", 0), click("b", 30)
    before = tell([first, second], 200, program=fading)
    later = 25 * 3600
    over = next(entry for entry in before.entries if entry.rule == "fades")
    expired = [*before.entries, reversal(over, make.NOON + timedelta(seconds=later - 60), "expired")]
    after = tell([told(first), told(second, machine=True)], later, expired, program=fading)
    assert [entry for entry in after.new if entry.rule == "fades"] == []


def test_many_clicks_on_one_link_cost_little() -> None:
    many = [click("a", second) for second in range(3000)]
    began = time.perf_counter()
    telling = tell(many, 5000)
    assert points(telling) == [("link-clicked", 2)]
    assert time.perf_counter() - began < 5, "seconds; it was minutes once"


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 400), st.booleans()), min_size=1, max_size=6)
)
def test_in_the_end_only_people_have_points(hits: list[tuple[str, int, bool]]) -> None:
    """Whatever is found out, in whatever order: told as people first, corrected then, told once more."""
    ordered = sorted(hits, key=lambda hit: hit[1])
    clicks = [click(link, second) for link, second, _ in ordered]
    before = tell(clicks, 2000)
    known = [told(one, machine=machine) for one, (_, _, machine) in zip(clicks, ordered, strict=True)]
    after = tell(known, 2001, before.entries)
    machines = {one.event.id for one in known if one.event.is_machine}
    assert sum(entry.points for entry in after.entries if entry.event_id in machines) == 0
    assert after.book.score == sum(entry.points for entry in after.entries if not entry.topic)
    fresh = tell([replace(one, told=False) for one in known], 2001)
    threshold = PROGRAM.stages.threshold
    assert after.book.score < threshold or fresh.book.score >= threshold, "a correction lifts nobody"
    settled = [replace(one, counted=not one.event.is_machine) for one in known]
    assert tell(settled, 2002, after.entries).new == []
    assert Ledger.of(after.entries, PROGRAM.timezone).score == after.book.score
