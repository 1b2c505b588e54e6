"""`[[webhooks]]` in a programme file: endpoints, their secrets, and what is wrong with them."""

from pathlib import Path

import pytest

from bridge.program.model import Webhook
from tests import make
from tests.rules.test_programme_file import _line, _mistakes, _only

HOOK = '\n[[webhooks]]\nurl = "https://crm.example.com/hook"\nsecret = "env:CRM_SECRET"\nevents = ["lead.outcome"]\n'


def test_a_secret_that_the_environment_does_not_have(tmp_path: Path) -> None:
    toml = make.EXACT + HOOK
    found = _only(toml, tmp_path, {})
    assert (found.path, found.line) == ("webhooks[0].secret", _line(toml, "secret ="))
    assert "CRM_SECRET" in found.message
    assert make.program(toml, {"CRM_SECRET": OLD}).webhooks[0].secrets == (OLD,)


def test_a_secret_that_cannot_sign_is_named_but_not_shown(tmp_path: Path) -> None:
    found = _only(make.EXACT + HOOK, tmp_path, {"CRM_SECRET": "geheim ist geheim"})
    assert found.path == "webhooks[0].secret"
    assert "geheim" not in str(found)


@pytest.mark.parametrize(("secret", "size"), [("whsec_abc", 2), ("b2xk" * 7, 21), ("b2xk" * 22, 66)])
def test_a_key_that_is_shorter_or_longer_than_standard_webhooks_asks_is_a_mistake(
    tmp_path: Path, secret: str, size: int
) -> None:
    found = _only((make.EXACT + HOOK).replace("env:CRM_SECRET", secret), tmp_path)
    assert (found.path, found.message) == ("webhooks[0].secret", f"its key has {size} byte(s)")
    assert found.expected == "whsec_ and base64 of 24 to 64 random bytes"


def test_an_endpoint_that_asks_for_nothing_is_a_mistake(tmp_path: Path) -> None:
    found = _only((make.EXACT + HOOK).replace('"lead.outcome"', ""), tmp_path)
    assert (found.path, found.line) == ("webhooks[0].events", _line(make.EXACT + HOOK, "events ="))
    assert "it would be told nothing" in found.message


def test_whoever_only_checks_needs_no_secrets() -> None:
    assert make.program(make.EXACT + HOOK, None).webhooks[0].url == "https://crm.example.com/hook"


def test_a_webhook_for_something_that_never_happens(tmp_path: Path) -> None:
    found = _only((make.EXACT + HOOK).replace("lead.outcome", "lead.lost"), tmp_path)
    assert "Must be one of" in found.message


def _hook(**keys: str) -> Webhook:
    """The one endpoint, with other keys than usual."""
    lines = {
        "url": '"https://crm.example.com/hook"',
        "secret": f'"{OLD}"',
        "events": '["lead.outcome"]',
    } | keys
    table = "\n".join(f"{key} = {value}" for key, value in lines.items())
    return make.program(f"{make.EXACT}\n[[webhooks]]\n{table}\n").webhooks[0]


OLD, NEW = "whsec_b2xkb2xkb2xkb2xkb2xkb2xkb2xkb2xk", "whsec_bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmV3"


def test_a_secret_may_be_one_or_several() -> None:
    assert _hook().secrets == (OLD,)
    assert _hook(secret=f'["{NEW}", "{OLD}"]').secrets == (NEW, OLD)


@pytest.mark.parametrize("secret", ["7", "[]", "[7]", '""', '[""]', "{}"])
def test_what_is_no_secret_is_a_mistake(tmp_path: Path, secret: str) -> None:
    found = _only((make.EXACT + HOOK).replace('"env:CRM_SECRET"', secret), tmp_path)
    assert found.path == "webhooks[0].secret"
    assert "expected" in found.message


def test_every_secret_of_a_list_must_sign(tmp_path: Path) -> None:
    toml = (make.EXACT + HOOK).replace('"env:CRM_SECRET"', f'["{NEW}", "env:CRM_SECRET"]')
    assert "CRM_SECRET" in _only(toml, tmp_path, {}).message


def test_a_webhook_wants_what_it_asks_for_or_everything() -> None:
    assert [_hook().wants(kind) for kind in ("lead.outcome", "lead.erased")] == [True, False]
    assert _hook(events='["*"]').wants("lead.something_new")


def test_a_webhook_without_an_id_gets_one_that_says_nothing_of_its_path() -> None:
    secretive = _hook(url='"https://crm.example.com/s3cret"').id
    assert secretive.startswith("crm-example-com-")
    assert "s3cret" not in secretive
    assert secretive == _hook(url='"https://crm.example.com/s3cret"').id
    assert secretive != _hook().id
    assert _hook(id='"crm"').id == "crm"
    assert len(_hook(url=f'"https://{"a" * 63}.{"b" * 63}.example/"').id) <= 63


def test_two_webhooks_of_one_name_are_a_mistake(tmp_path: Path) -> None:
    assert "is there 2 times" in _mistakes(make.EXACT + HOOK + HOOK, tmp_path)[0].message
    both = HOOK.replace("url", 'id = "one"\nurl') + HOOK.replace("url", 'id = "two"\nurl')
    assert [hook.id for hook in make.program(make.EXACT + both, None).webhooks] == ["one", "two"]


@pytest.mark.parametrize(
    "url", ["https://anna:secret@crm.example.com/", "https://crm.example.com@127.0.0.1/"]
)
def test_names_and_passwords_in_an_address_are_a_mistake(tmp_path: Path, url: str) -> None:
    found = _only((make.EXACT + HOOK).replace("https://crm.example.com/hook", url), tmp_path)
    assert "no name and password" in found.message
