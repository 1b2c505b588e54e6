"""What commands say, each run as people run it: in a process of its own."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from bridge.program.loading import DEMO
from tests import make
from tests.conftest import Servers
from tests.edge.site import SECRET, environment
from tests.flow.test_held import held, suspicious
from tests.house import ANNA, BROWSER, PUBLIC, House
from tests.presentation.conftest import Run, Say

EACH_ALONE = """
import os, sys
from importlib import import_module
import alembic, cryptography, flask, jinja2, marshmallow, redis, requests, rq, sqlalchemy.dialects.postgresql
from bridge.cli import COMMANDS

for module in {place.partition(":")[0] for place in COMMANDS.values()}:
    if os.fork() == 0:
        import_module(module)
        os._exit(0)
    if os.wait()[1]:
        sys.exit(f"{module} needs what another command loads")
"""


def test_each_command_loads_without_the_others() -> None:
    done = subprocess.run([sys.executable, "-c", EACH_ALONE], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def facts(text: str) -> Any:
    """What a command says to programs."""
    return json.loads(text)


def test_one_of_a_kind_is_not_called_several(say: Say, tmp_path: Path) -> None:
    whole = make.EXACT
    one_person = whole[: whole.rindex("[[sales.people]]")] + whole[whole.index("\n[scoring]") :]
    (tmp_path / "program.toml").write_text(one_person, encoding="utf-8")
    said = say("check", str(tmp_path))
    assert ", 1 person" in said
    assert " 2 forms, " in said


def test_a_website_admin_learns_where_each_forms_snippets_are(say: Say) -> None:
    said = say("intake", "show")
    assert SECRET in said
    [row] = [line for line in said.splitlines() if line.startswith("kontakt ")]
    assert row.split() == ["kontakt", "contact", "Kontakt", f"{PUBLIC}/forms/kontakt/embed"]

    told = facts(say("intake", "show", "--json"))
    assert [page["form"] for page in told["pages"]] == told["forms"]
    assert {
        "form": "kontakt",
        "kind": "contact",
        "title": "Kontakt",
        "page": f"{PUBLIC}/forms/kontakt",
        "snippets": f"{PUBLIC}/forms/kontakt/embed",
    } in told["pages"]


@pytest.fixture
def late(house: House) -> House:
    """Anna's visits came to light, and so were written down, after younger entries."""
    house.visit("/preise", title="Preise")
    house.clock.move(minutes=1)
    house.visit("/alte-preise", title="Preise")
    house.clock.move(minutes=1)
    house.submit(allows=("email", "tracking"), context={"visitor": BROWSER})
    house.tick(minutes=5)
    house.confirm()
    house.tick(minutes=5)
    return house


def test_points_are_listed_in_the_order_of_their_times(say: Say, late: House, servers: Servers) -> None:
    lead = facts(say("lead", "show", ANNA, "--json", DATABASE_URL=servers.database_url))
    rules = [line["rule"] for line in lead["ledger"]]
    assert rules[:2] == ["page-visited", "page-visited"], "written last, and true first"
    for ledger in (lead["ledger"], lead["topic_ledger"]):
        times = [line["at"] for line in ledger]
        assert times == sorted(times)
    said = say("lead", "show", ANNA, DATABASE_URL=servers.database_url)
    moments = [line[:19] for line in said.split("\nLedger\n")[1].split("\n\n")[0].splitlines()[1:]]
    assert len(moments) == len(lead["ledger"]) + len(lead["topic_ledger"])
    assert moments == sorted(moments)


def test_the_fit_is_said_with_its_reasons(say: Say, house: House, servers: Servers) -> None:
    house.answer(house.lead_by_form(), "rejected", reason="does-not-fit")
    lead = facts(say("lead", "show", ANNA, "--json", DATABASE_URL=servers.database_url))
    assert (lead["fit"], lead["misfits"], lead["grade"]) == (house.lead().fit, 1, house.lead().grade)
    assert isinstance(lead["fit_reasons"], list)
    said = say("lead", "show", ANNA, DATABASE_URL=servers.database_url)
    assert f"fit {lead['fit']} of 100, grade {lead['grade']}" in said
    assert "halved 1 time(s): sales said “does not fit”" in said


