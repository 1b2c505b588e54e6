"""Figures by day: what happened is counted on its day, by what it is told apart, once."""

from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import delete, insert, text

from bridge.flow.record_visits import record_visits
from bridge.flow.results.roll_up import AT_A_TIME, rebuild, roll_up_marked, roll_up_today
from bridge.flow.results.show_targets import aims
from bridge.flow.retry import retry_letter
from bridge.ids import derived_id, new_id
from bridge.intake.records import Record, Request, Visit
from bridge.program.desk import Per, Target
from bridge.program.figures import MOST, OTHERS, Dimension
from bridge.program.periods import PERS, period
from bridge.store import day_figures, dead_letters, stale_days, tables
from bridge.store.day_figures import counts_by, figures_between, totals_between
from bridge.store.dead_letters import DeadLetter
from bridge.store.handover_times import paces
from tests import make
from tests.flow.figures_by_hand import Hand
from tests.flow.figures_by_hand import stored as kept
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


def test_an_order_that_is_corrected_counts_on_the_day_on_which_it_was_won(house: House) -> None:
    letter = house.lead_by_points()
    house.answer(letter, "accepted")
    house.answer(letter, "won", amount=Decimal(38400), currency="EUR")
    list(roll_up_marked(house.unit))
    house.clock.move(days=2)
    house.answer(letter, "corrected", amount=Decimal(48400), currency="EUR")
    list(roll_up_marked(house.unit))
    target = Target("turnover", "year", 100_000)
    program = replace(house.program, results=replace(house.program.results, targets=(target,)))
    with house.engine.connect() as connection:
        [won] = figures_between(connection, LONG_AGO, LATER, ["won"])
        [aim] = aims(connection, program, TODAY + timedelta(days=2))
    assert (won.day, won.count, won.amount) == (TODAY, 1, Decimal(48400))
    assert aim.count == Decimal(48400)
    assert Hand(house).count() == kept(house)


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


@pytest.mark.parametrize("per", PERS)
def test_the_counts_of_a_period_are_those_of_its_days(house: House, per: Per) -> None:
    first, last = date(2024, 12, 28), date(2026, 3, 12)
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    of_all = {"figure": "leads", "dimension": "", "key": ""}
    with house.engine.begin() as connection:
        rows = [of_all | {"day": day, "count": place} for place, day in enumerate(days)]
        connection.execute(insert(tables.day_figures), rows)
        found = counts_by(connection, per, days[1], days[-2], ["leads", "won"])
    expected: Counter[tuple[str, date]] = Counter()
    for place, day in list(enumerate(days))[1:-1]:
        expected["leads", period(per, day).first] += place
    assert found == expected


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


def test_what_is_marked_while_years_are_counted_does_not_wait_for_all_of_them(house: House) -> None:
    years = [TODAY - timedelta(days=number) for number in range(AT_A_TIME + 5)]
    with house.unit() as unit:
        stale_days.mark_days(unit.connection, years, house.program.timezone)
    counting = roll_up_marked(house.unit)
    assert next(counting) == TODAY
    house.visit()
    assert list(counting) == [*years[1:AT_A_TIME], TODAY, *years[AT_A_TIME:]]
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


def came(house: House, campaign: str, count: int, days_ago: int) -> None:
    """So many people came by a campaign some days ago."""
    at = house.clock() - timedelta(days=days_ago)
    touch = f"""{{"utm": {{"source": "{campaign}", "campaign": "{campaign}"}}}}"""
    with house.unit() as unit:
        unit.connection.execute(
            text(
                "insert into profiles (id, email, email_key, first_touch, created_at) values (gen_random_uuid(),"
                " :email_key, :email_key, cast(:touch as jsonb), :at)"
            ),
            [
                {"email_key": f"{campaign}{number}@x.example", "touch": touch, "at": at}
                for number in range(count)
            ],
        )
        unit.mark([at])


def sell(house: House, email: str, amount: int, currency: str) -> None:
    """Somebody asks to be called, and buys for so much."""
    letter = house.lead_by_form(email)
    house.answer(letter, "accepted")
    house.answer(letter, "won", amount=Decimal(amount), currency=currency)


def stored(house: House) -> dict[tuple[object, ...], int]:
    """Figure, dimension, day and key → how many, as it was rolled up."""
    found = (row._mapping for row in house.rows(tables.day_figures))
    return {(row["figure"], row["dimension"], row["day"], row["key"]): row["count"] for row in found}


