"""Addresses that must not be mailed, remembered by a keyed hash that survives the person's erasure.

The key is made once for an installation and kept in the database: signing keys come and go, this one stays.
"""

from collections.abc import Iterable
from datetime import datetime
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, delete, select
from sqlalchemy.dialects.postgresql import insert

from bridge.profiles.address import address_hash
from bridge.store.tables import installation, suppressions

HARD = ("blocked", "complained", "bounced")
"""Reasons that stop every mail; "unsubscribed" stops advertising only."""

_secrets: WeakKeyDictionary[Engine, bytes] = WeakKeyDictionary()


def suppress(
    connection: Connection, email_key: str, reason: str, at: datetime, note: str | None = None
) -> None:
    """Remember that an address must not be mailed. reason: one of HARD, or "unsubscribed".

    note: why, in words without personal data.
    """
    hashed = _hash(connection, email_key)
    statement = insert(suppressions).values(address_hash=hashed, reason=reason, at=at, note=note)
    connection.execute(statement.on_conflict_do_nothing())


def lift(connection: Connection, email_key: str, reason: str) -> None:
    """Forget one reason for not mailing an address."""
    connection.execute(
        delete(suppressions).where(
            suppressions.c.address_hash == _hash(connection, email_key), suppressions.c.reason == reason
        )
    )


def reason_for(connection: Connection, email_key: str) -> str | None:
    """The strongest reason why an address must not be mailed, or None."""
    return reasons_for(connection, [email_key]).get(email_key)


def reasons_for(connection: Connection, email_keys: Iterable[str]) -> dict[str, str]:
    """Address → the strongest reason why it must not be mailed, for those that have one."""
    hashes = {_hash(connection, key): key for key in email_keys}
    statement = select(suppressions.c.address_hash, suppressions.c.reason)
    found: dict[str, set[str]] = {}
    for hashed, reason in connection.execute(statement.where(suppressions.c.address_hash.in_(list(hashes)))):
        found.setdefault(hashes[hashed], set()).add(reason)
    return {
        key: next(reason for reason in (*HARD, "unsubscribed") if reason in reasons)
        for key, reasons in found.items()
    }


def _hash(connection: Connection, email_key: str) -> str:
    secret = _secrets.get(connection.engine)
    if secret is None:
        found: str = connection.execute(select(installation.c.address_secret)).scalar_one()
        secret = _secrets[connection.engine] = bytes.fromhex(found)
    return address_hash(email_key, secret)
