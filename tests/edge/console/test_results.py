"""The start page and the tables of results: what a marketer reads there, and in how many clicks."""

import csv
import re
from collections.abc import Iterable
from datetime import date, timedelta

import pytest
from sqlalchemy import insert

from bridge.edge.console.taken_along import HEADS
from bridge.flow.results.roll_up import rebuild, roll_up_marked
from bridge.i18n import translations
from bridge.program.figure_titles import TABLES
from bridge.store import stale_days
from bridge.store.tables import day_figures
from tests import make
from tests.edge.console.conftest import SignIn
from tests.edge.site import CSP, Outline, words
from tests.house import House

TODAY = make.NOON.date()
Fact = tuple[str, str, str, int] | tuple[str, str, str, int, int]


def note(house: House, day: date, *facts: Fact) -> None:
    """Figures of a day: figure, dimension, key, count, and for what was won the amount."""
    names = ("figure", "dimension", "key", "count", "amount")
    rows = [dict(zip(names, (*fact, 0), strict=False)) | {"day": day} for fact in facts]
    with house.engine.begin() as connection:
        connection.execute(insert(day_figures), rows)


def count_anew(house: House) -> None:
    """Roll the figures of all days up, as cron does with those that changed."""
    for _ in rebuild(house.unit):
        pass


def all_of_it(**counts: int) -> Iterable[Fact]:
    """Figures of everything together."""
    return [(figure, "", "", count) for figure, count in counts.items()]


@pytest.fixture
def figures(house: House) -> None:
    """This quarter 40 leads and two forms that brought deals; the same time of the one before 25 leads."""
    note(
        house, TODAY, *all_of_it(visitors=900, leads=40, confirmed=30, marketing_qualified=20, handed_over=10)
    )
    note(
        house,
        TODAY,
        ("won", "", "", 3, 12_500),
        ("won", "form", "kontakt", 1, 9_000),
        ("won", "form", "globe-next-download", 2, 3_500),
        ("leads", "form", "kontakt", 4),
        ("leads", "form", "globe-next-download", 36),
        ("rejected", "", "", 5),
        ("rejected", "reason", "no-budget", 4),
        ("rejected", "reason", "=cmd", 1),
        ("mails_sent", "mail", "welcome", 31),
        ("mails_tracked", "mail", "welcome", 30),
        ("mails_opened", "mail", "welcome", 20),
        ("mails_clicked", "mail", "welcome", 12),
    )
    note(house, date(2025, 10, 1), *all_of_it(leads=25))
    note(house, date(2025, 12, 31), *all_of_it(leads=1000))


@pytest.mark.usefixtures("figures")
def test_the_start_page_shows_the_quarter_beside_as_many_days_of_the_one_before(sign_in: SignIn) -> None:
    page = sign_in("viewer").get("/console")
    said = words(page.text)
    assert "Results: 1st quarter 2026" in said
    assert "1 January 2026 to 12 March 2026 , compared with 1 October 2025 to 10 December 2025" in said
    assert "New leads 40 · 4%" in said, "of 900 visitors"
    assert "New leads 40 25 +15" in said, "and not the thousand of a day that this quarter has not reached"
    assert "€12,500" in said


@pytest.mark.usefixtures("figures")
def test_all_time_begins_with_the_first_figures_and_is_compared_with_nothing(
    sign_in: SignIn, house: House
) -> None:
    note(house, date(2019, 5, 2), *all_of_it(leads=7, won=1), ("won", "form", "kontakt", 2))
    kim = sign_in("viewer")
    quarter = kim.get("/console").text
    assert 'href="?per=all"' in quarter
    page = kim.get("/console?per=all").text
    said = words(page)
    assert "Results: All time" in said
    assert "2 May 2019 to 12 March 2026" in said
    assert "New leads 1,072 · 119%" in said, "of 900 visitors"
    assert "compared with" not in said
    assert "Before" not in said
    assert "before:" not in said
    assert 'class="mark"' in quarter
    assert 'class="mark"' not in page
    assert "2019 7, 2020 0," in page, "seven years are drawn by year"
    assert 'rel="prev"' not in page
    forms = words(kim.get("/console/results/form?per=all").text)
    assert re.search(r"Deals won: most with .* \( ?3 ?\)", forms), "one of this quarter and two of 2019"
    answer = kim.get("/console/results/funnel.csv?per=all")
    assert 'filename="funnel-all.csv"' in answer.headers["Content-Disposition"]
    rows = {row["figure"]: row for row in csv.DictReader(answer.text.splitlines())}
    assert (rows["leads"]["count"], rows["leads"]["before"], rows["leads"]["compared_first"]) == (
        "1072",
        "",
        "",
    )