def unequal(house: House) -> list[tuple[object, ...]]:
    """Figures of a day whose keys do not add up to the whole."""
    sums: dict[tuple[object, ...], int] = {}
    for (figure, dimension, day, _), count in stored(house).items():
        sums[figure, dimension, day] = sums.get((figure, dimension, day), 0) + count
    wholes = [one for one in sums if one[1] == "" and one[0] in ("visitors", "leads")]
    told_apart = [
        (figure, dimension, day) for figure, _, day in wholes for dimension in ("campaign", "channel")
    ]
    return [one for one in told_apart if sums.get(one) != sums[one[0], "", one[2]]]


def counts_of(house: House, campaign: str) -> dict[object, int]:
    """Day → leads by that campaign."""
    return {place[2]: count for place, count in stored(house).items() if place[0::3] == ("leads", campaign)}


def test_whoever_comes_late_by_a_campaign_of_many_takes_none_of_their_days_along(house: House) -> None:
    came(house, "sepa", 5, days_ago=200)
    house.submit(email=ANNA, context={"utm": {"source": "sepa", "campaign": "sepa"}})
    list(roll_up_marked(house.unit))
    assert set(counts_of(house, "sepa")) == {TODAY - timedelta(days=200), TODAY}
    house.erase(ANNA)
    for count_anew in (list, lambda _: list(roll_up_marked(house.unit)), lambda _: list(rebuild(house.unit))):
        count_anew([])
        assert counts_of(house, "sepa") == {TODAY - timedelta(days=200): 5}
        assert not unequal(house)
        assert stored(house)["leads", "campaign", TODAY, ""] == 1


def test_the_only_other_one_of_a_rare_campaign_stays_counted_by_it(house: House) -> None:
    came(house, "fair", 1, days_ago=0)
    house.submit(email=ANNA, context={"utm": {"source": "fair", "campaign": "fair"}})
    list(roll_up_marked(house.unit))
    house.erase(ANNA)
    assert not unequal(house)
    list(roll_up_marked(house.unit))
    assert counts_of(house, "fair") == {TODAY: 1}
    assert not unequal(house)


def test_visits_of_before_somebody_was_known_lose_their_words_too(house: House) -> None:
    utm = {"source": "letter", "campaign": "for-anna-berg"}
    house.visit(utm=utm)
    house.visit(browser="c" * 32)
    list(roll_up_marked(house.unit))
    house.retain(days=31)
    assert not house.rows(tables.visits)
    house.submit(email=ANNA, context={"utm": utm})
    list(roll_up_marked(house.unit))
    house.erase(ANNA)
    for count_anew in (list, lambda _: list(roll_up_marked(house.unit)), lambda _: list(rebuild(house.unit))):
        count_anew([])
        assert "anna" not in str(stored(house))
        assert stored(house)["visitors", "campaign", TODAY, ""] == 2
        assert not unequal(house)


def test_whoever_is_erased_waits_for_nobody_who_counts_today(house: House) -> None:
    house.submit(email=ANNA, context={"utm": {"campaign": "for-anna-berg"}})
    list(roll_up_marked(house.unit))
    with house.unit() as busy:
        day_figures.take_all(busy.connection, [TODAY])
        house.erase(ANNA)
    list(roll_up_marked(house.unit))
    assert "anna" not in str(stored(house))
    assert not unequal(house)


def test_a_day_that_somebody_else_is_counting_is_left_to_them_and_stays_marked(house: House) -> None:
    house.visit()
    with house.unit() as busy:
        day_figures.take_all(busy.connection, [TODAY])
        assert list(roll_up_marked(house.unit)) == []
        assert list(roll_up_today(house.unit)) == []
    assert list(roll_up_marked(house.unit)) == [TODAY]
    assert list(roll_up_today(house.unit)) == [], "it was just counted"


def test_a_day_that_cannot_be_counted_keeps_no_other_from_it_and_is_told(house: House) -> None:
    came(house, "sepa", 1, days_ago=3)
    sell(house, ANNA, 1, "EUR")
    most = {"count": 1, "amount": Decimal("99999999999999.99"), "figure": "won", "day": TODAY, "key": ""}
    with house.engine.begin() as connection:
        connection.execute(insert(tables.gone_figures), most | {"dimension": ""})
    assert list(roll_up_marked(house.unit)) == [TODAY - timedelta(days=3)]
    [letter] = house.rows(tables.dead_letters)
    assert (letter.source, letter.payload) == ("figures", {"day": TODAY.isoformat()})
    assert list(roll_up_marked(house.unit)) == []
    assert TODAY - timedelta(days=1) in list(rebuild(house.unit))
    with house.engine.begin() as connection:
        connection.execute(delete(tables.gone_figures))
    assert list(roll_up_marked(house.unit)) == [TODAY]
    assert not house.rows(tables.dead_letters)


