"""A mail carries a mark for providers that would not know it again; an event that brings it back finds the mail."""

from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from bridge.delivery.message_ids import named_in
from bridge.delivery.previews import previews
from bridge.settings import Settings
from bridge.wiring import Services
from connectors.contract import Receipt
from connectors.providers.marks import HEADERS
from tests import make
from tests.connectors.providers import posted
from tests.connectors.providers.known import provider
from tests.connectors.test_smtp_mailer import Script, Server
from tests.edge.site import environment

Carry = Callable[..., EmailMessage]


@pytest.fixture
def carry(tmp_path: Path) -> Iterator[Carry]:
    """Sends a mail with these settings. Returns what arrives."""
    arrived = Script()
    server = Server(arrived)

    def carried(**settings: str) -> EmailMessage:
        known = environment(tmp_path, SMTP_URL=f"smtp://127.0.0.1:{server.port}", **settings)
        services = Services(Settings.from_env(known))
        program = make.demo_program()
        letter = previews(program)[0].letter(
            program, services.world.links, services.world.sender, "de", make.NOON
        )
        assert isinstance(services.mails.send(letter), Receipt)
        services.mails.mailer.close()
        return message_from_bytes(arrived.mails[-1][2], policy=policy.default)

    yield carried
    server.stop()


def test_a_mail_carries_no_mark_for_nobody(carry: Carry) -> None:
    message = carry(HOOK_SES=posted.TOPIC, HOOK_MAILGUN=posted.SIGNING_KEY)
    assert not {name for name, _ in HEADERS.values()} & set(message.keys())


def test_a_mark_comes_back_with_the_event_and_names_the_mail(carry: Carry) -> None:
    message = carry(HOOK_POSTMARK=posted.LOGIN, HOOK_BREVO=posted.LOGIN, HOOK_SMTPETER=posted.ACCOUNT)
    sent = named_in(message["Message-ID"])
    bounce = {"RecordType": "Bounce", "ID": 1, "Type": "HardBounce", "Email": posted.ANNA}
    failure = {"type": "failure", "id": "1", "recipient": posted.ANNA, "tags": message["X-SMTPeter-Tags"]}
    spam = {"event": "spam", "email": posted.ANNA, "X-Mailin-custom": message["X-Mailin-custom"]}
    told = {
        "postmark": posted.logged_in(
            "postmark", bounce | {"Metadata": {"leadbridge": message["X-PM-Metadata-leadbridge"]}}
        ),
        "brevo": posted.logged_in("brevo", spam),
        "smtpeter": posted.smtpeter(failure),
    }
    assert sent is not None
    for name, request in told.items():
        assert [notice.delivery for notice in provider(name).read(request).notices] == [sent], name
