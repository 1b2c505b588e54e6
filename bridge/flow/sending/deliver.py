"""Send what is in the outbox: claim it under a lease, write it, send it outside any transaction, mark it."""

import logging
import random
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Engine

from bridge.clock import Clock
from bridge.delivery.letters import Letter
from bridge.delivery.pauses import MAILS
from bridge.delivery.webhooks import WebhookRequest
from bridge.flow.count_mails import day_of
from bridge.flow.sending.begun import Begun, Together
from bridge.flow.sending.keep_order import ANOTHER_ONE, first_of_each
from bridge.flow.sending.pace import NotYet
from bridge.flow.sending.settle_webhook import TAKEN_OVER, settle_webhook
from bridge.flow.sending.take_notice import take_notice
from bridge.flow.sending.write import write
from bridge.flow.sending.write_together import NURTURE, NotToBeSent, Verdict, write_together
from bridge.flow.unit import Unit, Wake, World, unit_of_work
from bridge.ids import derived_id
from bridge.store import departures, leases, outbox, profiles
from bridge.store.database import is_held, is_unavailable, wait_at_most
from bridge.store.departures import Departure
from bridge.store.leases import PutOff
from bridge.store.outbox import Delivery
from connectors.contract import Answer, Deferred, Notice, Posted, Receipt, Refused, one_line

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
"""Whoever takes longer holds on to it (`Sender.keep`); what a killed worker had is taken again after that time."""

A_MOMENT = 300
"""Milliseconds; whoever needs a lock for longer, as of a domain's line, has come to a halt with it."""

WHEN_HELD = timedelta(seconds=5)
"""The shortest pause of whoever did not get such a lock; the longest is twice as long."""

MOST_DEATHS = 5
"""Leases of one delivery that may run out: whatever ends its worker so often would do so for ever."""

ITS_WORKERS_DIED = f"its worker died each of the last {MOST_DEATHS} times; whether it left is unknown"


