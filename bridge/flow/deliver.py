"""Send one thing from the outbox: claim it under a lease, write it, send it outside any transaction, mark it."""

import logging
import random
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Engine

from bridge.clock import Clock
from bridge.delivery.letters import Letter
from bridge.delivery.pauses import pause_before
from bridge.delivery.webhooks import WebhookRequest
from bridge.flow.count_mails import count_sent
from bridge.flow.unit import Unit, Wake, World, unit_of_work
from bridge.flow.write import NotToBeSent, NotYet, write
from bridge.ids import derived_id
from bridge.store import events, mails, outbox, profiles, suppressions
from bridge.store.database import is_unavailable
from bridge.store.events import EventRow
from bridge.store.outbox import Delivery
from connectors.contract import Answer, Deferred, Receipt, Refused

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=15)
"""Longer than every step of one SMTP conversation together may take."""


@dataclass(frozen=True, slots=True)
class Connectors:
    """The ways out. Each answers `Receipt`, `Deferred` or `Refused` and raises nothing."""

    send_letter: Callable[[Letter], Answer]
    post_webhook: Callable[[WebhookRequest], Answer]


@dataclass(frozen=True, slots=True)
class Sender:
    """What a delivery needs: its database, its world, its ways out."""

    engine: Engine
    world: World
    clock: Clock
    wake: Wake
    connectors: Connectors

    def deliver(self, delivery_id: UUID) -> str | None:
        """Try to send one thing; returns its new state, or None when there was nothing to do."""
        try:
            prepared = self._prepare(delivery_id)
        except Exception as error:
            if is_unavailable(error):
                raise
            return self._bury(delivery_id, error)
        if prepared is None or isinstance(prepared, str):
            return prepared
        delivery, message = prepared
        answer = self._send(message)
        with self._unit() as unit:
            state = settle(unit, delivery, answer)
        log.info(
            "delivery",
            extra={
                "delivery": str(delivery.id),
                "template": delivery.template,
                "state": state,
                "lead": str(delivery.profile_id),
                "trace": delivery.trace,
            },
        )
        return state

    def _prepare(self, delivery_id: UUID) -> tuple[Delivery, Letter | WebhookRequest] | str | None:
        """Claim and write; the new state when it is not to be sent, None when it is not ours to send."""
        with self._unit() as unit:
            delivery = outbox.claim(unit.connection, delivery_id, unit.now, LEASE)
            if delivery is None:
                return None
            try:
                return delivery, write(unit, delivery)
            except NotToBeSent as error:
                outbox.finish(unit.connection, delivery, "refused", unit.now, str(error))
                return "refused"
            except NotYet as error:
                outbox.defer(unit.connection, delivery, error.until, str(error))
                return "deferred"

    def _bury(self, delivery_id: UUID, error: Exception) -> str:
        """What cannot be written is dead at once, and visible: trying again would change nothing."""
        log.exception("a delivery cannot be written", extra={"delivery": str(delivery_id)})
        with self._unit() as unit:
            delivery = outbox.claim(unit.connection, delivery_id, unit.now, LEASE)
            if delivery:
                words = f"cannot be written: {type(error).__name__}: {error}"[:500]
                outbox.finish(unit.connection, delivery, "dead", unit.now, words)
        return "dead"

    def _unit(self) -> AbstractContextManager[Unit]:
        return unit_of_work(self.engine, self.world, self.clock, self.wake)

    def _send(self, message: Letter | WebhookRequest) -> Answer:
        try:
            if isinstance(message, Letter):
                return self.connectors.send_letter(message)
            return self.connectors.post_webhook(message)
        except Exception as error:  # a connector promises to raise nothing; a broken promise loses no mail
            log.exception("a connector failed")
            return Deferred(f"the connector failed: {type(error).__name__}")


def settle(unit: Unit, delivery: Delivery, answer: Answer) -> str:
    """Write down what became of an attempt."""
    match answer:
        case Receipt():
            return _sent(unit, delivery)
        case Deferred(reason, after):
            return _deferred(unit, delivery, reason, after)
        case Refused(reason, bad_address):
            return _refused(unit, delivery, reason, bad_address)


def _sent(unit: Unit, delivery: Delivery) -> str:
    if not outbox.finish(unit.connection, delivery, "sent", unit.now):
        return "taken over"
    if delivery.template == "mail/nurture" and delivery.profile_id:
        template = mails.sent(unit.connection, delivery.id, unit.now)
        if template:
            count_sent(unit, template)
        _note(unit, delivery.profile_id, delivery.id, "mail.sent", unit.now)
    return "sent"


def _deferred(unit: Unit, delivery: Delivery, reason: str, after: timedelta | None) -> str:
    if unit.now > (delivery.gives_up_at or delivery.created_at + outbox.PATIENCE):
        outbox.finish(unit.connection, delivery, "dead", unit.now, reason)
        return "dead"
    pause = max(pause_before(delivery.attempts, random.random()), after or timedelta(0))  # noqa: S311 - no secret
    outbox.defer(unit.connection, delivery, unit.now + pause, reason)
    return "deferred"


def _refused(unit: Unit, delivery: Delivery, reason: str, bad_address: bool) -> str:
    bounced = bad_address and delivery.kind == "mail"
    state = "refused" if bounced else "dead"
    if not outbox.finish(unit.connection, delivery, state, unit.now, reason):
        return "taken over"
    if bounced and delivery.profile_id:
        profile = profiles.lock_one(unit.connection, delivery.profile_id)
        suppressions.suppress(unit.connection, profile.email_key, "bounced", unit.now)
        _note(unit, profile.id, delivery.id, "mail.bounced", unit.now)
    return state


def _note(unit: Unit, profile_id: UUID, delivery_id: UUID, kind: str, at: datetime) -> None:
    known = mails.get(unit.connection, [delivery_id])
    data = {"subject": known[delivery_id].subject} if delivery_id in known else {}
    mail_id = delivery_id if delivery_id in known else None
    row = EventRow(derived_id(delivery_id, kind), profile_id, kind, at, at, mail_id, data, verdict="human")
    events.add(unit.connection, [row])
    unit.to_score.add(profile_id)
