"""What follows from a step of an invented life: points, stages, deliveries – everything but sending."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, func, select, union_all

from bridge.flow.score_profiles import score_profiles
from bridge.flow.sending.deliver import LEASE, settle
from bridge.flow.sending.keep_back import WITH_SALES
from bridge.flow.sending.pace import NotYet
from bridge.flow.sending.write import write
from bridge.flow.sending.write_together import NotToBeSent
from bridge.flow.unit import Unit
from bridge.store import leases
from bridge.store import outbox as deliveries
from bridge.store.leases import PutOff
from bridge.store.tables import enrolments, events, outbox, profiles
from connectors.contract import Answer, Receipt

NOT_SENT = Receipt("invented, nothing was sent")
A_SECOND, A_MOMENT, A_DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)


def follow_up(unit: Unit, reply: Answer = NOT_SENT) -> None:
    """Do what workers would be woken for, each round a second later, until nobody is.

    reply: what the mail server of whoever gets the mails would have said.
    """
    while unit.to_score or unit.to_deliver:
        people, unit.to_score = sorted(unit.to_score), set()
        score_profiles(unit, people)
        unit.now += A_SECOND
        letters, unit.to_deliver = unit.to_deliver, []
        for one in letters:
            _deliver(unit, one, reply)


def _deliver(unit: Unit, delivery_id: UUID, reply: Answer) -> None:
    """Claim, write and note what becomes of it, as a worker would; no connector is asked."""
    delivery = deliveries.claim(unit.connection, delivery_id, unit.now, LEASE)
    if delivery is None:
        return
    try:
        write(unit, delivery)
    except NotToBeSent as error:
        deliveries.finish(unit.connection, delivery, "refused", unit.now, str(error))
    except NotYet as error:
        again = max(error.until, unit.now + (A_DAY if str(error) == WITH_SALES else A_MOMENT))
        leases.put_off(unit.connection, [PutOff(delivery, again, str(error), error.domain)])
    else:
        settle(unit, delivery, reply)


def take_up(unit: Unit, profile_id: UUID) -> None:
    """Wake everybody for whom something of this person is due."""
    unit.to_score.add(profile_id)
    due = select(outbox.c.id).where(*_waiting(profile_id), outbox.c.due_at <= unit.now)
    unit.to_deliver += unit.connection.scalars(due)


def next_due(connection: Connection, profile_id: UUID) -> datetime | None:
    """When the next hit of a person has settled, the next points may hand over, the next mail is due.

    A place that rests as long as sales has somebody is not looked at day by day.
    """
    moments = union_all(
        select(func.min(events.c.due_at).label("due")).where(
            events.c.profile_id == profile_id, events.c.scored_at.is_(None)
        ),
        select(func.min(enrolments.c.due_at)).where(
            enrolments.c.profile_id == profile_id,
            enrolments.c.state == "active",
            enrolments.c.rests_because.is_distinct_from("sales"),
        ),
        select(profiles.c.recheck_at).where(profiles.c.id == profile_id),
        select(func.min(outbox.c.due_at)).where(*_waiting(profile_id)),
    ).subquery()
    moment: datetime | None = connection.scalar(select(func.min(moments.c.due)))
    return moment


def _waiting(profile_id: UUID) -> tuple[ColumnElement[bool], ...]:
    return outbox.c.profile_id == profile_id, outbox.c.state == "due"
