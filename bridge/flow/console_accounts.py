"""Accounts of the console: who has one, and how a browser signs in to it."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bridge.errors import AccountExists, InvalidFields, UnknownAccount
from bridge.flow.unit import Unit
from bridge.ids import new_id
from bridge.profiles.address import parse_address
from bridge.store import accounts
from bridge.store.accounts import AccountRow, SessionRow

Role = Literal["viewer", "sales", "marketing", "admin"]
ROLES: tuple[Role, ...] = ("viewer", "sales", "marketing", "admin")

SESSION_LIVES = timedelta(hours=12)
"""A working day, however much is done in it."""
HALF_WAY = timedelta(minutes=10)
"""Between the password and the second factor."""
IDLE = timedelta(hours=2)
"""Whoever does nothing for so long signs in again."""
SEEN_AGAIN = timedelta(minutes=1)
"""A session's last use is written down once in this time, not for every page."""
SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 200
SECRET_OCTETS = 32

_hasher = PasswordHasher()
_NOBODYS = _hasher.hash(secrets.token_urlsafe(16))
"""Compared with where an address has no account: an answer takes as long as with one."""


@dataclass(frozen=True, slots=True)
class Session:
    """Who is signed in, and until when."""

    account: AccountRow
    row: SessionRow
    secret: str


def add_account(
    unit: Unit,
    email: str,
    name: str,
    role: Role,
    password: str | None = None,
    sales_person: str | None = None,
) -> AccountRow:
    """Let somebody sign in. Raises AccountExists, InvalidAddress, InvalidFields for a short password."""
    address = parse_address(email)
    if accounts.by_key(unit.connection, address.key):
        raise AccountExists(address.sending)
    row = AccountRow(
        id=new_id(),
        email=address.sending,
        email_key=address.key,
        name=name,
        role=role,
        created_at=unit.now,
        password_hash=hashed(password) if password else None,
        sales_person=sales_person,
    )
    accounts.add(unit.connection, row)
    return row


def account_of(unit: Unit, email: str) -> AccountRow:
    """The account of an address. Raises UnknownAccount, InvalidAddress."""
    found = accounts.by_key(unit.connection, parse_address(email).key)
    if found is None:
        raise UnknownAccount(email)
    return found


def set_password(unit: Unit, account_id: UUID, password: str, keeps: str | None = None) -> None:
    """Change a password, and end all sessions but the one with the secret `keeps`."""
    accounts.change(unit.connection, account_id, password_hash=hashed(password))
    accounts.close_sessions(unit.connection, account_id, keeps)


def change_password(unit: Unit, session: Session, present: str, wanted: str) -> None:
    """Change one's own password, and sign out everywhere else. Raises InvalidFields when the present one is wrong."""
    if not check_password(session.account, present):
        raise InvalidFields({"present": ["The present password is not right."]})
    set_password(unit, session.account.id, wanted, session.secret)


def hashed(password: str) -> str:
    """The Argon2id hash of a password (RFC 9106). Raises InvalidFields when it is too short or too long."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise InvalidFields({"password": ["Please choose a password of 12 to 200 characters."]})
    return _hasher.hash(password)


def check_password(row: AccountRow | None, password: str) -> bool:
    """Whether that is the account's password; costs the same where there is no account."""
    known = row.password_hash if row and row.password_hash and not row.closed_at else None
    try:
        _hasher.verify(known or _NOBODYS, password[: LONGEST_PASSWORD + 1])
    except (VerificationError, InvalidHashError):
        return False
    return known is not None


def open_session(
    unit: Unit,
    account: AccountRow,
    user_agent: str | None,
    *,
    proved: bool = False,
    lasts: timedelta = SESSION_LIVES,
) -> str:
    """Sign a browser in: the secret that it keeps. proved: more was shown than a password."""
    secret = secrets.token_urlsafe(SECRET_OCTETS)
    ends = unit.now + unit.world.lasting(lasts)
    row = SessionRow(account.id, unit.now, unit.now, ends, unit.now if proved else None, user_agent)
    accounts.open_session(unit.connection, row, secret)
    accounts.change(unit.connection, account.id, seen_at=unit.now)
    return secret


def begin_session(unit: Unit, account: AccountRow, user_agent: str | None) -> str:
    """What a password opens: a session, or where a second factor is asked for ten minutes in which to show it."""
    lasts = HALF_WAY if account.totp_since else SESSION_LIVES
    return open_session(unit, account, user_agent, lasts=lasts)


def complete_session(unit: Unit, session: Session) -> str:
    """The second factor was shown: a session with a secret of its own, and the one before is over."""
    accounts.close_session(unit.connection, session.secret)
    return open_session(unit, session.account, session.row.user_agent, proved=True)


def session_of(unit: Unit, secret: str) -> Session | None:
    """Who holds that secret, while the session lasts and the account is open."""
    row = accounts.session(unit.connection, secret, unit.now)
    if row is None or _is_idle(row, unit.now, unit.world.lasting(IDLE)):
        return None
    account = accounts.by_id(unit.connection, row.account_id)
    if account is None or account.closed_at:
        return None
    if unit.now - row.seen_at > unit.world.lasting(SEEN_AGAIN):
        accounts.change_session(unit.connection, secret, seen_at=unit.now)
    return Session(account, row, secret)


def _is_idle(row: SessionRow, now: datetime, most: timedelta) -> bool:
    return now - row.seen_at > most
