"""`leadbridge webhook …`, as people run it, against a real endpoint."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from standardwebhooks import Webhook as Verifier

from bridge.cli.diagnosis.webhooks import endpoints
from bridge.cli.endpoints import UnknownWebhook, named
from bridge.program.loading import DEMO
from bridge.settings import Settings
from bridge.wiring import Services
from tests.conftest import Servers
from tests.edge.site import environment
from tests.endpoint import Endpoint, status
from tests.flow.test_webhook_endpoints import NEW, OLD, happens, hook, wired
from tests.presentation.conftest import Run, Say


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    """A server that is called crm in the programme."""
    with Endpoint() as server:
        yield server


@pytest.fixture
def settings(endpoint: Endpoint, tmp_path: Path, servers: Servers) -> dict[str, str]:
    """Settings whose programme has that endpoint, and may reach it."""
    return telling(endpoint, tmp_path, servers, f'["{NEW}", "{OLD}"]')


@pytest.fixture
def unset(endpoint: Endpoint, tmp_path: Path, servers: Servers) -> dict[str, str]:
    """The same, but the secret is in the environment of the processes alone."""
    return telling(endpoint, tmp_path, servers, '"env:CRM_SECRET"')


def telling(endpoint: Endpoint, tmp_path: Path, servers: Servers, secret: str) -> dict[str, str]:
    """Settings whose programme tells that endpoint, signed with a secret that stands there like this."""
    folder = tmp_path / "programme"
    folder.mkdir()
    for part in ("mails", "files"):
        (folder / part).symlink_to(DEMO.parent / part)
    table = f'[[webhooks]]\nid = "crm"\nurl = "{endpoint.url}/hooks"\nsecret = {secret}\nevents = ["*"]\n'
    toml = f"{DEMO.read_text(encoding='utf-8')}\n{table}"
    (folder / "program.toml").write_text(toml, encoding="utf-8")
    return {
        "PROGRAM": str(folder / "program.toml"),
        "DATABASE_URL": servers.database_url,
        "PRIVATE_TARGETS": "127.0.0.1",
    }


def test_an_endpoint_is_tried_out(say: Say, endpoint: Endpoint, settings: dict[str, str]) -> None:
    said = say("webhook", "test", "crm", **settings)
    (request,) = endpoint.received
    for key in (OLD, NEW):
        assert Verifier(key).verify(request.body, request.headers)["type"] == "webhook.test"
    assert f"POST {endpoint.url}/hooks" in said
    assert f"webhook-signature: {request.headers['webhook-signature']}" in said
    assert "taken: 200 from 127.0.0.1 after " in said
    assert OLD not in said, "a secret of the programme stays one"


def test_an_address_of_nobodys_is_tried_with_a_secret_that_is_said(
    say: Say, endpoint: Endpoint, settings: dict[str, str]
) -> None:
    said = say("webhook", "test", f"{endpoint.url}/other", **settings)
    (request,) = endpoint.received
    made_up = said.partition("made up for this request: ")[2].split()[0]
    assert Verifier(made_up).verify(request.body, request.headers)


def test_what_was_not_taken_is_said_with_its_reason(
    run: Run, endpoint: Endpoint, settings: dict[str, str]
) -> None:
    endpoint.answers = [status(302, b"moved\x1b[2J to another\nplace", Location="https://other.example.com/")]
    done = run("webhook", "test", "crm", **settings)
    assert done.returncode == 1
    assert "not taken: 302 from 127.0.0.1" in done.stdout
    assert "it said: moved [2J to another place" in done.stdout
    assert "redirects are not followed; it points to https://other.example.com/" in done.stdout

    refused = run("webhook", "test", "crm", "--json", **settings | {"PRIVATE_TARGETS": ""})
    assert refused.returncode == 1
    facts = json.loads(refused.stdout)
    assert facts["error"] == "127.0.0.1 is not public"
    assert "LEADBRIDGE_PRIVATE_TARGETS" in facts["advice"]
    assert (facts["status"], facts["taken"]) == (None, False)
    assert len(endpoint.received) == 1


def test_endpoints_and_attempts_are_listed_and_one_is_switched_on_again(
    engine: Engine, say: Say, endpoint: Endpoint, settings: dict[str, str], tmp_path: Path
) -> None:
    endpoint.answers = [status(410)]
    house = wired(engine, hook(f"{endpoint.url}/hooks", events=["lead.created"]))
    happens(house)
    happens(house)
    (facts,) = told(say("webhook", "list", "--json", **settings))
    assert (facts["id"], facts["secrets"], facts["waiting"], facts["taken_at"]) == ("crm", 2, 0, None)
    assert facts["disabled_because"] == "127.0.0.1 answered 410: it wants no more"
    (attempt,) = told(say("webhook", "attempts", "crm", "--json", **settings))
    assert (attempt["status"], attempt["kind"]) == (410, "lead.created")
    bridge = Services(Settings.from_env(environment(tmp_path, **settings)))
    (finding,) = endpoints(bridge)
    assert (finding.ok, finding.part) == (False, "webhook crm")
    assert "enable crm --resend" in finding.advice
    assert "2 that it missed stay unsent" in say("webhook", "enable", "crm", **settings)
    (finding,) = endpoints(bridge)
    assert finding.ok
    bridge.engine.dispose()


def test_an_endpoint_works_when_it_took_something(
    engine: Engine, say: Say, endpoint: Endpoint, settings: dict[str, str]
) -> None:
    assert "nothing sent in the last 30 days" in say("webhook", "list", **settings)
    house = wired(engine, hook(f"{endpoint.url}/hooks", events=["lead.created"]))
    happens(house)
    assert "works, took one 2026-" in say("webhook", "list", **settings)
    assert told(say("webhook", "list", "--json", **settings))[0]["taken_at"].startswith("2026-")


def test_where_nobody_may_be_asked_is_said_before_anybody_is(
    say: Say, fail: Say, run: Run, endpoint: Endpoint, settings: dict[str, str]
) -> None:
    file = Path(settings["PROGRAM"])
    assert "webhook" not in say("check", **settings)
    settings["PRIVATE_TARGETS"] = ""
    remark = "webhook crm reaches nobody: 127.0.0.1 is not public; LEADBRIDGE_PRIVATE_TARGETS names"
    assert remark in say("check", **settings)
    found = told(run("doctor", "--json", **settings).stdout)
    assert [one["ok"] for one in found if one["found"] == "127.0.0.1 is not public"] == [False]

    toml = file.read_text(encoding="utf-8")
    file.write_text(toml.replace(endpoint.url, "https://localhost"), encoding="utf-8")
    assert "localhost leads to 127.0.0.1, which is not public" in say("check", **settings)
    file.write_text(toml.replace(endpoint.url, "https://crm.example.com:25"), encoding="utf-8")
    mistake = "webhooks[crm].url: port 25 is for other things than the web."
    assert mistake in fail("check", **settings)
    assert mistake in fail("ingest", **settings), "and nothing starts"


def test_a_shell_without_the_secrets_may_do_everything_but_sign(
    say: Say, fail: Say, run: Run, endpoint: Endpoint, unset: dict[str, str]
) -> None:
    (facts,) = told(say("webhook", "list", "--json", **unset))
    assert (facts["id"], facts["secrets"]) == ("crm", 1)
    assert say("webhook", "enable", "crm", **unset) == "crm is on\n"

    complaint = fail("webhook", "test", "crm", **unset)
    assert complaint.startswith("webhook crm is signed with CRM_SECRET, not set in this shell")
    assert "CRM_SECRET=whsec_… leadbridge webhook test crm" in complaint
    assert fail("webhook", "test", f"{endpoint.url}/hooks", **unset) == complaint

    found = told(run("doctor", "--json", **unset).stdout)
    assert [one["ok"] for one in found if one["part"] == "programme"] == [True]
    assert [one["ok"] for one in found if one["found"] == "CRM_SECRET is not set in this shell"] == [None]
    assert endpoint.received == []


def test_a_process_that_sends_does_not_start_without_the_secrets(fail: Say, unset: dict[str, str]) -> None:
    assert "the environment has no CRM_SECRET. Expected: CRM_SECRET=whsec_…" in fail("ingest", **unset)


def test_a_webhook_that_is_not_there_is_said_with_those_that_are(engine: Engine, endpoint: Endpoint) -> None:
    program = wired(engine, hook(endpoint.url)).program
    assert named(program, "crm").url == endpoint.url
    with pytest.raises(UnknownWebhook, match="the programme has no webhook erp; it has crm"):
        named(program, "erp")


def told(text: str) -> Any:
    """What a command says to programs."""
    return json.loads(text)
