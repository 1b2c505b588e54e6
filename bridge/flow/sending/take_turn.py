"""Wait in line: not too many mails to one domain within a second, and not too many at a time; nor webhooks."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from bridge.delivery.domains import domain_of
from bridge.flow.sending.pace import NotYet
from bridge.flow.unit import Unit
from bridge.store import leases, mail_domains
from bridge.store.mail_domains import Line, Lines
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
    """Let a mail that was claimed leave now, or raise NotYet with the place that it got in its domain's line."""
    for waits in take_turns(unit, [(delivery, address)]).values():
        raise waits


def take_turns(unit: Unit, claimed: Iterable[tuple[Delivery, str]]) -> dict[UUID, NotYet]:
    """Let mails that were claimed leave now, each to an address; returns those that may not, and when they may.

    Four statements at most, whatever their number; none when their domains have no limit. The rows of the domains
    stay locked until the transaction ends, so that workers decide one after another.
    """
    limits = unit.world.limits
    wanted = [(one, domain) for one, address in claimed if limits.touch(domain := domain_of(address))]
    if not wanted:
        return {}
    queue = _Queue(unit, wanted)
    waiting = {one.id: waits for one, domain in wanted if (waits := queue.join(one, domain))}
    queue.write_down()
    return waiting


class _Queue:
    """The lines of some domains, held until the transaction ends."""

    def __init__(self, unit: Unit, wanted: Sequence[tuple[Delivery, str]]) -> None:
        self._unit, self._limits = unit, unit.world.limits
        domains, ours = {domain for _, domain in wanted}, [one.id for one, _ in wanted]
        self._lines = mail_domains.hold_all(unit.connection, domains, unit.now)
        self._moved: dict[str, Lines] = {}
        self._leaving: list[tuple[Delivery, str]] = []
        bounded = [domain for domain in domains if self._limits.at_once(domain) is not None]
        self._others = (
            leases.under_way(unit.connection, bounded, unit.now, apart_from=ours) if bounded else {}
        )
        self._ours: Counter[str] = Counter()

    def join(self, delivery: Delivery, domain: str) -> NotYet | None:
        """Let a mail leave, or say when it may."""
        now, line, most = self._unit.now, _line(delivery), self._limits.at_once(domain)
        place = now
        if not (_has_place(delivery, domain, now) and self._is_still_free(line, domain)):
            place = self._take_place(line, domain)
            if place > now + BURST:
                return NotYet(place, f"waits its turn, many mails go to {domain}", domain)
        if most is not None and self._others.get(domain, 0) >= most:
            place = max(self._take_place(line, domain), now + WHEN_FULL)
            return NotYet(place, f"waits its turn, {most} mails to {domain} are under way", domain)
        if most is not None and self._others.get(domain, 0) + self._ours[domain] >= most:
            return NotYet(now, f"waits its turn, {most} mails to {domain} are under way", domain)
        self._ours[domain] += 1
        self._leaving.append((delivery, domain))
        return None

    def write_down(self) -> None:
        """Let others know who leaves, and which places are taken."""
        leases.set_out_all(self._unit.connection, self._leaving)
        mail_domains.give_places(self._unit.connection, self._moved)

    def _take_place(self, line: Line, domain: str) -> datetime:
        place = self._lines[domain].first_free(line, self._unit.now)
        until = place + self._limits.interval(domain)
        self._lines[domain] = self._moved[domain] = self._lines[domain].given_away(line, until)
        return place

    def _is_still_free(self, line: Line, domain: str) -> bool:
        """Answers that came meanwhile go first: their line and that of advertising have one pace together."""
        return line == "answers" or self._lines[domain].answers <= self._unit.now


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


def _line(delivery: Delivery) -> Line:
    return "advertising" if delivery.ground == "consent" else "answers"
