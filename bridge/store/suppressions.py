"""Addresses that must not be mailed, remembered by a keyed hash that survives the person's erasure."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.postgresql import insert

from bridge.store.address_hashes import hash_of
from bridge.store.tables import suppressions

HARD = ("blocked", "complained", "bounced")
"""Reasons that stop every mail; "unsubscribed" stops advertising only."""


def suppress(
    connection: Connection, email_key: str, reason: str, at: datetime, note: str | None = None
) -> None:
    """Remember that an address must not be mailed. reason: one of HARD, or "unsubscribed".

    note: why, in words without personal data.
    """
    hashed = hash_of(connection, email_key)
    statement = insert(suppressions).values(address_hash=hashed, reason=reason, at=at, note=note)
    connection.execute(statement.on_conflict_do_nothing())


def lift(connection: Connection, email_key: str, reason: str) -> None:
    """Forget one reason for not mailing an address."""
    connection.execute(
        delete(suppressions).where(
            suppressions.c.address_hash == hash_of(connection, email_key), suppressions.c.reason == reason
        )
    )


def reason_for(connection: Connection, email_key: str) -> str | None:
    """The strongest reason why an address must not be mailed, or None."""
    return reasons_for(connection, [email_key]).get(email_key)


def reasons_for(connection: Connection, email_keys: Iterable[str]) -> dict[str, str]:
    """Address → the strongest reason why it must not be mailed, for those that have one."""
    hashes = {hash_of(connection, key): key for key in email_keys}
    statement = select(suppressions.c.address_hash, suppressions.c.reason)
    found: dict[str, set[str]] = {}
    for hashed, reason in connection.execute(statement.where(suppressions.c.address_hash.in_(list(hashes)))):
        found.setdefault(hashes[hashed], set()).add(reason)
    return {
        key: next(reason for reason in (*HARD, "unsubscribed") if reason in reasons)
        for key, reasons in found.items()
    }
