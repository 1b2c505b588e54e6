"""Series of four kinds: what starts them, what their steps wait for, and what comes after."""

from dataclasses import replace
from datetime import time

import pytest
from sqlalchemy import Engine

from bridge.flow.answer_questions import answer_questions
from bridge.flow.score_profiles import score_profiles
from bridge.flow.sequences.stand import condition_for
from bridge.i18n import format_whole_day
from bridge.ids import new_id
from bridge.intake.records import Request
from bridge.nurture.starts import begun
from bridge.observe.logs import JsonLines
from bridge.program.expressions import compile_expression, resolver
from bridge.program.mailing import QuietHours
from bridge.program.profiling import Profiling
from bridge.program.sequences import Sequence
from bridge.store import enrolments as enrolled
from bridge.store import events
from bridge.store.events import EventRow
from bridge.store.tables import enrolments, profiles
from tests import make
from tests.flow.series import DAY, begin, house_with, pass_days, places, programme, step
from tests.house import ANNA, House

BERLIN = make.demo_program().timezone
WELCOME = Sequence("welcome", "welcome", "address.confirmed", (step("welcome"),))
SEPA = Sequence("sepa", "follow-up", None, (step("follow-up-sepa", 1),), topic="sepa")
ERP = Sequence("erp", "follow-up", None, (step("follow-up-warenwirtschaft", 1),), topic="warenwirtschaft")
SLEEP = Sequence("wake-up", "wake-up", None, (step("wake-up"),), silence=60 * DAY, again=180 * DAY)


def subjects(house: House) -> list[str]:
    return [mail.subject for mail in house.mails_to(ANNA) if mail.list_unsubscribe_url]


def test_a_follow_up_begins_when_the_welcome_is_over_with_the_strongest_interest(engine: Engine) -> None:
    house = house_with(engine, WELCOME, ERP, SEPA)
    welcome = house.subscriber(form="sepa-checkliste")
    assert places(house)["welcome"].state == "completed"
    assert set(places(house)) == {"welcome", "sepa"}
    house.click(welcome, 3)
    pass_days(house, 3)
    assert subjects(house) == [
        "Willkommen bei Globe Next",
        "SEPA: Mandate und Lastschriften im Griff",
        "Bestände, die stimmen",
    ]


def test_a_chosen_topic_is_interest_enough(engine: Engine) -> None:
    house = house_with(engine, WELCOME, ERP)
    house.subscriber(form="sepa-checkliste")
    assert "erp" not in places(house)
    house.save_preferences(ANNA, "warenwirtschaft")
    assert places(house)["erp"].is_active


def test_a_chosen_topic_that_is_gone_from_the_programme_was_no_choice(engine: Engine) -> None:
    house = house_with(engine, WELCOME)
    house.subscriber(form="sepa-checkliste")
    house.save_preferences(ANNA, "warenwirtschaft")
    known = house_with(engine, WELCOME, SEPA).program
    house = House(engine, replace(known, topics={"sepa": known.topics["sepa"]}), clock=house.clock)
    begin(house)
    assert places(house)["sepa"].is_active, "not chosen, but shown"


def test_whoever_chose_topics_gets_follow_ups_about_these_alone(engine: Engine) -> None:
    house = house_with(engine, WELCOME, ERP, SEPA)
    house.subscriber(form="webinar")
    house.save_preferences(ANNA, "warenwirtschaft")
    house.submit(form="sepa-checkliste")
    house.tick(minutes=3)
    topics = {one.topic: one.score for one in house.lead().topics}
    assert topics["sepa"] >= topics["warenwirtschaft"] == 2
    pass_days(house, 5)
    assert set(places(house)) == {"welcome", "erp"}
    house.save_preferences(ANNA)
    assert places(house)["sepa"].is_active