def test_two_pages_of_one_title_are_told_apart(say: Say, late: House, servers: Servers) -> None:
    lead = facts(say("lead", "show", ANNA, "--json", DATABASE_URL=servers.database_url))
    visited = [event for event in lead["events"] if event["kind"] == "page.visited"]
    assert [(one["subject"], one["page"]) for one in visited] == [
        ("Preise", "/preise"),
        ("Preise", "/alte-preise"),
    ]
    assert not [one for one in lead["events"] if one["kind"] != "page.visited" and "page" in one]
    assert "Preise (/alte-preise)" in say("lead", "show", ANNA, DATABASE_URL=servers.database_url)


def test_what_to_paste_at_mail_providers(say: Say) -> None:
    known = {"HOOK_POSTMARK": "us/er:a-long:random-p@ssword", "HOOK_BREVO": "a-long-random-token"}
    rows = {line.split()[0]: line for line in say("hooks", "show", **known).splitlines()}
    address = "https://us%2Fer:a-long%3Arandom-p%40ssword@leads.example.com/hooks/postmark"
    assert rows["postmark"].split()[1] == address
    assert rows["brevo"].split()[1] == "https://leads.example.com/hooks/brevo"
    assert "not heard: set LEADBRIDGE_HOOK_SES" in rows["ses"]
    told = {one["provider"]: one for one in facts(say("hooks", "show", "--json", **known))}
    assert told["postmark"]["address"] == address
    assert told["mailgun"]["address"] is None


@pytest.mark.parametrize(
    ("timezone", "said"), [('"Europe/Berlin"', "13:00:00 CET"), ('"Mars"', "12:00:00 UTC")]
)
def test_times_say_their_zone_also_when_the_programme_cannot_be_read(
    say: Say, house: House, servers: Servers, tmp_path: Path, timezone: str, said: str
) -> None:
    house.submit(suspicious())
    programme = tmp_path / "program.toml"
    programme.write_text(DEMO.read_text(encoding="utf-8").replace('"Europe/Berlin"', timezone), "utf-8")
    for part in ("mails", "files"):
        (tmp_path / part).symlink_to(DEMO.parent / part)
    listed = say("held", "list", DATABASE_URL=servers.database_url, PROGRAM=str(programme))
    assert f"2026-03-12 {said}  globe-next-download" in listed


def test_a_command_says_what_it_did_and_not_what_the_log_of_a_server_says(
    run: Run, house: House, servers: Servers
) -> None:
    house.submit(suspicious())
    here = {"DATABASE_URL": servers.database_url, "REDIS_URL": servers.redis_url}
    done = run("held", "release", str(held(house).id), **here)
    assert (done.returncode, done.stderr) == (0, "")
    assert "released" in done.stdout


def test_a_held_form_is_named_by_the_beginning_of_its_id(run: Run, house: House, servers: Servers) -> None:
    ids = [UUID(f"0123abcd-4567-4000-8000-00000000000{number}") for number in (1, 2)]
    for number, one in enumerate(ids):
        house.submit(replace(suspicious(email=f"anna{number}@beispiel.example"), id=one))
    here = {"DATABASE_URL": servers.database_url, "REDIS_URL": servers.redis_url}
    assert "at least 8 characters" in run("held", "drop", "0123abc", **here).stderr
    assert "several ids begin with 0123abcd" in run("held", "drop", "0123abcd", **here).stderr
    assert "nothing is held under 9999abcd" in run("held", "release", "9999abcd", **here).stderr
    assert "dropped" in run("held", "drop", str(ids[0]), **here).stdout
    assert "released" in run("held", "release", "0123ABCD", **here).stdout


@pytest.mark.parametrize(
    "start", ["import wsgi; wsgi._built()", "from bridge.cli.run import ready_services as r; r()"]
)
def test_a_misspelt_setting_is_said_once_at_the_start(tmp_path: Path, start: str) -> None:
    environ = environment(tmp_path, SMPT_URL="smtp://anna:geheim@mail.example.com")
    done = subprocess.run(
        [sys.executable, "-c", start],
        cwd=Path(__file__).parents[2],
        env=os.environ | environ,
        capture_output=True,
        text=True,
        check=True,
    )
    said = [line for line in done.stderr.splitlines() if "LEADBRIDGE_SMPT_URL is not known" in line]
    assert len(said) == 1
    assert "did you mean LEADBRIDGE_SMTP_URL?" in said[0]
    assert "geheim" not in done.stderr


def test_check_takes_the_folder_of_a_programme(say: Say) -> None:
    assert f"{DEMO}: “Exact Globe Next” is in order" in say("check", str(DEMO.parent))
