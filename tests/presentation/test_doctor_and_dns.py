"""What the doctor makes of the DNS: right, wrong, or not to be told, and always what to do."""

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from bridge.cli.diagnosis import Finding
from bridge.cli.diagnosis.dns import look_up, records
from bridge.settings import Settings
from bridge.wiring import Services
from connectors.smtp.dkim_keys import DkimKey
from tests.connectors.zone import Zone
from tests.edge.site import environment

RSA, OTHER = DkimKey.generate("lb", "rsa"), DkimKey.generate("lb", "rsa")
ED = DkimKey.generate("lb-ed", "ed25519")
OURS = "203.0.113.7"
GOOD = {
    "TXT lb._domainkey.example.com": [RSA.record],
    "TXT lb-ed._domainkey.example.com": [ED.record],
    "TXT example.com": ["other words", "v=spf1 a:mail.example.com -all"],
    "TXT _dmarc.example.com": ["v=DMARC1; p=quarantine"],
    "MX example.com": ["mail.example.com"],
    "A mail.example.com": [OURS],
    f"PTR {OURS}": ["mail.example.com"],
}


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> str:
    files = [tmp_path_factory.mktemp("keys") / f"{key.selector}.pem" for key in (RSA, ED)]
    for file, key in zip(files, (RSA, ED), strict=True):
        file.write_bytes(key.pem)
    return ",".join(map(str, files))


def look(
    folder: Path, keys: str, *changes: tuple[str, Sequence[str] | None], **settings: str
) -> dict[str, list[Finding]]:
    """What was found, by part."""
    known = {"DKIM_KEYS": keys, "RETURN_PATH": "bounces@example.com", "SMTP_URL": "smtp://mail.example.com"}
    made = Settings.from_env(environment(folder, **(known | settings)))
    found: dict[str, list[Finding]] = {}
    for finding in look_up(made, Zone(GOOD | dict(changes))):
        found.setdefault(finding.part, []).append(finding)
    return found


def verdicts(found: dict[str, list[Finding]]) -> dict[str, list[bool | None]]:
    return {part: [finding.ok for finding in findings] for part, findings in found.items()}


def test_a_domain_that_is_set_up_well_has_nothing_to_do(tmp_path: Path, keys: str) -> None:
    found = look(tmp_path, keys)
    assert verdicts(found) == {
        "DKIM": [True, True],
        "SPF": [True, True],
        "DMARC": [True, True],
        "return path": [True],
        "PTR": [True],
    }
    assert not [finding.advice for findings in found.values() for finding in findings if finding.advice]


def test_the_demo_asks_nobody_as_long_as_its_mails_stay(tmp_path: Path) -> None:
    services = Services(Settings.from_env(environment(tmp_path, DEMO="1")))
    [finding] = records(services)
    assert (finding.ok, finding.found) == (True, "not looked at: in the demo no mail leaves this machine")
    leaving = Services(Settings.from_env(environment(tmp_path, DEMO="1", MAILS_LEAVE="1")))
    leaving.resolver = Zone(GOOD)
    assert "DNS" not in {finding.part for finding in records(leaving)}


def test_a_silent_dns_is_neither_right_nor_wrong(tmp_path: Path, keys: str) -> None:
    found = look(tmp_path, keys, *((name, None) for name in GOOD))
    assert {ok for findings in verdicts(found).values() for ok in findings} == {None}
    assert "no answer in time" in found["DKIM"][0].found


@pytest.mark.parametrize(
    ("records", "words"),
    [
        ([], "has no record"),
        ([OTHER.record], "shows another key than ours"),
        ([ED.record], "shows another key than ours"),
        (["v=DKIM1; k=rsa; p="], "the key was withdrawn"),
        ([RSA.record, OTHER.record], "2 records"),
        ([RSA.record + "; t=y:s"], "trial only"),
    ],
)
def test_another_key_in_the_dns_is_wrong(tmp_path: Path, keys: str, records: list[str], words: str) -> None:
    finding, other = look(tmp_path, keys, ("TXT lb._domainkey.example.com", records))["DKIM"]
    assert (finding.ok, other.ok) == (False, True)
    assert words in finding.found
    assert "leadbridge dkim show" in finding.advice


def test_a_key_may_be_spread_over_blanks_and_leave_out_what_is_usual(tmp_path: Path, keys: str) -> None:
    record = f"p={RSA.public[:80]} {RSA.public[80:]} ;t=s"
    assert look(tmp_path, keys, ("TXT lb._domainkey.example.com", [record]))["DKIM"][0].ok


def test_whoever_signs_nothing_is_told_and_not_blamed(tmp_path: Path) -> None:
    [finding] = look(tmp_path, "")["DKIM"]
    assert finding.ok is None
    assert "leadbridge dkim generate" in finding.advice


@pytest.mark.parametrize(
    ("records", "expected", "words"),
    [
        ([], [False], "no record"),
        (["v=spf1 -all", "v=spf1 mx -all"], [False], "2 records"),
        (["v=spf1 mx +all"], [False], "anybody may send"),
        (["v=spf1 mx all"], [False], "anybody may send"),
        (["v=spf1 ip4:198.51.100.1 -all"], [True, None], "may not send"),
        (["v=spf1 ipv4:198.51.100.1 -all"], [True, False], "cannot be used"),
        (["v=spf1 mx ~all"], [True, True], f"mail.example.com may send: {OURS}"),
    ],
)
def test_spf_is_read_as_receivers_do(
    tmp_path: Path, keys: str, records: list[str], expected: list[bool | None], words: str
) -> None:
    found = look(tmp_path, keys, ("TXT example.com", records))["SPF"]
    assert [finding.ok for finding in found] == expected
    assert words in found[-1].found


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "10.1.2.3", "relay.example.com"])
def test_what_a_server_inside_sends_from_cannot_be_told(tmp_path: Path, keys: str, host: str) -> None:
    inside = (("A relay.example.com", ["192.168.0.9"]), ("A localhost", ["127.0.0.1", "::1"]))
    found = look(tmp_path, keys, *inside, SMTP_URL=f"smtp://{host}")
    assert verdicts(found)["SPF"] == [True, None]
    assert verdicts(found)["PTR"] == [None]
    assert "cannot be told" in found["PTR"][0].found


