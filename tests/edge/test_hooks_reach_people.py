"""From a provider's event over HTTP and the journal to the person: whoever cannot be reached is not mailed again."""

from collections.abc import Iterator
from typing import Any

import pytest

from bridge.flow.forget_traces import forget_in_journal
from bridge.flow.retry import retry_letter
from bridge.intake.reading import UnreadableRecord
from bridge.store import dead_letters, suppressions
from bridge.store.tables import dead_letters as letters
from bridge.store.tables import events, profiles
from bridge.wiring.hooks import Hooks
from bridge.worker.ingest import Ingest
from tests.conftest import Servers
from tests.connectors.providers import posted
from tests.edge.conftest import Open
from tests.edge.site import Site
from tests.edge.test_hooks import FAILED, post
from tests.house import ANNA, House

HUGO = "hugo@beispiel.example"


@pytest.fixture
def site(open_one: Open, servers: Servers, house: House) -> Site:
    """A site over the database of `house`, by the same clock, that listens to three providers."""
    house.clock.now = posted.NOW
    return open_one(
        clock=house.clock,
        DATABASE_URL=servers.database_url,
        REDIS_URL=servers.redis_url,
        HOOK_POSTMARK=posted.LOGIN,
        HOOK_MAILGUN=posted.SIGNING_KEY,
        HOOK_SMTPETER=posted.ACCOUNT,
    )


@pytest.fixture
def ingest(site: Site) -> Iterator[Ingest]:
    """Takes over what the site wrote into its journal."""
    loop = Ingest(site.services)
    yield loop
    for reader in loop._readers.values():
        reader.close()


def bounce(delivery: str = "", **facts: Any) -> dict[str, Any]:
    """What Postmark tells of a mail."""
    return {
        "RecordType": "Bounce",
        "ID": 4711,
        "Type": "HardBounce",
        "Details": "smtp;550 5.1.1 User unknown",
        "Email": ANNA,
        "Metadata": {"leadbridge": f"leadbridge-{delivery}"},
    } | facts


def tell(site: Site, ingest: Ingest, content: Any) -> None:
    """Postmark tells, and the journal is taken over."""
    assert post(site, posted.logged_in("postmark", content)).status_code == 200
    ingest.once()


def why_not(house: House, email: str = ANNA) -> list[str]:
    """Why an address is not mailed any more."""
    with house.engine.connect() as connection:
        return [one.reason for one in suppressions.of_address(connection, email) if one.lifted_at is None]


def bounces(house: House) -> list[Any]:
    """The events of mails that came back."""
    return [row for row in house.rows(events) if row.kind == "mail.bounced"]


def delivery_of(house: House, email: str = ANNA) -> str:
    """Our id of the newest mail to somebody, as its mark has it."""
    return str(house.mails_to(email)[-1].delivery)


def test_an_address_that_bounced_is_never_mailed_again(site: Site, house: House, ingest: Ingest) -> None:
    house.subscriber()
    tell(site, ingest, bounce(delivery_of(house)))
    assert why_not(house) == ["bounced"]
    [event] = bounces(house)
    assert (event.data["source"], event.data["bounce"], event.data["status"]) == ("postmark", "hard", "5.1.1")
    before = len(house.tried)
    house.submit(form="rueckruf", phone="+49 30 23125 010", allows=())
    assert [letter for letter in house.tried[before:] if letter.recipient == ANNA] == []


def test_told_twice_it_happened_once(site: Site, house: House, ingest: Ingest) -> None:
    house.subscriber()
    for _ in range(3):
        tell(site, ingest, bounce(delivery_of(house)))
    assert len(bounces(house)) == 1


def test_without_our_mark_the_recipient_counts(site: Site, house: House, ingest: Ingest) -> None:
    house.subscriber()
    tell(site, ingest, bounce(Metadata={}))
    assert why_not(house) == ["bounced"]


@pytest.mark.parametrize("signed", [True, False])
def test_a_message_id_counts_before_the_recipient_only_when_we_signed_it(
    site: Site, house: House, ingest: Ingest, signed: bool
) -> None:
    house.subscriber()
    house.subscriber(HUGO)
    message = house.mails_to(ANNA)[-1].message_id if signed else f"<{delivery_of(house)}@example.com>"
    complaint = {"event": "complained", "recipient": HUGO, "message": {"headers": {"message-id": message}}}
    assert post(site, posted.mailgun(complaint)).status_code == 200
    ingest.once()
    blamed, spared = (ANNA, HUGO) if signed else (HUGO, ANNA)
    assert (why_not(house, blamed), why_not(house, spared)) == (["complained"], [])


@pytest.mark.parametrize("signed", [True, False])
def test_a_complaint_that_quotes_a_mail_counts_only_when_we_signed_that_mail(
    site: Site, house: House, ingest: Ingest, signed: bool
) -> None:
    """SMTPeter passes on what anybody writes to it."""
    house.subscriber()
    message = house.mails_to(ANNA)[-1].message_id if signed else f"<{delivery_of(house)}@example.com>"
    site.services.hooks = Hooks(site.services.settings, posted.amazon(), posted.copernica())
    abuse = posted.smtpeter({"type": "abuse", "id": "1", "emailfrom": ANNA, "mime": f"Message-ID: {message}"})
    assert post(site, abuse).status_code == 200
    ingest.once()
    assert why_not(house) == (["complained"] if signed else [])