@dataclass(frozen=True, slots=True)
class Connectors:
    """The ways out. Each answers `Receipt`, `Deferred` or `Refused` and raises nothing."""

    send_letter: Callable[[Letter], Answer]
    post_webhook: Callable[[WebhookRequest], Answer | Posted]


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
        begun = self.begin(delivery_id)
        if not isinstance(begun, Begun):
            return begun
        return self.conclude(begun, self.send(begun))

    def begin(self, delivery_id: UUID) -> Begun | str | None:
        """Claim and write; else the new state when it is not to be sent, None when it is not ours to send.

        Raises what the database raises while it is away.
        """
        try:
            with self._unit() as unit:
                wait_at_most(unit.connection, A_MOMENT)
                return _claim_and_write(unit, delivery_id)
        except Exception as error:
            if is_held(error):
                return self._put_off(delivery_id)
            if is_unavailable(error):
                raise
            return self._bury(delivery_id, error)

    def begin_together(self, delivery_ids: Sequence[UUID]) -> Together:
        """Claim and write those that are mails of sequences, in one transaction.

        What else there is, or goes wrong with them together, is left to be begun by itself. Raises nothing.
        """
        try:
            with self._unit() as unit:
                wait_at_most(unit.connection, A_MOMENT)
                return _claim_and_write_together(unit, delivery_ids)
        except Exception as error:
            if not is_held(error) and not is_unavailable(error):
                log.exception("deliveries cannot be begun together")
            return Together(left=delivery_ids)

    def send(self, begun: Begun) -> Answer | Posted:
        """Hand it to the other side, outside any transaction."""
        try:
            if isinstance(begun.message, Letter):
                return self.connectors.send_letter(begun.message)
            return self.connectors.post_webhook(begun.message)
        except Exception as error:  # a connector promises to raise nothing; a broken promise loses no mail
            log.exception("a connector failed")
            return Deferred(f"the connector failed: {type(error).__name__}")

    def conclude(self, begun: Begun, answer: Answer | Posted) -> str:
        """Write down what became of it; returns its new state. Raises what the database raises while it is away."""
        with self._unit() as unit:
            state = settle(unit, begun.delivery, answer)
        _tell(begun.delivery, state)
        return state

    def conclude_sent(self, deliveries: Sequence[Delivery], wake: Wake) -> None:
        """Write down that the other side took several mails: all of them or none. Raises what the database raises."""
        engine = self.engine.execution_options(isolation_level="AUTOCOMMIT")  # one statement is a transaction
        with unit_of_work(engine, self.world, self.clock, wake) as unit:
            left = _sent(unit, deliveries)
        for one in deliveries:
            _tell(one, "sent" if one.id in left else TAKEN_OVER)

    def holds(self, delivery: Delivery) -> bool:
        """Whether a delivery that was claimed and waited meanwhile is ours for long enough to send it.

        By the clock that leases run by: others stand still while a machine sleeps.
        """
        return delivery.leased_until is not None and self.clock() < delivery.leased_until - self._lease / 2

    def keep(self, deliveries: Sequence[Delivery]) -> None:
        """Hold on to what is still under way."""
        with self.engine.begin() as connection:
            leases.keep(connection, deliveries, self.clock() + self._lease)

    def give_back(self, deliveries: Sequence[Delivery]) -> int:
        """Let others take at once what cannot be finished here; returns how many of them were still ours."""
        words = "the worker was stopped while it was at it; whether it left is unknown"
        with self.engine.begin() as connection:
            return leases.give_back(connection, deliveries, self.clock(), words)

    def let_go(self, deliveries: Sequence[Delivery], why: str) -> None:
        """Let others take at once what was begun and not sent."""
        with self.engine.begin() as connection:
            leases.give_back(connection, deliveries, self.clock(), why)

    def _put_off(self, delivery_id: UUID) -> str | None:
        """A lane that waited for a frozen worker would be missing for everybody else."""
        with self._unit() as unit:
            delivery = outbox.claim(unit.connection, delivery_id, unit.now, unit.world.lasting(LEASE))
            if delivery is None:
                return None
            pause = WHEN_HELD * (1 + random.random())  # noqa: S311 - no secret
            until = unit.now + unit.world.lasting(pause)
            words = "another worker holds its line, or something else that it needs, for longer than usual"
            leases.put_off(unit.connection, [PutOff(delivery, until, words)])
        return "put off"

    def _bury(self, delivery_id: UUID, error: Exception) -> str:
        with self._unit() as unit:
            delivery = outbox.claim(unit.connection, delivery_id, unit.now, unit.world.lasting(LEASE))
            if delivery:
                _buried(unit, delivery, error)
        return "dead"

    @property
    def _lease(self) -> timedelta:
        return self.world.lasting(LEASE)

    def _unit(self) -> AbstractContextManager[Unit]:
        return unit_of_work(self.engine, self.world, self.clock, self.wake)


def _claim_and_write(unit: Unit, delivery_id: UUID) -> Begun | str | None:
    delivery = outbox.claim(unit.connection, delivery_id, unit.now, unit.world.lasting(LEASE))
    if delivery is None:
        return None
    if delivery.deaths >= MOST_DEATHS:
        outbox.finish(unit.connection, delivery, "dead", unit.now, ITS_WORKERS_DIED)
        return "dead"
    verdict: Verdict | WebhookRequest
    try:
        verdict = write(unit, delivery)
    except (NotToBeSent, NotYet) as why:
        verdict = why
    return _decided(unit, [(delivery, verdict)])[0]


def _claim_and_write_together(unit: Unit, delivery_ids: Sequence[UUID]) -> Together:
    claimed = outbox.claim_together(
        unit.connection, delivery_ids, NURTURE, unit.now, unit.world.lasting(LEASE)
    )
    alone, following = first_of_each(unit, claimed)
    twins = [(one, NotYet(one.due_at, ANOTHER_ONE)) for one in following]
    _decided(unit, twins)  # before others are counted: they are not under way
    verdicts = write_together(unit, alone) if alone else {}
    decided = _decided(unit, [(one, verdicts[one.id]) for one in alone])
    begun = [one for one in decided if isinstance(one, Begun)]
    others = {one: why for one, why in verdicts.items() if not isinstance(why, Letter)}
    others |= {one.id: why for one, why in twins}
    return Together.of(delivery_ids, begun, others, unit.now)


