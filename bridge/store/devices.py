"""Rows about devices of sales people that proved whose they are."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, insert, select, update

from bridge.store.rows import values_of
from bridge.store.tables import sales_devices


@dataclass(frozen=True, slots=True)
class Device:
    """A browser that opens the links of one sales person."""

    id: UUID
    sales_person: str
    created_at: datetime
    expires_at: datetime
    user_agent: str | None = None


_COLUMNS = tuple(sales_devices.c[name] for name in Device.__slots__)


def add(connection: Connection, device: Device, secret: str) -> None:
    """Write a device down. Of its secret only a hash is kept: 256 random bits need neither key nor salt."""
    connection.execute(insert(sales_devices).values(**values_of(device), secret_hash=_hash(secret)))


def by_secret(connection: Connection, secret: str, sales_person: str, now: datetime) -> Device | None:
    """The device of that sales person that holds this secret, while it is signed in."""
    statement = select(*_COLUMNS).where(
        sales_devices.c.secret_hash == _hash(secret),
        sales_devices.c.sales_person == sales_person,
        sales_devices.c.revoked_at.is_(None),
        sales_devices.c.expires_at > now,
    )
    found = connection.execute(statement).first()
    return Device(**found._mapping) if found else None


def standing(connection: Connection, now: datetime) -> list[Device]:
    """The devices that are signed in, newest first."""
    statement = (
        select(*_COLUMNS)
        .where(sales_devices.c.revoked_at.is_(None), sales_devices.c.expires_at > now)
        .order_by(sales_devices.c.created_at.desc(), sales_devices.c.id)
    )
    return [Device(**row._mapping) for row in connection.execute(statement)]


def revoke(
    connection: Connection, now: datetime, device_id: UUID | None = None, sales_person: str | None = None
) -> int:
    """Sign out one device, those of a sales person, or all; how many were signed in."""
    statement = (
        update(sales_devices)
        .where(sales_devices.c.revoked_at.is_(None), sales_devices.c.expires_at > now)
        .values(revoked_at=now)
    )
    if device_id is not None:
        statement = statement.where(sales_devices.c.id == device_id)
    if sales_person is not None:
        statement = statement.where(sales_devices.c.sales_person == sales_person)
    return connection.execute(statement).rowcount


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