def test_a_period_of_one_day_names_it_once(sign_in: SignIn, house: House) -> None:
    house.clock.move(days=4)
    kim = sign_in("viewer")
    assert "16 March 2026 , compared with 9 March 2026 " in words(kim.get("/console?per=week").text)
    form = words(kim.get("/console/results/form?per=week").text)
    assert "16 March 2026" in form
    assert "to 16 March 2026" not in form


def test_all_time_without_any_figures_is_today(sign_in: SignIn) -> None:
    kim = sign_in("viewer")
    assert "Results: All time 12 March 2026 " in words(kim.get("/console?per=all").text)
    assert kim.get("/console/results/form?per=all").status_code == 200


@pytest.mark.usefixtures("figures")
def test_while_a_quarter_has_just_begun_the_last_one_is_shown_with_a_way_to_it(
    sign_in: SignIn, house: House
) -> None:
    house.clock.move(days=33)
    assert house.clock().date() == date(2026, 4, 14)
    kim = sign_in("viewer")
    page = kim.get("/console")
    assert "Results: 1st quarter 2026" in words(page.text)
    assert "Results: 1st quarter" not in words(kim.get("/console?per=quarter").text), "that was asked for"
    assert "Forms: 1st quarter 2026" in words(kim.get("/console/results/form").text)
    [there] = [
        one["href"] for one in Outline(page.text).all("a") if "rel" not in one and "2026-04-01" in one["href"]
    ]
    present = words(kim.get(f"/console{there}").text)
    assert "Results: 2nd quarter 2026" in present
    assert "has just begun" not in present
    house.clock.move(days=1)
    kim = sign_in("viewer", "kim2@example.com")
    assert "Results: 2nd quarter 2026" in words(kim.get("/console").text)


def test_who_has_just_begun_sees_the_present_quarter(sign_in: SignIn, house: House) -> None:
    house.clock.move(days=24)
    note(house, house.clock().date(), *all_of_it(leads=1))
    said = words(sign_in("viewer").get("/console").text)
    assert "Results: 2nd quarter 2026" in said, "of the one before nothing is known"


@pytest.mark.usefixtures("figures")
def test_three_clicks_tell_which_form_brought_the_most_deals_and_why_leads_came_back(sign_in: SignIn) -> None:
    kim = sign_in("marketing")
    links = [one["href"] for one in Outline(kim.get("/console").text).all("a")]
    forms = next(one for one in links if one.startswith("/console/results/form?"))
    said = words(kim.get(forms).text)
    assert "Deals won: most with Download Globe Next" in said or "Deals won: most with" in said
    assert said.index("globe-next-download") < said.index("kontakt")
    by_turnover = words(kim.get(f"{forms}&sort=turnover").text)
    assert by_turnover.index("kontakt") < by_turnover.index("globe-next-download")
    reasons = next(one for one in links if one.startswith("/console/results/reason?"))
    assert "No budget no-budget" in words(kim.get(reasons).text)


@pytest.mark.usefixtures("figures")
def test_the_start_page_says_both_at_once(sign_in: SignIn) -> None:
    said = words(sign_in("viewer").get("/console").text)
    assert "Most deals by form" in said
    assert "Most frequent reason for giving leads back No budget · 4" in said


