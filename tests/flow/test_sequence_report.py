"""What happened in series: people, each once, and where they stand or left."""

from dataclasses import replace
from datetime import UTC, timedelta

from sqlalchemy import Engine

from bridge.flow.results.compare_wordings import Contest
from bridge.flow.results.report_sequences import SequenceReport, StepReport, report_sequences
from bridge.flow.results.tell_sequences import HEADINGS, facts, opinions, sheet_rows
from bridge.flow.unsubscribe import unsubscribe
from bridge.ids import new_id
from bridge.intake.records import Request
from bridge.nurture.comparison import Count, compare
from bridge.program.sequences import Sequence, Variant
from bridge.store.series_figures import Figures
from bridge.store.tables import enrolments, mails
from tests.flow.series import house_with, pass_days, programme, step
from tests.house import ANNA, House
from tests.make import NOON

BEN, CARLA, DORA = "ben@muster.example", "carla@probe.example", "dora@firma.example"
WELCOME = Sequence("welcome", "welcome", "address.confirmed", (step("welcome"), step("first-questions", 7)))


def report(house: House, since: timedelta | None = None) -> SequenceReport:
    """Of the welcome series. since: people who entered so long ago at most."""
    with house.engine.connect() as connection:
        first = house.clock() - since if since is not None else None
        return report_sequences(connection, house.program, first)[0]


def steps(house: House) -> dict[str, StepReport]:
    return {one.id: one for one in report(house).steps}


def test_what_people_do_with_a_mail_stands_at_its_step(engine: Engine) -> None:
    house = house_with(engine, WELCOME)
    annas, bens, carlas = (house.subscriber(one) for one in (ANNA, BEN, CARLA))
    house.subscriber(DORA, allows=("email",))
    house.clock.move(minutes=5)
    house.open(annas)
    house.click(annas, 1)
    house.click(bens, 1, agent="python-requests/2.32")
    house.click_two(carlas)
    house.tick(minutes=10)
    assert steps(house)["welcome"].figures == Figures(sent=4, tracked=3, opened=1, clicked=2, qualified=1), (
        "Carla crossed, Ben was a machine, and nothing is known of Dora"
    )
    assert report(house).figures == steps(house)["welcome"].figures
    assert report(house).entered == 4


def test_who_clicks_often_is_one_person(engine: Engine) -> None:
    house = house_with(engine, WELCOME)
    welcome = house.subscriber()
    for number in (1, 1, 2):
        house.clock.move(minutes=5)
        house.click(welcome, number)
    house.tick(minutes=10)
    pass_days(house, 8)
    house.click(house.mails_to(ANNA)[-1], 1)
    house.tick(minutes=10)
    assert steps(house)["welcome"].figures.clicked == 1
    assert (report(house).figures.sent, report(house).figures.clicked) == (1, 1)


def test_it_shows_who_waits_who_rests_and_who_left(engine: Engine) -> None:
    house = house_with(engine, WELCOME)
    for person in (ANNA, BEN, CARLA):
        house.subscriber(person)
    house.save_preferences(BEN, frequency="paused")
    house.unsubscribe(CARLA)
    pass_days(house, 8)
    found = report(house)
    assert (found.entered, found.completed, found.active) == (3, 1, 1)
    assert (found.rests, found.ended) == ({"paused": 1}, {"no consent": 1})
    second = steps(house)["first-questions"]
    assert (second.entered, second.figures.sent, second.waits) == (3, 1, 1)
    assert (second.rests, second.left) == ({"paused": 1}, {"no consent": 1})


def test_unsubscribing_by_the_mail_is_counted_at_it(engine: Engine) -> None:
    house = house_with(engine, WELCOME)
    house.subscriber()
    with house.unit() as unit:
        [mail] = house.rows(mails)
        unsubscribe(unit, new_id(), mail.profile_id, mail.id, "one-click", Request(), unit.now)
    assert steps(house)["welcome"].figures.unsubscribed == 1


