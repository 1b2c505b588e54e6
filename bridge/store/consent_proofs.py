"""Rows that prove consents. They stand apart from people, found by the hash of an address, and outlive them.

How long a proof is kept stands in the row: as long as the consent stands, and three years after its end.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta
from sqlalchemy import ColumnElement, Connection, and_, delete, false, or_, select, update

from bridge.profiles.consent import SCORING, Consent
from bridge.profiles.proofs import Proof
from bridge.store.address_hashes import hash_of
from bridge.store.sets import insertion
from bridge.store.tables import consent_proofs

AFTER_ITS_END = relativedelta(years=3)
"""How long somebody may still ask for the proof: the usual period of limitation (§ 195 BGB)."""

UNANSWERED = timedelta(days=20)
"""How long a request waits for its confirmation: the mail may be under way for five days, its button works for
fourteen."""


def add(connection: Connection, answers: Iterable[tuple[str, Consent, datetime]]) -> None:
    """Keep the proofs of answers: whose address, which answer, when it was written down.

    What an answer ends is kept for three more years. The same one again has no effect.
    """
    known = [(hash_of(connection, email_key), answer, at) for email_key, answer, at in answers]
    if not known:
        return
    statement = insertion(consent_proofs, [_values(*one) for one in known])
    fresh = statement.on_conflict_do_nothing(index_elements=["id"]).returning(consent_proofs.c.id)
    new = set(connection.scalars(fresh))
    for whose, answer, _ in known:
        if answer.id in new:
            _keep_as_long_as_it_counts(connection, whose, answer)


def _values(whose: str, answer: Consent, written_at: datetime) -> dict[str, Any]:
    values = {name: getattr(answer, name) for name in _OF_THE_ANSWER}
    if answer.purpose == SCORING:  # nobody has to prove an objection: from where it came is nobody's business
        values |= {"ip": None, "user_agent": None}
    return values | {"address_hash": whose, "keep_until": written_at + UNANSWERED}


def _keep_as_long_as_it_counts(connection: Connection, whose: str, answer: Consent) -> None:
    """A request waits for its answer, as it was written; every other answer lasts, or ends what did."""
    itself = consent_proofs.c.id == answer.id
    if answer.purpose == SCORING:  # an objection is no consent: it stands as long as there is a profile
        _keep(connection, itself, None)
    elif answer.state == "given":
        _keep(connection, itself | _request_of(whose, answer), None)
    elif answer.state == "withdrawn":
        stands = and_(_of_purpose(whose, answer.purpose), consent_proofs.c.keep_until.is_(None))
        if _keep(connection, stands, answer.at + AFTER_ITS_END):
            _keep(connection, itself, answer.at + AFTER_ITS_END)


_OF_THE_ANSWER = (
    *("id", "purpose", "state", "text", "text_hash", "language", "at", "how", "place", "form"),
    *("program_version", "ip", "user_agent", "submission_id", "message_id"),
)


def of_address(connection: Connection, email_key: str) -> list[Proof]:
    """All proofs of an address, also when nobody is known by it any more."""
    columns = [column for column in consent_proofs.c if column.name != "address_hash"]
    whose = consent_proofs.c.address_hash == hash_of(connection, email_key)
    return [Proof(**row._mapping) for row in connection.execute(select(*columns).where(whose))]


def outlive(connection: Connection, email_key: str, now: datetime) -> None:
    """Somebody is removed: their consents end now, and whatever is no part of a consent goes with them."""
    whose = consent_proofs.c.address_hash == hash_of(connection, email_key)
    connection.execute(delete(consent_proofs).where(whose, ~_part_of_a_consent()))
    _keep(connection, and_(whose, consent_proofs.c.keep_until.is_(None)), now + AFTER_ITS_END)


def drop(connection: Connection, email_key: str) -> None:
    """Somebody wants everything erased, also what proves that they once allowed something."""
    whose = consent_proofs.c.address_hash == hash_of(connection, email_key)
    connection.execute(delete(consent_proofs).where(whose))


def _part_of_a_consent() -> ColumnElement[bool]:
    """Given, asked for and then given, or taken back after it was given."""
    given = consent_proofs.alias()
    consent = select(given.c.id).where(
        given.c.address_hash == consent_proofs.c.address_hash,
        given.c.purpose == consent_proofs.c.purpose,
        given.c.state == "given",
        or_(
            given.c.id == consent_proofs.c.id,
            given.c.submission_id == consent_proofs.c.submission_id,
            consent_proofs.c.state == "withdrawn",
        ),
    )
    return and_(consent_proofs.c.purpose != SCORING, consent.exists())


def _of_purpose(whose: str, purpose: str) -> ColumnElement[bool]:
    return and_(consent_proofs.c.address_hash == whose, consent_proofs.c.purpose == purpose)


def _request_of(whose: str, answer: Consent) -> ColumnElement[bool]:
    """What the answer confirms."""
    same_form = consent_proofs.c.submission_id == answer.submission_id
    return and_(_of_purpose(whose, answer.purpose), same_form) if answer.submission_id else false()


def _keep(connection: Connection, condition: ColumnElement[bool], until: datetime | None) -> int:
    return connection.execute(update(consent_proofs).where(condition).values(keep_until=until)).rowcount
