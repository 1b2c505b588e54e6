"""Endpoints of webhooks, as real servers: when they are asked again, when no more, and what is known about it."""

import base64
import json
import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from ipaddress import ip_network
from itertools import pairwise
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from sqlalchemy import Engine
from standardwebhooks import Webhook as Verifier
from standardwebhooks import WebhookVerificationError

from bridge.delivery.pauses import WEBHOOKS
from bridge.delivery.webhooks import WebhookRequest
from bridge.flow.accept_submission import accept_submission
from bridge.flow.sending.begun import Begun
from bridge.flow.sending.deliver import LEASE, Connectors, settle
from bridge.flow.sending.webhook_endpoints import turn_on
from bridge.program.model import EVERYTHING, Webhook
from bridge.store import given_up, webhooks
from bridge.store import outbox as in_outbox
from bridge.store.outbox import Delivery
from bridge.store.tables import outbox, webhook_attempts, webhook_endpoints
from connectors.contract import Posted, Refused
from connectors.web import Guard, Limits, Posting, post_webhook
from tests import make
from tests.endpoint import Endpoint, Received, status
from tests.house import ANNA, House
from tests.together import at_once

OPERATOR = "operator@example.com"


def secret(letter: str) -> str:
    """A secret of whoever is called that."""
    return "whsec_" + base64.b64encode(letter.encode() * 24).decode()


OLD, NEW = secret("o"), secret("n")


def hook(
    url: str, id: str = "crm", secrets: Sequence[str] = (OLD,), events: Sequence[str] = (EVERYTHING,)
) -> Webhook:
    """An endpoint of the programme."""
    return Webhook(id, url, tuple(secrets), tuple(events))


def wired(engine: Engine, *hooks: Webhook) -> House:
    """A house whose webhooks leave for real, and whose operator has an address."""
    house = House(engine, operator=OPERATOR)
    house = House(engine, replace(house.program, webhooks=hooks), operator=OPERATOR)
    guard = Guard([ip_network("127.0.0.1")])

    def post(request: WebhookRequest) -> Posted:
        posting = Posting(request.url, request.headers, request.body)
        return post_webhook(guard, posting, house.clock, Limits(2))

    house.sender = replace(house.sender, connectors=Connectors(house.sender.connectors.send_letter, post))
    return house


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    """A server that takes everything, until a test says otherwise."""
    with Endpoint() as server:
        yield server


@pytest.fixture
def house(engine: Engine, endpoint: Endpoint) -> House:
    """A house with that endpoint."""
    return wired(engine, hook(endpoint.url, events=("lead.created",)))


def happens(house: House) -> None:
    """Something that the endpoint wants to know."""
    house.clock.move(seconds=1)
    house.submit(email=f"{uuid4().hex}@beispiel.example")


def deliveries(house: House, state: str | None = None) -> list[Delivery]:
    """Webhooks in the outbox, in the order in which they came about."""
    rows = [Delivery(**row._mapping) for row in house.rows(outbox)]
    found = [row for row in rows if row.kind == "webhook" and state in {None, row.state}]
    return sorted(found, key=lambda row: row.created_at)


def until_due(house: House) -> None:
    """Time passes until the next attempt, which is made."""
    house.clock.now = min(row.due_at for row in deliveries(house, "deferred"))
    house.tick()


def verified(request: Received, key: str, at: datetime) -> Any:
    """What a receiver reads who checks the signature by the reference implementation."""
    with time_machine.travel(at, tick=False):
        return Verifier(key).verify(request.body, request.headers)