@pytest.mark.usefixtures("figures")
def test_of_several_that_share_the_first_place_none_is_named(sign_in: SignIn, house: House) -> None:
    note(house, TODAY - timedelta(days=1), ("won", "form", "kontakt", 1), ("rejected", "reason", "=cmd", 3))
    kim = sign_in("viewer")
    said = words(kim.get("/console").text)
    assert "Most deals by form 2 forms alike, 2 each" in said, "more turnover makes none the first"
    assert "Most frequent reason for giving leads back 2 reasons equally often, 4 times each" in said
    assert "Deals won: 2 have equally many ( 2 each)" in words(kim.get("/console/results/form").text)
    assert "most with Contact" in words(kim.get("/console/results/form?sort=turnover").text)


@pytest.mark.usefixtures("figures")
def test_opens_are_marked_as_a_guide_wherever_they_stand(sign_in: SignIn) -> None:
    kim = sign_in("viewer")
    assert "a guide only" in words(kim.get("/console").text)
    mails = words(kim.get("/console/results/mail").text)
    assert "Opened is a guide only" in mails
    assert "20 · 67%" in mails
    assert "12 · 40%" in mails


@pytest.mark.usefixtures("figures")
def test_every_picture_has_words_a_table_and_a_sheet_and_no_style_of_its_own(sign_in: SignIn) -> None:
    page = sign_in("viewer").get("/console")
    outline = Outline(page.text)
    pictures = [one for one in outline.all("svg") if one.get("class") == "plot"]
    assert len(pictures) == 5
    assert all(one["role"] == "img" and one["aria-label"] for one in pictures)
    assert page.text.count("<desc>") >= len(pictures)
    assert not [one for _, one in outline.tags if "style" in one]
    assert not outline.all("style")
    assert page.headers["Content-Security-Policy"] == CSP
    sheets = {one["href"].partition("?")[0] for one in outline.all("a") if ".csv" in one.get("href", "")}
    assert sheets == {f"/console/results/{name}.csv" for name in ("funnel", "trends", "cohorts", "sales")}


@pytest.mark.usefixtures("figures")
@pytest.mark.parametrize("name", [*TABLES, "funnel", "trends", "cohorts", "sales"])
def test_each_table_can_be_taken_along_and_does_nothing_in_a_spreadsheet(sign_in: SignIn, name: str) -> None:
    answer = sign_in("viewer").get(f"/console/results/{name}.csv")
    rows = list(csv.reader(answer.text.splitlines()))
    assert answer.mimetype == "text/csv"
    assert {len(row) for row in rows} == {len(rows[0])}
    assert not any(one.startswith("=") for row in rows for one in row)
    assert (name != "reason") or ["'=cmd", "'=cmd", "1", "0"] in rows


@pytest.mark.usefixtures("figures")
def test_tables_are_there_for_excel_in_the_language_of_whoever_reads(sign_in: SignIn) -> None:
    kim = sign_in("viewer")
    answer = kim.get("/console/results/form.csv?format=excel", headers={"Accept-Language": "de"})
    assert 'filename="form-2026-Q1-excel.csv"' in answer.headers["Content-Disposition"]
    head, first, *_ = csv.reader(answer.text.removeprefix("\ufeff").splitlines(), delimiter=";")
    assert answer.text.startswith("\ufeff")
    assert head[:4] == ["Formulare", "Name", "Neue Leads", "Bestätigte Adressen"]
    assert first[0] == "globe-next-download"
    assert first[-1] == "3500,00"
    rows = kim.get("/console/results/funnel.csv?format=excel", headers={"Accept-Language": "de"}).text
    assert "Neue Leads;2026-01-01;2026-03-12;40;2025-10-01;2025-12-10;25\r\n" in rows
    english = kim.get("/console/results/form.csv?format=excel").text
    assert english.startswith("\ufeffForms,Name,New leads,")
    assert "3500.00" in english
    assert "format=excel" in kim.get("/console").text


