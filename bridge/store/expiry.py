"""Rows whose time is over: which they are, how many, and forgetting some of them at a time.

Each function takes the moment before which a row is too old. People are in `silence`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Connection,
    Table,
    and_,
    delete,
    func,
    literal_column,
    null,
    select,
    text,
    tuple_,
    update,
)

from bridge.store import stale_days
from bridge.store.identities import VISITOR
from bridge.store.tables import (
    audit_log,
    consent_proofs,
    console_sessions,
    counted_hits,
    dead_letters,
    erasures,
    events,
    identities,
    link_codes,
    link_openings,
    notices,
    outbox,
    profile_links,
    proofs_of_humanity,
    sales_devices,
    submissions,
    visits,
    webhook_attempts,
)


@dataclass(frozen=True, slots=True)
class Expired:
    """Rows of a table whose moment `at` lies before another, as far as `only` is true of them.

    becomes: columns that lose something, with what is left of them; None: whole rows go.
    guarded: whether the database changes the table for retention alone, which says so in its transaction.
    """

    table: Table
    at: ColumnElement[Any]
    before: date
    only: ColumnElement[bool] | None = None
    becomes: Mapping[str, Any] | None = None
    guarded: bool = False

    @property
    def condition(self) -> ColumnElement[bool]:
        """Whether a row is one of them."""
        return self.at < self.before if self.only is None else and_(self.only, self.at < self.before)

    @property
    def by_age_alone(self) -> bool:
        """Whether all rows of a time go, and go wholly."""
        return self.only is None and self.becomes is None


def count(connection: Connection, expired: Expired) -> int:
    """How many there are."""
    return connection.scalar(select(func.count()).select_from(expired.table).where(expired.condition)) or 0


def forget_some(connection: Connection, expired: Expired, limit: int) -> int:
    """Forget at most so many, the oldest first, and return how many.

    Rows that somebody else holds are left for the next time. The order makes sure that an index is used: that old
    rows are rare is something that the planner does not know.
    """
    if expired.guarded:
        connection.execute(select(func.set_config("leadbridge.retention", "on", True)))
    key = expired.table.primary_key
    some = select(*key).where(expired.condition).order_by(expired.at).limit(limit)
    these = tuple_(*key).in_(some.with_for_update(skip_locked=True))
    if expired.table is visits and expired.only is not None and expired.becomes is None:
        gone = connection.scalars(delete(visits).where(these).returning(visits.c.at)).all()
        stale_days.mark(connection, gone)  # of days whose visits are there, these are not to be counted
        return len(gone)
    if expired.becomes is None:
        return connection.execute(delete(expired.table).where(these)).rowcount
    return connection.execute(update(expired.table).where(these).values(expired.becomes)).rowcount


def event_addresses(before: datetime) -> Expired:
    """From where hits came."""
    named = _sql("events.data ?| array['ip', 'headers']")  # as the index has it
    return Expired(events, events.c.at, before, named, {"data": text("data - 'ip' - 'headers'")})


def submission_addresses(before: datetime) -> Expired:
    """From where forms came."""
    named = _sql("submissions.context ? 'ip'")
    return Expired(submissions, submissions.c.received_at, before, named, {"context": text("context - 'ip'")})


def visit_addresses(before: datetime) -> Expired:
    """From where visits came."""
    return Expired(visits, visits.c.at, before, visits.c.ip.is_not(None), {"ip": null()})


def letter_addresses(before: datetime) -> Expired:
    """From where records came that could not be processed. Those that could not be read are only text to us."""
    named = _sql(
        r"""((dead_letters.payload #> '{body,request}') ?| array['ip', 'headers']
        or (dead_letters.payload #> '{body,context}') ? 'ip'
        or (dead_letters.payload #>> '{body,raw}') ~ '"(ip|headers)"\s*:\s*["{]')"""
    )
    nameless = text(
        r"""jsonb_set(
            payload #- '{body,request,ip}' #- '{body,request,headers}' #- '{body,context,ip}',
            '{body,raw}',
            coalesce(to_jsonb(regexp_replace(
                payload #>> '{body,raw}',
                '("ip"\s*:\s*)"[^"]*("|$)|("headers"\s*:\s*)\{[^}]*(\}|$)', '\1\3null', 'g')), 'null'),
            false)"""
    )
    return Expired(dead_letters, dead_letters.c.at, before, named, {"payload": nameless})


def humanity(before: datetime) -> Expired:
    """What proved a person: their hits are judged long since."""
    return Expired(proofs_of_humanity, proofs_of_humanity.c.at, before)


def anonymous_visits(before: datetime) -> Expired:
    """Visits that found no person in time."""
    return Expired(visits, visits.c.at, before)


def unwanted_visits(before: datetime) -> Expired:
    """Visits of browsers that withdrew, should one have come through another journal."""
    withdrew = select(identities.c.value).where(
        identities.c.kind == VISITOR, identities.c.profile_id.is_(None)
    )
    return Expired(visits, visits.c.at, before, visits.c.visitor.in_(withdrew))


def withdrawn_browsers(before: datetime) -> Expired:
    """That browsers withdrew: nothing of theirs can be under way any more."""
    return Expired(identities, identities.c.at, before, identities.c.profile_id.is_(None))


def forms_of_nobody(before: datetime) -> Expired:
    """Forms that were held and never released, that were dropped, or whose person is gone."""
    return Expired(submissions, submissions.c.received_at, before, submissions.c.profile_id.is_(None))


def access_addresses(before: datetime) -> Expired:
    """From where sales opened profile pages."""
    return Expired(link_openings, link_openings.c.at, before, link_openings.c.ip.is_not(None), {"ip": null()})


def codes(before: datetime) -> Expired:
    """Codes for devices, which nobody can use any more."""
    return Expired(link_codes, link_codes.c.expires_at, before)


def devices(before: datetime) -> Expired:
    """Devices of sales that are signed out, or were forgotten over night."""
    return Expired(sales_devices, sales_devices.c.expires_at, before)


def letters(before: datetime) -> Expired:
    """What could not be processed, and was not looked at."""
    return Expired(dead_letters, dead_letters.c.at, before)


def links(before: datetime) -> Expired:
    """Links to profiles, with when they were opened."""
    return Expired(profile_links, profile_links.c.expires_at, before)


def erased(before: datetime) -> Expired:
    """That somebody was erased: nothing from before can be under way any more."""
    return Expired(erasures, erasures.c.at, before)


def attempts(before: datetime) -> Expired:
    """What was tried to reach the endpoints of webhooks."""
    return Expired(webhook_attempts, webhook_attempts.c.at, before)


def farewells(before: datetime) -> Expired:
    """Deliveries that belong to nobody: others were told that somebody is gone."""
    return Expired(outbox, outbox.c.finished_at, before, outbox.c.profile_id.is_(None))


def reports(before: datetime) -> Expired:
    """By what a bounce or complaint that is reported again is recognised."""
    return Expired(notices, notices.c.at, before)


def proofs(before: datetime) -> Expired:
    """Proofs of what was never confirmed, or ended long ago."""
    return Expired(consent_proofs, consent_proofs.c.keep_until, before)


def counted(before: datetime) -> Expired:
    """By what a hit that was counted without a person is recognised when it comes again."""
    return Expired(counted_hits, counted_hits.c.day, before.date())


def sessions(before: datetime) -> Expired:
    """Sessions of the console that are over."""
    return Expired(console_sessions, console_sessions.c.expires_at, before)


def deed_addresses(before: datetime) -> Expired:
    """From where people used the console."""
    named = audit_log.c.ip.is_not(None)
    return Expired(audit_log, audit_log.c.at, before, named, {"ip": null()}, guarded=True)


def deeds(before: datetime) -> Expired:
    """Who saw and did what on the console."""
    return Expired(audit_log, audit_log.c.at, before, guarded=True)


def _sql(words: str) -> ColumnElement[bool]:
    """A condition where only SQL says it as an index does."""
    return literal_column(words, Boolean)