def test_an_endpoint_that_hangs_takes_no_more_than_two_places_whatever_waits_for_it(
    engine: Engine, endpoint: Endpoint
) -> None:
    with Endpoint() as other:
        hooks = (
            hook(endpoint.url, events=("lead.created",)),
            hook(other.url, "other", events=("lead.created",)),
        )
        house = wired(engine, *hooks)
        house.run = lambda: None  # type: ignore[method-assign]  # nobody sends anything yet
        for _ in range(4):
            happens(house)
        mine = [one for one in deliveries(house) if one.payload["endpoint"] == "crm"]
        begun = [house.sender.begin(one.id) for one in mine]
        assert [isinstance(one, Begun) for one in begun] == [True, True, False, False]
        others = [one for one in deliveries(house) if one.payload["endpoint"] == "other"]
        assert [house.sender.deliver(one.id) for one in others] == ["sent"] * 4
        waits = deliveries(house, "due")
        assert [row.due_at - house.clock() for row in waits] == [timedelta(seconds=2)] * 2
        assert {row.error for row in waits} == {"waits its turn, 2 webhooks to crm are under way"}
        assert {row.pauses for row in waits} == {0}
        for one in begun[:2]:
            assert isinstance(one, Begun)
            house.sender.conclude(one, house.sender.send(one))
        house.clock.move(seconds=2)
        assert [house.sender.deliver(one.id) for one in mine[2:]] == ["sent"] * 2


# When


@pytest.mark.promise("R14", "the schedule of Standard Webhooks, each attempt signed anew")
def test_an_endpoint_that_is_away_is_asked_ten_times_over_three_days(
    house: House, endpoint: Endpoint, saw: Any
) -> None:
    endpoint.answers = [status(503)]
    happens(house)
    times = [house.clock.now]
    while deliveries(house, "deferred"):
        until_due(house)
        times.append(house.clock.now)
    pauses = [later - earlier for earlier, later in pairwise(times)]
    for pause, wanted in zip(pauses, WEBHOOKS.pauses, strict=True):
        assert wanted * 0.9 <= pause <= wanted * 1.1
    assert len({pause / wanted for pause, wanted in zip(pauses, WEBHOOKS.pauses, strict=True)}) > 1, (
        "jittered"
    )
    bodies = [verified(one, OLD, at) for one, at in zip(endpoint.received, times, strict=True)]
    assert len({json.dumps(body) for body in bodies}) == 1
    assert len({one.headers["webhook-id"] for one in endpoint.received}) == 1
    assert len({one.headers["webhook-timestamp"] for one in endpoint.received}) == len(times)
    (dead,) = deliveries(house, "dead")
    assert dead.error == "127.0.0.1 answered 503"
    house.tick(days=30)
    assert len(endpoint.received) == 10
    saw(attempts=len(times), hours=round((times[-1] - times[0]) / timedelta(hours=1)))


def test_who_asks_for_a_pause_gets_it(house: House, endpoint: Endpoint) -> None:
    endpoint.answers = [status(429, Retry_After="600"), status(200)]
    happens(house)
    start = house.clock.now
    until_due(house)
    assert house.clock.now - start == timedelta(seconds=600)
    assert len(deliveries(house, "sent")) == 1


def test_an_attempt_by_hand_begins_the_schedule_anew(house: House, endpoint: Endpoint) -> None:
    endpoint.answers = [status(500)] * 10 + [status(200)]
    happens(house)
    while deliveries(house, "deferred"):
        until_due(house)
    (dead,) = deliveries(house, "dead")
    with house.unit() as unit:
        assert in_outbox.revive(unit.connection, dead.id, unit.now)
    house.tick()
    assert [row.id for row in deliveries(house, "sent")] == [dead.id]


# Who


def test_two_endpoints_of_one_address_are_told_apart_by_their_secrets(
    engine: Engine, endpoint: Endpoint
) -> None:
    both = hook(endpoint.url, "crm"), hook(endpoint.url, "warehouse", [NEW], ["lead.created"])
    house = wired(engine, *both)
    happens(house)
    assert len(endpoint.received) == 2
    assert len({one.headers["webhook-id"] for one in endpoint.received}) == 2
    for key in (OLD, NEW):
        assert sum(_verifies(one, key, house.clock.now) for one in endpoint.received) == 1


def _verifies(request: Received, key: str, at: datetime) -> bool:
    try:
        return bool(verified(request, key, at))
    except WebhookVerificationError:
        return False


