"""A mail that had to wait, and whose reader went to sales meanwhile, or whose series is over."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import Engine

from bridge.program.expressions import compile_expression
from bridge.program.mailing import Mailing, QuietHours
from bridge.program.sequences import Sequence
from connectors.contract import Deferred, Receipt
from tests.flow.series import house_with, places, step
from tests.house import ANNA, House

AT_NIGHT = datetime(2026, 3, 12, 21, 0, tzinfo=UTC)
MORNING = timedelta(hours=9)
QUIET = Mailing(QuietHours(time(21), time(7)))
NEVER = compile_expression("score >= 1000")
SERIES = Sequence(
    "welcome",
    "welcome",
    "address.confirmed",
    (step("welcome"), step("first-questions", 7), step("wake-up", 7)),
)


def waiting(engine: Engine, series: Sequence = SERIES) -> House:
    """The second mail to Anna waits for the morning."""
    house = house_with(engine, series, mailing=QUIET)
    house.clock.now = AT_NIGHT
    house.subscriber()
    house.tick(days=7)
    (waits,) = house.outbox("due")
    assert waits.error == "waits for the end of the quiet hours"
    return house


def in_the_morning(house: House, days: int = 0) -> list[str]:
    """What Anna got then, apart from the welcome."""
    house.tick(days=days, seconds=MORNING.total_seconds())
    return [mail.subject for mail in house.mails_to(ANNA) if mail.list_unsubscribe_url][1:]


def test_it_does_not_leave_while_sales_talks_to_its_reader_but_when_they_are_given_back(
    engine: Engine,
) -> None:
    house = waiting(engine)
    to_sales = house.lead_by_form()
    assert in_the_morning(house, days=3) == []
    (waits,) = [row for row in house.outbox("due") if row.template == "mail/nurture"]
    assert (waits.error, waits.attempts) == ("waits until sales gives the person back", 0)
    house.answer(to_sales, "accepted")
    assert in_the_morning(house) == []
    house.clock.now = datetime(2026, 3, 25, 9, 0, tzinfo=UTC)
    house.answer(to_sales, "lost", reason="only-informing")
    assert in_the_morning(house) == ["Drei Fragen vor dem Umstieg"]


def test_nor_during_the_pause_that_sales_named(engine: Engine) -> None:
    house = waiting(engine)
    house.answer(house.lead_by_form(), "rejected", reason="no-need")
    assert in_the_morning(house, days=100) == []
    (waits,) = [row for row in house.outbox("due") if row.template == "mail/nurture"]
    assert waits.error == "waits for the end of the pause after sales"
    assert in_the_morning(house, days=90)[:1] == ["Drei Fragen vor dem Umstieg"]


def test_the_last_one_of_a_series_waits_as_well(engine: Engine) -> None:
    house = waiting(engine, replace(SERIES, steps=SERIES.steps[:2]))
    assert places(house)["welcome"].state == "completed"
    house.lead_by_form()
    assert in_the_morning(house) == []


def test_of_a_series_that_ended_because_of_sales_it_is_not_sent_and_says_why(engine: Engine) -> None:
    house = waiting(engine, replace(SERIES, at_handover="end"))
    house.lead_by_form()
    assert in_the_morning(house) == []
    assert [row.error for row in house.outbox("refused")] == ["its series has ended: handover"]


def test_nor_is_the_last_one_of_a_series_that_sales_takes_over_for_good(engine: Engine) -> None:
    short = replace(SERIES, at_handover="end", steps=SERIES.steps[:2])
    house = waiting(engine, short)
    assert places(house)["welcome"].state == "completed"
    house.lead_by_form()
    assert in_the_morning(house) == []
    (refused,) = [row for row in house.outbox("refused") if row.template == "mail/nurture"]
    assert refused.error == "its series has ended: handover"


def test_nor_when_the_series_reached_its_goal(engine: Engine) -> None:
    house = waiting(engine, replace(SERIES, goal=compile_expression("score >= 3")))
    house.submit(form="webinar")
    assert places(house)["welcome"].ended_because == "goal"
    assert in_the_morning(house) == []
    assert [row.error for row in house.outbox("refused")] == ["its series has ended: goal"]


def completed(house: House) -> bool:
    return "sequence.completed" in {line.kind for line in house.lead().timeline}


def test_a_series_is_completed_when_its_last_mail_has_left(engine: Engine) -> None:
    house = waiting(engine, replace(SERIES, steps=SERIES.steps[:2]))
    assert not completed(house)
    house.reply = Deferred("451 busy")
    assert [in_the_morning(house), len(house.outbox("deferred"))] == [[], 1]
    assert not completed(house)
    house.reply = Receipt("250 ok")
    in_the_morning(house, days=1)
    assert completed(house)


def test_or_when_its_last_step_was_passed_over(engine: Engine) -> None:
    two = (SERIES.steps[0], replace(SERIES.steps[1], when=NEVER))
    house = house_with(engine, replace(SERIES, steps=two))
    house.subscriber()
    house.tick(days=7)
    assert completed(house)


def test_who_comes_back_from_sales_goes_on_at_once_with_what_rested(engine: Engine) -> None:
    house = house_with(engine, SERIES)
    to_sales = house.lead_by_points()
    house.tick(days=8)
    assert places(house)["welcome"].rests_because == "sales"
    house.clock.move(minutes=5)
    house.answer(to_sales, "rejected", reason="only-informing")
    assert house.mails_to(ANNA)[-1].subject == "Drei Fragen vor dem Umstieg"