def test_a_day_that_could_not_be_counted_is_tried_again_by_hand(house: House) -> None:
    with house.unit() as unit:
        letter = DeadLetter(new_id(), "figures", {"day": TODAY.isoformat()}, "", unit.now)
        dead_letters.bury(unit.connection, letter)
    with house.unit() as unit:
        assert retry_letter(unit, letter.id)
    assert list(roll_up_marked(house.unit)) == [TODAY]


def test_whoever_comes_back_from_sales_did_not_become_marketing_qualified_by_that(house: House) -> None:
    house.submit(email=ANNA)
    letter = house.lead_by_form()
    house.confirm(next(one for one in house.sent if "/confirm/" in one.text))
    house.answer(letter, "rejected", reason="no-budget")
    assert house.moves()[-1] == ("sales_qualified", "marketing_qualified")
    assert ("marketing_qualified", "") not in counted(house)


def test_amounts_of_several_currencies_are_never_added(house: House) -> None:
    sold = (("anna@a.example", 100, "EUR"), ("ben@b.example", 40, "USD"), ("cleo@c.example", 2, "EUR"))
    for email, amount, currency in sold:
        sell(house, email, amount, currency)
    assert counted(house)["won", ""] == 3
    with house.engine.connect() as connection:
        [whole] = totals_between(connection, TODAY, TODAY, ["won"])
        [form] = totals_between(connection, TODAY, TODAY, ["won"], "form")
        by_currency = totals_between(connection, TODAY, TODAY, ["won"], "currency")
    assert (whole.count, whole.amount) == (form.count, form.amount) == (3, Decimal(102))
    assert {one.key: one.amount for one in by_currency} == {"EUR": 102, "USD": 40}


def test_a_lead_that_goes_on_to_a_colleague_is_answered_once(house: House) -> None:
    first = house.lead_by_form()
    house.clock.move(hours=1)
    house.answer(first, "rejected", reason="wrong-territory")
    house.clock.move(hours=2)
    house.answer(house.to_sales()[-1], "accepted")
    with house.engine.connect() as connection:
        of_all, *_ = paces(connection, house.clock() - timedelta(days=1), house.clock())
    assert (of_all.handed_over, of_all.accepted, of_all.rejected) == (1, 1, 0)
    assert of_all.reacted == 1
    assert of_all.reaction == 2 * 60 * 60


def test_no_more_is_accepted_than_handed_over_when_a_colleague_gets_what_somebody_had_accepted(
    house: House,
) -> None:
    first = house.lead_by_form()
    house.answer(first, "accepted")
    list(roll_up_marked(house.unit))
    house.clock.move(days=1)
    house.answer(first, "rejected", reason="wrong-territory")
    house.answer(house.to_sales()[-1], "accepted")
    list(roll_up_marked(house.unit))
    tomorrow = TODAY + timedelta(days=1)
    assert by_day(house, "handed_over") == by_day(house, "accepted") == {tomorrow: 1}


def test_until_its_old_day_is_counted_anew_a_lead_that_went_on_counts_on_both_and_the_day_says_so(
    house: House,
) -> None:
    first = house.lead_by_form()
    list(roll_up_marked(house.unit))
    house.clock.move(days=1)
    house.answer(first, "rejected", reason="wrong-territory")
    list(roll_up_today(house.unit))
    tomorrow = TODAY + timedelta(days=1)
    assert by_day(house, "handed_over") == {TODAY: 1, tomorrow: 1}
    with house.engine.connect() as connection:
        waiting = stale_days.waiting(connection, tomorrow, house.program.timezone)
    assert (waiting.again, waiting.today) == (1, False), "it was marked with what changed it"
    list(roll_up_marked(house.unit))
    assert by_day(house, "handed_over") == {tomorrow: 1}


def test_of_very_many_hand_overs_all_are_counted_and_some_are_measured(house: House) -> None:
    came(house, "sepa", 60, days_ago=1)
    rows = [
        {
            "id": derived_id("handover", one.id),
            "profile_id": one.id,
            "crossing": 1,
            "score": 12,
            "cause": "points",
            "sales_person": "mira",
            "state": "accepted",
            "at": one.created_at + timedelta(hours=3),
            "begun_at": one.created_at + timedelta(hours=3),
            "due_at": house.clock(),
            "reacted_at": one.created_at + timedelta(hours=5),
        }
        for one in house.rows(tables.profiles)
    ]
    with house.engine.begin() as connection:
        connection.execute(insert(tables.handovers), rows)
        of_all, of_nobodys = paces(connection, house.clock() - timedelta(days=2), house.clock(), measured=20)
    assert (of_all.handed_over, of_all.accepted, of_all.reacted) == (60, 60, 60)
    assert (of_all.after, of_all.reaction) == (3 * 60 * 60, 2 * 60 * 60)
    assert (of_nobodys.team, of_nobodys.handed_over) == ("", 60)
