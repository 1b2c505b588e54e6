"""Webhooks as they leave: whoever follows the standard can verify them."""

import base64
import json
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import time_machine
from standardwebhooks import Webhook, WebhookVerificationError

from bridge.delivery.webhooks import WebhookRequest, webhook_request
from tests import make

SECRET = "whsec_" + base64.b64encode(b"a secret of twenty-four!").decode()
DELIVERY = UUID(int=7)
CONTENT = {"type": "lead.outcome", "timestamp": "2026-03-12T12:00:00+00:00", "data": {"name": "Jörg Groß"}}


def _request(now: datetime = make.NOON) -> WebhookRequest:
    return webhook_request(DELIVERY, "https://crm.example.com/hooks", [SECRET], CONTENT, now)


def _verify(request: WebhookRequest, secret: str = SECRET) -> object:
    return Webhook(secret).verify(request.body, dict(request.headers))


@time_machine.travel(make.NOON, tick=False)
def test_the_receiver_can_verify_it() -> None:
    assert _verify(_request()) == CONTENT


@time_machine.travel(make.NOON, tick=False)
def test_it_is_signed_for_the_moment_whatever_the_time_zone_of_the_clock() -> None:
    assert _verify(_request(make.NOON.astimezone(ZoneInfo("Europe/Berlin")))) == CONTENT


@time_machine.travel(make.NOON, tick=False)
def test_another_secret_another_body_or_an_old_one_is_refused() -> None:
    request = _request()
    other = WebhookRequest(request.url, request.headers, request.body.replace(b"outcome", b"created"))
    with pytest.raises(WebhookVerificationError):
        _verify(request, "whsec_" + base64.b64encode(b"the secret of another one").decode())
    with pytest.raises(WebhookVerificationError):
        _verify(other)
    with pytest.raises(WebhookVerificationError):
        _verify(_request(make.NOON - timedelta(minutes=6)))


def test_every_attempt_has_the_same_id_and_a_fresh_time() -> None:
    first, second = _request(), _request(make.NOON + timedelta(minutes=2))
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == f"msg_{DELIVERY.hex}"
    assert first.headers["webhook-timestamp"] != second.headers["webhook-timestamp"]
    assert first.headers["webhook-signature"] != second.headers["webhook-signature"]


def test_it_is_json_in_utf_8() -> None:
    request = _request()
    assert request.headers["content-type"] == "application/json"
    assert json.loads(request.body) == CONTENT
    assert "Jörg Groß".encode() in request.body


def test_the_time_is_in_whole_seconds() -> None:
    request = _request(datetime(2026, 3, 12, 12, 0, 0, 999_999, tzinfo=UTC))
    assert request.headers["webhook-timestamp"] == str(int(make.NOON.timestamp()))
