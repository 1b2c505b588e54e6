"""Write down what became of an attempt to post a webhook, and what follows for its endpoint."""

import random
from datetime import timedelta

from bridge.delivery.pauses import WEBHOOKS
from bridge.flow.sending.webhook_endpoints import endpoint_of, turn_off
from bridge.flow.unit import Unit
from bridge.ids import new_id
from bridge.program.model import Webhook
from bridge.store import outbox, webhooks
from bridge.store.outbox import Delivery
from bridge.store.webhooks import Attempt
from connectors.contract import Answer, Deferred, Posted, Receipt, Refused, one_line

TAKEN_OVER = "taken over"

LONGEST_FAILURE = timedelta(days=5)
"""An endpoint that took nothing for so long is switched off."""

SILENCE = WEBHOOKS.longest + timedelta(hours=4)
"""Whoever was not asked for longer than any pause, and some delay, may have worked meanwhile."""


def settle_webhook(unit: Unit, delivery: Delivery, posted: Posted) -> str:
    """Mark the delivery, note the attempt, and count the endpoint's failures; returns the delivery's new state."""
    state = _mark(unit, delivery, posted.answer)
    hook = endpoint_of(unit.program, delivery.payload)
    if hook is not None:
        if state != TAKEN_OVER:  # its row may be gone, with the person whom it was about
            _note(unit, delivery, hook, posted)
        _judge(unit, hook, posted.answer)
    return state


def _mark(unit: Unit, delivery: Delivery, answer: Answer) -> str:
    match answer:
        case Receipt():
            return _finish(unit, delivery, "sent")
        case Refused(reason):
            return _finish(unit, delivery, "dead", reason)
        case Deferred(reason, after):
            return _put_off(unit, delivery, reason, after)


def _put_off(unit: Unit, delivery: Delivery, reason: str, after: timedelta | None) -> str:
    gives_up_at = delivery.gives_up_at or unit.now + unit.world.lasting(outbox.PATIENCE)
    if delivery.pauses >= len(WEBHOOKS.pauses) or unit.now > gives_up_at:
        return _finish(unit, delivery, "dead", reason)
    pause = WEBHOOKS.pause(delivery.pauses + 1, random.random(), after)  # noqa: S311 - no secret
    again = unit.now + unit.world.lasting(pause)
    mine = outbox.defer(unit.connection, delivery, again, reason, gives_up_at)
    return "deferred" if mine else TAKEN_OVER


def _finish(unit: Unit, delivery: Delivery, state: str, reason: str | None = None) -> str:
    mine = outbox.finish(unit.connection, delivery, state, unit.now, reason)
    return state if mine else TAKEN_OVER


def _note(unit: Unit, delivery: Delivery, hook: Webhook, posted: Posted) -> None:
    """Neither address nor content: who reads the log need not know the person."""
    answer = posted.answer
    attempt = Attempt(
        id=new_id(),
        delivery_id=delivery.id,
        endpoint=hook.id,
        kind=delivery.template,
        at=unit.now,
        attempt=delivery.attempts,
        status=posted.status,
        milliseconds=posted.milliseconds,
        words="" if isinstance(answer, Receipt) else one_line(answer.reason),
    )
    webhooks.add_attempt(unit.connection, attempt)


def _judge(unit: Unit, hook: Webhook, answer: Answer) -> None:
    if isinstance(answer, Receipt):
        webhooks.works(unit.connection, hook)
        return
    since = webhooks.fails(unit.connection, hook, unit.now, unit.world.lasting(SILENCE))
    if isinstance(answer, Refused):
        turn_off(unit, hook, answer.reason)
    elif unit.now - since >= unit.world.lasting(LONGEST_FAILURE):
        turn_off(unit, hook, f"it took nothing for {LONGEST_FAILURE.days} days; last: {answer.reason}")