def test_a_follow_up_that_an_event_starts_keeps_to_the_choice_too(engine: Engine) -> None:
    asked = replace(SEPA, starts="form.submitted")
    house = house_with(engine, WELCOME, asked)
    house.subscriber(form="webinar")
    assert places(house)["sepa"].is_active
    house.save_preferences(ANNA, "warenwirtschaft")
    assert places(house)["sepa"].ended_because == "not chosen"
    house.submit(form="sepa-checkliste")
    assert not places(house)["sepa"].is_active


def test_a_follow_up_whose_topic_is_left_out_ends_and_goes_on_when_it_is_chosen_again(engine: Engine) -> None:
    longer = replace(SEPA, steps=(step("follow-up-sepa"), step("first-questions", 7)))
    house = house_with(engine, WELCOME, ERP, longer)
    house.subscriber(form="sepa-checkliste")
    pass_days(house, 2)
    assert places(house)["sepa"].step_id == "first-questions"
    house.save_preferences(ANNA, "warenwirtschaft")
    sepa = places(house)["sepa"]
    assert (sepa.state, sepa.ended_because) == ("ended", "not chosen")
    assert places(house)["erp"].is_active
    house.unsubscribe(ANNA)
    pass_days(house, 1)
    house.submit(form="webinar")
    house.confirm()
    pass_days(house, 30)
    assert not places(house)["sepa"].is_active
    house.save_preferences(ANNA, "sepa")
    pass_days(house, 1)
    assert subjects(house).count(subjects(house)[1]) == 1
    assert places(house)["sepa"].state == "completed"


def test_of_several_follow_ups_that_consent_takes_up_again_the_newest_goes_on_alone(engine: Engine) -> None:
    house = house_with(engine, WELCOME, ERP, SEPA)
    house.subscriber(form="sepa-checkliste")
    with house.unit() as unit:
        (owner,) = [row.id for row in house.rows(profiles)]
        wanting = [
            replace(place.ended("no consent", unit.now - days * DAY), due_at=unit.now + 30 * DAY, round=9)
            for series, days in ((SEPA, 2), (ERP, 1))
            if (place := begun(None, series, owner, unit.now, unit.now))
        ]
        enrolled.begin(unit.connection, wanting)
    house.unsubscribe(ANNA)
    house.tick(days=1)
    house.submit(form="webinar")
    house.confirm()
    assert {name for name, place in places(house).items() if place.is_active} == {"erp"}
    house.unsubscribe(ANNA)
    house.save_preferences(ANNA, allowed={"email": True, "tracking": True})
    assert {name for name, place in places(house).items() if place.is_active} == {"erp"}


def test_no_follow_up_while_the_welcome_lasts_nor_two_at_once(engine: Engine) -> None:
    longer = Sequence(
        "welcome", "welcome", "address.confirmed", (step("welcome"), step("first-questions", 7))
    )
    house = house_with(engine, longer, ERP, SEPA)
    house.subscriber(form="sepa-checkliste")
    house.save_preferences(ANNA, "warenwirtschaft")
    assert set(places(house)) == {"welcome"}
    pass_days(house, 7)
    assert [one for one, place in places(house).items() if place.is_active] == ["erp"]


def test_a_new_follow_up_finds_those_whose_interest_is_known(engine: Engine) -> None:
    house = house_with(engine, WELCOME)
    house.subscriber(form="sepa-checkliste")
    later = house_with(engine, WELCOME, SEPA)
    later.clock.now = house.clock.now + DAY
    begin(later)
    assert places(later)["sepa"].is_active


def test_who_had_a_follow_up_keeps_it_from_nobody_else(engine: Engine) -> None:
    before, after = house_with(engine, WELCOME), house_with(engine, WELCOME, SEPA)
    for email in (ANNA, "ben@muster.example"):
        before.subscriber(email, form="sepa-checkliste")
        after.clock.now = before.clock.now + DAY
        begin(after)
    assert sorted(row.sequence for row in after.rows(enrolments)) == ["sepa", "sepa", "welcome", "welcome"]


