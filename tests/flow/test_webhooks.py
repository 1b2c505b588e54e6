"""Other systems are told: every type once, signed as in Standard Webhooks."""

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from standardwebhooks import Webhook as Verifier

from bridge.program.model import Webhook
from bridge.program.schema import WEBHOOK_TYPES
from connectors.contract import Deferred, Refused
from tests.house import ANNA, House

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
URL = "https://crm.example.com/hooks/leadbridge"


@pytest.fixture
def wired(house: House) -> House:
    """A house whose programme has one endpoint for every type."""
    return with_endpoint(house, *WEBHOOK_TYPES)


def with_endpoint(house: House, *types: str) -> House:
    hook = Webhook("crm", URL, (SECRET,), tuple(types))
    return House(house.engine, replace(house.program, webhooks=(hook,)))


def told(house: House) -> list[dict[str, Any]]:
    """What the endpoint heard, in order."""
    return [json.loads(request.body) for request in house.posted]


def types(house: House) -> list[str]:
    return [body["type"] for body in told(house)]


def test_every_type_is_told_once(wired: House) -> None:
    letter = wired.lead_by_points()
    assert sorted(types(wired)) == sorted(
        [
            "lead.created",
            "lead.confirmed",
            "lead.stage_changed",  # marketing-qualified
            "lead.stage_changed",  # sales-qualified
            "lead.sales_qualified",
        ]
    )
    wired.posted.clear()
    wired.answer(letter, "accepted")
    assert sorted(types(wired)) == ["lead.outcome", "lead.stage_changed"]
    wired.posted.clear()
    wired.unsubscribe(ANNA)
    assert types(wired) == ["lead.unsubscribed"]
    wired.posted.clear()
    wired.erase()
    assert types(wired) == ["lead.erased"]


def test_only_what_was_asked_for_is_told(house: House) -> None:
    wired = with_endpoint(house, "lead.sales_qualified")
    wired.lead_by_points()
    assert types(wired) == ["lead.sales_qualified"]


def test_a_webhook_is_signed(wired: House) -> None:
    wired.submit()
    request = wired.posted[0]
    signed = Verifier(SECRET).sign(request.headers["webhook-id"], wired.clock(), request.body.decode())
    assert request.headers["webhook-signature"] == signed
    assert request.url == URL


def test_sales_qualified_tells_where_the_profile_is_and_why(wired: House) -> None:
    letter = wired.lead_by_points()
    data = next(body["data"] for body in told(wired) if body["type"] == "lead.sales_qualified")
    assert data["email"] == ANNA
    assert data["stage"] == "sales_qualified"
    assert data["score"] == 12
    assert data["profile_url"].endswith(wired.token(letter, "leads"))
    assert [reason["points"] for reason in data["reasons"]] == [7, 2, 2]
    assert data["sales_person"]["email"] == "mira.steinfeld@example.com"


def test_an_outcome_tells_reason_and_amount(wired: House) -> None:
    letter = wired.lead_by_form()
    wired.answer(letter, "rejected", reason="no-budget")
    data = next(body["data"] for body in told(wired) if body["type"] == "lead.outcome")
    assert (data["outcome"], data["reason"], data["amount"]) == ("rejected", "no-budget", None)


def test_a_corrected_order_is_told_once_and_is_no_second_order(wired: House) -> None:
    letter = wired.lead_by_form()
    wired.answer(letter, "accepted")
    wired.answer(letter, "won", amount=Decimal("1200.00"), currency="EUR")
    wired.posted.clear()
    for _ in range(2):
        wired.answer(letter, "corrected", amount=Decimal("12000.00"), currency="EUR")
    [said] = told(wired)
    assert said["type"] == "lead.order_corrected"
    assert (said["data"]["amount"], said["data"]["was_amount"]) == ("12000.00", "1200.00")


def test_a_second_form_creates_nobody(wired: House) -> None:
    wired.submit()
    wired.submit(form="webinar")
    assert types(wired) == ["lead.created"]


def test_erasing_tells_no_address(wired: House) -> None:
    wired.submit()
    wired.erase()
    assert ANNA not in wired.posted[-1].body.decode()


def test_an_endpoint_that_is_away_is_told_later_under_the_same_id(wired: House) -> None:
    wired.reply = Deferred("no answer")
    wired.submit()
    assert wired.posted == []
    first = next(row for row in wired.outbox("deferred") if row.kind == "webhook")
    wired.reply = House(wired.engine).reply
    wired.tick(hours=1)
    assert wired.posted[0].headers["webhook-id"] == f"msg_{first.id.hex}"
    assert types(wired) == ["lead.created"]


def test_an_endpoint_that_wants_no_more_is_visible(wired: House) -> None:
    wired.reply = Refused("410")
    wired.submit()
    assert "webhook" in {row.kind for row in wired.outbox("dead")}


def test_an_endpoint_that_left_the_programme_is_told_nothing(wired: House, house: House) -> None:
    wired.reply = Deferred("no answer")
    wired.submit()
    house.tick(hours=1)
    assert house.posted == []
    assert [row.kind for row in house.outbox("refused")] == ["webhook"]
