"""Mails of series that left a while ago, and what came back."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, and_, func, or_, select

from bridge.store.sets import rows_from
from bridge.store.tables import events, mails

REACTIONS = ("mail.opened", "link.clicked", "file.downloaded")
"""What people do with a mail; machines do it, too."""
RETURNED = ("mail.bounced", "mail.complained")
"""Nobody ignores a mail that never came, or that they called spam."""
ANSWERS = ("question.answered", "form.submitted", "preferences.saved")
"""What people send from a page that the mail led to."""


class Sent(NamedTuple):
    """A mail whose reader is known by what they do with it."""

    id: UUID
    profile_id: UUID
    subject: str
    created_at: datetime
    sent_at: datetime


class Reactions(NamedTuple):
    """Mails by what came back: certainly something of a person, or something that nobody has judged yet."""

    answered: frozenset[UUID]
    unjudged: frozenset[UUID]


def tracked(connection: Connection, after: datetime, until: datetime, limit: int) -> list[Sent]:
    """The first tracked mails of series that were sent after a moment and until another one, oldest first.

    With the last one come all that were sent at the same moment: where to go on is told by a moment.
    """
    known = and_(mails.c.sequence.is_not(None), mails.c.tracked, mails.c.sent_at > after)
    at = select(mails.c.sent_at).where(known, mails.c.sent_at <= until).order_by(mails.c.sent_at)
    last = connection.scalar(at.offset(limit - 1).limit(1))
    columns = (mails.c[name] for name in Sent._fields)
    statement = select(*columns).where(known, mails.c.sent_at <= (last or until))
    return [Sent(*row) for row in connection.execute(statement.order_by(mails.c.sent_at, mails.c.id)).all()]


def reactions(connection: Connection, sent: Iterable[Sent], within: timedelta) -> Reactions:
    """What came back of mails within so long after they were sent, or before that was written down."""
    asked = rows_from(
        {
            "mail": mails.c.id,
            "reader": mails.c.profile_id,
            "since": mails.c.sent_at,
            "until": mails.c.sent_at,
        },
        [(one.id, one.profile_id, one.created_at, one.sent_at + within) for one in sent],
    ).c
    is_hit = events.c.kind.in_(REACTIONS)
    by_person = and_(is_hit, events.c.scored_at.is_not(None), events.c.verdict == "human")
    statement = (
        select(
            events.c.mail_id,
            func.bool_or(or_(events.c.kind.in_((*RETURNED, *ANSWERS)), by_person)),
            func.bool_or(and_(is_hit, events.c.scored_at.is_(None))),
        )
        .where(
            events.c.profile_id == asked.reader,
            events.c.mail_id == asked.mail,
            events.c.at.between(asked.since, asked.until),
            events.c.kind.in_((*REACTIONS, *RETURNED, *ANSWERS)),
        )
        .group_by(events.c.mail_id)
    )
    found = connection.execute(statement).all()
    answered = frozenset(mail for mail, is_answered, _ in found if is_answered)
    return Reactions(answered, frozenset(mail for mail, _, waits in found if waits) - answered)