@pytest.mark.parametrize(
    ("records", "expected", "advice"),
    [
        ([], [False], "put _dmarc.example.com into the DNS: docs/operator.md"),
        (["v=DMARC1; p=reject", "v=DMARC1; p=none"], [False], "put _dmarc"),
        (["v=DMARC1; p=none"], [True, True], "p=quarantine"),
        (["v=DMARC1;p=reject; aspf=s"], [True, True], ""),
    ],
)
def test_a_policy_is_there_and_says_something(
    tmp_path: Path, keys: str, records: list[str], expected: list[bool | None], advice: str
) -> None:
    found = look(tmp_path, keys, ("TXT _dmarc.example.com", records))["DMARC"]
    assert [finding.ok for finding in found] == expected
    assert advice in found[0].advice


def test_a_domain_below_follows_the_policy_above(tmp_path: Path, keys: str) -> None:
    found = look(tmp_path, keys, MAIL_FROM="Exact <a@news.example.com>")["DMARC"]
    assert found[0].found == "_dmarc.example.com: v=DMARC1; p=quarantine"
    assert "the return path at example.com belongs to news.example.com" in found[1].found


@pytest.mark.parametrize(
    ("path", "policy", "signs", "ok", "words"),
    [
        ("bounce.example.com", "", True, True, "belongs to example.com"),
        ("bounce.example.com", "; aspf=s", True, True, "our signature"),
        ("bounce.example.com", "; aspf=s", False, False, "nothing is signed"),
        ("esp.example", "", True, True, "our signature"),
        ("esp.example", "", False, False, "does not belong to example.com"),
        ("notexample.com", "", False, False, "does not belong to example.com"),
    ],
)
def test_signature_or_return_path_must_belong_to_the_sender(
    tmp_path: Path, keys: str, path: str, policy: str, signs: bool, ok: bool, words: str
) -> None:
    records = (f"TXT {path}", ["v=spf1 mx -all"]), ("TXT _dmarc.example.com", [f"v=DMARC1; p=reject{policy}"])
    chosen = keys if signs else ""
    finding = look(tmp_path, chosen, *records, RETURN_PATH=f"bounces@{path}")["DMARC"][1]
    assert (finding.ok, bool(finding.advice)) == (ok, not ok)
    assert words in finding.found


@pytest.mark.parametrize(
    ("records", "addresses", "ok"),
    [
        (["mail.example.com"], [], True),
        ([], [OURS], True),
        ([], [], False),
        ([""], [OURS], False),
    ],
)
def test_bounces_must_be_able_to_arrive(
    tmp_path: Path, keys: str, records: list[str], addresses: list[str], ok: bool
) -> None:
    zone = (("MX example.com", records), ("A example.com", addresses))
    assert [finding.ok for finding in look(tmp_path, keys, *zone)["return path"]] == [ok]


def test_answers_must_be_able_to_arrive_too(tmp_path: Path, keys: str) -> None:
    found = look(
        tmp_path,
        keys,
        ("MX bounce.example.com", ["mail.example.com"]),
        ("MX example.com", [""]),
        RETURN_PATH="b@bounce.example.com",
    )
    assert verdicts(found)["return path"] == [True, False]
    assert found["return path"][1].found == "example.com takes no mail"


def test_without_a_return_path_bounces_are_not_seen(tmp_path: Path, keys: str) -> None:
    first = look(tmp_path, keys, RETURN_PATH="")["return path"][0]
    assert (first.ok, "LEADBRIDGE_RETURN_PATH" in first.advice) == (None, True)


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ([], f"{OURS} has no name"),
        (["dyn.example.net"], "says it is dyn.example.net, which is elsewhere"),
    ],
)
def test_an_address_without_a_good_name_is_doubtful(
    tmp_path: Path, keys: str, names: list[str], words: str
) -> None:
    [finding] = look(tmp_path, keys, (f"PTR {OURS}", names))["PTR"]
    assert finding.ok is None
    assert re.search(words, finding.found)
    assert "PTR record" in finding.advice


def test_a_key_that_was_made_is_looked_for_before_anything_signs_with_it(tmp_path: Path) -> None:
    folder = tmp_path / "var" / "dkim"
    folder.mkdir(parents=True)
    (folder / "lb.pem").write_bytes(RSA.pem)
    [ready] = look(tmp_path, "")["DKIM"]
    assert (ready.ok, "shows the key that was made" in ready.found) == (None, True)
    assert f"set LEADBRIDGE_DKIM_KEYS={folder / 'lb.pem'}" in ready.advice
    [early] = look(tmp_path, "", ("TXT lb._domainkey.example.com", []))["DKIM"]
    assert (early.ok, "has no record" in early.found) == (None, True)
    assert "dkim show" in early.advice


def test_a_key_that_was_made_and_cannot_be_read_stops_no_other_look(tmp_path: Path) -> None:
    file = tmp_path / "dkim" / "lb.pem"
    file.parent.mkdir()
    file.write_text("not a key")
    found = look(tmp_path, "", DATA=str(tmp_path))
    [finding] = found["DKIM"]
    assert (finding.ok, str(file) in finding.found, "remove it" in finding.advice) == (False, True, True)
    assert {"SPF", "DMARC", "PTR"} <= set(found)
