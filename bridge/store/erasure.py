"""Remove everything that the database knows of a person, and read it out whole."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, select

from bridge.profiles.address import Address
from bridge.store import consent_proofs, strays, suppressions
from bridge.store.address_hashes import hash_of
from bridge.store.tables import (
    articles,
    dead_letters,
    identities,
    link_openings,
    mails,
    metadata,
    outbox,
    profile_links,
    profiles,
    sent_articles,
    submissions,
    visits,
)
from bridge.store.visits import drop_of_visitors

OF_A_PERSON = tuple(table for table in metadata.sorted_tables if "profile_id" in table.c)
"""Tables whose rows belong to a profile, and go with it."""

OF_AN_ADDRESS = tuple(table for table in metadata.sorted_tables if "address_hash" in table.c)
"""Tables whose rows know an address by its keyed hash."""

_TIMES = ("at", "created_at", "started_at")


@dataclass(frozen=True, slots=True)
class Names:
    """By what a person is known in places that refer to no profile. ids: of profile, mails, forms, browsers."""

    ids: frozenset[str] = frozenset()
    browsers: frozenset[str] = frozenset()


def names_of(connection: Connection, profile_id: UUID) -> Names:
    """All ids that may stand for a person elsewhere."""
    browsers = _browsers(connection, profile_id)
    ids = {str(profile_id), *browsers}
    for table in (mails, outbox, submissions):
        found = connection.scalars(select(table.c.id).where(table.c.profile_id == profile_id))
        ids |= {str(one) for one in found}
    return Names(frozenset(ids), frozenset(browsers))


def erase(connection: Connection, profile_id: UUID | None, address: Address, names: Names) -> None:
    """Delete a profile with everything that refers to it, and what was held or buried of that address.

    What is known by the keyed hash of the address stays: proofs of consents, that it must not be mailed, without
    the words that somebody wrote about that.
    """
    suppressions.forget_words(connection, address.key)
    buried = strays.letters(connection, address, names.ids, profile_id)
    connection.execute(delete(dead_letters).where(dead_letters.c.id.in_(buried)))
    drop_of_visitors(connection, names.browsers)
    held = strays.unassigned_submissions(connection, address)
    connection.execute(delete(submissions).where(submissions.c.id.in_(held)))
    if profile_id is not None:
        connection.execute(delete(profiles).where(profiles.c.id == profile_id))


def knows(connection: Connection, address: Address) -> bool:
    """Whether anything is held, buried, written by hand or still proved of an address that is no profile."""
    held = strays.unassigned_submissions(connection, address) or strays.letters(connection, address)
    proved = consent_proofs.of_address(connection, address.key)
    return bool(held or proved or suppressions.has_words(connection, address.key))


def read_out(
    connection: Connection, profile_id: UUID | None, address: Address
) -> dict[str, list[dict[str, Any]]]:
    """Table → rows about a person, as they are stored, oldest first; also what was held or buried."""
    found: dict[str, list[dict[str, Any]]] = {}
    names = Names()
    if profile_id is not None:
        names = names_of(connection, profile_id)
        found["profiles"] = _rows(connection, profiles, profiles.c.id == profile_id)
        for table in OF_A_PERSON:
            found[table.name] = _rows(connection, table, table.c.profile_id == profile_id)
        found["sent_articles"] = _articles(connection, profile_id)
        found["visits"] = _rows(connection, visits, visits.c.visitor.in_(names.browsers))
        links = select(profile_links.c.id).where(profile_links.c.profile_id == profile_id)
        opened = and_(link_openings.c.link_id.in_(links), link_openings.c.what == "opened")
        found["link_openings"] = [
            {name: row[name] for name in ("id", "link_id", "at")}  # from where and with what is our staff's
            for row in _rows(connection, link_openings, opened)
        ]
    hashed = hash_of(connection, address.key)
    for table in OF_AN_ADDRESS:
        found[table.name] = _rows(connection, table, table.c.address_hash == hashed)
    held = strays.unassigned_submissions(connection, address)
    found.setdefault("submissions", []).extend(_rows(connection, submissions, submissions.c.id.in_(held)))
    buried = strays.letters(connection, address, names.ids, profile_id)
    found["dead_letters"] = _rows(connection, dead_letters, dead_letters.c.id.in_(buried))
    return found


def _browsers(connection: Connection, profile_id: UUID) -> set[str]:
    """The ids of a person's browsers, also of those that only a form of theirs named."""
    known = select(identities.c.value).where(
        identities.c.profile_id == profile_id, identities.c.kind == "visitor"
    )
    named = select(submissions.c.context["visitor"].astext).where(submissions.c.profile_id == profile_id)
    return {one for statement in (known, named) for one in connection.scalars(statement) if one}


def _articles(connection: Connection, profile_id: UUID) -> list[dict[str, Any]]:
    """Articles that a person was sent, by name: an id says nothing to anybody."""
    statement = (
        select(sent_articles, articles.c.title, articles.c.url)
        .join(articles, articles.c.id == sent_articles.c.article_id)
        .where(sent_articles.c.profile_id == profile_id)
        .order_by(sent_articles.c.mail_id, sent_articles.c.position)
    )
    return [dict(row._mapping) for row in connection.execute(statement)]


def _rows(connection: Connection, table: Table, condition: ColumnElement[bool]) -> list[dict[str, Any]]:
    times = [table.c[name] for name in _TIMES if name in table.c]
    statement = select(table).where(condition).order_by(*times[:1], *table.primary_key)
    return [dict(row._mapping) for row in connection.execute(statement)]
