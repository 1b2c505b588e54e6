"""Which mail of a sequence is due for whom."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bridge.nurture.due import End, Send, Wait, Wishes, next_step
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
WILLING = Wishes("marketing_qualified", True, "normal", None, None, None)


def _next(wishes: Wishes, step: int = 0, sequence: Sequence | None = WELCOME) -> Send | Wait | End:
    return next_step(sequence, step, wishes, make.NOON, BERLIN)


def test_the_step_is_sent_and_the_next_is_due_after_its_pause() -> None:
    assert _next(WILLING) == Send("welcome", make.NOON + 7 * DAY)
    assert _next(WILLING, step=1) == Send("questions", make.NOON + 14 * DAY)


def test_after_the_last_step_there_is_none() -> None:
    assert _next(WILLING, step=2) == Send("news", None)


def test_a_step_that_left_the_programme_ends_the_place() -> None:
    assert isinstance(_next(WILLING, step=3), End)
    assert isinstance(_next(WILLING, sequence=None), End)


def test_without_consent_nothing_is_ever_sent_again() -> None:
    assert _next(replace(WILLING, may_mail=False)) == End("no consent to advertising mail")


@pytest.mark.parametrize("stage", ["sales_qualified", "accepted", "won", "lost"])
def test_while_sales_has_the_lead_nurturing_rests(stage: str) -> None:
    assert _next(replace(WILLING, stage=stage)) == Wait(make.NOON + DAY)


def test_without_consent_it_ends_even_while_sales_has_the_lead() -> None:
    assert isinstance(_next(replace(WILLING, stage="accepted", may_mail=False)), End)


def test_a_pause_ends_on_the_morning_of_its_day() -> None:
    paused = replace(WILLING, frequency="paused", pause_until=date(2026, 4, 1))
    assert _next(paused) == Wait(datetime(2026, 4, 1, 8, tzinfo=BERLIN))


def test_a_pause_that_is_over_stops_nothing() -> None:
    paused = replace(WILLING, frequency="paused", pause_until=date(2026, 3, 12))
    assert isinstance(_next(paused), Send)


def test_a_pause_without_an_end_rests() -> None:
    assert _next(replace(WILLING, frequency="paused")) == Wait(make.NOON + DAY)


def test_an_old_date_does_not_pause_whoever_wants_mail_again() -> None:
    assert isinstance(_next(replace(WILLING, pause_until=date(2027, 1, 1))), Send)


def test_whoever_wants_one_mail_a_month_gets_one_a_month() -> None:
    monthly = replace(WILLING, frequency="monthly", last_mail=make.NOON - 10 * DAY)
    assert _next(monthly) == Wait(make.NOON + 20 * DAY)
    assert isinstance(_next(replace(monthly, last_mail=make.NOON - 30 * DAY)), Send)
    assert isinstance(_next(replace(monthly, last_mail=None)), Send)


def test_others_are_not_held_back_by_their_last_mail() -> None:
    assert isinstance(_next(replace(WILLING, last_mail=make.NOON)), Send)


def test_after_sales_gave_somebody_back_the_reasons_pause_holds() -> None:
    back = make.NOON + 90 * DAY
    assert _next(replace(WILLING, resumes_at=back)) == Wait(back)
    assert isinstance(_next(replace(WILLING, resumes_at=make.NOON)), Send)


def test_of_several_reasons_to_wait_the_longest_counts() -> None:
    wishes = replace(
        WILLING,
        frequency="paused",
        pause_until=date(2026, 4, 1),
        resumes_at=datetime(2026, 9, 12, tzinfo=UTC),
    )
    assert _next(wishes) == Wait(datetime(2026, 9, 12, tzinfo=UTC))
