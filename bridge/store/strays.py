"""What belongs to a person although no row of theirs refers to it: held forms, dead letters."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Text, cast, func, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from bridge.profiles.address import Address, key_of, mentions
from bridge.profiles.escapes import HIDDEN
from bridge.store.tables import dead_letters, events, submissions

PAGE = 100
"""So many dead letters are in memory at once."""


def unassigned_submissions(connection: Connection, address: Address) -> list[UUID]:
    """Forms from an address that are held, or were dropped."""
    email = submissions.c.fields["email"].astext
    statement = select(submissions.c.id, email.label("email")).where(
        submissions.c.profile_id.is_(None), _may_be(email, address)
    )
    return [row.id for row in connection.execute(statement) if key_of(row.email) == address.key]


def _may_be(email: ColumnElement[str], address: Address) -> ColumnElement[bool]:
    """What the database can tell without reading addresses: anybody can fill the table of held forms."""
    local = address.key.rpartition("@")[0]
    if not local.isascii():
        return email.is_not(None)
    return func.lower(email).contains(local, autoescape=True)


def letters(
    connection: Connection, address: Address, ids: Iterable[str] = (), profile_id: UUID | None = None
) -> list[UUID]:
    """Dead letters that name an address, one of these ids, or an event of that profile."""
    named = {*_from_address(connection, address), *_mentioning(connection, address)}
    named |= _naming(connection, ids)
    if profile_id is not None:
        happened = select(cast(events.c.id, Text)).where(events.c.profile_id == profile_id)
        of_events = select(dead_letters.c.id).where(dead_letters.c.payload["event"].astext.in_(happened))
        named |= set(connection.scalars(of_events))
    return sorted(named)


def _from_address(connection: Connection, address: Address) -> Iterator[UUID]:
    """Forms that could not be processed, however their sender wrote the address."""
    email = dead_letters.c.payload["body"]["fields"]["email"].astext
    statement = select(dead_letters.c.id, email.label("email")).where(_may_be(email, address))
    for row in connection.execute(statement):
        if key_of(row.email) == address.key:
            yield row.id


def _mentioning(connection: Connection, address: Address) -> Iterator[UUID]:
    """Those that hide something are read one by one, as the database cannot read them."""
    words = cast(dead_letters.c.payload, Text) + literal(" ") + dead_letters.c.error
    statement = select(dead_letters.c.id, words.label("words")).where(
        or_(
            func.lower(words).contains(address.key, autoescape=True),
            words.regexp_match(HIDDEN, flags="i"),
        )
    )
    for row in connection.execute(statement.execution_options(yield_per=PAGE)):
        if mentions(row.words, address):
            yield row.id


def _naming(connection: Connection, ids: Iterable[str]) -> set[UUID]:
    wanted = func.unnest(cast(list(ids), ARRAY(Text))).column_valued("wanted")
    named = select(wanted).where(func.strpos(cast(dead_letters.c.payload, Text), wanted) > 0).exists()
    statement = select(dead_letters.c.id).where(named)
    return set(connection.scalars(statement))