def test_an_event_about_nobody_we_know_changes_nothing(site: Site, house: House, ingest: Ingest) -> None:
    house.subscriber()
    tell(site, ingest, bounce(Email=HUGO))
    assert why_not(house) == []
    assert bounces(house) == []
    with house.engine.connect() as connection:
        assert dead_letters.count(connection) == 0


def test_complaint_and_unsubscription_are_told_apart(site: Site, house: House, ingest: Ingest) -> None:
    house.subscriber()
    house.subscriber(HUGO)
    complaint = {"RecordType": "SpamComplaint", "Type": "SpamComplaint", "ID": 1, "Email": ANNA}
    leaving = {
        "RecordType": "SubscriptionChange",
        "Recipient": HUGO,
        "Origin": "Recipient",
        "SuppressSending": True,
        "SuppressionReason": "ManualSuppression",
    }
    tell(site, ingest, [complaint, leaving])
    assert (why_not(house), why_not(house, HUGO)) == (["complained"], [])
    assert (house.consents()["email"], house.consents(HUGO)["email"]) == ("given", "withdrawn")
    assert {row.kind for row in house.rows(events)} >= {"mail.complained", "unsubscribed"}


def test_a_token_of_mailgun_counts_once_whatever_is_put_beside_it(
    site: Site, house: House, ingest: Ingest
) -> None:
    house.subscriber()
    house.subscriber(HUGO)
    post(site, posted.mailgun(FAILED | {"delivery-status": {"message": "550 5.1.1 unknown"}}))
    assert post(site, posted.mailgun({"event": "complained", "recipient": HUGO})).status_code == 200
    ingest.once()
    assert (why_not(house), why_not(house, HUGO)) == (["bounced"], [])


def test_what_makes_no_sense_lies_among_the_dead_letters(site: Site, house: House, ingest: Ingest) -> None:
    tell(site, ingest, [{"RecordType": "Bounce", "Type": "HardBounce", "Email": ANNA}])
    with house.engine.connect() as connection:
        [letter] = dead_letters.listing(connection)
    assert letter.source == "postmark"
    assert letter.error.startswith("postmark told something that makes no sense: no ID. ")
    assert letter.error.endswith("“leadbridge dead drop ID”")
    assert ANNA in letter.payload["body"]["raw"]
    with pytest.raises(UnreadableRecord, match="read and dropped"), house.unit() as unit:
        retry_letter(unit, letter.id)


def test_who_is_erased_is_gone_from_reports_that_wait(site: Site, house: House, ingest: Ingest) -> None:
    house.subscriber()
    delivery, strange = delivery_of(house), {"RecordType": "Bounce", "Type": "HardBounce", "Email": ANNA}
    for content in (bounce(delivery, Email="other@beispiel.example"), bounce(), [strange]):
        post(site, posted.logged_in("postmark", content))
    post(site, posted.logged_in("postmark", bounce(Email=HUGO)))
    assert len(site.journalled()) == 4
    house.clock.move(seconds=1)
    assert forget_in_journal(site.services.settings.journal, house.erase()) == 3
    assert site.only_record()["recipient"] == HUGO


@pytest.mark.parametrize(
    "body",
    [
        rb'[{"RecordType": "Bounce", "Type": "HardBounce", "Email": "anna\u0040beispiel.example"}]',
        rb'{"RecordType": "Bounce", "Email": "ann\u0061\u0040beispiel.example" ...',
        b"RecordType=Bounce&Email=anna%40beispiel.example",
        b"To: anna=40beispiel.exam=\r\nple",
    ],
)
def test_who_is_erased_is_gone_from_what_nobody_understood(
    site: Site, house: House, ingest: Ingest, body: bytes
) -> None:
    """One lies among the dead letters, one waits in the journal."""
    house.submit()
    post(site, posted.logged_in("postmark", body))
    ingest.once()
    post(site, posted.logged_in("postmark", body))
    assert (len(site.journalled()), len(house.rows(letters))) == (1, 1)
    house.clock.move(seconds=1)
    assert forget_in_journal(site.services.settings.journal, house.erase()) == 1
    assert (site.journalled(), house.rows(letters)) == ([], [])


def test_what_makes_no_sense_and_comes_late_brings_nobody_back(
    site: Site, house: House, ingest: Ingest
) -> None:
    house.subscriber()
    post(site, posted.logged_in("postmark", [{"RecordType": "Bounce", "Type": "HardBounce", "Email": ANNA}]))
    house.clock.move(seconds=1)
    house.erase()
    ingest.once()
    with house.engine.connect() as connection:
        assert dead_letters.count(connection) == 0
    assert house.rows(profiles) == []
