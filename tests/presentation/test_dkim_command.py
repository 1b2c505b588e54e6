"""`leadbridge dkim`: a key for us alone, and what the DNS needs, ready to be pasted."""

import json
import re
from pathlib import Path

import pytest

from connectors.smtp.dkim_keys import read_keys
from tests.presentation.conftest import Run, Say

SENDER = {"MAIL_FROM": "Exact <hello@example.com>"}


@pytest.fixture(autouse=True)
def _data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_key_is_made_for_us_alone_and_its_record_is_printed(say: Say, tmp_path: Path) -> None:
    said = say("dkim", "generate", "--selector", "lb", **SENDER)
    [file] = tmp_path.rglob("lb.pem")
    assert f"wrote {file}" in said
    assert f"LEADBRIDGE_DKIM_KEYS={file}\n" in said
    assert oct(file.stat().st_mode & 0o777) == "0o600"
    assert oct(file.parent.stat().st_mode & 0o777) == "0o700"
    [key] = read_keys([file])
    pasted = re.search(r"lb\._domainkey\.example\.com\. IN TXT \(\n(.*?) \)\n", said, re.DOTALL)
    assert pasted
    strings = re.findall('"([^"]*)"', pasted[1])
    assert max(map(len, strings)) <= 255
    assert "".join(strings) == key.record
    assert "PRIVATE" not in said


def test_there_are_two_keys_with_ed25519_beside_rsa(say: Say) -> None:
    facts = json.loads(say("dkim", "generate", "--selector", "Lb1", "--ed25519", "--json", **SENDER))
    keys = read_keys([Path(file) for file in facts["files"]])
    assert [(key.selector, key.algorithm) for key in keys] == [("lb1", "rsa"), ("lb1-ed", "ed25519")]
    assert facts["setting"] == f"LEADBRIDGE_DKIM_KEYS={','.join(facts['files'])}"
    assert [(one["name"], one["value"]) for one in facts["records"]] == [
        ("lb1._domainkey.example.com", keys[0].record),
        ("lb1-ed._domainkey.example.com", keys[1].record),
    ]
    assert all("".join(one["strings"]) == one["value"] for one in facts["records"])


def test_what_else_the_dns_needs_is_suggested(say: Say) -> None:
    server = {"SMTP_URL": "smtp://mail.example.com", "RETURN_PATH": "bounces@mail.example.com"}
    facts = json.loads(say("dkim", "generate", "--json", **SENDER, **server))
    assert [(one["name"], one["value"]) for one in facts["suggestions"]] == [
        ("mail.example.com", "v=spf1 a:mail.example.com ~all"),
        ("_dmarc.example.com", "v=DMARC1; p=none; rua=mailto:postmaster@example.com"),
    ]
    assert re.search(r"/lb20\d{4}\.pem$", facts["files"][0])


@pytest.mark.parametrize(
    ("host", "mechanism"),
    [("203.0.113.7", "ip4:203.0.113.7"), ("[2001:db8::7]", "ip6:2001:db8::7"), ("127.0.0.1", "a:THE-SERVER")],
)
def test_the_server_is_named_as_far_as_it_is_known(say: Say, host: str, mechanism: str) -> None:
    facts = json.loads(say("dkim", "generate", "--json", SMTP_URL=f"smtp://{host}", **SENDER))
    assert facts["suggestions"][0]["value"].startswith(f"v=spf1 {mechanism}")


def test_no_key_is_ever_overwritten(say: Say, fail: Say, tmp_path: Path) -> None:
    say("dkim", "generate", "--selector", "lb", **SENDER)
    [file] = tmp_path.rglob("lb.pem")
    before = file.read_bytes()
    assert "exists" in fail("dkim", "generate", "--selector", "lb", **SENDER)
    assert file.read_bytes() == before
    assert [one.name for one in tmp_path.rglob("*.pem")] == ["lb.pem"]


@pytest.mark.parametrize("in_use", [False, True])
def test_an_ed25519_key_joins_an_rsa_key_and_leaves_it_alone(say: Say, tmp_path: Path, in_use: bool) -> None:
    facts = json.loads(say("dkim", "generate", "--selector", "lb", "--json", **SENDER))
    rsa = Path(facts["files"][0])
    if in_use:
        rsa = rsa.rename(tmp_path / "lb.pem")
    before, used = rsa.read_bytes(), SENDER | ({"DKIM_KEYS": str(rsa)} if in_use else {})
    joined = json.loads(say("dkim", "generate", "--ed25519", "--json", **used))
    [file] = joined["files"]
    assert Path(file).name == "lb-ed.pem"
    assert joined["setting"] == f"LEADBRIDGE_DKIM_KEYS={rsa},{file}"
    assert [one["name"] for one in joined["records"]] == ["lb-ed._domainkey.example.com"]
    assert rsa.read_bytes() == before
    assert Path(file).exists()


def test_a_name_that_cannot_stand_in_the_dns_is_refused(run: Run, tmp_path: Path) -> None:
    for selector in ("ä", "a b", "../lb", "-lb", "l" * 61):
        done = run("dkim", "generate", f"--selector={selector}", **SENDER)
        assert done.returncode == 2
        assert "is no selector" in done.stderr
    assert not list(tmp_path.rglob("*.pem"))


def test_records_of_keys_in_use_can_be_printed_again(say: Say, fail: Say) -> None:
    assert "nothing signs" in fail("dkim", "show", **SENDER)
    facts = json.loads(say("dkim", "generate", "--selector", "lb", "--json", **SENDER))
    shown = json.loads(say("dkim", "show", "--json", DKIM_KEYS=facts["files"][0], **SENDER))
    assert shown == {"records": facts["records"], "suggestions": facts["suggestions"]}
    assert "lb._domainkey.example.com. IN TXT (" in say("dkim", "show", DKIM_KEYS=facts["files"][0], **SENDER)
    assert json.loads(say("dkim", "show", "--json", **SENDER)) == shown  # before anything signs with it


def test_a_file_that_is_no_key_is_named(say: Say, fail: Say, tmp_path: Path) -> None:
    say("dkim", "generate", "--selector", "lb", **SENDER)
    [file] = tmp_path.rglob("lb.pem")
    file.write_text("not a key")
    assert f"{file} holds no private key" in fail("dkim", "show", **SENDER)


def test_without_a_sender_no_key_is_left_behind(fail: Say, tmp_path: Path) -> None:
    assert "LEADBRIDGE_MAIL_FROM is missing" in fail("dkim", "generate", MAIL_FROM="")
    assert not list(tmp_path.rglob("*.pem"))
