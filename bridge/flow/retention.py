"""Forget what has been kept long enough: once a day, a little at a time, and it can be interrupted anywhere."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from dateutil.relativedelta import relativedelta
from sqlalchemy import ColumnElement, Connection
from sqlalchemy.exc import DBAPIError

from bridge.flow.adopt_visits import KEPT as VISITS
from bridge.flow.erase_profile import keep_count, remove_profile
from bridge.flow.unit import Opened, Unit
from bridge.program.retention import Retention
from bridge.store import consent_proofs, erasures, expiry, partitions, profiles, silence, submissions
from bridge.store.database import is_held
from bridge.store.expiry import Expired

UNDECIDED = timedelta(days=30)
"""A held form that nobody released: whoever sent it has given up waiting, or was a machine."""

UNPROCESSED = timedelta(days=90)
"""A dead letter that nobody looked at: longer than anybody is ill or on holiday."""

LINKS = relativedelta(months=12)
"""Who opened a profile page, after its link has ended: somebody may ask once a year."""

CODES = timedelta(days=1)
"""They are good for minutes. How many were sent is counted by what happened at the links; see `sign_in.PACES`."""

DEVICES = timedelta(days=30)
"""Long enough to find out whose a strange device was."""

DEEDS = relativedelta(months=24)
"""Who saw what on the console: as long as those of whom it tells are known at most."""

UNDER_WAY = timedelta(days=30)
"""Longer than anything lies in a journal, and as long as a website may send the same submission again."""

COUNTED = timedelta(days=2)
"""Longer than it takes a machine that crashed to come back and take its journal over once more."""

BATCH = 500


@dataclass(frozen=True, slots=True)
class Rule:
    """What goes and why, in words for a list. of: rows, or a condition that is true of people."""

    what: str
    why: str
    of: Expired | ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Found:
    """So much of that."""

    rule: Rule
    count: int


def rules(retention: Retention, now: datetime) -> tuple[Rule, ...]:
    """Everything that goes at a moment. People come last, so that nothing is counted because somebody else went."""
    addresses = now - timedelta(days=retention.address_days)
    unconfirmed = now - timedelta(days=retention.unconfirmed_days)
    silent = now - relativedelta(months=retention.silent_months)
    days, waits = f"after {retention.address_days} days", f"{retention.unconfirmed_days} days"
    return (
        Rule("network addresses of hits", days, expiry.event_addresses(addresses)),
        Rule("network addresses of forms", days, expiry.submission_addresses(addresses)),
        Rule("network addresses of visits", days, expiry.visit_addresses(addresses)),
        Rule("network addresses in dead letters", days, expiry.letter_addresses(addresses)),
        Rule("network addresses of sales", days, expiry.access_addresses(addresses)),
        Rule("network addresses of the console", days, expiry.deed_addresses(addresses)),
        Rule("proofs of humanity", days, expiry.humanity(addresses)),
        Rule("visits of unknown browsers", "after 30 days", expiry.anonymous_visits(now - VISITS)),
        Rule("visits of browsers that withdrew", "at once", expiry.unwanted_visits(now)),
        Rule("browsers that withdrew", "after 30 days", expiry.withdrawn_browsers(now - VISITS)),
        Rule("forms of nobody", "held or dropped for 30 days", expiry.forms_of_nobody(now - UNDECIDED)),
        Rule("dead letters", "after 90 days", expiry.letters(now - UNPROCESSED)),
        Rule("links to profiles", "12 months after their end", expiry.links(now - LINKS)),
        Rule("codes for devices of sales", "after a day", expiry.codes(now - CODES)),
        Rule("devices of sales", "30 days after they were signed out", expiry.devices(now - DEVICES)),
        Rule("sessions of the console", "at once when they are over", expiry.sessions(now)),
        Rule("audit log of the console", "after 24 months", expiry.deeds(now - DEEDS)),
        Rule("marks of erasures", "after 30 days", expiry.erased(now - UNDER_WAY)),
        Rule("marks of counted hits", "after 2 days", expiry.counted(now - COUNTED)),
        Rule("marks of bounces and complaints", "after 30 days", expiry.reports(now - UNDER_WAY)),
        Rule("attempts of webhooks", "after 30 days", expiry.attempts(now - UNDER_WAY)),
        Rule("deliveries about people who are gone", "after 30 days", expiry.farewells(now - UNDER_WAY)),
        Rule("proofs of consents", "never confirmed, or ended three years ago", expiry.proofs(now)),
        Rule("people who never confirmed", f"{waits} after their form", silence.unconfirmed(unconfirmed)),
        Rule(
            "silent people",
            f"{retention.silent_months} months after the last sign of life",
            silence.silent(silent, unconfirmed),
        ),
    )


def survey(connection: Connection, retention: Retention, now: datetime) -> Iterator[Found]:
    """What would go now, rule by rule. Nothing is changed."""
    for rule in rules(retention, now):
        if isinstance(rule.of, Expired):
            yield Found(rule, expiry.count(connection, rule.of))
        else:
            yield Found(rule, silence.count(connection, rule.of))


def forget_expired(opened: Opened, retention: Retention, now: datetime) -> Iterator[Found]:
    """Let everything go whose time is over: each step is a transaction, and says how much of what went.

    Whoever stops in between loses nothing; the next run goes on. Two runs at once share the work.
    """
    for rule in rules(retention, now):
        if isinstance(rule.of, Expired):
            yield from _forget_rows(opened, rule, rule.of)
        else:
            yield from _forget_people(opened, rule, rule.of)


def _forget_rows(opened: Opened, rule: Rule, expired: Expired) -> Iterator[Found]:
    """Whole pieces first, where the table lies in such; then row by row what is left."""
    if expired.by_age_alone and expired.table in partitions.PARTITIONED:
        yield from _drop_pieces(opened, rule, expired)
    gone = BATCH
    while gone >= BATCH:
        with opened() as unit:
            gone = expiry.forget_some(unit.connection, expired, BATCH)
        yield Found(rule, gone)


def _drop_pieces(opened: Opened, rule: Rule, expired: Expired) -> Iterator[Found]:
    try:
        while True:
            with opened() as unit:
                gone = partitions.drop_oldest(unit.connection, expired)
            if gone is None:
                return
            yield Found(rule, gone)
    except DBAPIError as error:
        if not is_held(error):
            raise


def _forget_people(opened: Opened, rule: Rule, condition: ColumnElement[bool]) -> Iterator[Found]:
    """One after another: nobody else waits long, and no two locks can be in each other's way."""
    last: UUID | None = None
    while True:
        with opened() as unit:
            people = silence.some(unit.connection, condition, last, BATCH)
        for person in people:
            with opened() as unit:
                gone = _forget_person(unit, person, condition)
            yield Found(rule, int(gone))
        if len(people) < BATCH:
            break
        last = people[-1]


def _forget_person(unit: Unit, profile_id: UUID, condition: ColumnElement[bool]) -> bool:
    """Erase somebody. What proves a consent outlives them; a form that is sent again brings nobody back."""
    email_key = profiles.key_of(unit.connection, profile_id)
    if email_key is None:
        return False
    erasures.hold(unit.connection, [email_key])  # a form that comes just now is accepted before or after
    profile = silence.lock_still(unit.connection, profile_id, condition)
    if profile is None:
        return False
    keep_count(unit, profile)
    submissions.leave_marks(unit.connection, profile.id, unit.now - UNDER_WAY)
    consent_proofs.outlive(unit.connection, profile.email_key, unit.now)
    remove_profile(unit, profile)
    return True
