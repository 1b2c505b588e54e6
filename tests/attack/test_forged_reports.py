"""Reports of bounces and complaints that a stranger forges: they stop nobody's mail."""

from pathlib import Path
from uuid import UUID

import pytest

from bridge.ids import derived_id
from bridge.store import suppressions
from bridge.worker.ingest import Ingest
from tests.conftest import Servers
from tests.edge.conftest import Open
from tests.edge.site import Site
from tests.house import House

VICTIM = "victim@beispiel.example"

BOUNCE = """\
From: MAILER-DAEMON@mx.stranger.example
To: bounces@example.com
Subject: Undelivered Mail Returned to Sender
{head}MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

nobody here
{text}
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.stranger.example

Final-Recipient: rfc822; victim@beispiel.example
Action: failed
Status: 5.1.1

--b
Content-Type: text/rfc822-headers

{copy}Subject: Hello

--b--
"""
COMPLAINT = (
    BOUNCE.replace("delivery-status", "feedback-report")
    .replace("Reporting-MTA: dns; mx.stranger.example\n\n", "Feedback-Type: abuse\nVersion: 1\n")
    .replace("Final-Recipient: rfc822; victim@beispiel.example\nAction: failed\nStatus: 5.1.1\n", "")
)
PLACES = (
    {"copy": "Message-ID: {}\n"},
    {"copy": "Return-Path: {}\n"},
    {"head": "In-Reply-To: {}\n"},
    {"head": "References: {}\n"},
    {"head": "X-Original-Message-ID: {}\n"},
    {"text": "Message-ID: {}"},
)


@pytest.fixture
def mailbox(tmp_path: Path) -> Path:
    """The mailbox for bounces, as a folder."""
    folder = tmp_path / "mail"
    for part in ("new", "cur", "tmp"):
        (folder / part).mkdir(parents=True)
    return folder


@pytest.fixture
def site(open_one: Open, servers: Servers, house: House, mailbox: Path) -> Site:
    """A site over the database of `house` that reads its bounces."""
    return open_one(
        clock=house.clock,
        DATABASE_URL=servers.database_url,
        REDIS_URL=servers.redis_url,
        BOUNCE_MAILBOX=f"maildir:{mailbox}",
        RETURN_PATH="bounces@example.com",
    )


def why_not(house: House) -> list[str]:
    with house.engine.connect() as connection:
        return [one.reason for one in suppressions.of_address(connection, VICTIM) if one.lifted_at is None]


def computed(site: Site, house: House) -> UUID:
    """A form with the victim's address; from its answer anybody knows the id of the mail that it causes."""
    typed = {"email": VICTIM, "first_name": "X", "last_name": "Y", "company": "c", "message": "hello"}
    answer = site.post("/forms/kontakt", typed, headers={"Accept": "application/json"})
    delivery = derived_id("delivery", f"mail/receipt:{answer.get_json()['id']}")
    ingest = Ingest(site.services)
    ingest.once()
    for reader in ingest._readers.values():
        reader.close()
    house.wake("deliver", [row.id for row in house.outbox("due")])
    house.run()
    assert delivery in {row.id for row in house.outbox("sent")}, "the mail is there, and its id was computed"
    return delivery


def written(report: str, place: dict[str, str], message: str) -> bytes:
    filled = {name: place.get(name, "").format(message) for name in ("head", "text", "copy")}
    return report.format(**filled).replace("\n", "\r\n").encode()


@pytest.mark.promise("S1", "an id that anybody can compute attributes no bounce and no complaint")
@pytest.mark.parametrize("report", [BOUNCE, COMPLAINT], ids=["bounce", "complaint"])
def test_a_stranger_who_never_saw_the_mail_suppresses_nobody(
    site: Site, house: House, mailbox: Path, report: str
) -> None:
    house.subscriber(VICTIM)
    house.clock.move(days=30)
    delivery = computed(site, house)
    forged = [f"<{delivery}@example.com>", f"<{delivery}.aaaaaaaaaaaaaaaa@example.com>"]
    for number, (place, message) in enumerate((place, message) for place in PLACES for message in forged):
        (mailbox / "new" / str(number)).write_bytes(written(report, place, message))
    seen = list(site.services.bounces.read())
    assert {one.fate for one in seen} == {"Unattributed"}
    assert (len(seen), why_not(house)) == (len(PLACES) * len(forged), [])


@pytest.mark.parametrize(
    ("report", "reason"), [(BOUNCE, "bounced"), (COMPLAINT, "complained")], ids=["bounce", "complaint"]
)
def test_the_same_report_counts_from_whoever_has_the_mail(
    site: Site, house: House, mailbox: Path, report: str, reason: str
) -> None:
    mail = house.subscriber(VICTIM)
    (mailbox / "new" / "1").write_bytes(written(report, PLACES[0], mail.message_id))
    assert [one.fate for one in site.services.bounces.read()] == ["taken"]
    assert why_not(house) == [reason]