def test_a_hand_over_belongs_to_the_newest_mail_before_it(engine: Engine) -> None:
    house = house_with(engine, WELCOME)
    house.subscriber()
    pass_days(house, 8)
    house.lead_by_form()
    found = steps(house)
    assert found["welcome"].figures.qualified == 0
    assert found["first-questions"].figures.qualified == 1


def test_a_hand_over_long_after_the_last_mail_belongs_to_none(engine: Engine) -> None:
    house = house_with(engine, WELCOME)
    house.subscriber()
    pass_days(house, 45, 9)
    house.lead_by_form()
    assert report(house).figures.qualified == 0


def test_only_those_are_counted_who_entered_since(engine: Engine) -> None:
    house = house_with(engine, WELCOME)
    house.subscriber()
    house.clock.move(days=20)
    house.subscriber(BEN)
    found = report(house, timedelta(days=10))
    assert (found.entered, found.figures.sent) == (1, 1)
    assert report(house).entered == 2


def test_places_and_mails_of_before_steps_had_names_are_found_by_their_position(engine: Engine) -> None:
    house = house_with(engine, WELCOME)
    house.subscriber()
    with engine.begin() as connection:
        connection.execute(mails.update().values(step_id=None))
        connection.execute(enrolments.update().values(step_id=None))
    assert steps(house)["welcome"].figures.sent == 1
    assert steps(house)["first-questions"].waits == 1


def test_a_series_or_step_that_is_gone_is_reported_all_the_same(engine: Engine) -> None:
    house = house_with(engine, WELCOME)
    house.subscriber()
    shorter = programme(replace(WELCOME, id="other", steps=(step("welcome", 0, "hello"),)))
    with engine.connect() as connection:
        other, gone = report_sequences(connection, shorter, None)
    assert (other.id, other.entered) == ("other", 0)
    assert (gone.id, gone.kind, gone.entered) == ("welcome", "", 1)
    assert [one.id for one in gone.steps] == ["first-questions", "welcome"]


def test_wordings_stand_below_their_step_with_what_is_known_of_them(engine: Engine) -> None:
    tried = step("welcome", variants=(Variant("b", None, {"de": "Anders"}),))
    house = house_with(engine, replace(WELCOME, steps=(tried,)))
    for number in range(8):
        house.subscriber(f"person{number}@firma.example")
    with engine.begin() as connection:
        connection.execute(mails.update().values(sent_at=house.clock()))
    found = report(house)
    [only] = found.steps
    assert [one.id for one in only.wordings] == ["a", "b"]
    assert sum(one.figures.sent for one in only.wordings) == only.figures.sent == 8
    by_clicks, by_hand_overs, whom = opinions(only, "de", house.program.timezone)
    assert by_clicks.startswith("Noch nicht entschieden, nach Klicks: a 0 von ")
    assert by_hand_overs.startswith("Nach Übergaben an den Vertrieb: a 0 von ")
    assert by_hand_overs.endswith("; zu wenige, um etwas zu sagen: Jede braucht 30 Personen.")
    assert whom.startswith(
        "Verglichen werden 8 Personen, die die Mail am 12. März 2026 bekamen, während alle "
    )
    rows = list(sheet_rows([found]))
    assert [row[:3] for row in rows] == [
        ("welcome", "", ""),
        ("welcome", "welcome", ""),
        ("welcome", "welcome", "a"),
        ("welcome", "welcome", "b"),
    ]
    assert {len(row) for row in rows} == {len(HEADINGS)}
    [told] = facts([found])
    assert told["steps"][0]["comparison"]["clicks"]["counts"].keys() == {"a", "b"}


def test_what_was_decided_is_said(engine: Engine) -> None:
    tried = step("welcome", variants=(Variant("b", None, {"de": "Anders"}),), chosen="b")
    house = house_with(engine, replace(WELCOME, steps=(tried,)))
    house.subscriber()
    [only] = report(house).steps
    assert opinions(only, "de", house.program.timezone) == ["Von Hand entschieden: b."]


def test_a_mail_that_may_have_left_counts_nothing_before_that_is_known(engine: Engine) -> None:
    house = house_with(engine, WELCOME)
    house.click(house.subscriber(), 1)
    house.tick(minutes=10)
    with house.engine.begin() as connection:
        connection.execute(mails.update().values(sent_at=None))
    assert steps(house)["welcome"].figures == Figures()