@pytest.mark.usefixtures("figures")
@pytest.mark.parametrize("name", [*TABLES, "funnel", "targets", "trends", "cohorts", "sales"])
def test_every_column_for_excel_has_a_german_head(sign_in: SignIn, name: str) -> None:
    answer = sign_in("viewer").get(
        f"/console/results/{name}.csv?format=excel", headers={"Accept-Language": "de"}
    )
    [head, *_] = csv.reader(answer.text.removeprefix("\ufeff").splitlines(), delimiter=";")
    assert [one for one in head if one not in translations("de").words and "_" in one] == []
    assert not set(head) & {one for one in HEADS.values() if translations("de").gettext(one) != one}


@pytest.mark.usefixtures("figures")
def test_one_can_go_back_in_time_but_not_ahead(sign_in: SignIn) -> None:
    kim = sign_in("viewer")
    links = [one for one in Outline(kim.get("/console").text).all("a") if "rel" in one]
    assert [one["rel"] for one in links] == ["prev"]
    earlier = words(kim.get(f"/console{links[0]['href']}").text)
    assert "Results: 4th quarter 2025" in earlier
    assert "New leads 1,025" in earlier, "it is over, so all of its days count"
    for nonsense in ("?per=decade", "?of=yesterday", "?per=week&of=9999-12-31", "?of=2026-02-30"):
        assert kim.get(f"/console{nonsense}").status_code == 200
    assert "Week 11, 2026" in words(kim.get("/console?per=week&of=9999-12-31").text)


@pytest.mark.usefixtures("figures")
def test_a_table_tells_how_many_leads_of_a_form_sales_got_and_took(house: House, sign_in: SignIn) -> None:
    note(house, TODAY, ("handed_over", "form", "kontakt", 2), ("accepted", "form", "kontakt", 1))
    assert "2 · 50% 1 · 50% 1 · 25%" in words(sign_in("viewer").get("/console/results/form").text)


@pytest.mark.usefixtures("figures")
def test_a_table_says_of_what_its_shares_are_and_that_deals_may_have_begun_earlier(
    house: House, sign_in: SignIn
) -> None:
    note(house, TODAY, ("leads", "channel", "direct", 2), ("won", "team", "dach", 1))
    kim, earlier = sign_in("viewer"), "of an earlier one"
    said = {name: words(kim.get(f"/console/results/{name}").text) for name in ("form", "channel", "team")}
    assert all(earlier in one for one in said.values())
    assert "By the first form of each lead. Hand-overs and deals are shares of the new leads" in said["form"]
    assert "By the first touch of each lead. Hand-overs and deals are shares" in said["channel"]
    every = [words(kim.get(f"/console/results/{name}?per=all").text) for name in said]
    assert not any(earlier in one for one in every), "nothing was before all time"


@pytest.mark.usefixtures("figures")
def test_sheets_of_two_periods_that_begin_on_one_day_have_two_names(sign_in: SignIn) -> None:
    kim = sign_in("viewer")
    for query, name in (
        ("per=week&of=2026-01-01", "2026-W01"),
        ("per=month&of=2026-01-01", "2026-01"),
        ("per=quarter&of=2026-01-01", "2026-Q1"),
        ("per=year&of=2026-01-01", "2026"),
        ("per=all", "all"),
    ):
        answer = kim.get(f"/console/results/form.csv?{query}")
        assert f'filename="form-{name}.csv"' in answer.headers["Content-Disposition"]


def test_a_mail_tells_how_many_hand_overs_came_of_it(house: House, sign_in: SignIn) -> None:
    note(house, TODAY, ("mails_sent", "mail", "welcome", 1000), ("handed_over", "mail", "welcome", 3))
    assert "3 · 0.3%" in words(sign_in("viewer").get("/console/results/mail").text)


