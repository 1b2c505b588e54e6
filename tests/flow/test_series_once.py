"""Series under races and kills: everybody is in one step at a time, and no step is sent twice."""

import pytest
from sqlalchemy import Engine, update

from bridge.flow.score_profiles import score_profiles
from bridge.flow.sequences.wake_sleepers import begin_series
from bridge.flow.sweep import bury_profile, sweep
from bridge.ids import derived_id
from bridge.program.sequences import Sequence
from bridge.store.tables import enrolments, mails, outbox, profiles
from tests.flow.series import DAY, house_with, pass_days, places, programme, step
from tests.house import ANNA, House
from tests.statements import Killed, killed_after
from tests.together import at_once

TIMES = 5
WELCOME = Sequence("welcome", "welcome", "address.confirmed", (step("welcome"), step("first-questions", 7)))
SEPA = Sequence("sepa", "follow-up", None, (step("follow-up-sepa"),), topic="sepa", again=30 * DAY)
SLEEP = Sequence("wake-up", "wake-up", None, (step("wake-up"),), silence=60 * DAY, again=180 * DAY)


def subscribed(engine: Engine, people: int, *sequences: Sequence) -> House:
    house = house_with(engine, *sequences)
    for number in range(people):
        house.subscriber(f"person{number}@firma{number}.example", form="sepa-checkliste")
    return house


def subjects(house: House) -> list[tuple[str, str]]:
    return sorted((mail.recipient, mail.subject) for mail in house.sent if mail.list_unsubscribe_url)


def test_workers_that_advance_the_same_people_send_each_step_once(engine: Engine) -> None:
    house = subscribed(engine, 4, WELCOME, SEPA)
    house.clock.move(days=7)

    def work() -> None:
        mine = House(engine, house.program, clock=house.clock)
        sweep(engine, mine.wake, mine.clock())
        mine.run()
        house.sent.extend(mine.sent)

    at_once(TIMES, work)
    house.tick(minutes=1)
    assert len(subjects(house)) == len(set(subjects(house))) == 4 * 3
    assert {row.state for row in house.rows(enrolments)} == {"completed"}


def test_ticks_at_once_wake_a_sleeper_once(engine: Engine) -> None:
    house = subscribed(engine, 3, WELCOME, SLEEP)
    pass_days(house, 20, 4)
    house.clock.move(days=60)

    def tick() -> None:
        mine = House(engine, house.program, clock=house.clock)
        for _ in begin_series(mine.unit, mine.program):
            pass
        mine.run()
        house.sent.extend(mine.sent)

    at_once(TIMES, tick)
    assert [row.round for row in house.rows(enrolments) if row.sequence == "wake-up"] == [0] * 3
    assert len(subjects(house)) == len(set(subjects(house))) == 3 * 3


def test_whoever_is_killed_anywhere_sends_nothing_twice_and_leaves_nothing_out(engine: Engine) -> None:
    house = subscribed(engine, 1, WELCOME, SEPA)
    house.clock.move(days=7)
    (person,) = [row.id for row in house.rows(profiles)]
    number, was_killed = 1, True
    while was_killed:
        was_killed = False
        try:
            with killed_after(engine, number), house.unit() as unit:
                score_profiles(unit, [person])
        except Killed:
            was_killed, number = True, number + 1
            assert len(house.rows(mails)) == len([r for r in house.rows(outbox) if "nurture" in r.template])
    assert number > 10
    house.run()
    house.tick(minutes=1)
    assert [subject for _, subject in subjects(house)] == [
        "Drei Fragen vor dem Umstieg",
        "SEPA: Mandate und Lastschriften im Griff",
        "Willkommen bei Globe Next",
    ]


def test_a_place_from_before_steps_had_names_goes_on_and_repeats_nothing(engine: Engine) -> None:
    house = subscribed(engine, 1, WELCOME)
    (mail,) = house.rows(mails)
    (place,) = house.rows(enrolments)
    with engine.begin() as connection:  # as the schema of before left them
        old = derived_id("mail", place.id, 0)
        nameless = {"step_id": None, "waits_since": None}
        connection.execute(update(mails).where(mails.c.id == mail.id).values(id=old, step_id=None))
        connection.execute(update(enrolments).values(nameless))
    later = House(
        engine,
        programme(
            Sequence(
                "welcome",
                "welcome",
                "address.confirmed",
                (step("wake-up"), step("welcome"), step("first-questions", 7)),
            )
        ),
        clock=house.clock,
    )
    pass_days(later, 20, 1)
    assert [subject for _, subject in subjects(later)] == ["Drei Fragen vor dem Umstieg"]
    assert places(later)["welcome"].state == "completed"


@pytest.mark.parametrize("returns", ["confirmation", "preferences"])
def test_what_ended_for_want_of_consent_goes_on_but_what_reached_its_goal_does_not(
    engine: Engine, returns: str
) -> None:
    waiting = Sequence(
        "waiting", "welcome", "address.confirmed", (step("wake-up", None, until="link.clicked"),)
    )
    house = subscribed(engine, 0, WELCOME, waiting)
    house.subscriber()
    house.unsubscribe(ANNA)
    with engine.begin() as connection:
        reached = {"ended_because": "goal"}
        connection.execute(update(enrolments).where(enrolments.c.sequence == "waiting").values(reached))
    assert {place.state for place in places(house).values()} == {"ended"}
    if returns == "confirmation":
        house.clock.move(days=1)
        house.submit(form="webinar")
        house.confirm()
    else:
        house.save_preferences(ANNA, allowed={"email": True, "tracking": True})
    assert {name: place.state for name, place in places(house).items()} == {
        "welcome": "active",
        "waiting": "ended",
    }


def test_a_place_that_waits_for_an_event_waits_on_when_consent_is_given_anew(engine: Engine) -> None:
    waiting = Sequence(
        "waiting", "welcome", "address.confirmed", (step("wake-up", None, until="link.clicked"),)
    )
    house = subscribed(engine, 0, waiting)
    house.submit()
    house.confirm()
    house.unsubscribe(ANNA)
    house.save_preferences(ANNA, allowed={"email": True, "tracking": True})
    assert (places(house)["waiting"].is_active, places(house)["waiting"].due_at) == (True, None)
    assert house.mails_to(ANNA)[-1].list_unsubscribe_url is None


def test_whoever_cannot_be_looked_at_waits_longer_each_time(engine: Engine) -> None:
    house = subscribed(engine, 1, WELCOME)
    house.clock.move(days=7)
    (poisoned,) = sweep(house.engine, lambda kind, ids: None, house.clock()).to_score
    with house.unit() as unit:
        bury_profile(unit, poisoned, ValueError("it cannot be read"))
    house.clock.move(seconds=20)
    assert sweep(house.engine, lambda kind, ids: None, house.clock()).to_score == []
    house.clock.move(seconds=20)
    assert sweep(house.engine, lambda kind, ids: None, house.clock()).to_score == [poisoned]
