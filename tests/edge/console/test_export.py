"""Taking data along from the console and by command."""

import csv
import json
import os
import shlex
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

from sqlalchemy import text, update

from bridge.flow.results.roll_up import roll_up_day
from bridge.program.figures import OF_SALES
from bridge.store.day_figures import totals_between
from bridge.store.tables import audit_log, events, handovers
from tests.commands import run_command
from tests.conftest import Servers
from tests.edge.console.conftest import SignIn
from tests.edge.site import environment, words
from tests.house import ANNA, House

FILE = "/console/export/file?what={}&format={}"
MANY = text(
    """
    insert into events (id, profile_id, kind, at, due_at, scored_at, verdict, signs, data)
    select gen_random_uuid(), profile_id, kind, at + number / 4 * interval '1 second', at, at, verdict, signs, data
    from generate_series(1, 2500) as number cross join (select * from events limit 1) as one
    """
)


def test_people_are_a_table_with_fields_and_consents(sign_in: SignIn, house: House) -> None:
    house.subscriber()
    answer = sign_in("marketing").get(FILE.format("profiles", "csv"))
    [row] = csv.DictReader(answer.text.splitlines())
    assert (row["email"], row["field.company"], row["stage"]) == (
        ANNA,
        "Beispiel GmbH",
        "marketing_qualified",
    )
    assert (row["consent.email"], row["consent.tracking"], row["excluded"]) == ("given", "given", "no")
    assert 'attachment; filename="profiles-2026-03-12.csv"' in answer.headers["Content-Disposition"]


def test_events_are_lines_of_json_the_oldest_first(sign_in: SignIn, house: House) -> None:
    house.subscriber()
    answer = sign_in("marketing").get(FILE.format("events", "jsonl"))
    found = [json.loads(line) for line in answer.text.splitlines()]
    assert len(found) == len(house.rows(events))
    assert [one["at"] for one in found] == sorted(one["at"] for one in found)
    assert found[0]["kind"] == "form.submitted"


def test_hand_overs_say_what_became_of_them(sign_in: SignIn, house: House) -> None:
    lead = house.lead_by_form()
    house.answer(lead, "rejected", reason="no-budget")
    [row] = csv.DictReader(sign_in("marketing").get(FILE.format("handovers", "csv")).text.splitlines())
    assert (row["state"], row["reason"], row["cause"]) == ("rejected", "no-budget", "form")
    assert (row["email"], row["name"], row["company"]) == (ANNA, "Anna Berg", "Beispiel GmbH")


def test_whoever_has_no_name_has_an_address(sign_in: SignIn, house: House) -> None:
    house.lead_by_form(first_name="", last_name="", company="")
    kim = sign_in("marketing")
    [row] = csv.DictReader(kim.get(FILE.format("handovers", "csv")).text.splitlines())
    assert (row["email"], row["name"], row["company"]) == (ANNA, "", "")
    told = json.loads(kim.get(FILE.format("handovers", "jsonl")).text)
    assert (told["email"], told["name"], told["company"]) == (ANNA, None, None)


def test_hand_overs_count_as_in_the_report_by_the_columns_that_the_docs_name(
    sign_in: SignIn, house: House
) -> None:
    house.answer(house.lead_by_form(), "rejected", reason="wrong-territory")
    house.answer(house.to_sales()[-1], "rejected", reason="no-budget")
    house.answer(house.lead_by_form("ben@bens-firma.example"), "accepted")
    house.lead_by_points("carla@carlas-firma.example")
    with house.unit() as unit:
        by_points = update(handovers).where(handovers.c.cause == "points")
        unit.connection.execute(by_points.values(state="withdrawn", decided_at=unit.now))
        today = unit.now.date()
    roll_up_day(house.unit, today)
    with house.unit() as unit:
        report = {one.figure: one.count for one in totals_between(unit.connection, today, today, OF_SALES)}
    answer = sign_in("marketing").get(FILE.format("handovers", "csv"))
    rows = list(csv.DictReader(answer.text.splitlines()))
    assert len(rows) == 4
    counted = [row for row in rows if (row["went_on"], row["state"] == "withdrawn") == ("no", False)]
    assert len(counted) == report["handed_over"] == 2
    assert [row["reason"] for row in counted if row["state"] == "rejected"] == ["no-budget"]
    assert report["rejected"] == report["accepted"] == 1


def test_only_what_came_since_a_day_is_taken_along(sign_in: SignIn, house: House) -> None:
    house.submit()
    house.clock.move(days=2)
    kim = sign_in("marketing")
    for since, number in (("2026-03-12", 1), ("2026-03-13", 0), ("2026-03-14", 0)):
        answer = kim.get(FILE.format("profiles", "jsonl") + f"&since={since}")
        assert len(answer.text.splitlines()) == number


def test_a_day_that_is_none_is_said_beside_the_field(sign_in: SignIn) -> None:
    kim = sign_in("marketing")
    for day, why in (
        ("gestern", "Please enter a date."),
        ("2026-03-13", "Please choose today or a day that has been."),
    ):
        answer = kim.get(FILE.format("events", "csv") + f"&since={day}")
        assert answer.status_code == 422
        assert words(answer.text).count(why) == 2


