"""`leadbridge doctor`: every part is looked at, each failure says what to do, and doubt is no failure."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bridge.catcher import MailCatcher
from bridge.cli.diagnosis import diagnose
from bridge.cli.diagnosis.parts import journal
from bridge.settings import Settings
from bridge.wiring import Services
from tests.conftest import Servers
from tests.connectors.zone import Zone
from tests.edge.site import environment
from tests.house import Clock
from tests.presentation.conftest import Run


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


def test_a_journal_that_nobody_takes_over_is_told(tmp_path: Path) -> None:
    services = Services(Settings.from_env(environment(tmp_path)), Clock())
    services.journal.append("hit", {}, services.clock() - timedelta(minutes=5), durable=False)
    [finding] = journal(services)
    services.journal.close()
    assert finding.ok is False
    assert "1 record(s) wait, the oldest of them for 5 minutes" in finding.found
    assert "leadbridge ingest" in finding.advice


def test_doubt_alone_is_no_failure(servers: Servers, smtp: str, tmp_path: Path) -> None:
    known = {"DATABASE_URL": servers.database_url, "REDIS_URL": servers.redis_url, "SMTP_URL": smtp}
    services = Services(Settings.from_env(environment(tmp_path, **known)))
    names = ("example.com", "_dmarc.example.com")
    services.resolver = Zone({f"{kind} {name}": None for kind in ("TXT", "MX") for name in names})
    findings = diagnose(services)
    services.engine.dispose()
    services.redis.close()
    assert [one for one in findings if one.ok is False] == []
    assert {one.part for one in findings if one.ok is None} == {"DKIM", "SPF", "DMARC", "return path", "PTR"}