def test_sentences_count_the_people_of_the_table(engine: Engine) -> None:
    tried = step("welcome", variants=(Variant("b", None, {"de": "Anders"}),))
    house = house_with(engine, replace(WELCOME, steps=(tried,)))
    for number in range(16):
        house.clock.move(days=1)
        house.subscriber(f"person{number}@firma.example")
    for since in (None, timedelta(days=5)):
        [only] = report(house, since).steps
        assert only.contest
        compared = {name: count.people for name, count in only.contest.qualified.counts.items()}
        assert compared == {one.id: one.figures.sent for one in only.wordings}
        whom = opinions(only, "en", house.program.timezone)[-1]
        assert whom.startswith(f"Compared are {sum(compared.values())} people who got it between ")
        assert whom.endswith(", of those who entered since 23 March 2026.") == (since is not None)
    assert sum(compared.values()) < 6


def test_a_wording_that_came_later_is_compared_from_then_on(engine: Engine) -> None:
    house = house_with(engine, replace(WELCOME, steps=(step("welcome"),)))
    for number in range(3):
        house.subscriber(f"early{number}@firma.example")
    with engine.begin() as connection:
        connection.execute(mails.update().values(variant="a"))
    house.clock.move(days=3)
    added = house.clock()
    tried = step("welcome", variants=(Variant("b", None, {"de": "Anders"}),))
    house.program = programme(replace(WELCOME, steps=(tried,)))
    house.world = replace(house.world, program=house.program)
    late = [f"late{number}@firma.example" for number in range(8)]
    for person in late:
        house.subscriber(person)
    with engine.begin() as connection:
        connection.execute(mails.update().where(mails.c.created_at >= added).values(sent_at=house.clock()))
    [only] = report(house).steps
    assert only.figures.sent == 11
    assert sum(one.figures.sent for one in only.wordings) == 8


def test_a_wording_that_few_got_is_compared_with_all_that_others_got_since(engine: Engine) -> None:
    tried = step("welcome", variants=(Variant("b", None, {"de": "Anders"}),))
    house = house_with(engine, replace(WELCOME, steps=(tried,)))
    for number in range(8):
        house.subscriber(f"reader{number}@firma.example")
    with engine.begin() as connection:
        connection.execute(mails.update().values(variant="a"))
        two = mails.select().with_only_columns(mails.c.id).limit(2)
        connection.execute(mails.update().where(mails.c.id.in_(two)).values(variant="b"))
        seldom = mails.c.variant == "b"
        connection.execute(mails.update().where(seldom).values(sent_at=house.clock()))
        later = house.clock() + timedelta(days=20)
        connection.execute(mails.update().where(~seldom).values(sent_at=later))
    [only] = report(house).steps
    assert {one.id: one.figures.sent for one in only.wordings}["b"] == 0, "before the first of the other"
    with engine.begin() as connection:
        first = mails.select().where(~seldom).limit(1).with_only_columns(mails.c.id)
        connection.execute(mails.update().where(mails.c.id.in_(first)).values(sent_at=house.clock()))
    [only] = report(house).steps
    assert sum(one.figures.sent for one in only.wordings) == 8, "the last of the one ends nothing"


def test_of_one_person_nothing_is_said_in_percent() -> None:
    known = compare({"a": Count(1, 1), "b": Count(0, 0)})
    step = StepReport("welcome", 1, Figures(sent=1), 0, {}, {}, contest=Contest(NOON, NOON, known, known))
    assert opinions(step, "en", UTC) == [
        "Not decided yet, by clicks: a 1 of 1, b 0 of 0; too few to say anything: each needs 30 people.",
        "By hand-overs to sales: a 1 of 1, b 0 of 0; too few to say anything: each needs 30 people.",
        "Compared is 1 person who got it on 12 March 2026, while all wordings were sent.",
    ]
    assert "wird 1 Person, die die Mail am 12. März 2026 bekam, während" in opinions(step, "de", UTC)[-1]
