"""Whatever a series looks like and whatever a person does: one step at a time, no mail twice, and an end."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.nurture.due import LOOK_AGAIN, Wishes, look_at
from bridge.nurture.places import Place
from bridge.nurture.starts import begun
from bridge.program.expressions import Expression, compile_expression
from bridge.program.sequences import END, Sequence, Step
from bridge.qualification.stages import BEFORE_SALES
from tests import make
from tests.rules.test_nurture import BERLIN, DAY

HOLDS = compile_expression("score > 0")
DATE = make.NOON + 10 * DAY
NAMES = ["a", "b", "c", "d", "e"]
SPANS = st.sampled_from([None, 0 * DAY, timedelta(hours=5), DAY, 9 * DAY])
WAYS = st.one_of(st.none(), st.sampled_from([*NAMES, END]))


@st.composite
def steps(draw: st.DrawFn, name: str) -> Step:
    """Any step of an event series, whether or not it makes sense."""
    time, span = draw(st.sampled_from(["after", "before_date", "after_date"])), draw(SPANS)
    return Step(
        name,
        draw(st.sampled_from([None, name])),
        until=draw(st.sampled_from([None, None, "link.clicked"])),
        when=draw(st.sampled_from([None, HOLDS])),
        next=draw(WAYS),
        otherwise=draw(WAYS),
        after=span if time == "after" else None,
        before_date=span if time == "before_date" else None,
        after_date=span if time == "after_date" else None,
    )


@st.composite
def series(draw: st.DrawFn) -> Sequence:
    """Any series of up to five steps."""
    names = NAMES[: draw(st.integers(1, len(NAMES)))]
    made = tuple(draw(steps(name)) for name in names)
    kind = draw(st.sampled_from(["welcome", "follow-up", "event", "wake-up"]))
    goal = draw(st.sampled_from([None, None, HOLDS]))
    leaves = draw(st.sampled_from(["pause", "end"]))
    date = DATE if kind == "event" else None
    return Sequence("s", kind, None, made, date=date, goal=goal, at_handover=leaves)  # type: ignore[arg-type]


WISHES = st.builds(
    Wishes,
    stage=st.sampled_from(["marketing_qualified", "marketing_qualified", "prospect", "accepted", "won"]),
    may_mail=st.sampled_from([True, True, True, False]),
    frequency=st.sampled_from(["normal", "normal", "monthly", "paused"]),
    pause_until=st.one_of(st.none(), st.just(date(2026, 3, 20))),
    resumes_at=st.one_of(st.none(), st.just(make.NOON + 30 * DAY)),
    is_tired=st.booleans(),
)


@dataclass
class Walk:
    """Somebody on the way through a series, day by day. conditions: what holds; it changes from look to look."""

    sequence: Sequence
    conditions: list[bool]
    place: Place = field(init=False)
    sent: list[tuple[int, str]] = field(default_factory=list)
    now: datetime = make.NOON

    def __post_init__(self) -> None:
        first = begun(None, self.sequence, make.some_id(), make.NOON, make.NOON)
        assert first
        self.place = first

    def holds(self, _: Expression) -> bool:
        self.conditions.append(self.conditions.pop(0))
        return self.conditions[0]

    def look(self, wishes: Wishes) -> None:
        if not self.place.is_active:
            return
        before = self.place
        moved = look_at(self.place, self.sequence, wishes, self.holds, self.now, BERLIN)
        self.place = moved.place
        if moved.step:
            assert before.is_due(self.now)
            assert wishes.may_mail
            assert wishes.stage in BEFORE_SALES
            self.sent.append((self.place.round, moved.step.id))
        self.check(before)

    def check(self, before: Place) -> None:
        place = self.place
        assert (place.id, place.profile_id, place.started_at) == (
            before.id,
            before.profile_id,
            before.started_at,
        )
        if not place.is_active:
            assert place.ended_at == self.now
            assert (place.state == "ended") == (place.ended_because is not None)
            return
        assert self.sequence.position(place.step_id or "") == place.next_step
        if place.rests_because:
            assert place.due_at and self.now < place.due_at <= self.now + LOOK_AGAIN
        if place.due_at is None:
            assert place.waits_for, "nobody would ever look at it again"


@settings(max_examples=150, deadline=None)
@given(series(), st.lists(WISHES, min_size=1, max_size=20), st.lists(st.booleans(), min_size=1, max_size=7))
def test_every_walk_keeps_to_the_rules(sequence: Sequence, wishes: list[Wishes], holds: list[bool]) -> None:
    walk = Walk(sequence, holds)
    for wished in wishes:
        walk.look(wished)
        walk.now += DAY / 2


@settings(max_examples=100, deadline=None)
@given(series())
def test_without_ways_back_a_series_comes_to_its_end_and_sends_each_mail_once(sequence: Sequence) -> None:
    forward = tuple(replace(one, next=None, otherwise=None, until=None, when=None) for one in sequence.steps)
    walk = Walk(replace(sequence, steps=forward, goal=None), [False])
    for _ in range(200):
        walk.look(Wishes("prospect", may_mail=True))
        walk.now += DAY / 2
    assert walk.place.state == "completed"
    sent = [step for _, step in walk.sent]
    expected = [one.mail for one in forward if one.mail]
    assert [one for one in expected if one in sent] == sent
    over = {one.id for one in forward if one.before_date is not None}
    assert set(expected) - set(sent) <= over


def test_steps_that_lead_in_a_circle_are_cut_for_a_day() -> None:
    circle = Sequence(
        "s", "welcome", "address.confirmed", (Step("a", None, next="b"), Step("b", None, next="a"))
    )
    walk = Walk(circle, [False])
    walk.look(Wishes("prospect", may_mail=True))
    assert walk.place.due_at == walk.now + LOOK_AGAIN
    assert walk.place.is_active


def test_a_step_that_was_put_in_is_sent_and_one_that_is_gone_is_left_out() -> None:
    a, b, c, d = (Step(name, name, DAY) for name in "abcd")
    at_b = Walk(Sequence("s", "welcome", None, (a, b, c)), [False]).place.at(
        Sequence("s", "welcome", None, (a, b, c)), 1, make.NOON - DAY
    )
    for today, sent, then in (
        ((a, d, b, c), "b", "c"),  # put in before it
        ((a, b, d, c), "b", "d"),  # put in behind it
        ((b, a, c), "b", "a"),  # moved
        ((a, c), "c", None),  # gone: the one that stands there now
    ):
        moved = look_at(
            at_b,
            Sequence("s", "welcome", None, today),
            Wishes("prospect", may_mail=True),
            lambda _: False,
            make.NOON,
            BERLIN,
        )
        assert moved.step
        assert (moved.step.mail, moved.place.step_id) == (sent, then)
    gone = look_at(
        at_b,
        Sequence("s", "welcome", None, (a,)),
        Wishes("prospect", True),
        lambda _: False,
        make.NOON,
        BERLIN,
    )
    assert gone.place.ended_because == "programme"


def test_an_event_that_is_put_off_is_waited_for_and_one_that_is_over_is_not_announced() -> None:
    fair = Sequence(
        "s", "event", None, (Step("a", "a", before_date=DAY), Step("b", "b", after_date=DAY)), date=DATE
    )
    walk = Walk(fair, [False], now=DATE - DAY)
    walk.sequence = replace(fair, date=DATE + 5 * DAY)
    walk.look(Wishes("prospect", may_mail=True))
    assert (walk.sent, walk.place.due_at) == ([], DATE + 4 * DAY)
    walk.now = DATE + 6 * DAY
    walk.look(Wishes("prospect", may_mail=True))
    assert walk.sent == [(0, "b")]
    assert walk.place.state == "completed"


def test_a_series_begins_anew_only_after_its_time_and_when_it_is_over() -> None:
    once = Sequence("s", "welcome", None, (Step("a", "a"),))
    yearly = replace(once, again=365 * DAY)
    known = Walk(once, [False]).place
    over = replace(known, state="completed")
    year, owner = make.NOON + 365 * DAY, known.profile_id
    assert begun(over, once, owner, year, year) is None
    assert begun(known, yearly, owner, year, year) is None
    assert begun(over, yearly, owner, year - DAY, year) is None
    anew = begun(over, yearly, owner, year, year)
    assert anew
    assert (anew.id, anew.round, anew.state, anew.step_id) == (known.id, 1, "active", "a")