def test_who_sleeps_gets_one_mail_and_after_half_a_year_another(engine: Engine) -> None:
    house = house_with(engine, WELCOME, SLEEP)
    house.subscriber()
    pass_days(house, 59)
    assert len(subjects(house)) == 1
    pass_days(house, 2)
    assert subjects(house)[1:] == ["Was sich bei Globe Next getan hat"]
    pass_days(house, 175, 5)
    assert len(subjects(house)) == 2
    pass_days(house, 10)
    assert len(subjects(house)) == 3
    assert places(house)["wake-up"].round == 1


def test_who_reacts_does_not_sleep(engine: Engine) -> None:
    house = house_with(engine, WELCOME, SLEEP)
    welcome = house.subscriber()
    pass_days(house, 30)
    house.click(welcome, 1)
    pass_days(house, 40)
    assert len(subjects(house)) == 1


def test_who_answers_a_question_does_not_sleep(engine: Engine) -> None:
    house = house_with(engine, WELCOME, SLEEP, profiling=Profiling(("role",)))
    house.subscriber(allows=("email",), role="")
    pass_days(house, 30)
    with house.unit() as unit:
        answer_questions(unit, house.lead().id, {"role": "Leitung"}, Request())
    pass_days(house, 40)
    assert house.lead().role == "Leitung"
    assert len(subjects(house)) == 1
    pass_days(house, 25)
    assert len(subjects(house)) == 2


def test_the_log_names_a_condition_that_failed_and_quotes_nobody(caplog: pytest.LogCaptureFixture) -> None:
    holds = condition_for(resolver({"profile": {"company": "Kanarienvogel GmbH"}}))
    assert not holds(compile_expression("profile[profile.company] == 'x'"))
    (record,) = caplog.records
    line = JsonLines().format(record)
    assert "profile[profile.company]" in line
    assert "Kanarienvogel" not in line


def test_an_event_reminds_before_and_thanks_after(engine: Engine) -> None:
    date = make.NOON + 10 * DAY
    fair = Sequence(
        "fair",
        "event",
        None,
        (step("webinar-reminder", None, before_date=DAY), step("webinar-thanks", None, after_date=DAY)),
        form="webinar",
        date=date,
        every=30 * DAY,
    )
    house = house_with(engine, fair)
    house.subscriber(form="webinar")
    pass_days(house, 8.5, 0.5)
    assert subjects(house) == []
    pass_days(house, 1)
    assert subjects(house) == ["Ihr Webinar: Auswertungen ohne Umwege"]
    pass_days(house, 3)
    assert subjects(house)[1:] == ["Danke für Ihr Interesse am Webinar"]
    house.submit(form="webinar")
    assert (places(house)["fair"].round, places(house)["fair"].event_at) == (1, date + 30 * DAY)
    pass_days(house, 40)
    assert len(subjects(house)) == 4
    reminders = [mail.text for mail in house.mails_to(ANNA) if mail.subject.startswith("Ihr Webinar")]
    for text, day in zip(reminders, (date, date + 30 * DAY), strict=True):
        assert f"{format_whole_day(day.date(), 'de')}, {day.astimezone(BERLIN):%H:%M} Uhr" in text


def test_nobody_is_reminded_of_what_is_over(engine: Engine) -> None:
    before_dawn = (make.NOON + 10 * DAY).replace(hour=4)
    reminder = step("webinar-reminder", None, before_date=DAY / 4)
    fair = Sequence("fair", "event", None, (reminder,), form="webinar", date=before_dawn)
    quiet = replace(make.demo_program().mailing, quiet=QuietHours(time(21), time(7)))
    house = house_with(engine, fair, mailing=quiet)
    house.subscriber(form="webinar")
    pass_days(house, 12, 0.25)
    assert subjects(house) == []
    assert [row.error for row in house.outbox("refused")] == ["the event has taken place"]


