"""What became of mails, by template: what people did who allow it to be known, and numbers without persons."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, func, select

from bridge.store.tables import events, mail_counts, mails


@dataclass(frozen=True, slots=True)
class MailLine:
    """One template. opened, clicked: how many of those sent were opened, or led to a link, by people.

    machine_clicks: clicks in these that were judged a machine's. unnamed_opens, unnamed_clicks: hits of people who do
    not allow (any more) to be known by them, also in mails of before; nobody knows how many people that were.
    """

    mail: str
    sent: int = 0
    opened: int = 0
    clicked: int = 0
    machine_clicks: int = 0
    unnamed_opens: int = 0
    unnamed_clicks: int = 0


def by_template(connection: Connection, first_day: date, since: datetime) -> list[MailLine]:
    """Every template that was sent, or opened without persons, the most sent first. since: when the first day began.

    A mail of before that is opened now is none of these days, so that no more are opened than were sent.
    """
    known = {row.template: row for row in connection.execute(_of_people(since))}
    counted = {row.template: row for row in connection.execute(_without_people(first_day))}
    lines = [_line(name, known.get(name), counted.get(name)) for name in known.keys() | counted.keys()]
    return sorted(lines, key=lambda line: (-line.sent, line.mail))


def _line(name: str, known: Row[Any] | None, counted: Row[Any] | None) -> MailLine:
    facts = [row._mapping for row in (known, counted) if row is not None]
    return MailLine(
        name, **{key: int(value) for row in facts for key, value in row.items() if key != "template"}
    )


def _of_people(since: datetime) -> Any:
    is_human = events.c.verdict == "human"
    is_machine = events.c.scored_at.is_not(None) & ~is_human
    is_open, is_click = events.c.kind == "mail.opened", events.c.kind == "link.clicked"
    mail = events.c.mail_id.distinct()
    return (
        select(
            mails.c.template,
            func.count(mail).filter(is_open & is_human).label("opened"),
            func.count(mail).filter(is_click & is_human).label("clicked"),
            func.count().filter(is_click & is_machine).label("machine_clicks"),
        )
        .join(mails, and_(mails.c.id == events.c.mail_id, mails.c.profile_id == events.c.profile_id))
        .where(mails.c.sent_at >= since, is_open | is_click)
        .group_by(mails.c.template)
    )


def _without_people(first_day: date) -> Any:
    def number(kind: str) -> Any:
        return func.coalesce(func.sum(mail_counts.c["count"]).filter(mail_counts.c.kind == kind), 0)

    return (
        select(
            mail_counts.c.template,
            number("sent").label("sent"),
            number("opened").label("unnamed_opens"),
            number("clicked").label("unnamed_clicks"),
        )
        .where(mail_counts.c.day >= first_day)
        .group_by(mail_counts.c.template)
    )
