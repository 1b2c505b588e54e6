"""Counting mails without persons: what a report may say of people who do not allow to be known by their hits."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from bridge.flow.unit import Unit
from bridge.ids import derived_id
from bridge.intake.records import Hit, Record
from bridge.judgement.judge import judge
from bridge.judgement.sightings import CLICK, OPEN, Sighting
from bridge.store import mail_counts
from bridge.store.mail_counts import Counted
from bridge.store.mails import Brief

_KINDS: dict[str, mail_counts.Kind] = {OPEN: "opened", CLICK: "clicked"}


def count_hits(unit: Unit, hits: Iterable[tuple[Record, Hit, Brief]]) -> None:
    """Count opens and clicks that nobody may be known by; those that look like a machine's are left out.

    Kept are the mail's template, the day and the number of the link: neither person nor mail nor moment. A few
    statements, whatever the number of hits; the same ones again count nothing.
    """
    marked = {_mark(one[0]): one for one in hits if one[1].kind in _KINDS and _is_human(unit, *one[:2])}
    new = mail_counts.first_time(unit.connection, marked, day_of(unit, unit.now))
    mail_counts.add(unit.connection, Counter(_counted(unit, *marked[mark]) for mark in new))


def _is_human(unit: Unit, record: Record, hit: Hit) -> bool:
    """A single hit can only be judged by itself: with its neighbours it would be somebody's again."""
    seen = Sighting(
        id=record.id,
        at=record.received_at,
        kind=hit.kind,
        link=hit.url or "",
        method=hit.request.method,
        user_agent=hit.request.user_agent,
        ip=hit.request.ip,
        purpose=hit.request.purpose,
        headers=hit.request.headers,
    )
    return not judge(seen, (), unit.program.verdicts, unit.world.networks).is_machine


def _mark(record: Record) -> UUID:
    """What makes a record recognised; its own id would say when it came."""
    return derived_id("counted", record.id)


def _counted(unit: Unit, record: Record, hit: Hit, mail: Brief) -> Counted:
    day = day_of(unit, record.received_at)
    return Counted(mail.template, day, _KINDS[hit.kind], str(hit.link) if hit.kind == CLICK else "")


def day_of(unit: Unit, moment: datetime) -> date:
    """The day on which something is counted."""
    return moment.astimezone(unit.program.timezone).date()
