"""Rows about domains that mails go to: until when the places in their lines are given away.

Each domain has two lines: one for advertising, and one for mails that somebody waits for, such as confirmations.
Advertising joins behind the second line, and again when it comes at its moment and finds somebody there, so that
both together keep the domain's pace.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from sqlalchemy import Connection, delete, func, update
from sqlalchemy.dialects.postgresql import insert

from bridge.store.sets import insertion, rows_from
from bridge.store.tables import mail_domains

Line = Literal["answers", "advertising"]


class Lines(NamedTuple):
    """Until when the places in the two lines of a domain are given away."""

    advertising: datetime
    answers: datetime

    def first_free(self, line: Line, now: datetime) -> datetime:
        """The moment of the next free place in a line, now or later."""
        return max(now, self.answers) if line == "answers" else max(now, *self)

    def given_away(self, line: Line, until: datetime) -> "Lines":
        """The lines, of which one is given away until a moment."""
        return self._replace(**{line: until})


def take_place(
    connection: Connection, domain: str, line: Line, now: datetime, interval: timedelta
) -> datetime:
    """Take the next free place in a line; returns its moment, now or later.

    Others who ask about that domain wait until this transaction ends.
    """
    table = mail_domains.c
    if line == "answers":
        column, free = table.answers_at, func.greatest(table.answers_at, now)
    else:
        column, free = table.next_at, func.greatest(table.next_at, table.answers_at, now)
    first = {"next_at": now, "answers_at": now} | {column.name: now + interval}
    statement = (
        insert(mail_domains)
        .values(domain=domain, **first)
        .on_conflict_do_update(index_elements=["domain"], set_={column.name: free + interval})
        .returning(column)
    )
    taken: datetime = connection.execute(statement).scalar_one()
    return taken - interval


def hold(connection: Connection, domain: str, now: datetime) -> datetime:
    """Let others who ask about that domain wait until this transaction ends, without taking a place.

    Returns until when places of the line of answers are given away.
    """
    statement = insert(mail_domains).values(domain=domain, next_at=now, answers_at=now)
    same = {"domain": statement.excluded.domain}
    asked = statement.on_conflict_do_update(index_elements=["domain"], set_=same)
    until: datetime = connection.execute(asked.returning(mail_domains.c.answers_at)).scalar_one()
    return until


def hold_all(connection: Connection, domains: Iterable[str], now: datetime) -> dict[str, Lines]:
    """The same for several domains: until when the places in their lines are given away."""
    rows = [{"domain": one, "next_at": now, "answers_at": now} for one in sorted(domains)]
    statement = insertion(mail_domains, rows)
    same = {"domain": statement.excluded.domain}
    asked = statement.on_conflict_do_update(index_elements=["domain"], set_=same)
    found = connection.execute(asked.returning(*mail_domains.c[("domain", "next_at", "answers_at")]))
    return {row.domain: Lines(row.next_at, row.answers_at) for row in found}


def give_places(connection: Connection, lines: Mapping[str, Lines]) -> None:
    """Write down until when places are given away now. The caller holds these domains."""
    rows = [(domain, one.advertising, one.answers) for domain, one in lines.items()]
    if not rows:
        return
    columns = {name: mail_domains.c[name] for name in ("domain", "next_at", "answers_at")}
    given = rows_from(columns, rows).c
    values = {"next_at": given.next_at, "answers_at": given.answers_at}
    connection.execute(update(mail_domains).where(mail_domains.c.domain == given.domain).values(values))


def forget_idle(connection: Connection, before: datetime) -> int:
    """Remove domains whose lines have been empty since a moment; returns how many that were."""
    idle = func.greatest(mail_domains.c.next_at, mail_domains.c.answers_at) < before
    return connection.execute(delete(mail_domains).where(idle)).rowcount
