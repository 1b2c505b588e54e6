"""`leadbridge suppression …` and `leadbridge bounces …`, as a tired operator uses them."""

import json
from pathlib import Path

import pytest

from bridge.cli.bounces import consequences
from bridge.delivery.return_paths import ReturnPaths
from bridge.store import suppressions
from connectors.bounces import Report
from connectors.bounces.reading import Kind
from connectors.contract import Notice, Trouble
from tests.conftest import Servers
from tests.connectors.bounces.test_corpus import CORPUS, DELIVERY, raw
from tests.house import ANNA, KEY, House
from tests.presentation.conftest import Run, Say

RETURN_PATHS = ReturnPaths([KEY], "bounces@example.com")


@pytest.fixture
def bounced(house: House) -> House:
    """Anna's address bounced."""
    house.submit()
    with house.unit() as unit:
        suppressions.suppress(unit.connection, ANNA, "bounced", unit.now, "mailbox: 550 5.1.1 unknown")
    return house


def test_why_somebody_is_not_mailed_is_seen_and_lifted(say: Say, bounced: House, servers: Servers) -> None:
    url = {"DATABASE_URL": servers.database_url}
    assert "mailbox: 550 5.1.1 unknown" in say("suppression", "show", ANNA, **url)
    assert say("suppression", "list", **url).splitlines()[1].startswith(f"{ANNA}  bounced")
    assert "Suppressions" in say("lead", "show", ANNA, **url)
    lifted = say("suppression", "lift", ANNA, "--because", "she called us", **url)
    assert lifted == f"{ANNA} may be mailed again (was: bounced)\n"
    (row,) = json.loads(say("suppression", "show", ANNA, "--json", **url))["suppressions"]
    assert (row["reason"], row["lifted_because"]) == ("bounced", "she called us")
    assert say("suppression", "list", **url) == "nobody is suppressed\n"
    assert bounced.lead().suppressed is None


def test_somebody_is_blocked_by_hand(say: Say, fail: Say, house: House, servers: Servers) -> None:
    url = {"DATABASE_URL": servers.database_url}
    house.submit()
    assert say("suppression", "add", ANNA, "--because", "asked on the telephone", **url) == (
        f"{ANNA} is not mailed any more\n"
    )
    assert house.lead().suppressed == "blocked"
    assert "nothing changed" in say("suppression", "add", ANNA, "--because", "again", **url)
    assert fail("suppression", "lift", "ben@beispiel.example", "--because", "x", **url) == (
        "ben@beispiel.example is not suppressed\n"
    )
    assert fail("suppression", "show", "no address", **url) == "nobody is known as no address\n"


def test_the_mailbox_is_read_by_hand(
    say: Say, fail: Say, run: Run, house: House, servers: Servers, tmp_path: Path
) -> None:
    url = {"DATABASE_URL": servers.database_url}
    assert "LEADBRIDGE_BOUNCE_MAILBOX" in fail("bounces", "read", **url)
    house.submit(email="anna.berg@beispiel.example")
    maildir = tmp_path / "bounces"
    for part in ("new", "cur", "tmp"):
        (maildir / part).mkdir(parents=True)
    known, path = RETURN_PATHS.write(DELIVERY), RETURN_PATHS.write(house.sent[-1].delivery or DELIVERY)
    report = raw("postfix-unknown-user").replace(str(known).encode(), str(path).encode())
    (maildir / "new" / "1.host").write_bytes(report)
    (maildir / "new" / "2.host").write_bytes(raw("somebody-writes"))
    url["BOUNCE_MAILBOX"] = f"maildir:{maildir}"
    (first, second) = json.loads(say("bounces", "read", "--json", **url))
    assert (first["kind"], first["fate"], first["notices"][0]["trouble"]) == ("bounce", "taken", "hard")
    assert (second["kind"], second["fate"]) == ("other", "Unattributed")
    assert say("bounces", "read", **url) == "the mailbox is empty\n"
    assert "bounces: the mailbox can be read, 0 message(s) wait" in run("doctor", **url).stdout
    assert "is no Maildir" in run("doctor", **url | {"BOUNCE_MAILBOX": "maildir:/nowhere"}).stdout
    assert house.lead("anna.berg@beispiel.example").suppressed == "bounced"


def test_a_report_in_a_file_is_judged_and_changes_nothing(say: Say, house: House, servers: Servers) -> None:
    file = CORPUS / "qmail-no-mailbox.eml"
    said = say("bounces", "judge", str(file), DATABASE_URL=servers.database_url)
    assert said.splitlines()[1].startswith(f"bounce   hard     5.1.1   {DELIVERY}  only looked at")
    assert (
        "\nWhat would follow: the address is suppressed at once, if it is the one that we wrote to;" in said
    )


@pytest.mark.parametrize(
    ("kind", "trouble", "proven", "follows"),
    [
        ("bounce", "soft", True, "nothing at first; 3 different mails within 14 days suppress the address"),
        ("bounce", "ours", True, "nobody is suppressed; the operator is told, once a day"),
        ("complaint", "complaint", True, "the address is suppressed at once"),
        ("complaint", "unsubscribed", True, "the person is unsubscribed from advertising"),
        ("bounce", "hard", False, "nothing, since no mail of ours is proven"),
        ("delay", None, False, "nothing, the other server goes on trying"),
        ("automatic", None, False, "nothing, a machine answered"),
        ("other", None, False, "nothing, it is set aside in Unattributed"),
    ],
)
def test_what_follows_from_a_report_is_said(
    kind: Kind, trouble: Trouble | None, proven: bool, follows: str
) -> None:
    notices = (Notice("mailbox", "k", trouble, DELIVERY if proven else None),) if trouble else ()
    [said] = consequences(Report(kind, notices))
    assert said.startswith(follows)