def test_who_confirms_after_an_event_is_not_thanked_for_coming(engine: Engine) -> None:
    thanks = step("webinar-thanks", None, after_date=DAY)
    fair = Sequence("fair", "event", None, (thanks,), form="webinar", date=make.NOON + 10 * DAY)
    house = house_with(engine, fair)
    house.submit(form="webinar")
    pass_days(house, 12)
    assert places(house)["fair"].ended_because == "no consent"
    house.subscriber(form="sepa-checkliste")
    pass_days(house, 2)
    assert subjects(house) == []


def test_a_step_waits_for_what_a_person_does_but_not_for_ever(engine: Engine) -> None:
    series = Sequence(
        "welcome",
        "welcome",
        "address.confirmed",
        (
            step("welcome"),
            step("first-questions", 20, until="link.clicked"),
            step("follow-up-sepa", None, until="link.clicked"),
        ),
    )
    house = house_with(engine, series)
    welcome = house.subscriber()
    pass_days(house, 2)
    house.click(welcome, 1)
    house.tick(minutes=3)
    assert len(subjects(house)) == 2
    pass_days(house, 30, 5)
    assert places(house)["welcome"].due_at is None
    house.click(house.mails_to(ANNA)[-1], 1)
    house.tick(minutes=3)
    assert len(subjects(house)) == 3


def test_conditions_and_branches_follow_what_was_done_with_the_last_mail(engine: Engine) -> None:
    clicked = compile_expression("mail.distinct_links > 0 && mail.template == 'welcome'")
    series = Sequence(
        "welcome",
        "welcome",
        "address.confirmed",
        (
            step("welcome"),
            step(None, 3, "ask", when=clicked, next="clicked", otherwise="silent"),
            step("follow-up-sepa", name="clicked", next="end"),
            step("wake-up", name="silent"),
        ),
    )
    house = house_with(engine, series)
    house.click(house.subscriber(), 1)
    other = "ben@beispiel.example"
    house.subscriber(other)
    pass_days(house, 4)
    assert subjects(house)[-1] == "SEPA: Mandate und Lastschriften im Griff"
    assert house.mails_to(other)[-1].subject == "Was sich bei Globe Next getan hat"


def test_a_goal_ends_the_series_as_soon_as_it_is_reached(engine: Engine) -> None:
    series = Sequence(
        "welcome",
        "welcome",
        "address.confirmed",
        (step("welcome"), step("first-questions", 7)),
        goal=compile_expression("score >= 3"),
    )
    house = house_with(engine, series)
    house.click(house.subscriber(), 1)
    house.tick(minutes=3)
    place = places(house)["welcome"]
    assert (place.state, place.ended_because, place.ended_at) == ("ended", "goal", house.clock())


def test_what_sales_gives_back_goes_on_after_the_reasons_pause(engine: Engine) -> None:
    series = Sequence(
        "welcome", "welcome", "address.confirmed", (step("welcome"), step("first-questions", 7))
    )
    house = house_with(engine, series)
    lead = house.lead_by_points()
    pass_days(house, 10)
    assert places(house)["welcome"].rests_because == "sales"
    house.answer(lead, "rejected", reason="other-supplier")
    pass_days(house, 530, 5)
    assert (len(subjects(house)), places(house)["welcome"].rests_because) == (1, "after_sales")
    pass_days(house, 30)
    assert subjects(house)[1:] == ["Drei Fragen vor dem Umstieg"]


def test_or_a_series_ends_when_sales_gets_the_lead(engine: Engine) -> None:
    series = Sequence(
        "welcome",
        "welcome",
        "address.confirmed",
        (step("welcome"), step("first-questions", 7)),
        at_handover="end",
    )
    house = house_with(engine, series)
    house.lead_by_points()
    assert places(house)["welcome"].ended_because == "handover"


