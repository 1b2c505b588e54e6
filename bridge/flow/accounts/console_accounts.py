"""Accounts of the console: who has one, and how a browser signs in to it.

Accounts are locked before sessions: those of admins in the order of their ids, then any other, then sessions. What
only notes something of a session locks nothing else and is done after the commit.
"""

import secrets
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Literal

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import ARGON2_VERSION

from bridge.errors import AccountExists, InvalidFields, ProviderSignsIn, SessionOver, UnknownAccount
from bridge.flow.unit import Unit
from bridge.ids import new_id
from bridge.intake.passwords import LONGEST, mistake_in
from bridge.profiles.address import parse_address
from bridge.store import accounts
from bridge.store.accounts import AccountRow, RoleFrom, SessionRow

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
SECRET_OCTETS = 32

_hasher = PasswordHasher()


def _nobodys() -> str:
    """A hash that nothing was hashed to make; comparing a password with it takes what today's hashes take."""
    salt, digest = (
        b64encode(secrets.token_bytes(octets)).decode().rstrip("=")
        for octets in (_hasher.salt_len, _hasher.hash_len)
    )
    costs = f"m={_hasher.memory_cost},t={_hasher.time_cost},p={_hasher.parallelism}"
    return f"$argon2id$v={ARGON2_VERSION}${costs}${salt}${digest}"


NOBODYS = _nobodys()
"""Compared with where an address has no account: an answer takes as long as with one, from the first on."""


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
    role_from: RoleFrom = "here",
) -> AccountRow:
    """Let somebody sign in. Raises AccountExists, InvalidAddress, InvalidFields for a short password."""
    address = parse_address(email)
    row = AccountRow(
        id=new_id(),
        email=address.sending,
        email_key=address.key,
        name=name,
        role=role,
        role_from=role_from,
        created_at=unit.now,
        password_hash=hashed_choice(password, (address.sending, name)) if password else None,
        sales_person=sales_person,
    )
    if not accounts.add(unit.connection, row):
        raise AccountExists(address.sending)
    return row


def account_of(unit: Unit, email: str) -> AccountRow:
    """The account of an address. Raises UnknownAccount, InvalidAddress."""
    found = accounts.by_key(unit.connection, parse_address(email).key)
    if found is None:
        raise UnknownAccount(email)
    return found


def set_password(unit: Unit, account: AccountRow, password: str) -> None:
    """Set a password, and end all sessions. Raises InvalidFields for one that is no good, ProviderSignsIn."""
    if account.role_from == "provider":
        raise ProviderSignsIn(account.email)
    hashed = hashed_choice(password, (account.email, account.name, unit.program.name))
    accounts.change(unit.connection, account.id, password_hash=hashed)
    accounts.close_sessions(unit.connection, account.id)


def change_password(unit: Unit, session: Session, present: str, wanted: str) -> Session:
    """Change one's own password: the session that goes on, all others end. Raises InvalidFields, SessionOver.

    What counts as the present one is what it is once nobody else changes the account.
    """
    account = accounts.lock(unit.connection, session.account.id)
    if account is None or not check_password(account, present):
        raise InvalidFields({"present": ["The present password is not right."]})
    if wanted == present:
        raise InvalidFields({"password": ["This is the password that you have. Please choose another one."]})
    hashed = hashed_choice(wanted, (account.email, account.name, unit.program.name))
    accounts.change(unit.connection, account.id, password_hash=hashed)
    return renew_session(unit, replace(session, account=replace(account, password_hash=hashed)))


def hashed_choice(password: str, known: Iterable[str]) -> str:
    """The Argon2id hash (RFC 9106) of what somebody chose. Raises InvalidFields. known: see `mistake_in`."""
    mistake = mistake_in(password, known)
    if mistake:
        raise InvalidFields({"password": [mistake]})
    return _hasher.hash(password)


def has_password_door(account: AccountRow) -> bool:
    """Whether a password may open the account: whose role the provider gives signs in there alone."""
    return account.closed_at is None and account.role_from == "here"


def password_state(account: AccountRow) -> bytes:
    """Eight octets that change when the password does, and tell nothing of it."""
    return sha256(f"{account.id} {account.password_hash}".encode()).digest()[:8]


def check_password(row: AccountRow | None, password: str) -> bool:
    """Whether that is the account's password; costs the same where there is no account, or none that has one."""
    known = row.password_hash if row and has_password_door(row) else None
    try:
        _hasher.verify(known or NOBODYS, password[: LONGEST + 1])
    except (VerificationError, InvalidHashError):
        return False
    return known is not None


