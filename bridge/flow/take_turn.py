"""Wait in line: not too many mails to one domain within a second, and not too many at a time; nor webhooks."""

from datetime import datetime, timedelta

from bridge.delivery.domains import domain_of
from bridge.flow.pace import NotYet
from bridge.flow.unit import Unit
from bridge.store import leases, mail_domains
from bridge.store.outbox import Delivery

BURST = timedelta(seconds=1)
"""What may leave within a second may also leave at once: nobody is put off for the sake of milliseconds."""

LATE = timedelta(seconds=30)
"""Whoever comes so much later lost the place in the line: after a standstill not everybody leaves at once."""

WHEN_FULL = timedelta(seconds=2)

AT_ONE_ENDPOINT = 2
"""Webhooks under way to one endpoint at a time: each may take fifteen seconds, and with it a lane of a worker."""

BETWEEN_TWO_TRIES = timedelta(milliseconds=100)
"""Whoever finds an endpoint busy asks again in line: however many wait, they cost ten claims a second."""


def take_turn(unit: Unit, delivery: Delivery, address: str) -> None:
    """Let a mail that was claimed leave now, or raise NotYet with the place that it got in its domain's line.

    Two statements; none when the domain has no limit. The row of the domain stays locked until the transaction
    ends, so that workers decide one after another.
    """
    domain = domain_of(address)
    limits = unit.world.limits
    if not limits.touch(domain):
        return
    if not (_has_place(delivery, domain, unit.now) and _is_still_free(unit, delivery, domain)):
        place = _take_place(unit, delivery, domain)
        if place > unit.now + BURST:
            raise NotYet(place, f"waits its turn, many mails go to {domain}", domain)
    most = limits.at_once(domain)
    if not leases.set_out(unit.connection, delivery, domain, most, unit.now):
        place = max(_take_place(unit, delivery, domain), unit.now + WHEN_FULL)
        raise NotYet(place, f"waits its turn, {most} mails to {domain} are under way", domain)


def take_endpoint_turn(unit: Unit, delivery: Delivery, endpoint: str) -> None:
    """Let a webhook that was claimed leave now, or raise NotYet: an endpoint that hangs holds up nobody else."""
    line = f"webhook:{endpoint}"
    mail_domains.hold(unit.connection, line, unit.now)
    if not leases.set_out(unit.connection, delivery, line, AT_ONE_ENDPOINT, unit.now):
        place = mail_domains.take_place(unit.connection, line, "answers", unit.now, BETWEEN_TWO_TRIES)
        words = f"waits its turn, {AT_ONE_ENDPOINT} webhooks to {endpoint} are under way"
        raise NotYet(max(place, unit.now + WHEN_FULL), words, line)


def _has_place(delivery: Delivery, domain: str, now: datetime) -> bool:
    """Whether this is the moment that it was told to come back at."""
    return delivery.domain == domain and delivery.due_at > now - LATE


def _is_still_free(unit: Unit, delivery: Delivery, domain: str) -> bool:
    """Answers that came meanwhile go first: their line and that of advertising have one pace together."""
    answers_until = mail_domains.hold(unit.connection, domain, unit.now)
    return _line(delivery) == "answers" or answers_until <= unit.now


def _line(delivery: Delivery) -> mail_domains.Line:
    return "advertising" if delivery.ground == "consent" else "answers"


def _take_place(unit: Unit, delivery: Delivery, domain: str) -> datetime:
    interval = unit.world.limits.interval(domain)
    return mail_domains.take_place(unit.connection, domain, _line(delivery), unit.now, interval)
