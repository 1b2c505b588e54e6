"""The audit log: nobody changes it, admins read it, and it can be taken along."""

import csv
import io
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from bridge.flow.retention import forget_expired
from bridge.ids import new_id
from bridge.store import audit
from bridge.store.audit import AuditRow
from bridge.store.tables import audit_log, console_sessions
from tests.edge.console.conftest import Colleague, SignIn
from tests.edge.site import words
from tests.house import House
from tests.statements import statements

PROFILE = "0190a0b0-0000-7000-8000-000000000001"


@pytest.fixture
def kim(sign_in: SignIn) -> Colleague:
    """Kim is an admin."""
    return sign_in("admin")


def note(house: House, what: str = "person.seen", who: str = "lea@example.com", **more: object) -> None:
    """Something that was done."""
    known: dict[str, object] = {"kind": "profile", "subject": PROFILE, "ip": "203.0.113.7", **more}
    with house.unit() as unit:
        audit.note(unit.connection, AuditRow(new_id(), unit.now, who, what, **known))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "statement",
    [
        "update audit_log set who = 'somebody else'",
        "delete from audit_log",
        "truncate audit_log",
        "set local leadbridge.retention = 'on'; update audit_log set who = 'somebody else', ip = null",
        "set local leadbridge.retention = 'on'; truncate audit_log",
    ],
)
def test_the_database_refuses_to_change_what_is_written(house: House, statement: str) -> None:
    note(house)
    with pytest.raises(ProgrammingError, match="added, and never changed"), house.unit() as unit:
        unit.connection.execute(text(statement))
    assert [one.who for one in house.rows(audit_log)] == ["lea@example.com"]


def test_addresses_go_after_a_week_deeds_after_two_years_and_sessions_when_they_are_over(
    house: House, kim: Colleague
) -> None:
    note(house)
    house.clock.move(days=8)
    retain(house)
    assert house.rows(console_sessions) == []
    assert [(one.who, one.ip) for one in house.rows(audit_log)] == [("lea@example.com", None)]
    house.clock.move(days=2 * 366)
    retain(house)
    assert house.rows(audit_log) == []


def retain(house: House) -> None:
    """What cron does once a day."""
    assert list(forget_expired(house.unit, house.program.retention, house.clock()))


def test_an_admin_finds_what_somebody_did_on_a_day(sign_in: SignIn, house: House) -> None:
    note(house)
    note(house, "account.closed", "mia@example.com", kind=None, subject=None)
    house.clock.move(days=1)
    note(house, "account.signed_in")
    kim = sign_in("admin")
    day = (house.clock() - timedelta(days=1)).date()
    assert seen(kim, "") == 3
    assert seen(kim, "?who=lea@example.com") == 2
    assert seen(kim, "?what=account.signed_in") == 1
    assert seen(kim, f"?since={day}&until={day}") == 2
    assert seen(kim, f"?subject={PROFILE}&until={day}") == 1
    assert f'href="/console/profiles/{PROFILE}"' in kim.get("/console/audit").text
    assert seen(kim, "?who=%00lea@example.com&what=%00&subject=%00&since=%00") == 2
    assert "Nothing of that kind was done" in kim.get("/console/audit?who=nobody@example.com").text


def test_an_account_is_named_as_long_as_it_is_there(sign_in: SignIn, house: House) -> None:
    kim, lea = sign_in("admin"), sign_in("viewer", "lea@example.com").account
    note(house, "account.changed", kind="account", subject=str(lea.id))
    note(house, "account.changed", kind="account", subject=PROFILE)
    note(house, "account.changed", kind="account", subject="no id")
    with statements(kim.site.services.page_engine) as said:
        page = kim.get("/console/audit?what=account.changed").text
    assert len([one for one in said if "FROM accounts" in one]) == 2, "whose page it is, and who is named"
    assert f'<a href="/console/accounts/{lea.id}">Account Kim Beispiel</a>' in page
    assert "lea@example.com" in words(page)
    assert "Account 0190a0b0…" in words(page)
    assert f"/console/accounts/{PROFILE}" not in page, "it has no page any more"
    sheet = kim.get("/console/audit.csv?what=account.changed").text
    assert [one["account"] for one in csv.DictReader(io.StringIO(sheet))] == ["", "", "lea@example.com"]


@pytest.mark.parametrize("kind", ["handover", "something-new"])
def test_a_deed_about_what_has_no_page_is_told_in_words(kim: Colleague, house: House, kind: str) -> None:
    note(house, "handover.rejected", kind=kind)
    page = words(kim.get("/console/audit").text)
    assert "gave a lead back to marketing" in page
    assert f"{kind} {PROFILE}" in page


