"""Figures by day: what happened is counted on its day, by what it is told apart, once."""

from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import text

from bridge.flow.record_visits import record_visits
from bridge.flow.roll_up import rebuild, roll_up_marked
from bridge.ids import new_id
from bridge.intake.records import Record, Request, Visit
from bridge.program.figures import MOST, OTHERS, Dimension
from bridge.store import day_figures, stale_days, tables
from bridge.store.day_figures import figures_between, totals_between
from tests import make
from tests.house import ANNA, House

TODAY = make.NOON.date()
LONG_AGO, LATER = TODAY - timedelta(days=400), TODAY + timedelta(days=400)


def counted(house: House, dimension: Dimension = "") -> dict[tuple[str, str], int]:
    """Figure and key → how many, of all days, counted anew."""
    for _ in rebuild(house.unit):
        pass
    with house.engine.connect() as connection:
        totals = totals_between(connection, LONG_AGO, LATER, dimension=dimension)
    return {(one.figure, one.key): one.count for one in totals}


def by_day(house: House, figure: str) -> dict[date, int]:
    """Day → how many, as it was rolled up."""
    with house.engine.connect() as connection:
        return {one.day: one.count for one in figures_between(connection, LONG_AGO, LATER, [figure])}  # type: ignore[list-item]


def test_a_lead_is_counted_on_each_step_of_its_way(house: House) -> None:
    letter = house.lead_by_points()
    house.answer(letter, "accepted")
    house.answer(letter, "won", amount=Decimal("1200.50"), currency="EUR")
    assert counted(house) == {
        (figure, ""): 1
        for figure in (
            *("leads", "confirmed", "marketing_qualified", "handed_over", "accepted", "won"),
            *("mails_sent", "mails_tracked", "mails_clicked"),
        )
    }
    with house.engine.connect() as connection:
        [won] = figures_between(connection, TODAY, TODAY, ["won"])
    assert won.amount == Decimal("1200.50")


def test_what_came_of_a_lead_is_owed_to_its_first_form_and_channel_and_to_the_newest_mail(
    house: House,
) -> None:
    house.answer(house.lead_by_points(), "accepted")
    assert counted(house, "form")["accepted", "globe-next-download"] == 1
    assert counted(house, "channel")["accepted", "google / cpc"] == 1
    assert counted(house, "mail")["accepted", "welcome"] == 1
    assert counted(house, "sequence")["mails_clicked", "welcome"] == 1


def test_a_mail_that_is_opened_a_day_later_counts_for_the_day_on_which_it_was_sent(house: House) -> None:
    welcome = house.subscriber()
    house.clock.move(days=1)
    house.open(welcome)
    house.tick(seconds=150)
    assert counted(house)["mails_opened", ""] == 1
    assert by_day(house, "mails_opened") == {TODAY: 1}


def test_a_machine_that_follows_links_is_in_no_figure(house: House) -> None:
    welcome = house.subscriber()
    house.click(welcome, 1, agent="curl/8.5.0")
    house.tick(seconds=150)
    assert ("mails_clicked", "") not in counted(house)


def test_whoever_is_erased_stays_counted_without_a_name(house: House) -> None:
    house.answer(house.lead_by_points(), "rejected", reason="no-budget")
    before = counted(house, "reason"), counted(house)
    house.erase(ANNA)
    assert (counted(house, "reason"), counted(house)) == before


def test_a_fact_that_is_not_committed_yet_keeps_nobody_waiting_and_is_counted_later(house: House) -> None:
    house.visit(browser="a" * 32)
    with house.unit() as unfinished:
        seen = Visit("b" * 32, "https://www.example.com/", Request())
        record_visits(unfinished, [(Record(new_id(), house.clock(), seen), seen)])
        stale_days.mark(unfinished.connection, unfinished.stale.values())
        house.visit(browser="c" * 32)
        list(roll_up_marked(house.unit))
        assert by_day(house, "visitors") == {TODAY: 2}
    list(roll_up_marked(house.unit))
    assert by_day(house, "visitors") == {TODAY: 3}
    assert not house.rows(tables.stale_days)


def test_whoever_is_killed_while_counting_leaves_the_day_as_it_was_and_marked(house: House) -> None:
    house.visit()
    list(roll_up_marked(house.unit))
    house.visit(browser="c" * 32)
    with suppress(ZeroDivisionError), house.unit() as unit:
        stale_days.clear(unit.connection, TODAY, house.program.timezone)
        day_figures.roll(unit.connection, TODAY, house.program.timezone, [])
        raise ZeroDivisionError
    assert by_day(house, "visitors") == {TODAY: 1}
    list(roll_up_marked(house.unit))
    assert by_day(house, "visitors") == {TODAY: 2}


def test_visitors_of_a_day_stay_counted_when_their_visits_are_forgotten(house: House) -> None:
    house.visit()
    list(roll_up_marked(house.unit))
    house.retain(days=31)
    assert not house.rows(tables.visits)
    assert counted(house)["visitors", ""] == 1
    assert by_day(house, "visitors") == {TODAY: 1}


def test_a_campaign_that_nobody_else_came_by_is_forgotten_with_its_person(house: House) -> None:
    house.submit(email=ANNA, context={"utm": {"source": "letter", "campaign": "for-anna-berg"}})
    for number in range(3):
        of_many = {"utm": {"source": "google", "campaign": "sepa"}}
        house.submit(email=f"other{number}@firma.example", context=of_many)
    assert counted(house, "campaign")["leads", "for-anna-berg"] == 1
    house.erase(ANNA)
    house.erase("other0@firma.example")
    assert not any(
        "anna" in str(row) for table in (tables.day_figures, tables.gone_figures) for row in house.rows(table)
    )
    assert counted(house, "campaign") == {("leads", "sepa"): 3, ("leads", ""): 1}
    assert counted(house, "channel") == {("leads", "google"): 3, ("leads", ""): 1}


def test_the_most_frequent_keys_are_told_apart_and_the_rest_is_together(house: House) -> None:
    campaigns = [f'{{"utm": {{"campaign": "c{number:04}"}}}}' for number in range(MOST + 5)]
    people = [{"email_key": f"{touch}@x.example", "touch": touch} for touch in campaigns]
    with house.engine.begin() as connection:
        connection.execute(
            text(
                "insert into profiles (id, email, email_key, first_touch, created_at) values (gen_random_uuid(),"
                " :email_key, :email_key, cast(:touch as jsonb), :at)"
            ),
            [{**one, "at": house.clock()} for one in people],
        )
    found = counted(house, "campaign")
    assert len(found) == MOST + 1
    assert found["leads", OTHERS] == 5
    assert sum(found.values()) == counted(house)["leads", ""] == MOST + 5


def test_whoever_never_confirmed_and_is_forgotten_stays_counted_by_the_form_that_they_sent(
    house: House,
) -> None:
    house.submit(email=ANNA)
    before = counted(house, "form"), counted(house)
    house.retain(days=15)
    assert not house.rows(tables.profiles)
    assert (counted(house, "form"), counted(house)) == before