@pytest.mark.promise("R14", "signatures are verified by the reference implementation, while a secret changes")
def test_while_a_secret_changes_the_old_and_the_new_one_verify(
    engine: Engine, endpoint: Endpoint, saw: Any
) -> None:
    stages = {"old": [OLD], "both": [NEW, OLD], "new": [NEW]}
    for secrets in stages.values():
        happens(wired(engine, hook(endpoint.url, secrets=secrets, events=["lead.created"])))
    at = wired(engine).clock.now
    assert [_verifies(one, OLD, at) for one in endpoint.received] == [True, True, False]
    assert [_verifies(one, NEW, at) for one in endpoint.received] == [False, True, True]
    assert endpoint.received[1].headers["webhook-signature"].count("v1,") == 2
    saw(verified_by_old=2, verified_by_new=2)


def test_whoever_wants_everything_is_told_everything(engine: Engine, endpoint: Endpoint) -> None:
    house = wired(engine, hook(endpoint.url))
    house.lead_by_points()
    house.unsubscribe(ANNA)
    house.erase()
    kinds = {json.loads(one.body)["type"] for one in endpoint.received}
    assert kinds >= {
        "lead.created",
        "lead.confirmed",
        "lead.sales_qualified",
        "lead.unsubscribed",
        "lead.erased",
    }


def test_what_waits_goes_to_the_address_that_the_programme_names_now(
    engine: Engine, endpoint: Endpoint
) -> None:
    with Endpoint(status(500)) as before:
        house = wired(engine, hook(before.url, events=["lead.created"]))
        happens(house)
    moved = wired(engine, hook(endpoint.url, events=["lead.created"]))
    moved.tick(minutes=10)
    assert len(endpoint.received) == 1


def test_a_delivery_of_an_earlier_version_knows_its_endpoint_by_the_address(
    house: House, endpoint: Endpoint
) -> None:
    with house.unit() as unit:
        body = {"type": "lead.created", "timestamp": unit.now.isoformat(), "data": {}}
        payload = {"url": endpoint.url, "body": body}
        words = ("webhook", "lead.created", "contract", "webhook:0:old")
        unit.send([unit.delivery(*words, profile=None, payload=payload)])
    house.run()
    assert json.loads(endpoint.received[0].body) == body


# No more


@pytest.mark.promise("R14", "410 switches an endpoint off")
def test_who_answers_gone_is_asked_no_more_and_the_operator_is_told(
    house: House, endpoint: Endpoint, caplog: pytest.LogCaptureFixture
) -> None:
    endpoint.answers = [status(503)]
    happens(house)
    endpoint.answers = [status(410)]
    with caplog.at_level(logging.ERROR):
        happens(house)
    assert [row.state for row in deliveries(house)] == ["refused", "dead"]
    assert (
        deliveries(house)[0].error == "webhook crm was switched off: leadbridge webhook enable crm --resend"
    )
    happens(house)
    house.tick(days=2)
    assert len(endpoint.received) == 2
    (letter,) = house.mails_to(OPERATOR)
    assert letter.subject == "Webhook abgeschaltet: crm"
    assert "127.0.0.1 answered 410" in letter.text
    grave = [record.levelno for record in caplog.records if record.levelno > logging.INFO]
    assert grave == [logging.ERROR]


def fails_daily(house: House, days: int) -> None:
    """Something happens every day, and all that is due is tried once a day."""
    for _ in range(days):
        happens(house)
        house.tick(days=1)


def test_after_five_days_without_a_success_an_endpoint_is_switched_off(
    house: House, endpoint: Endpoint
) -> None:
    endpoint.answers = [status(500)]
    fails_daily(house, 4)
    assert deliveries(house, "deferred")
    house.tick(days=1)
    assert deliveries(house, "deferred") == deliveries(house, "due") == []
    (row,) = house.rows(webhook_endpoints)
    assert row.disabled_because == "it took nothing for 5 days; last: 127.0.0.1 answered 500"
    assert len(house.mails_to(OPERATOR)) == 1
    asked = len(endpoint.received)
    fails_daily(house, 2)
    assert len(endpoint.received) == asked