def seen(kim: Colleague, query: str) -> int:
    """How many deeds the page shows."""
    page = kim.get(f"/console/audit{query}")
    assert page.status_code == 200
    return page.text.count("<tr>") - 1


@pytest.mark.parametrize(
    "query", ["?since=tomorrow", "?until=2026-13-01", "?at=x&id=y", "?since=9999-12-31x", "?until=9999-12-31"]
)
def test_nonsense_in_the_address_is_said_and_breaks_nothing(kim: Colleague, query: str) -> None:
    answer = kim.get(f"/console/audit{query}")
    assert answer.status_code == 422
    assert "Please check the dates." in words(answer.text)
    assert kim.get(f"/console/audit.csv{query}").status_code == 422


def test_a_long_log_is_turned_over_page_by_page(kim: Colleague, house: House) -> None:
    for number in range(61):
        note(house, subject=str(number))
    first = kim.get("/console/audit?what=person.seen").text
    assert first.count("<tr>") == 51
    older = first.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    second = kim.get(older).text
    assert second.count("<tr>") == 12
    assert 'rel="next"' not in second


def test_the_log_is_taken_along_whole_and_that_is_noted(kim: Colleague, house: House) -> None:
    note(house, who="=cmd|' /C calc'!A1", details={"reason": 'seen, "quoted"'})
    for number in range(4):
        note(house, subject=str(number))
    answer = kim.get("/console/audit.csv?what=person.seen")
    assert answer.mimetype == "text/csv"
    lines = list(csv.DictReader(io.StringIO(answer.text)))
    assert len(lines) == 5
    assert lines[-1]["who"] == "'=cmd|' /C calc'!A1"
    assert lines[-1]["in_words"] == "saw a person"
    german = kim.get("/console/audit.csv?what=person.seen", headers={"Accept-Language": "de"}).text
    assert next(csv.DictReader(io.StringIO(german)))["in_words"] == "hat eine Person angesehen"
    assert [one.what for one in house.rows(audit_log)][-1] == "audit.exported"
    assert house.rows(audit_log)[-1].details == {"asked": {"what": "person.seen"}, "format": "csv"}


def test_the_log_is_taken_along_for_excel_in_local_time_and_the_reader_s_language(
    kim: Colleague, house: House
) -> None:
    note(house, who="=cmd|' /C calc'!A1")
    answer = kim.get("/console/audit.csv?format=excel&what=person.seen", headers={"Accept-Language": "de"})
    assert answer.headers["Content-Disposition"].endswith('-excel.csv"')
    assert answer.text.startswith(
        "\ufeffWann;Wer;Vorgang;Art;Kennung;Konto;Einzelheiten;IP-Adresse;In Worten\r\n"
    )
    [row] = csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";")
    assert row["Wann"] == "2026-03-12 13:00:00", "in Berlin"
    assert (row["Wer"], row["In Worten"]) == ("'=cmd|' /C calc'!A1", "hat eine Person angesehen")
    assert house.rows(audit_log)[-1].details["format"] == "excel"
    page = kim.get("/console/audit?what=person.seen").text
    assert "/console/audit.csv?what=person.seen&amp;format=excel" in page


def test_what_stands_beside_a_deed_is_told_in_words(kim: Colleague, house: House) -> None:
    note(house, "people.listed", subject=None, details={"shown": 12, "asked": ["topic", "from"]})
    note(house, "company.seen", subject=None, details={"people": [PROFILE] * 7})
    said = words(kim.get("/console/audit").text)
    assert "Shown: 12" in said
    assert "Asked for: Chosen topic, Points from" in said
    assert "People: " + "0190a0b0…, " * 4 + "0190a0b0… … (7)" in said
    assert "['" not in said


def test_values_beside_a_deed_are_told_in_german_and_what_is_not_known_is_left_out(
    kim: Colleague, house: House
) -> None:
    note(house, "profiles.exported", subject=None, details={"format": "csv", "since": None})
    note(house, "outbox.listed", subject=None, details={"heap": "waiting"})
    note(house, "account.signed_in", subject=None, details={"by": "password and code"})
    note(house, "people.listed", subject=None, details={"asked": ["q"]})
    note(house, "account.changed", subject=None, details={"role": "sales", "before": "viewer"})
    note(house, "audit.exported", subject=None, details={"asked": {"who": "lea@example.com"}})
    said = words(kim.get("/console/audit", headers={"Accept-Language": "de"}).text)
    for told in (
        "Format: Tabelle für andere Programme (CSV)",
        "Welche: Wartet",
        "Durch: Passwort und Code",
        "Gefragt nach: Name, Adresse, Firma, Funktion oder Telefonnummer",
        "Rolle: Vertrieb",
        "Zuvor: Liest Ergebnisse",
        "Gefragt nach: Wer lea@example.com",
    ):
        assert told in said
    assert "None" not in said