def test_what_people_wrote_is_no_formula(sign_in: SignIn, house: House) -> None:
    house.submit(company="=cmd|'/c calc'!A1")
    [row] = csv.DictReader(sign_in("marketing").get(FILE.format("profiles", "csv")).text.splitlines())
    assert row["field.company"].startswith("'=")


def test_telephone_numbers_are_whole_in_the_table_for_programs_and_text_in_that_for_excel(
    sign_in: SignIn, house: House
) -> None:
    house.submit(company="+49 (0)30 / 901-820")
    house.clock.move(minutes=1)
    house.submit(email="cmd@beispiel.example", company="+1+cmd|' /C calc'!A0")
    kim = sign_in("marketing")
    table = csv.DictReader(kim.get(FILE.format("profiles", "csv")).text.splitlines())
    assert [row["field.company"] for row in table] == ["+49 (0)30 / 901-820", "'+1+cmd|' /C calc'!A0"]
    excel = kim.get(FILE.format("profiles", "excel")).get_data().decode("utf-8-sig")
    assert [row["field.company"] for row in csv.DictReader(excel.splitlines(), delimiter=";")] == [
        "'+49 (0)30 / 901-820",
        "'+1+cmd|' /C calc'!A0",
    ]


def test_excel_opens_it_by_a_double_click(sign_in: SignIn, house: House) -> None:
    lead = house.lead_by_form()
    house.answer(lead, "accepted")
    house.answer(lead, "won", amount=Decimal("1200.50"), currency="EUR")
    answer = sign_in("marketing").get(FILE.format("handovers", "excel"))
    assert 'filename="handovers-2026-03-12-excel.csv"' in answer.headers["Content-Disposition"]
    assert answer.get_data().startswith(b"\xef\xbb\xbfid;")
    [row] = csv.DictReader(answer.get_data().decode("utf-8-sig").splitlines(), delimiter=";")
    assert (row["amount"], row["currency"]) == ("1200,50", "EUR")
    assert row["at"] == f"{house.rows(handovers)[0].at.astimezone(house.program.timezone):%Y-%m-%d %H:%M:%S}"


def test_it_is_noted_and_only_for_whoever_may(sign_in: SignIn, house: House) -> None:
    for role in ("sales", "viewer"):
        stranger = sign_in(role, f"{role}@example.com")
        assert stranger.get("/console/export").status_code == 403
        assert stranger.get(FILE.format("profiles", "csv")).status_code == 403
    sign_in("marketing").get(FILE.format("profiles", "csv"))
    [noted] = house.rows(audit_log)
    assert (noted.who, noted.what, noted.details["format"]) == ("kim@example.com", "profiles.exported", "csv")


def test_it_leaves_piece_by_piece(sign_in: SignIn, house: House) -> None:
    house.subscriber()
    answer = sign_in("marketing").get(FILE.format("profiles", "csv"))
    head, *rest = answer.iter_encoded()
    assert head.startswith(b"id,email,")
    assert len(rest) == 1


def test_what_does_not_fit_into_one_look_comes_whole_and_each_once(sign_in: SignIn, house: House) -> None:
    house.subscriber()
    with house.unit() as unit:
        unit.connection.execute(MANY)
    answer = sign_in("marketing").get(FILE.format("events", "jsonl"))
    found = [json.loads(line) for line in answer.text.splitlines()]
    assert len({one["id"] for one in found}) == len(found) == len(house.rows(events)) > 2500
    assert [one["at"] for one in found] == sorted(one["at"] for one in found)


def test_the_command_prints_octets_and_stops_when_nobody_reads(
    house: House, servers: Servers, tmp_path: Path
) -> None:
    house.subscriber()
    settings = environment(tmp_path, DATABASE_URL=servers.database_url)
    said = run_command("export", "profiles", **settings)
    [row] = csv.DictReader(said.stdout.splitlines())
    assert row["email"] == ANNA
    assert "\\u" not in said.stdout
    command = [sys.executable, "-m", "bridge.cli", "export", "events"]
    piped = ["bash", "-c", f"{shlex.join(command)} | true; echo ${{PIPESTATUS[0]}}"]
    done = subprocess.run(piped, env={**os.environ, **settings}, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("1\n", "")


def test_the_command_writes_a_whole_file_or_none(house: House, servers: Servers, tmp_path: Path) -> None:
    house.subscriber()
    settings = environment(tmp_path, DATABASE_URL=servers.database_url)
    out = tmp_path / "out" / "people.csv"
    missing = run_command("export", "profiles", "--out", str(out), **settings)
    assert missing.returncode == 1
    assert "No such file or directory" in missing.stderr
    out.parent.mkdir()
    done = run_command("export", "profiles", "--out", str(out), **settings)
    assert (done.returncode, done.stderr.strip()) == (0, f"1 profiles in {out}")
    assert out.read_text(encoding="utf-8").count(ANNA) == 1
    assert list(out.parent.iterdir()) == [out]
