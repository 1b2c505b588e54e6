"""What people did with each mail of a series: subqueries that reports and comparisons share."""

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Subquery, and_, func, literal, or_, select
from sqlalchemy.dialects.postgresql import distinct_on

from bridge.store.tables import events, handovers, mails

LEADS_ON = timedelta(days=30)
"""So long after a mail a hand-over is still owed to it, unless another one came in between."""
HITS = {"opened": "mail.opened", "clicked": "link.clicked"}
"""What only the mails of people tell who allow it, and what machines do, too."""
ANSWERS = {"unsubscribed": "unsubscribed", "complained": "mail.complained"}
"""What is known of every mail that somebody answers in this way by the mail itself."""


def reactions() -> Subquery:
    """A row for each mail to which somebody reacted: `mail_id`, `opened`, `clicked`, `unsubscribed`, `complained`."""
    kind = events.c.kind
    whose = or_(
        and_(kind.in_(HITS.values()), events.c.verdict == "human"),
        kind.in_(ANSWERS.values()),
    )
    found = {name: func.bool_or(kind == one).label(name) for name, one in (HITS | ANSWERS).items()}
    return (
        select(events.c.mail_id, *found.values())
        .where(events.c.mail_id.is_not(None), whose)
        .group_by(events.c.mail_id)
        .subquery("reactions")
    )


def was_clicked(mail: Any) -> ColumnElement[bool]:
    """Whether its reader, no machine, followed a link of a mail: looked up one by one, however many events there are.

    mail: columns with its `id` and `profile_id`.
    """
    clicked = select(literal(1)).where(
        events.c.profile_id == mail.profile_id,
        events.c.mail_id == mail.id,
        events.c.kind == "link.clicked",
        events.c.verdict == "human",
    )
    return clicked.correlate(mail.id.table).offset(0).exists()


def crossings() -> Subquery:
    """A row for each mail that led to sales, `mail_id`: the newest of a series before a hand-over of its reader.

    Hand-overs that were withdrawn, since they rested on machines, are none.
    """
    newest = (
        select(mails.c.id.label("mail_id"))
        .join(handovers, handovers.c.profile_id == mails.c.profile_id)
        .where(
            mails.c.sequence.is_not(None),
            mails.c.sent_at <= handovers.c.at,
            mails.c.sent_at > handovers.c.at - LEADS_ON,
            handovers.c.state != "withdrawn",
        )
        .ext(distinct_on(handovers.c.id))
        .order_by(handovers.c.id, mails.c.sent_at.desc())
        .subquery("newest")
    )
    return select(newest.c.mail_id).distinct().subquery("crossings")


def take_room(connection: Connection) -> None:
    """Let what is counted next, in this transaction, use more memory: else the database sorts on its disk."""
    connection.execute(select(func.set_config("work_mem", "64MB", True)))
