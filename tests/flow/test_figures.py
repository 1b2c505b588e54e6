"""Figures by day: what happened is counted on its day, by what it is told apart, once."""

from datetime import date, timedelta
from decimal import Decimal

from bridge.flow.roll_up import rebuild
from bridge.program.figures import Dimension
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