def test_whoever_was_written_to_too_often_rests_but_not_from_what_was_asked_for(engine: Engine) -> None:
    tired = replace(make.demo_program().mailing, rest_at=1)
    series = Sequence("welcome", "welcome", "address.confirmed", (step("welcome"), step("wake-up", 1)))
    fair = Sequence(
        "fair",
        "event",
        None,
        (step("webinar-reminder", None, before_date=DAY),),
        form="globe-next-download",
        date=make.NOON + 10 * DAY,
    )
    house = house_with(engine, series, fair, mailing=tired)
    house.subscriber()
    pass_days(house, 11)
    assert subjects(house)[1:] == ["Ihr Webinar: Auswertungen ohne Umwege"]
    assert places(house)["welcome"].rests_because == "fatigue"


def test_whoever_rests_for_fatigue_is_woken_after_the_silence_and_goes_on_by_a_reaction(
    engine: Engine,
) -> None:
    tired = replace(make.demo_program().mailing, rest_at=1)
    series = Sequence(
        "welcome", "welcome", "address.confirmed", (step("welcome"), step("first-questions", 9))
    )
    house = house_with(engine, series, SLEEP, mailing=tired)
    house.subscriber()
    pass_days(house, 59)
    assert (places(house)["welcome"].rests_because, "wake-up" in places(house)) == ("fatigue", False)
    pass_days(house, 2)
    assert subjects(house)[1:] == ["Was sich bei Globe Next getan hat"]
    house.click(house.mails_to(ANNA)[-1], 1)
    pass_days(house, 2)
    assert subjects(house)[2:] == ["Drei Fragen vor dem Umstieg"]


def test_what_came_right_after_the_start_brings_on_the_first_step_though_both_are_heard_of_together(
    engine: Engine,
) -> None:
    series = Sequence(
        "series",
        "welcome",
        "form.submitted",
        (step("wake-up", None, until="preferences.saved"),),
        form="webinar",
    )
    house = house_with(engine, series)
    house.subscriber()
    (person,) = [row.id for row in house.rows(profiles)]
    house.clock.move(minutes=1)
    now = house.clock()
    came = {"form.submitted": now - DAY / 24, "preferences.saved": now}
    with house.unit() as unit:
        rows = [
            EventRow(new_id(), person, kind, at, at, data={"form": "webinar"}, verdict="human")
            for kind, at in came.items()
        ]
        events.add(unit.connection, rows)
        score_profiles(unit, [person])
    house.run()
    assert subjects(house) == ["Was sich bei Globe Next getan hat"]


def test_steps_that_lead_back_to_each_other_without_waiting_send_each_mail_once_and_keep_nobody_busy(
    engine: Engine,
) -> None:
    circle = Sequence(
        "welcome", "welcome", "address.confirmed", (step("welcome"), step("first-questions", next="welcome"))
    )
    house = house_with(engine, circle)
    house.subscriber()
    due_at = places(house)["welcome"].due_at
    assert due_at and due_at > house.clock()
    pass_days(house, 3)
    assert subjects(house) == ["Willkommen bei Globe Next", "Drei Fragen vor dem Umstieg"]


def test_who_waited_for_an_event_alone_waits_no_longer_than_the_programme_says_now(engine: Engine) -> None:
    until_a_click = step("first-questions", None, until="link.clicked")
    for_a_week = step("first-questions", 7, until="link.clicked")
    house = house_with(engine, Sequence("welcome", "welcome", "address.confirmed", (until_a_click,)))
    house.subscriber()
    pass_days(house, 5)
    assert places(house)["welcome"].due_at is None
    changed = programme(Sequence("welcome", "welcome", "address.confirmed", (for_a_week,)))
    later = House(engine, changed, clock=house.clock)
    pass_days(later, 1)
    assert subjects(later) == []
    pass_days(later, 1)
    assert subjects(later) == ["Drei Fragen vor dem Umstieg"]


def test_who_waited_for_an_event_alone_leaves_with_the_series(engine: Engine) -> None:
    until_a_click = step("first-questions", None, until="link.clicked")
    house = house_with(engine, Sequence("welcome", "welcome", "address.confirmed", (until_a_click,)))
    house.subscriber()
    begin(House(engine, programme(SEPA), clock=house.clock))
    assert [row.ended_because for row in house.rows(enrolments)] == ["programme"]