def keep_hash_fresh(unit: Unit, account: AccountRow, password: str) -> AccountRow:
    """Hash a password anew that was right, where the present parameters ask for more than those of its hash."""
    if not _hasher.check_needs_rehash(account.password_hash or ""):
        return account
    hashed = _hasher.hash(password)
    accounts.change(unit.connection, account.id, password_hash=hashed)
    return replace(account, password_hash=hashed)


def open_session(
    unit: Unit,
    account: AccountRow,
    user_agent: str | None,
    *,
    proved: bool = False,
    is_half_way: bool = False,
) -> str:
    """Sign a browser in: the secret that it keeps. proved: more was shown than a password.

    is_half_way: the second factor is still to be shown, within ten minutes; till then nobody has been seen.
    """
    secret = secrets.token_urlsafe(SECRET_OCTETS)
    ends = unit.now + unit.world.lasting(HALF_WAY if is_half_way else SESSION_LIVES)
    row = SessionRow(account.id, unit.now, unit.now, ends, unit.now if proved else None, user_agent)
    accounts.open_session(unit.connection, row, secret)
    if not is_half_way:
        accounts.change(unit.connection, account.id, seen_at=unit.now)
    return secret


def begin_session(unit: Unit, shown: AccountRow, user_agent: str | None) -> tuple[AccountRow, str] | None:
    """What a password opens: a session, or where a second factor is asked for ten minutes in which to show it.

    shown: the account whose password was compared, which takes its time. None where it opens nothing any more: the
    password was changed meanwhile, or the provider signs in. Else the account as it is now, and the secret.
    """
    account = accounts.lock(unit.connection, shown.id)
    if account is None or not has_password_door(account) or account.password_hash != shown.password_hash:
        return None
    return account, open_session(unit, account, user_agent, is_half_way=account.totp_since is not None)


def renew_session(unit: Unit, session: Session, **values: Any) -> Session:
    """After something that only the owner can do: this browser goes on with another secret, and all others are out.

    Whoever had copied the one before is out as well. values: columns of the session that change. Raises SessionOver.
    """
    accounts.lock(unit.connection, session.account.id)
    accounts.close_sessions(unit.connection, session.account.id, session.secret)
    return _under_another_secret(unit, session, **values)


def prove_owner(unit: Unit, session: Session, present: str) -> None:
    """Whether whoever asks is the owner and not somebody at their browser: by the password, or by a sign-in just now.

    Raises InvalidFields. Only who has no password is asked to sign in again.
    """
    if session.account.password_hash:
        if not check_password(session.account, present):
            raise InvalidFields({"present": ["The password is not right."]})
    elif not is_proved_lately(unit, session):
        raise InvalidFields({"present": ["Please sign out and in again, and do it within ten minutes."]})


def prove_lately(unit: Unit, session: Session, present: str, *, anew: bool = False) -> Session:
    """The same, where a proof or a sign-in of the last ten minutes will do: the session that goes on.

    anew: the password is asked for whenever that was, of those who have one.

    A proof counts as a sign-in from then on, and this browser goes on with another secret. Admins who prove who they
    are, to change accounts, do so one after the other: else two of them could wait for each other's session. Who is
    none any more when the turn comes is out. Raises as `prove_owner`, and SessionOver.
    """
    if not must_prove(unit, session, anew=anew):
        return session
    prove_owner(unit, session, present)
    admins = accounts.lock_open(unit.connection, "admin")
    if session.account.role == "admin" and session.account.id not in {one.id for one in admins}:
        raise SessionOver
    return _under_another_secret(unit, session, created_at=unit.now)


def must_prove(unit: Unit, session: Session, *, anew: bool = False) -> bool:
    """Whether the owner is asked for a proof, see `prove_lately`."""
    return (anew and session.account.password_hash is not None) or not is_proved_lately(unit, session)


def is_proved_lately(unit: Unit, session: Session) -> bool:
    """Whether the owner signed in, or showed the password, within the last ten minutes."""
    return unit.now - session.row.created_at <= unit.world.lasting(HALF_WAY)


def complete_session(unit: Unit, session: Session) -> str:
    """The second factor was shown: a session with a secret of its own, and the one before is over.

    Raises SessionOver when it was before, since somebody ended all sessions of the account.
    """
    if not accounts.close_session(unit.connection, session.secret):
        raise SessionOver
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
        unit.afterwards.append(lambda after: accounts.see_session(after.connection, secret, unit.now))
    return Session(account, row, secret)


def _under_another_secret(unit: Unit, session: Session, **values: Any) -> Session:
    secret = secrets.token_urlsafe(SECRET_OCTETS)
    values["seen_at"] = unit.now
    if not accounts.renew_session(unit.connection, session.secret, secret, **values):
        raise SessionOver
    return replace(session, secret=secret, row=replace(session.row, **values))


def _is_idle(row: SessionRow, now: datetime, most: timedelta) -> bool:
    return now - row.seen_at > most
