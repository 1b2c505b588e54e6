"""Rows about those who sign in to the console, and their sessions."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Connection, Row, Text, cast, delete, insert, or_, select, update
from sqlalchemy.dialects import postgresql

from bridge.store.rows import values_of
from bridge.store.tables import accounts, console_sessions

RoleFrom = Literal["here", "provider"]


@dataclass(frozen=True, slots=True)
class AccountRow:
    """Somebody who may sign in. sales_person: whom of the programme it is, if anybody.

    role_from: who gave the role: "here", or the "provider" where they sign in; see `sign_in_elsewhere`.

    seen_at: when somebody signed in to it last, with all that is asked for, or chose a password by a link.
    totp_since: since when a second factor is asked for. totp_step: the last code's window, so that each counts once.
    recovery: hashes of the codes that stand for it once each.
    """

    id: UUID
    email: str
    email_key: str
    name: str
    role: str
    created_at: datetime
    role_from: RoleFrom = "here"
    password_hash: str | None = None
    totp_secret: str | None = None
    totp_since: datetime | None = None
    totp_step: int | None = None
    recovery: Sequence[str] = ()
    oidc_subject: str | None = None
    language: str | None = None
    sales_person: str | None = None
    seen_at: datetime | None = None
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A browser that is signed in.

    created_at: when its owner signed in, or showed the password to do what only they may.
    proved_at: when the second factor was shown, where one is asked for.
    """

    account_id: UUID
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    proved_at: datetime | None = None
    user_agent: str | None = None


def add(connection: Connection, row: AccountRow) -> bool:
    """Write an account down; False when the address has one. Whoever adds the same at once is waited for."""
    statement = postgresql.insert(accounts).values(**values_of(row))
    written = statement.on_conflict_do_nothing(index_elements=["email_key"]).returning(accounts.c.id)
    return connection.execute(written).first() is not None


def change(connection: Connection, account_id: UUID, **values: Any) -> None:
    """Change columns of an account."""
    connection.execute(update(accounts).where(accounts.c.id == account_id).values(**values))


def lock(connection: Connection, account_id: UUID) -> AccountRow | None:
    """Let others who change this account wait until this transaction ends; the account as it is now."""
    statement = select(accounts).where(accounts.c.id == account_id).with_for_update()
    return _account(connection.execute(statement).first())


def lock_open(connection: Connection, role: str) -> list[AccountRow]:
    """The same for all open accounts of a role."""
    statement = select(accounts).where(accounts.c.role == role, accounts.c.closed_at.is_(None))
    rows = connection.execute(statement.order_by(accounts.c.id).with_for_update())
    return [AccountRow(**row._mapping) for row in rows]


def sessions(connection: Connection, account_id: UUID, now: datetime) -> list[SessionRow]:
    """The sessions of an account that last, newest first."""
    columns = [console_sessions.c[name] for name in SessionRow.__slots__]
    statement = (
        select(*columns)
        .where(console_sessions.c.account_id == account_id, console_sessions.c.expires_at > now)
        .order_by(console_sessions.c.seen_at.desc())
    )
    return [SessionRow(**row._mapping) for row in connection.execute(statement)]


def take_step(connection: Connection, account_id: UUID, step: int) -> bool:
    """Use up the second factor's window; False when this one or a later one was used."""
    unused = or_(accounts.c.totp_step.is_(None), accounts.c.totp_step < step)
    statement = update(accounts).where(accounts.c.id == account_id, unused).values(totp_step=step)
    return connection.execute(statement).rowcount == 1


def use_recovery(connection: Connection, account_id: UUID, code_hash: str) -> bool:
    """Use up a code that stands for the second factor; False when there is none."""
    statement = (
        update(accounts)
        .where(accounts.c.id == account_id, accounts.c.recovery.has_key(code_hash))
        .values(recovery=accounts.c.recovery.op("-")(cast(code_hash, Text)))
    )
    return connection.execute(statement).rowcount == 1


def by_key(connection: Connection, email_key: str) -> AccountRow | None:
    """The account of an address, closed or not."""
    return _account(connection.execute(select(accounts).where(accounts.c.email_key == email_key)).first())


def by_subject(connection: Connection, subject: str) -> AccountRow | None:
    """The account of whom a provider knows by that name."""
    return _account(connection.execute(select(accounts).where(accounts.c.oidc_subject == subject)).first())


def by_id(connection: Connection, account_id: UUID) -> AccountRow | None:
    """An account by its id."""
    return _account(connection.execute(select(accounts).where(accounts.c.id == account_id)).first())


def of_same_person(connection: Connection, account_id: UUID, person: str | None) -> list[AccountRow]:
    """Other open accounts that are that sales person's; none where it is nobody."""
    if person is None:
        return []
    others = (accounts.c.sales_person == person, accounts.c.id != account_id, accounts.c.closed_at.is_(None))
    rows = connection.execute(select(accounts).where(*others).order_by(accounts.c.name))
    return [AccountRow(**row._mapping) for row in rows]


def named(connection: Connection, ids: Iterable[str]) -> dict[str, AccountRow]:
    """Those of some ids, by them; what is no account's id is left out."""
    known = cast(accounts.c.id, Text)
    rows = connection.execute(select(accounts).where(known.in_(set(ids))))
    return {str(row.id): AccountRow(**row._mapping) for row in rows}


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


def change_session(connection: Connection, secret: str, **values: Any) -> bool:
    """Change columns of a session; False when it is over."""
    statement = update(console_sessions).where(console_sessions.c.secret_hash == _hash(secret))
    return connection.execute(statement.values(**values)).rowcount == 1


def see_session(connection: Connection, secret: str, now: datetime) -> None:
    """Note that a session was used; not where another request notes it, or ends the session, at this moment."""
    free = select(console_sessions.c.secret_hash).where(console_sessions.c.secret_hash == _hash(secret))
    statement = update(console_sessions).where(
        console_sessions.c.secret_hash.in_(free.with_for_update(skip_locked=True))
    )
    connection.execute(statement.values(seen_at=now))


def close_sessions(connection: Connection, account_id: UUID, besides: str | None = None) -> int:
    """End an account's sessions; besides: the secret of one that goes on. How many there were."""
    statement = delete(console_sessions).where(console_sessions.c.account_id == account_id)
    if besides is not None:
        statement = statement.where(console_sessions.c.secret_hash != _hash(besides))
    return connection.execute(statement).rowcount


def renew_session(connection: Connection, secret: str, newer: str, **values: Any) -> bool:
    """Give a session another secret; False when it is over. The one before opens nothing any more.

    values: columns that change as well.
    """
    return change_session(connection, secret, secret_hash=_hash(newer), **values)


def close_session(connection: Connection, secret: str) -> bool:
    """End one session; False when it was over."""
    statement = delete(console_sessions).where(console_sessions.c.secret_hash == _hash(secret))
    return connection.execute(statement).rowcount == 1


def _account(row: Row[Any] | None) -> AccountRow | None:
    return AccountRow(**row._mapping) if row else None


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
