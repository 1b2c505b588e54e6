"""Rows about people."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, func, or_, select, update
from sqlalchemy.dialects.postgresql import Insert

from bridge.errors import UnknownProfile
from bridge.profiles.address import Address
from bridge.store.sets import among, insertion
from bridge.store.tables import profiles


@dataclass(frozen=True, slots=True)
class ProfileRow:
    """A profile as it is stored."""

    id: UUID
    email: str
    email_key: str
    company_domain: str | None
    language: str
    stage: str
    excluded: bool
    objected: bool
    score: int
    fit: int
    fields: Mapping[str, str]
    also_given: Mapping[str, Any]
    interests: tuple[str, ...]
    first_touch: Mapping[str, Any]
    last_touch: Mapping[str, Any]
    frequency: str
    pause_until: date | None
    resumes_at: datetime | None
    recheck_at: datetime | None
    confirmed_at: datetime | None
    created_at: datetime
    owner: str | None
    misfits: int = 0
    fit_version: str = ""

    @property
    def confirmed(self) -> bool:
        """Whether the person proved that the address is theirs."""
        return self.confirmed_at is not None


@dataclass(frozen=True, slots=True)
class Person:
    """What has to be known of somebody to write down what they did."""

    id: UUID
    company_domain: str | None
    objected: bool


_NAMES = tuple(ProfileRow.__slots__)
_WHOLE = [profiles.c[name] for name in _NAMES]
"""Without what PostgreSQL keeps for finding people."""
_INTERESTS = _NAMES.index("interests")


def _profile(row: Row[Any]) -> ProfileRow:
    values = list(row)
    values[_INTERESTS] = tuple(values[_INTERESTS])
    return ProfileRow(*values)


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody who may be known already. id: what the profile is called if not."""

    id: UUID
    address: Address
    language: str
    at: datetime


def find_or_create(
    connection: Connection, newcomers: Iterable[Newcomer]
) -> dict[str, tuple[ProfileRow, bool]]:
    """Address → its profile, locked in the order of their ids, and whether it is new. Each has another address.

    Raises UnknownProfile.
    """
    people = sorted(newcomers, key=lambda one: one.address.key)
    if not people:
        return {}
    created = set(connection.scalars(_creation(people).returning(profiles.c.id)))
    found = _locked(connection, among(profiles.c.email_key, [one.address.key for one in people]))
    missing = {one.address.key for one in people} - {row.email_key for row in found}
    if missing:
        raise UnknownProfile(min(missing))
    return {row.email_key: (row, row.id in created) for row in found}


def _creation(people: Iterable[Newcomer]) -> Insert:
    values = [
        {
            "id": one.id,
            "email": one.address.sending,
            "email_key": one.address.key,
            "company_domain": one.address.company_domain,
            "language": one.language,
            "created_at": one.at,
        }
        for one in people
    ]
    new = insertion(profiles, values)
    return new.on_conflict_do_nothing()  # by address, or by id when the same submission comes twice at once


def lock_by_key(connection: Connection, email_key: str) -> ProfileRow:
    """The profile with that address, locked. Raises UnknownProfile."""
    found = connection.execute(
        select(*_WHOLE).where(profiles.c.email_key == email_key).with_for_update(key_share=True)
    ).first()
    if found is None:
        raise UnknownProfile(email_key)
    return _profile(found)


def lock(connection: Connection, profile_ids: Iterable[UUID]) -> list[ProfileRow]:
    """Those of the profiles that exist, locked in the order of their ids."""
    return _locked(connection, among(profiles.c.id, profile_ids))


def _locked(connection: Connection, which: ColumnElement[bool]) -> list[ProfileRow]:
    statement = select(*_WHOLE).where(which).order_by(profiles.c.id).with_for_update(key_share=True)
    return [_profile(row) for row in connection.execute(statement).all()]


def lock_people(connection: Connection, profile_ids: Iterable[UUID]) -> dict[UUID, Person]:
    """The same, by id, with as much as is needed to write down what they did."""
    statement = (
        select(profiles.c.id, profiles.c.company_domain, profiles.c.objected)
        .where(among(profiles.c.id, profile_ids))
        .order_by(profiles.c.id)
        .with_for_update(key_share=True)
    )
    return {row[0]: Person(*row) for row in connection.execute(statement).all()}


def lock_addresses(connection: Connection, profile_ids: Iterable[UUID]) -> dict[UUID, str]:
    """The same, by id, with their addresses as they are compared."""
    statement = (
        select(profiles.c.id, profiles.c.email_key)
        .where(among(profiles.c.id, profile_ids))
        .order_by(profiles.c.id)
        .with_for_update(key_share=True)
    )
    return {row[0]: row[1] for row in connection.execute(statement).all()}