def test_one_success_is_enough_to_be_patient_for_five_more_days(house: House, endpoint: Endpoint) -> None:
    endpoint.answers = [status(500)]
    fails_daily(house, 4)
    endpoint.answers = [status(200), status(500)]
    happens(house)
    assert house.rows(webhook_endpoints) == []
    fails_daily(house, 4)
    (row,) = house.rows(webhook_endpoints)
    assert row.disabled_at is None


def test_a_failure_long_after_the_last_one_switches_nothing_off(house: House, endpoint: Endpoint) -> None:
    endpoint.answers = [status(503)]
    happens(house)
    while deliveries(house, "deferred"):
        until_due(house)
    house.clock.move(days=60)  # it was mended long ago, but nothing happened that it wants to know
    endpoint.answers = [status(503), status(200)]
    happens(house)
    (row,) = house.rows(webhook_endpoints)
    assert (row.disabled_at, row.failing_since) == (None, house.clock())
    until_due(house)
    assert house.rows(webhook_endpoints) == []
    assert [one.state for one in deliveries(house)] == ["dead", "sent"]


def test_the_longest_pause_is_no_time_in_which_it_may_have_worked(house: House, endpoint: Endpoint) -> None:
    endpoint.answers = [status(503)]
    happens(house)
    while deliveries(house, "deferred"):
        until_due(house)
    began = house.clock.now
    house.clock.move(hours=26)
    happens(house)
    (row,) = house.rows(webhook_endpoints)
    assert began - row.failing_since > timedelta(days=2)


def test_one_endpoint_is_switched_off_and_the_other_goes_on(engine: Engine, endpoint: Endpoint) -> None:
    with Endpoint(status(410)) as gone:
        types = ["lead.created"]
        house = wired(engine, hook(gone.url, "gone", events=types), hook(endpoint.url, "crm", events=types))
        happens(house)
        happens(house)
        assert (len(gone.received), len(endpoint.received)) == (1, 2)


def test_an_endpoint_at_a_new_address_is_not_blamed_for_the_old_one(
    engine: Engine, endpoint: Endpoint
) -> None:
    types = ["lead.created"]
    with Endpoint(status(410)) as gone:
        happens(wired(engine, hook(gone.url, events=types)))
    moved = wired(engine, hook(endpoint.url, events=types))
    happens(moved)
    assert len(endpoint.received) == 1
    endpoint.answers = [status(500)]
    happens(moved)
    (row,) = moved.rows(webhook_endpoints)
    assert (row.url, row.disabled_at) == (endpoint.url, None)


@pytest.mark.parametrize("resend", [True, False])
def test_switched_on_again_it_gets_what_it_missed_if_somebody_says_so(
    house: House, endpoint: Endpoint, resend: bool
) -> None:
    endpoint.answers = [status(200), status(410)]
    for _ in range(4):
        happens(house)
    endpoint.answers = [status(200)]
    with house.unit() as unit:
        missed = turn_on(unit, house.program.webhooks[0], resend)
    house.run()
    assert len(missed) == 3
    assert len(deliveries(house, "sent")) == (4 if resend else 1)
    happens(house)
    assert len(deliveries(house, "sent")) == (5 if resend else 2)


def test_what_it_missed_can_be_sent_also_when_it_was_switched_on_without(
    house: House, endpoint: Endpoint
) -> None:
    endpoint.answers = [status(410)]
    for _ in range(3):
        happens(house)
    endpoint.answers = [status(200)]
    for resend in (False, True, True):
        with house.unit() as unit:
            turn_on(unit, house.program.webhooks[0], resend)
        house.run()
    assert len(deliveries(house, "sent")) == 3


def test_what_somebody_dropped_is_not_among_what_it_missed(house: House, endpoint: Endpoint) -> None:
    endpoint.answers = [status(410)]
    happens(house)
    (gone,) = deliveries(house, "dead")
    with house.unit() as unit:
        assert given_up.drop(unit.connection, gone.id, unit.now)
    endpoint.answers = [status(200)]
    with house.unit() as unit:
        assert turn_on(unit, house.program.webhooks[0], resend=True) == []
    house.run()
    assert [row.id for row in deliveries(house, "refused")] == [gone.id]


