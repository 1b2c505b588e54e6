"""What is due at a place in a series: for whom, when, and why not."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bridge.nurture.due import Moved, Wishes, look_at
from bridge.nurture.places import Place
from bridge.program.expressions import Expression
from bridge.program.sequences import Sequence, Step
from tests import make

BERLIN = ZoneInfo("Europe/Berlin")
DAY = timedelta(days=1)
WELCOME = Sequence(
    "welcome",
    "welcome",
    "address.confirmed",
    tuple(
        Step(mail, mail, after)
        for mail, after in (("welcome", 0 * DAY), ("questions", 7 * DAY), ("news", 14 * DAY))
    ),
)
WILLING = Wishes("marketing_qualified", True)
PLACE = Place(make.some_id(), make.some_id(), "welcome", make.NOON, make.NOON, step_id="welcome")


def at(position: int, sequence: Sequence = WELCOME) -> Place:
    """A place before some step, which is due."""
    return replace(PLACE, next_step=position, step_id=sequence.steps[position].id)


def never(_: Expression) -> bool:
    return False


def look(
    wishes: Wishes = WILLING, place: Place = PLACE, sequence: Sequence | None = WELCOME, **more: object
) -> Moved:
    holds = more.get("holds", never)
    now = more.get("now", make.NOON)
    return look_at(place, sequence, wishes, holds, now, BERLIN, more.get("pointless", ()))  # type: ignore[arg-type]


def sent(moved: Moved) -> str | None:
    return moved.step.mail if moved.step else None


def rests(moved: Moved) -> tuple[str | None, datetime | None]:
    assert sent(moved) is None
    return moved.place.rests_because, moved.place.due_at


def ended(moved: Moved) -> str | None:
    assert sent(moved) is None
    assert moved.place.state == "ended"
    return moved.place.ended_because


def test_the_step_is_sent_and_the_next_is_due_after_its_pause() -> None:
    moved = look()
    assert (sent(moved), moved.place.step_id, moved.place.due_at) == (
        "welcome",
        "questions",
        make.NOON + 7 * DAY,
    )
    moved = look(place=at(1))
    assert (sent(moved), moved.place.step_id, moved.place.due_at) == (
        "questions",
        "news",
        make.NOON + 14 * DAY,
    )


def test_after_the_last_step_there_is_none() -> None:
    moved = look(place=at(2))
    assert (sent(moved), moved.place.state, moved.place.due_at) == ("news", "completed", None)


def test_a_step_that_is_not_due_waits() -> None:
    place = replace(PLACE, due_at=make.NOON + DAY)
    assert look(place=place) == Moved(place)


def test_a_series_that_left_the_programme_ends_the_place() -> None:
    assert ended(look(sequence=None)) == "programme"


def test_without_consent_nothing_is_ever_sent_again() -> None:
    assert ended(look(replace(WILLING, may_mail=False))) == "no consent"


@pytest.mark.parametrize("stage", ["sales_qualified", "accepted", "won", "lost"])
def test_while_sales_has_the_lead_nurturing_rests(stage: str) -> None:
    assert rests(look(replace(WILLING, stage=stage))) == ("sales", make.NOON + DAY)


@pytest.mark.parametrize("due_at", [make.NOON, make.NOON + DAY, None])
def test_or_it_ends_where_the_series_says_so(due_at: datetime | None) -> None:
    ending = replace(WELCOME, at_handover="end")
    place = replace(PLACE, due_at=due_at)
    assert ended(look(replace(WILLING, stage="accepted"), place, ending)) == "handover"


def test_without_consent_it_ends_even_while_sales_has_the_lead() -> None:
    assert ended(look(replace(WILLING, stage="accepted", may_mail=False))) == "no consent"


def test_nobody_rests_longer_than_a_day_without_another_look() -> None:
    paused = replace(WILLING, frequency="paused", pause_until=date(2026, 4, 1))
    assert rests(look(paused)) == ("paused", make.NOON + DAY)


def test_a_pause_ends_on_the_morning_of_its_day() -> None:
    paused = replace(WILLING, frequency="paused", pause_until=date(2026, 3, 13))
    assert rests(look(paused)) == ("paused", datetime(2026, 3, 13, 8, tzinfo=BERLIN))


def test_a_pause_that_is_over_stops_nothing() -> None:
    assert sent(look(replace(WILLING, frequency="paused", pause_until=date(2026, 3, 12)))) == "welcome"


def test_a_pause_without_an_end_rests() -> None:
    assert rests(look(replace(WILLING, frequency="paused"))) == ("paused", make.NOON + DAY)


def test_an_old_date_does_not_pause_whoever_wants_mail_again() -> None:
    assert sent(look(replace(WILLING, pause_until=date(2027, 1, 1)))) == "welcome"


def test_whoever_wants_one_mail_a_month_gets_one_a_month() -> None:
    monthly = replace(WILLING, frequency="monthly", last_mail=make.NOON - 29.5 * DAY)
    assert rests(look(monthly)) == ("monthly", make.NOON + DAY / 2)
    assert sent(look(replace(monthly, last_mail=make.NOON - 30 * DAY))) == "welcome"
    assert sent(look(replace(monthly, last_mail=None))) == "welcome"


def test_others_are_not_held_back_by_their_last_mail() -> None:
    assert sent(look(replace(WILLING, last_mail=make.NOON))) == "welcome"


def test_after_sales_gave_somebody_back_the_reasons_pause_holds() -> None:
    back = make.NOON + DAY / 2
    assert rests(look(replace(WILLING, resumes_at=back))) == ("after_sales", back)
    assert sent(look(replace(WILLING, resumes_at=make.NOON))) == "welcome"


def test_of_several_reasons_to_rest_the_longest_counts() -> None:
    wishes = replace(
        WILLING,
        frequency="paused",
        pause_until=date(2026, 3, 13),
        resumes_at=datetime(2026, 3, 13, 9, tzinfo=UTC),
    )
    assert rests(look(wishes)) == ("after_sales", datetime(2026, 3, 13, 9, tzinfo=UTC))


def test_whoever_is_tired_of_mails_rests() -> None:
    assert rests(look(replace(WILLING, is_tired=True))) == ("fatigue", make.NOON + DAY)


@pytest.mark.parametrize(
    ("first", "moment", "following"),
    [
        ((2026, 3, 26), (2026, 4, 2, 8, 30), (2026, 4, 9)),  # it began half an hour ago, at ten of summer
        ((2026, 3, 26), (2026, 4, 2, 7, 30), (2026, 4, 2)),
        ((2026, 10, 22), (2026, 10, 29, 8, 30), (2026, 10, 29)),  # half an hour to go, to ten of winter
        ((2026, 10, 22), (2026, 10, 29, 9, 30), (2026, 11, 5)),
    ],
)
def test_whoever_signs_up_gets_the_next_date_by_the_clock_on_the_wall(
    first: tuple[int, ...], moment: tuple[int, ...], following: tuple[int, ...]
) -> None:
    webinar = Sequence("w", "event", None, (), date=datetime(*first, 10, tzinfo=BERLIN), every=7 * DAY)  # type: ignore[arg-type,misc]
    signed_up = datetime(*moment, tzinfo=UTC)  # type: ignore[arg-type,misc]
    assert webinar.date_for(signed_up) == datetime(*following, 10, tzinfo=BERLIN)  # type: ignore[arg-type,misc]
