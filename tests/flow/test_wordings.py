"""Wordings of a step: each person gets one, they are compared, and one may win."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Engine

from bridge.flow.results.compare_wordings import choose_wordings, compared_steps, contests
from bridge.nurture.comparison import Count
from bridge.program.sequences import Sequence, Step, Variant
from bridge.store import events
from bridge.store.events import EventRow
from bridge.store.mails import MailRow
from bridge.store.sets import insert_all
from bridge.store.tables import mails, profiles, variant_choices
from bridge.store.trials import ChoiceRow
from tests import make
from tests.flow.series import house_with, programme
from tests.house import House

PEOPLE = [
    f"person{number}@beispiel.example" for number in range(24)
]  # one wording for all: once in eight million runs
BY_SUBJECT = Variant("b", None, {"de": "Anders begrüßt, {{ company }}", "en": "Welcomed otherwise"})
STEP = Step("welcome", "welcome", timedelta(0), variants=(BY_SUBJECT,))


def welcome(step: Step = STEP) -> Sequence:
    return Sequence("welcome", "welcome", "address.confirmed", (step,))


def by_variant(house: House) -> dict[str | None, set[str]]:
    """Wording → subjects with which it left."""
    found: dict[str | None, set[str]] = {}
    for row in house.rows(mails):
        found.setdefault(row.variant, set()).add(row.subject)
    return found


def choose(house: House) -> list[ChoiceRow]:
    with house.unit() as unit:
        return choose_wordings(unit)


def counts(house: House) -> dict[str, Count]:
    """Wording → how many people it was sent to, and how many of them clicked."""
    with house.engine.begin() as connection:
        connection.execute(
            mails.update().values(sent_at=house.clock())
        )  # all at once, so that none is left out
        [contest] = contests(connection, compared_steps(house.program)).values()
    return dict(contest.clicks.counts)


def test_each_wording_leaves_with_its_own_subject(engine: Engine) -> None:
    house = house_with(engine, welcome())
    for person in PEOPLE:
        house.subscriber(person)
    assert by_variant(house) == {
        "a": {"Willkommen bei Globe Next"},
        "b": {"Anders begrüßt, Beispiel GmbH"},
    }


def test_a_wording_may_be_another_mail(engine: Engine) -> None:
    house = house_with(engine, welcome(replace(STEP, variants=(Variant("b", "wake-up", None),))))
    for person in PEOPLE:
        house.subscriber(person)
    assert {(row.variant, row.template) for row in house.rows(mails)} == {("a", "welcome"), ("b", "wake-up")}


def test_a_subject_that_is_gone_from_the_programme_is_the_mails_own_again(engine: Engine) -> None:
    house = house_with(engine, welcome(replace(STEP, chosen="b")))
    house.submit(email=PEOPLE[0])
    house.world = replace(house.world, program=programme(welcome(Step("welcome", "welcome"))))
    house.confirm()
    assert by_variant(house) == {None: {"Willkommen bei Globe Next"}}


def test_people_are_counted_and_not_their_clicks(engine: Engine) -> None:
    house = house_with(engine, welcome())
    letters = [house.subscriber(person) for person in PEOPLE]
    house.click(letters[0], 1)
    house.clock.move(minutes=3)
    house.click(letters[0], 2)
    house.click(letters[1], 1, agent="python-requests/2.32")
    house.tick(minutes=10)
    found = counts(house)
    assert sum(count.good for count in found.values()) == 1
    assert sum(count.people for count in found.values()) == len(PEOPLE)


def test_who_does_not_allow_clicks_to_be_known_is_not_among_those_compared_by_them(engine: Engine) -> None:
    house = house_with(engine, welcome())
    for person in PEOPLE:
        house.subscriber(person, allows=("email",))
    assert sum(count.people for count in counts(house).values()) == 0


def test_a_rule_ends_a_comparison_once_it_is_certain_and_everybody_gets_the_better_one(
    engine: Engine,
) -> None:
    house = house_with(engine, welcome(replace(STEP, ends="when-certain", at_least=5)))
    much_better(house)
    assert choose(house) == [], "not before a week is over"
    house.tick(days=8)
    [chosen] = choose(house)
    assert (chosen.sequence, chosen.step_id, chosen.variant) == ("welcome", "welcome", "b")
    assert "b ist mit mehr als 99,9\xa0% Wahrscheinlichkeit besser" in chosen.because
    house.clock.move(days=1)
    assert choose(house) == [], "what is decided stays"
    assert len(house.rows(variant_choices)) == 1
    for number in range(4):
        house.subscriber(f"later{number}@beispiel.example")
    assert {row.variant for row in house.rows(mails) if row.created_at > chosen.at} == {"b"}


def test_without_a_rule_nothing_is_decided(engine: Engine) -> None:
    house = house_with(engine, welcome(replace(STEP, at_least=5)))
    much_better(house)
    house.tick(days=30)
    assert choose(house) == []


def much_better(house: House, each: int = 30) -> None:
    """Both wordings go to people at the same time, and everybody clicks in b."""
    at = house.clock()
    people = [profile(f"p{number}", at) for number in range(2 * each)]
    sent = [mail(one["id"], "ab"[number % 2], at) for number, one in enumerate(people)]
    clicked = [
        EventRow(
            make.some_id(), one.profile_id, "link.clicked", at, at, one.id, verdict="human", scored_at=at
        )
        for one in sent
        if one.variant == "b"
    ]
    with house.engine.begin() as connection:
        insert_all(connection, profiles, people)
        insert_all(connection, mails, sent)
        events.add(connection, clicked)


def profile(name: str, at: datetime) -> dict[str, Any]:
    return {"id": make.some_id(), "email": name, "email_key": name, "created_at": at}


def mail(profile_id: UUID, variant: str, at: datetime) -> MailRow:
    return MailRow(
        make.some_id(),
        profile_id,
        "welcome",
        "de",
        "",
        at,
        sequence="welcome",
        step=0,
        tracked=True,
        sent_at=at,
        step_id="welcome",
        variant=variant,
    )