def lock_one(connection: Connection, profile_id: UUID) -> ProfileRow:
    """One profile, locked. Raises UnknownProfile."""
    for profile in lock(connection, [profile_id]):
        return profile
    raise UnknownProfile(str(profile_id))


def hold(connection: Connection, profile_ids: Iterable[UUID]) -> None:
    """Let nobody remove these profiles until this transaction ends; waits for who is removing one."""
    there = select(profiles.c.id).where(among(profiles.c.id, profile_ids)).order_by(profiles.c.id)
    connection.execute(there.with_for_update(key_share=True, read=True))


def lock_free(connection: Connection, profile_id: UUID) -> ProfileRow | None:
    """One profile, locked to be removed; None when it is gone, or somebody else is at it."""
    statement = select(*_WHOLE).where(profiles.c.id == profile_id).with_for_update(skip_locked=True)
    found = connection.execute(statement).first()
    return _profile(found) if found else None


def get(connection: Connection, profile_id: UUID) -> ProfileRow:
    """One profile. Raises UnknownProfile."""
    found = connection.execute(select(*_WHOLE).where(profiles.c.id == profile_id)).first()
    if found is None:
        raise UnknownProfile(str(profile_id))
    return _profile(found)


def of_ids(connection: Connection, profile_ids: Iterable[UUID]) -> dict[UUID, ProfileRow]:
    """Those of the profiles that exist, by id."""
    statement = select(*_WHOLE).where(among(profiles.c.id, profile_ids))
    return {row.id: _profile(row) for row in connection.execute(statement)}


def by_address(connection: Connection, address: Address) -> ProfileRow:
    """The profile with that address. Raises UnknownProfile."""
    found = connection.execute(select(*_WHOLE).where(profiles.c.email_key == address.key)).first()
    if found is None:
        raise UnknownProfile(address.sending)
    return _profile(found)


def addresses(connection: Connection, profile_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Person → the address that mails go to, for those who are known."""
    statement = select(profiles.c.id, profiles.c.email).where(profiles.c.id.in_(list(profile_ids)))
    return {row.id: row.email for row in connection.execute(statement)}


def key_of(connection: Connection, profile_id: UUID) -> str | None:
    """The address of a profile as it is compared; None when it is gone."""
    key: str | None = connection.scalar(select(profiles.c.email_key).where(profiles.c.id == profile_id))
    return key


def change(connection: Connection, profile_id: UUID, **values: Any) -> None:
    """Set columns of one profile."""
    connection.execute(update(profiles).where(profiles.c.id == profile_id).values(**values))


def of_another_fit(connection: Connection, version: str, limit: int) -> list[ProfileRow]:
    """Some whose fit other rules judged than those of that version, locked.

    Whoever is under way is left out, and whoever objects to being evaluated.
    """
    others = or_(
        profiles.c.fit_version < version, profiles.c.fit_version > version
    )  # by the index, unlike <>
    wanted = select(*_WHOLE).where(others, ~profiles.c.objected).limit(limit)
    statement = wanted.with_for_update(key_share=True, skip_locked=True)
    return [_profile(row) for row in connection.execute(statement).all()]


def colleagues(connection: Connection, profile: ProfileRow, limit: int = 20) -> list[ProfileRow]:
    """Others with the same company domain, those with the most points first, as an index has them."""
    if profile.company_domain is None:
        return []
    order = (profiles.c.company_domain, profiles.c.top_score, profiles.c.created_at, profiles.c.id)
    statement = (
        select(*_WHOLE)
        .where(profiles.c.company_domain == profile.company_domain, profiles.c.id != profile.id)
        .order_by(*(one.desc() for one in order))
        .limit(limit)
    )
    return [_profile(row) for row in connection.execute(statement).all()]


def due_for_recheck(
    connection: Connection, now: datetime, since: datetime | None = None, limit: int = 500
) -> list[UUID]:
    """Profiles whose points have settled, so that a crossing has to be decided. since: only those after it."""
    statement = select(profiles.c.id).where(profiles.c.recheck_at <= now).limit(limit)
    if since is not None:
        statement = statement.where(profiles.c.recheck_at > since)
    return list(connection.scalars(statement))


def back_from_lost(connection: Connection, now: datetime, limit: int = 500) -> list[UUID]:
    """Lost profiles whose pause is over."""
    statement = (
        select(profiles.c.id).where(profiles.c.stage == "lost", profiles.c.resumes_at <= now).limit(limit)
    )
    return list(connection.scalars(statement))


def count_by_stage(connection: Connection) -> dict[str, int]:
    """Stage → number of profiles."""
    rows = connection.execute(select(profiles.c.stage, func.count()).group_by(profiles.c.stage))
    return {row[0]: row[1] for row in rows}
