"""Rows of the outbox that a worker holds under a lease: sent on their way, put off, held on to, given back."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Update, func, not_, select, tuple_, update

from bridge.store.outbox import WAITING, Delivery, mine, ours
from bridge.store.sets import among, rows_from
from bridge.store.tables import outbox

MOST_SOON = 500


def set_out(connection: Connection, delivery: Delivery, domain: str, most: int | None, now: datetime) -> bool:
    """Count a claimed delivery as under way to a domain; False when so many others already are.

    Whoever asks holds the domain's row, so that nobody else counts at the same time.
    """
    others = outbox.alias()
    under_way = (
        select(func.count())
        .where(
            others.c.state == "leased",
            others.c.domain == domain,
            others.c.leased_until > now,
            others.c.id != delivery.id,
        )
        .scalar_subquery()
    )
    statement = mine(delivery).values(domain=domain)
    if most is not None:
        statement = statement.where(under_way < most)
    return connection.execute(statement).rowcount == 1


def set_out_all(connection: Connection, leaving: Iterable[tuple[Delivery, str]]) -> None:
    """Count claimed deliveries as under way, each to a domain. Whoever does so holds the domains' rows."""
    rows = [(one.id, one.attempts, domain) for one, domain in leaving]
    if not rows:
        return
    columns = {name: outbox.c[name] for name in ("id", "attempts", "domain")}
    given = rows_from(columns, rows).c
    connection.execute(ours(given).values(domain=given.domain))


def under_way(
    connection: Connection, domains: Iterable[str], now: datetime, apart_from: Iterable[UUID]
) -> dict[str, int]:
    """Domain → how many deliveries are under way to it. apart_from: deliveries that do not count."""
    statement = (
        select(outbox.c.domain, func.count())
        .where(
            outbox.c.state == "leased",
            among(outbox.c.domain, domains),
            outbox.c.leased_until > now,
            not_(among(outbox.c.id, apart_from)),
        )
        .group_by(outbox.c.domain)
    )
    return {row[0]: row[1] for row in connection.execute(statement)}


class PutOff(NamedTuple):
    """A claimed delivery that has to wait. domain: in whose line it has the place that begins at `until`."""

    delivery: Delivery
    until: datetime
    why: str
    domain: str | None = None


def put_off(connection: Connection, waiting: Iterable[PutOff]) -> None:
    """Let deliveries wait that were claimed in this transaction: nothing was tried, so no attempt counts."""
    rows = [(one.delivery.id, one.delivery.attempts, one.until, one.why, one.domain) for one in waiting]
    if not rows:
        return
    columns = {name: outbox.c[name] for name in ("id", "attempts", "due_at", "error", "domain")}
    given = rows_from(columns, rows).c
    values = {
        "state": "due",
        "attempts": given.attempts - 1,
        "due_at": given.due_at,
        "leased_until": None,
        "error": given.error,
        "domain": given.domain,
    }
    connection.execute(ours(given).values(**values))


def keep(connection: Connection, deliveries: Sequence[Delivery], until: datetime) -> None:
    """Hold on to what takes long, as far as it is still ours."""
    connection.execute(_still_ours(deliveries).values(leased_until=until))


def hold_all(connection: Connection, until: datetime) -> int:
    """Let nobody's lease run out before a moment; returns how many would have."""
    ending = (outbox.c.state == "leased", outbox.c.leased_until < until)
    return connection.execute(update(outbox).where(*ending).values(leased_until=until)).rowcount


def give_back(connection: Connection, deliveries: Sequence[Delivery], now: datetime, why: str) -> int:
    """Let others take at once what we do not finish; returns how many of them were still ours.

    The attempt counts, however far it came: by it one lease is told from another.
    """
    values = {"state": "due", "due_at": now, "leased_until": None, "error": why, "domain": None}
    return connection.execute(_still_ours(deliveries).values(**values)).rowcount


def let_go_all(connection: Connection) -> int:
    """Let others take at once whatever anybody holds; returns how many deliveries that were.

    For a database that was copied: who held them works on the other one.
    """
    statement = update(outbox).where(outbox.c.state == "leased").values(state="due", leased_until=None)
    return connection.execute(statement).rowcount


def soon(connection: Connection, after: datetime, until: datetime) -> list[tuple[datetime, UUID]]:
    """What becomes due after one moment and no later than another, in that order; at most MOST_SOON."""
    statement = (
        select(outbox.c.due_at, outbox.c.id)
        .where(outbox.c.state.in_(WAITING), outbox.c.due_at > after, outbox.c.due_at <= until)
        .order_by(outbox.c.due_at)
        .limit(MOST_SOON)
    )
    return [(row.due_at, row.id) for row in connection.execute(statement)]


def _still_ours(deliveries: Sequence[Delivery]) -> Update:
    """An update of claimed deliveries, as far as nobody else has taken them meanwhile."""
    ours = tuple_(outbox.c.id, outbox.c.attempts).in_([(one.id, one.attempts) for one in deliveries])
    return update(outbox).where(outbox.c.state == "leased", ours)
