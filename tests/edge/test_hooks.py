"""Events of mail providers over HTTP: who is heard, what is written down, what is answered."""

import base64
import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from werkzeug.test import TestResponse

from tests.edge.conftest import Open
from tests.edge.site import Site

LOGIN = "postmark:a-long-random-password"
DELIVERY = UUID("0199a5f2-8d3e-7c41-9b1a-2f60c3d4e5f6")
BOUNCE: dict[str, Any] = {
    "RecordType": "Bounce",
    "MessageStream": "outbound",
    "ID": 4323372036854775807,
    "Type": "HardBounce",
    "TypeCode": 1,
    "Name": "Hard bounce",
    "Tag": "",
    "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
    "Metadata": {"leadbridge": f"leadbridge-{DELIVERY}"},
    "ServerID": 23,
    "Description": "The server was unable to deliver your message (ex: unknown user, mailbox not found).",
    "Details": "smtp;550 5.1.1 <anna@beispiel.example>: Recipient address rejected",
    "Email": "anna@beispiel.example",
    "From": "hello@example.com",
    "BouncedAt": "2026-11-20T16:33:54.9070259Z",
    "DumpAvailable": True,
    "Inactive": True,
    "CanActivate": True,
    "Subject": "Willkommen",
}


@pytest.fixture
def site(open_one: Open) -> Site:
    """A site that listens to Postmark, with neither database nor Redis."""
    return open_one(HOOK_POSTMARK=LOGIN)


def post(site: Site, content: Any = BOUNCE, login: str = LOGIN, provider: str = "postmark") -> TestResponse:
    """Post an event. content: bytes as they are, anything else as JSON."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    given = {"Authorization": "Basic " + base64.b64encode(login.encode()).decode()} if login else {}
    return site.post(f"/hooks/{provider}", body, content_type="application/json", headers=given)


def test_a_bounce_is_on_the_disk_before_it_is_answered(site: Site) -> None:
    response = post(site)
    assert (response.status_code, response.json) == (200, {"taken": 1, "ignored": 0, "unreadable": 0})
    record = site.only_record()
    assert record.pop("words").startswith("HardBounce: smtp;550 5.1.1")
    assert record == {
        "kind_of_record": "notice",
        "source": "postmark",
        "key": "4323372036854775807",
        "trouble": "hard",
        "delivery": str(DELIVERY),
        "recipient": "anna@beispiel.example",
        "at": datetime(2026, 11, 20, 16, 33, 54, 907025, UTC).isoformat(),
        "status": "5.1.1",
    }
