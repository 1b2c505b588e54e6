"""`leadbridge doctor`: every part is looked at, each failure says what to do, and doubt is no failure."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bridge.catcher import MailCatcher
from bridge.cli.diagnosis import LOOKS, Finding, diagnose, held, letters
from bridge.cli.diagnosis.accounts import console
from bridge.cli.diagnosis.parts import journal
from bridge.flow.accounts.console_accounts import add_account
from bridge.ids import new_id
from bridge.settings import Settings
from bridge.store import accounts, dead_letters
from bridge.store.dead_letters import DeadLetter
from bridge.wiring import Services
from tests import make
from tests.conftest import Servers
from tests.connectors.zone import Zone
from tests.edge.site import environment
from tests.house import Clock, House
from tests.presentation.conftest import Run

Look = Callable[[Services], Iterator[Finding]]


@pytest.fixture
def smtp(tmp_path: Path) -> Iterator[str]:
    with MailCatcher(tmp_path / "inbox") as catcher:
        yield catcher.url


def test_a_system_of_which_all_parts_are_away_is_told_what_to_start(run: Run, tmp_path: Path) -> None:
    done = run("doctor", "--json", DEMO="1")
    assert done.returncode == 1, done.stderr
    found = {one["part"]: one for one in json.loads(done.stdout)}
    wrong = {part for part, one in found.items() if one["ok"] is False}
    assert wrong == {"database", "queue", "mail server"}
    assert all(found[part]["advice"] for part in wrong)
    assert found["DNS"]["found"].startswith("not looked at")


def test_a_misspelt_setting_is_told_and_its_value_is_not(run: Run) -> None:
    done = run("doctor", "--json", DEMO="1", SMPT_URL="smtp://anna:geheim@mail.example.com")
    [found] = [one for one in json.loads(done.stdout) if one["part"] == "settings"]
    assert found["found"] == "LEADBRIDGE_SMPT_URL is not known; did you mean LEADBRIDGE_SMTP_URL?"
    assert found["ok"] is None
    assert "geheim" not in done.stdout + done.stderr


def test_a_journal_that_nobody_takes_over_is_told(tmp_path: Path) -> None:
    services = Services(Settings.from_env(environment(tmp_path)), Clock())
    services.journal.append("hit", {}, services.clock() - timedelta(minutes=5), durable=False)
    [finding] = journal(services)
    services.journal.close()
    assert finding.ok is False
    assert "1 record(s) wait, the oldest of them for 5 minutes" in finding.found
    assert "leadbridge ingest" in finding.advice


def test_an_admin_who_has_chosen_no_password_yet_is_invited_and_no_admin_who_can_sign_in(
    servers: Servers, house: House, tmp_path: Path
) -> None:
    def told() -> tuple[bool | None, str]:
        services = Services(
            Settings.from_env(environment(tmp_path, DATABASE_URL=servers.database_url)), house.clock
        )
        services.program = house.program
        [found] = console(services)
        services.engine.dispose()
        return found.ok, found.found

    with house.unit() as unit:
        add_account(unit, "kim@example.com", "Kim", "admin")
    invited = "; invited, and without a password yet: kim@example.com"
    assert told() == (None, f"no admin can sign in{invited}")
    with house.unit() as unit:
        add_account(unit, "lea@example.com", "Lea", "admin", "a long and quiet sentence")
    assert told() == (True, f"1 may sign in{invited}")


def test_who_signed_in_at_a_provider_that_is_set_no_more_was_not_invited(
    servers: Servers, house: House, tmp_path: Path
) -> None:
    with house.unit() as unit:
        kim = add_account(unit, "kim@example.com", "Kim", "admin")
        accounts.change(unit.connection, kim.id, oidc_subject="kim")
    services = Services(
        Settings.from_env(environment(tmp_path, DATABASE_URL=servers.database_url)), house.clock
    )
    services.program = house.program
    [found] = console(services)
    services.engine.dispose()
    assert found.found == "no admin can sign in; without a password, and no provider is set: kim@example.com"


def test_those_whose_provider_is_set_no_more_are_told(servers: Servers, house: House, tmp_path: Path) -> None:
    with house.unit() as unit:
        add_account(unit, "kim@example.com", "Kim", "admin")
        add_account(unit, "lea@example.com", "Lea", "sales", role_from="provider")
    known = environment(tmp_path, DATABASE_URL=servers.database_url)
    provider = {f"LEADBRIDGE_OIDC_{name}": "https://login.example.com" for name in ("ISSUER", "CLIENT_ID")}
    provider["LEADBRIDGE_OIDC_CLIENT_SECRET"] = "of the provider"

    def told(settings: dict[str, str]) -> list[str]:
        services = Services(Settings.from_env(settings), house.clock)
        services.program = house.program
        found = [one.found for one in console(services) if one.part == "console" and one.ok is False]
        services.engine.dispose()
        return found

    assert told(known) == ["sign in at a provider, and none is set: lea@example.com"]
    assert told(known | provider) == []


def test_held_forms_are_counted_and_one_for_sales_is_a_failure(
    servers: Servers, house: House, tmp_path: Path
) -> None:
    known = {"DATABASE_URL": servers.database_url, "REDIS_URL": servers.redis_url}
    services = Services(Settings.from_env(environment(tmp_path, **known)), house.clock)
    assert [(one.ok, one.found) for one in held.forms(services)] == [(True, "none")]
    hold(house, "globe-next-download")
    [finding] = held.forms(services)
    assert finding.ok is True
    assert finding.found.startswith("1 × globe-next-download; the oldest since 2026-")
    assert "leadbridge held list" in finding.advice
    hold(house, "rueckruf")
    [finding] = held.forms(services)
    assert finding.ok is False
    assert finding.found.startswith("1 × globe-next-download, 1 × rueckruf; the oldest since")
    services.engine.dispose()
    services.redis.close()


def hold(house: House, form: str) -> None:
    """Somebody sends a form that looks like spam."""
    house.submit(replace(make.submission(form=form, at=house.clock()), suspicion="too fast"))


def test_dead_letters_are_counted_and_each_is_a_failure(
    servers: Servers, house: House, tmp_path: Path
) -> None:
    known = {"DATABASE_URL": servers.database_url, "REDIS_URL": servers.redis_url}
    services = Services(Settings.from_env(environment(tmp_path, **known)), house.clock)
    assert [(one.ok, one.found) for one in letters.dead(services)] == [(True, "none")]
    for hours in (1, 30):
        letter = DeadLetter(new_id(), "journal", {}, "it broke", house.clock() - timedelta(hours=hours))
        with house.unit() as unit:
            dead_letters.bury(unit.connection, letter)
    assert letters.dead in LOOKS
    [finding] = letters.dead(services)
    assert finding.ok is False
    since = (house.clock() - timedelta(hours=30)).astimezone(house.program.timezone)
    assert finding.found == f"2 could not be processed; the oldest since {since:%Y-%m-%d %H:%M:%S %Z}"
    assert "leadbridge dead list" in finding.advice
    services.engine.dispose()
    services.redis.close()


@pytest.mark.parametrize("look", [held.forms, letters.dead])
def test_a_database_without_our_tables_has_nothing_to_decide_about(look: Look, tmp_path: Path) -> None:
    assert list(look(Services(Settings.from_env(environment(tmp_path))))) == []


def test_doubt_alone_is_no_failure(servers: Servers, engine: Engine, smtp: str, tmp_path: Path) -> None:
    known = {"DATABASE_URL": servers.database_url, "REDIS_URL": servers.redis_url, "SMTP_URL": smtp}
    services = Services(Settings.from_env(environment(tmp_path, **known)))
    names = ("example.com", "_dmarc.example.com")
    services.resolver = Zone({f"{kind} {name}": None for kind in ("TXT", "MX") for name in names})
    findings = diagnose(services)
    services.engine.dispose()
    services.redis.close()
    assert [one for one in findings if one.ok is False] == []
    assert {one.part for one in findings if one.ok is None} == {
        "console",
        "DKIM",
        "SPF",
        "DMARC",
        "return path",
        "PTR",
    }