@pytest.mark.usefixtures("figures")
def test_deals_in_other_currencies_stand_beside_the_turnover(house: House, sign_in: SignIn) -> None:
    note(house, TODAY, ("won", "currency", "EUR", 2, 12_500), ("won", "currency", "USD", 1, 1_200))
    kim = sign_in("viewer")
    said = words(kim.get("/console").text)
    assert "Turnover €12,500 and US$1,200.00" in said
    assert "deals in other currencies were won: US$1,200.00 ." in words(kim.get("/console/results/form").text)
    assert "US$1,200.00" not in words(kim.get("/console/results/reason").text)
    rows = list(csv.reader(kim.get("/console/results/funnel.csv").text.splitlines()))
    assert [row[3] for row in rows if row[0].startswith("turnover")] == ["12500.00", "1200.00"]
    assert [row[6] for row in rows if row[0].startswith("turnover")] == ["0.00", "0.00"]
    excel = kim.get("/console/results/funnel.csv?format=excel", headers={"Accept-Language": "de"}).text
    assert "Umsatz in Euro;2026-01-01;2026-03-12;12500,00;2025-10-01;2025-12-10;0,00\r\n" in excel
    assert "Umsatz in USD;2026-01-01;2026-03-12;1200,00;" in excel
    forms = csv.DictReader(kim.get("/console/results/form.csv").text.splitlines())
    assert {one["turnover"] for one in forms} == {"9000.00", "3500.00"}


def test_without_figures_it_says_what_will_appear(sign_in: SignIn) -> None:
    kim = sign_in("viewer")
    assert "As soon as somebody sends a form, figures appear here." in words(kim.get("/console").text)
    for dimension in TABLES:
        assert "Nothing of this kind happened" in words(kim.get(f"/console/results/{dimension}").text)


def test_days_that_were_never_counted_are_told_and_not_called_empty(sign_in: SignIn, house: House) -> None:
    note(house, TODAY - timedelta(days=3), *all_of_it(mails_sent=1))
    days = [TODAY - timedelta(days=number) for number in range(4)]
    with house.unit() as unit:
        stale_days.mark_days(unit.connection, days, house.program.timezone)
    kim = sign_in("viewer")
    said = "2 days are still being counted, the newest first."
    for path in ("/console?of=2024-01-01", "/console/results/form"):
        page = words(kim.get(path).text)
        assert said in page, "today is counted within a minute, and one day has figures"
        assert "Nothing is known" not in page
        assert "Nothing of this kind happened" not in page
    for _ in roll_up_marked(house.unit):
        pass
    assert "being counted" not in kim.get("/console").text


def test_days_that_have_changed_since_they_were_counted_are_told(sign_in: SignIn, house: House) -> None:
    for number in range(3):
        note(house, TODAY - timedelta(days=number), *all_of_it(leads=1))
    kim = sign_in("viewer")
    paths = ("/console", "/console/results/form")
    assert not [path for path in paths if "changed since" in words(kim.get(path).text)]
    for days, said in (
        (0, "Today has changed since it was counted. It is counted anew within a minute."),
        (1, "2 days have changed since they were counted. They are counted anew within ten minutes;"),
    ):
        with house.unit() as unit:
            stale_days.mark_days(unit.connection, [TODAY - timedelta(days=days)], house.program.timezone)
        assert [path for path in paths if said not in words(kim.get(path).text)] == []
    for _ in roll_up_marked(house.unit):
        pass
    assert not [path for path in paths if "changed since" in words(kim.get(path).text)]


def test_what_there_is_no_table_of_is_not_found(sign_in: SignIn) -> None:
    kim = sign_in("viewer")
    for path in ("/console/results/nobody", "/console/results/nobody.csv"):
        assert kim.get(path).status_code == 404


def test_what_visitors_write_into_their_addresses_stays_text(sign_in: SignIn, house: House) -> None:
    attack = "<script>alert(1)</script>\"'{{7*7}}"
    note(house, TODAY, ("leads", "channel", attack, 1), ("won", "channel", attack, 1, 1))
    for path in ("/console", "/console/results/channel"):
        page = sign_in("viewer", f"{len(path)}@example.com").get(path).text
        assert "<script>" not in page
        assert "alert(1)" in page


