"""Wait in line: not too many mails to one domain within a second, and not too many at a time."""

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


def take_turn(unit: Unit, delivery: Delivery, address: str) -> None:
    """Let a mail that was claimed leave now, or raise NotYet with the place that it got in its domain's line.

    Two statements; none when the domain has no limit. The row of the domain stays locked until the transaction
    ends, so that workers decide one after another.
    """
    domain = domain_of(address)
    limits = unit.world.limits
    if not limits.touch(domain):
        return
    if not _has_place(delivery, domain, unit.now):
        place = _take_place(unit, delivery, domain)
        if place > unit.now + BURST:
            raise NotYet(place, f"waits its turn, many mails go to {domain}", domain)
    else:
        mail_domains.hold(unit.connection, domain, unit.now)
    most = limits.at_once(domain)
    if not leases.set_out(unit.connection, delivery, domain, most, unit.now):
        place = max(_take_place(unit, delivery, domain), unit.now + WHEN_FULL)
        raise NotYet(place, f"waits its turn, {most} mails to {domain} are under way", domain)


def _has_place(delivery: Delivery, domain: str, now: datetime) -> bool:
    """Whether this is the moment that it was told to come back at."""
    return delivery.domain == domain and delivery.due_at > now - LATE


def _take_place(unit: Unit, delivery: Delivery, domain: str) -> datetime:
    line: mail_domains.Line = "advertising" if delivery.ground == "consent" else "answers"
    interval = unit.world.limits.interval(domain)
    return mail_domains.take_place(unit.connection, domain, line, unit.now, interval)