def test_whoever_is_erased_while_a_webhook_is_under_way_leaves_nothing(
    engine: Engine, endpoint: Endpoint
) -> None:
    house = wired(engine, hook(endpoint.url, events=["lead.created"]))
    with house.unit() as unit:
        accept_submission(unit, make.submission(at=house.clock()), house.clock())
    (waiting,) = deliveries(house, "due")
    begun = house.sender.begin(waiting.id)
    assert isinstance(begun, Begun)
    house.erase()
    assert house.sender.conclude(begun, house.sender.send(begun)) == "taken over"
    assert house.rows(webhook_attempts) == []


def test_many_who_hear_at_once_that_an_endpoint_is_gone_write_one_mail(
    house: House, endpoint: Endpoint
) -> None:
    endpoint.answers = [status(503)]
    for _ in range(8):
        happens(house)
    house.clock.move(hours=1)
    with house.unit() as unit:
        six = [row.id for row in deliveries(house, "deferred")[:6]]
        under_way = [in_outbox.claim(unit.connection, one, unit.now, LEASE) for one in six]
    gone = Posted(Refused("127.0.0.1 answered 410: it wants no more"), 410, 5)

    def hears() -> None:
        claimed = under_way.pop()
        assert claimed
        with house.unit() as unit:
            settle(unit, claimed, gone)

    at_once(6, hears)
    house.run()
    assert Counter(row.state for row in deliveries(house)) == {"dead": 6, "refused": 2}
    assert len(house.mails_to(OPERATOR)) == 1


# What is known


def test_every_attempt_is_written_down(house: House, endpoint: Endpoint) -> None:
    endpoint.answers = [status(503), status(200)]
    happens(house)
    until_due(house)
    with house.unit() as unit:
        after, first = webhooks.attempts(unit.connection, "crm")
    assert (first.attempt, first.status, first.words) == (1, 503, "127.0.0.1 answered 503")
    assert (after.attempt, after.status, after.words) == (2, 200, "")
    assert (first.kind, first.endpoint, after.at - first.at < timedelta(seconds=6)) == (
        "lead.created",
        "crm",
        True,
    )
    assert first.milliseconds is not None
    assert first.milliseconds < 2000


def test_the_log_of_attempts_names_no_person_and_no_secret_path(engine: Engine) -> None:
    with Endpoint(status(500, b"anna@beispiel.example is unknown")) as endpoint:
        house = wired(engine, hook(f"{endpoint.url}/s3cret/path?key=s3cret"))
        house.submit()
        rows = " ".join(str(row) for row in house.rows(webhook_attempts))
    assert "answered 500" in rows
    assert ANNA not in rows
    assert "s3cret" not in rows


def test_the_log_of_attempts_goes_with_the_person_it_was_about(engine: Engine, endpoint: Endpoint) -> None:
    house = wired(engine, hook(endpoint.url, events=["lead.created"]))
    house.submit()
    assert len(house.rows(webhook_attempts)) == 1
    house.erase()
    assert house.rows(webhook_attempts) == []


def test_an_attempt_is_remembered_for_thirty_days(house: House) -> None:
    house.lead_by_form()
    house.retain(days=29, hours=23)
    assert len(house.rows(webhook_attempts)) == 1
    house.retain(hours=2)
    assert house.rows(webhook_attempts) == []


@pytest.mark.promise("S6", "a delivery to an inner address waits, and says why")
def test_an_inner_address_in_the_programme_is_not_reached(engine: Engine, endpoint: Endpoint) -> None:
    inner = endpoint.url.replace("127.0.0.1", "127.0.0.2")
    house = wired(engine, hook(inner))
    happens(house)
    (row,) = deliveries(house, "deferred")
    assert row.error == "127.0.0.2 is not public"
    assert endpoint.connections == 0
