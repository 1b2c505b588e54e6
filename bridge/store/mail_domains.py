"""Rows about domains that mails go to: until when the places in their lines are given away.

Each domain has two lines: one for advertising, and one for mails that somebody waits for, such as confirmations.
Advertising joins behind the second line, and again when it comes at its moment and finds somebody there, so that
both together keep the domain's pace.
"""

from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import Connection, delete, func
from sqlalchemy.dialects.postgresql import insert

from bridge.store.tables import mail_domains

Line = Literal["answers", "advertising"]


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


def forget_idle(connection: Connection, before: datetime) -> int:
    """Remove domains whose lines have been empty since a moment; returns how many that were."""
    idle = func.greatest(mail_domains.c.next_at, mail_domains.c.answers_at) < before
    return connection.execute(delete(mail_domains).where(idle)).rowcount
