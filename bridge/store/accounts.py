"""Rows about those who sign in to the console, and their sessions."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, delete, insert, select, update

from bridge.store.rows import values_of
from bridge.store.tables import accounts, console_sessions


@dataclass(frozen=True, slots=True)
class AccountRow:
    """Somebody who may sign in. sales_person: whom of the programme it is, if anybody.

    totp_since: since when a second factor is asked for. totp_step: the last code's window, so that each counts once.
    """

    id: UUID
    email: str
    email_key: str
    name: str
    role: str
    created_at: datetime
    password_hash: str | None = None
    totp_secret: str | None = None
    totp_since: datetime | None = None
    totp_step: int | None = None
    oidc_subject: str | None = None
    language: str | None = None
    sales_person: str | None = None
    seen_at: datetime | None = None
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A browser that is signed in. proved_at: when the second factor was shown, where one is asked for."""

    account_id: UUID
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    proved_at: datetime | None = None
    user_agent: str | None = None


def add(connection: Connection, row: AccountRow) -> None:
    """Write an account down. Raises IntegrityError when the address has one."""
    connection.execute(insert(accounts).values(**values_of(row)))


def change(connection: Connection, account_id: UUID, **values: Any) -> None:
    """Change columns of an account."""
    connection.execute(update(accounts).where(accounts.c.id == account_id).values(**values))


def by_key(connection: Connection, email_key: str) -> AccountRow | None:
    """The account of an address, closed or not."""
    return _account(connection.execute(select(accounts).where(accounts.c.email_key == email_key)).first())


def by_id(connection: Connection, account_id: UUID) -> AccountRow | None:
    """An account by its id."""
    return _account(connection.execute(select(accounts).where(accounts.c.id == account_id)).first())


def every(connection: Connection) -> list[AccountRow]:
    """All accounts, by name."""
    rows = connection.execute(select(accounts).order_by(accounts.c.closed_at.is_not(None), accounts.c.name))
    return [AccountRow(**row._mapping) for row in rows]


def open_session(connection: Connection, row: SessionRow, secret: str) -> None:
    """Write a session down. Of its secret only a hash is kept: 256 random bits need neither key nor salt."""
    connection.execute(insert(console_sessions).values(**values_of(row), secret_hash=_hash(secret)))


def session(connection: Connection, secret: str, now: datetime) -> SessionRow | None:
    """The session of a browser that holds this secret, while it lasts."""
    columns = [console_sessions.c[name] for name in SessionRow.__slots__]
    statement = select(*columns).where(
        console_sessions.c.secret_hash == _hash(secret), console_sessions.c.expires_at > now
    )
    found = connection.execute(statement).first()
    return SessionRow(**found._mapping) if found else None


def change_session(connection: Connection, secret: str, **values: Any) -> None:
    """Change columns of a session."""
    statement = update(console_sessions).where(console_sessions.c.secret_hash == _hash(secret))
    connection.execute(statement.values(**values))


def close_sessions(connection: Connection, account_id: UUID, besides: str | None = None) -> int:
    """End an account's sessions; besides: the secret of one that goes on. How many there were."""
    statement = delete(console_sessions).where(console_sessions.c.account_id == account_id)
    if besides is not None:
        statement = statement.where(console_sessions.c.secret_hash != _hash(besides))
    return connection.execute(statement).rowcount


def close_session(connection: Connection, secret: str) -> None:
    """End one session."""
    connection.execute(delete(console_sessions).where(console_sessions.c.secret_hash == _hash(secret)))


def forget_sessions(connection: Connection, now: datetime) -> int:
    """Delete sessions that are over; how many."""
    return connection.execute(delete(console_sessions).where(console_sessions.c.expires_at <= now)).rowcount


def _account(row: Row[Any] | None) -> AccountRow | None:
    return AccountRow(**row._mapping) if row else None


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
