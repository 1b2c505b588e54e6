"""The same story when database, queue and mail server belong to somebody else."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from redis import Redis
from sqlalchemy import Engine

from bridge.catcher import MailCatcher
from bridge.inbox import CaughtMail, list_mails
from tests import make
from tests.browser.conftest import System, running_system
from tests.conftest import Servers

EMAIL = "frida@beispiel.example"


@pytest.fixture
def mailbox(tmp_path: Path) -> Iterator[MailCatcher]:
    """Somebody else's mail server."""
    with MailCatcher(tmp_path / "mails") as catcher:
        yield catcher


def wait_for_mail(folder: Path, recipient: str, subject: str, seconds: float = 20) -> CaughtMail:
    """The first mail to that address whose subject matches."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        for mail in list_mails(folder):
            if recipient in mail.recipient and re.search(subject, mail.subject):
                return mail
        time.sleep(0.1)
    pytest.fail(f"no mail “{subject}” to {recipient}: {[m.subject for m in list_mails(folder)]}")


def link(mail: CaughtMail, path: str, number: int = 0) -> str:
    """An address in a mail."""
    found: list[str] = re.findall(rf"http://[^\s<>\"]+/{path}/[^\s<>\")]+", mail.text)
    return found[number]


@pytest.mark.xdist_group("browser")
def test_the_story_on_servers_that_somebody_else_started(
    servers: Servers, engine: Engine, redis: Redis, mailbox: MailCatcher, tmp_path: Path
) -> None:
    inbox = tmp_path / "mails"
    with running_system(
        LEADBRIDGE_DATABASE_URL=servers.database_url,
        LEADBRIDGE_REDIS_URL=servers.redis_url,
        LEADBRIDGE_SMTP_URL=mailbox.url,
    ) as system:
        assert not (system.data / "postgres").exists() and not (system.data / "valkey").exists()
        live_the_story(system, inbox)


def live_the_story(system: System, inbox: Path) -> None:
    """From the form to the accepted lead."""
    person = requests.Session()
    person.headers.update({"User-Agent": make.A_BROWSER, "Accept-Language": "en"})
    form = {"email": EMAIL, "company": "Beispiel GmbH", "consent_email": "on", "consent_tracking": "on"}
    assert person.post(f"{system.url}/forms/globe-next-download", data=form).ok
    person.post(link(wait_for_mail(inbox, EMAIL, "Please confirm"), "confirm"))
    welcome = wait_for_mail(inbox, EMAIL, "Welcome")
    headers = dict(welcome.headers)
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    person.get(link(welcome, "t/c", 0), allow_redirects=False)
    callback = {"email": EMAIL, "last_name": "Holm", "phone": "+49 30 23125 011"}
    assert person.post(f"{system.url}/forms/rueckruf", data=callback).ok
    handover = wait_for_mail(inbox, "@example.com", "Rückruf gewünscht")
    assert person.post(f"{link(handover, 'leads')}/outcome", data={"outcome": "accepted"}).ok
    lead = system.wait_for_lead(EMAIL, stage="accepted", score=13)
    assert lead["topics"]["sepa"] == 2
    assert person.post(headers["List-Unsubscribe"].strip("<>"), data={"List-Unsubscribe": "One-Click"}).ok
    assert system.wait_for_lead(EMAIL, consents={"email": "withdrawn", "tracking": "given"})