def test_cohorts_and_times_come_from_what_really_happened(sign_in: SignIn, house: House) -> None:
    letter = house.subscriber()
    house.clock.move(days=2)
    for number in (1, 2):
        house.click(letter, number)
        house.clock.move(seconds=30)
    house.tick(minutes=10)
    [handed] = house.to_sales()
    house.clock.move(hours=3)
    house.answer(handed, "accepted")
    count_anew(house)
    kim = sign_in("viewer")
    said = words(kim.get("/console").text)
    assert "March 2026 1 1 100% so far" in said
    assert "All teams 1 1 · 100% 0 0 0 3 hours 2 days" in said
    sales = list(csv.reader(kim.get("/console/results/sales.csv").text.splitlines()))
    assert sales[0][:2] == ["team", "title"]
    assert [row[:3] for row in sales[1:]] == [["all", "All teams", "1"], ["dach", "Sales DACH", "1"]]
    assert sales[0][-1] == "median_seconds_to_first_reaction"
    assert sales[1][-1] == "10800"
    answer = kim.get("/console/results/sales.csv?format=excel", headers={"Accept-Language": "de"})
    head, first, team = csv.reader(answer.text.removeprefix("\ufeff").splitlines(), delimiter=";")
    assert head[-2:] == [
        "Erstes Formular bis Übergabe, Median in Stunden",
        "Erste Reaktion, Median in Stunden",
    ]
    assert (first[1], first[-1], team[1]) == ("Alle Teams", "3,00", "Vertrieb DACH")
    rows = list(csv.DictReader(kim.get("/console/results/cohorts.csv").text.splitlines()))
    assert len(rows) == 12
    assert rows[-1] == {
        "month": "2026-03-01",
        "marketing_qualified": "1",
        "handed_over_within_120_days": "1",
        "is_over": "0",
    }


def test_whoever_is_handed_over_too_late_is_not_in_the_cohort_s_share(sign_in: SignIn, house: House) -> None:
    letter = house.subscriber()
    house.clock.move(days=121)
    for number in (1, 2):
        house.click(letter, number)
        house.clock.move(seconds=30)
    house.tick(minutes=10)
    assert house.to_sales()
    count_anew(house)
    rows = list(csv.DictReader(sign_in("viewer").get("/console/results/cohorts.csv").text.splitlines()))
    month = next(row for row in rows if row["month"] == "2026-03-01")
    assert (month["marketing_qualified"], month["handed_over_within_120_days"]) == ("1", "0")
    assert month["is_over"] == "0", "others of that month have time until the end of July"
    assert house.clock().date() == TODAY + timedelta(days=121)


@pytest.mark.usefixtures("figures")
def test_it_speaks_german_too(sign_in: SignIn) -> None:
    page = words(sign_in("viewer").get("/console", headers={"Accept-Language": "de"}).text)
    for said in ("Ergebnisse: 1. Quartal 2026", "Die Linie: 40 % wie in der Fallstudie", "12.500 €"):
        assert said in page


def test_whoever_comes_back_from_sales_is_in_the_share_of_their_first_month_once(
    sign_in: SignIn, house: House
) -> None:
    letter = house.lead_by_points()
    house.answer(letter, "rejected", reason="only-informing")
    house.clock.move(days=40)
    house.submit(form="rueckruf", phone="+49 30 23125 010")
    assert len(house.to_sales()) == 2
    count_anew(house)
    rows = list(csv.DictReader(sign_in("viewer").get("/console/results/cohorts.csv").text.splitlines()))
    known = [row for row in rows if row["marketing_qualified"] != "0"]
    assert [(row["month"], row["handed_over_within_120_days"]) for row in known] == [("2026-03-01", "1")]


def test_where_nothing_is_known_nothing_is_drawn_and_the_page_says_what_will_be(sign_in: SignIn) -> None:
    page = sign_in("viewer").get("/console").text
    assert 'class="plot' not in page
    assert "As soon as somebody sends a form, it is drawn here how figures develop." in page
    assert "As soon as somebody becomes marketing-qualified, each month stands here" in page