def _decided(unit: Unit, verdicts: Sequence[tuple[Delivery, Verdict | WebhookRequest]]) -> list[Begun | str]:
    """Go on with what was written, and note why others are not sent, or not yet; two statements.

    A third one for each that cannot be written.
    """
    refused = [(one, str(why)) for one, why in verdicts if isinstance(why, NotToBeSent)]
    outbox.refuse(unit.connection, refused, unit.now)
    waiting = [(one, why) for one, why in verdicts if isinstance(why, NotYet)]
    leases.put_off(unit.connection, (PutOff(one, why.until, str(why), why.domain) for one, why in waiting))
    return [_begun(unit, one, verdict) for one, verdict in verdicts]


def _begun(unit: Unit, delivery: Delivery, verdict: Verdict | WebhookRequest) -> Begun | str:
    match verdict:
        case NotToBeSent():
            return "refused"
        case NotYet():
            return "put off"
        case Exception():
            return _buried(unit, delivery, verdict)
    return Begun(delivery, verdict)


def _buried(unit: Unit, delivery: Delivery, error: Exception) -> str:
    """What cannot be written is dead at once, and visible: trying again would change nothing."""
    log.error("a delivery cannot be written", extra={"delivery": str(delivery.id)}, exc_info=error)
    words = f"cannot be written: {type(error).__name__}: {error}"[:500]
    outbox.finish(unit.connection, delivery, "dead", unit.now, words)
    return "dead"


def _tell(delivery: Delivery, state: str) -> None:
    facts = {"delivery": str(delivery.id), "template": delivery.template, "state": state}
    log.info("delivery", extra=facts | {"lead": str(delivery.profile_id), "trace": delivery.trace})


def settle(unit: Unit, delivery: Delivery, answer: Answer | Posted) -> str:
    """Write down what became of an attempt."""
    match answer:
        case Posted():
            return settle_webhook(unit, delivery, answer)
        case _ if delivery.kind == "webhook":  # nobody was reached at all
            return settle_webhook(unit, delivery, Posted(answer))
        case Receipt():
            return "sent" if _sent(unit, [delivery]) else TAKEN_OVER
        case Deferred():
            return _deferred(unit, delivery, answer)
        case Refused():
            return _refused(unit, delivery, answer)


def _sent(unit: Unit, deliveries: Sequence[Delivery]) -> set[UUID]:
    """Close what the other side took; returns the ids of what nobody else took up meanwhile. One statement."""
    readers = {one.id: one.profile_id for one in deliveries if one.template == NURTURE and one.profile_id}
    left = [
        Departure(one.id, one.attempts, readers.get(one.id), derived_id(one.id, "mail.sent"))
        for one in deliveries
    ]
    noted = departures.note(unit.connection, left, unit.now, day_of(unit, unit.now))
    unit.to_score.update(readers[one.id] for one in noted if one.told)
    return {one.id for one in noted}


def _deferred(unit: Unit, delivery: Delivery, answer: Deferred) -> str:
    gives_up_at = delivery.gives_up_at or unit.now + unit.world.lasting(outbox.PATIENCE)
    if unit.now >= gives_up_at:
        return _give_up(unit, delivery, "dead", answer)
    pause = MAILS.pause(delivery.pauses + 1, random.random(), answer.after)  # noqa: S311 - no secret
    again = min(unit.now + unit.world.lasting(pause), gives_up_at)
    outbox.defer(unit.connection, delivery, again, answer.reason, gives_up_at)
    return "deferred"


def _refused(unit: Unit, delivery: Delivery, answer: Refused) -> str:
    state = "refused" if answer.bad_address and delivery.kind == "mail" else "dead"
    return _give_up(unit, delivery, state, answer)


def _give_up(unit: Unit, delivery: Delivery, state: str, answer: Deferred | Refused) -> str:
    if answer.trouble and delivery.profile_id:
        profiles.lock(unit.connection, [delivery.profile_id])  # first, as whoever erases it does
    if not outbox.finish(unit.connection, delivery, state, unit.now, answer.reason):
        return TAKEN_OVER
    _take_answer(unit, delivery, answer)
    return state


def _take_answer(unit: Unit, delivery: Delivery, answer: Deferred | Refused) -> None:
    """What a mail server said for good is a notice like those that come later."""
    if answer.trouble:
        key = f"{delivery.id} {unit.now.isoformat()}"  # one that is sent again by hand may bounce again
        words = one_line(answer.reason)
        notice = Notice(
            "smtp", key, answer.trouble, delivery.id, at=unit.now, status=answer.status, words=words
        )
        take_notice(unit, notice, unit.now)
