"""Addresses that must not be mailed, remembered by a keyed hash that survives the person's erasure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, case, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from bridge.store.address_hashes import hash_of
from bridge.store.sets import among
from bridge.store.tables import profiles, suppressions

BY_HAND = "blocked"
"""The reason of which people say why in their own words."""

HARD = (BY_HAND, "complained", "bounced")
"""Reasons that stop every mail; "unsubscribed" stops advertising only."""

KEPT = "kept after erasure"
"""What is left of words that somebody wrote by hand about an address."""


@dataclass(frozen=True, slots=True)
class Suppression:
    """Why an address is not mailed, or was not for a time.

    note: from where it came and which status, or what somebody wrote by hand. lifted_at, lifted_because: when and
    why somebody allowed mails again.
    """

    address_hash: str
    reason: str
    at: datetime
    note: str | None = None
    lifted_at: datetime | None = None
    lifted_because: str | None = None

    @property
    def facts(self) -> dict[str, Any]:
        """What programs and people may know: all but the hash."""
        return {
            "reason": self.reason,
            "at": self.at,
            "note": self.note,
            "lifted_at": self.lifted_at,
            "lifted_because": self.lifted_because,
        }


def suppress(
    connection: Connection, email_key: str, reason: str, at: datetime, note: str | None = None
) -> bool:
    """Remember that an address must not be mailed; False when that was known. A lifted reason stands again.

    reason: one of HARD, or "unsubscribed". note: why, in words without personal data.
    """
    hashed = hash_of(connection, email_key)
    statement = insert(suppressions).values(address_hash=hashed, reason=reason, at=at, note=note)
    again = statement.on_conflict_do_update(
        index_elements=["address_hash", "reason"],
        set_={"at": at, "note": note, "lifted_at": None, "lifted_because": None},
        where=suppressions.c.lifted_at.is_not(None),
    )
    return connection.execute(again.returning(suppressions.c.reason)).first() is not None


def lift(connection: Connection, email_key: str, reason: str) -> None:
    """Forget one reason for not mailing an address."""
    connection.execute(
        delete(suppressions).where(
            suppressions.c.address_hash == hash_of(connection, email_key), suppressions.c.reason == reason
        )
    )


def lift_by_hand(connection: Connection, email_key: str, at: datetime, because: str) -> list[str]:
    """Allow mails to an address again, and remember why; returns the reasons that fell, none when none stood."""
    statement = (
        update(suppressions)
        .where(
            suppressions.c.address_hash == hash_of(connection, email_key),
            suppressions.c.reason.in_(HARD),
            suppressions.c.lifted_at.is_(None),
        )
        .values(lifted_at=at, lifted_because=because)
    )
    return list(connection.scalars(statement.returning(suppressions.c.reason)))


def has_words(connection: Connection, email_key: str) -> bool:
    """Whether anybody wrote by hand about an address."""
    rows = of_address(connection, email_key)
    return any(row.lifted_because or (row.reason == BY_HAND and row.note != KEPT) for row in rows)


def forget_words(connection: Connection, email_key: str) -> None:
    """Empty what people wrote by hand about an address; what programs noted names nobody, and stays."""
    by_hand = suppressions.c.reason == BY_HAND
    connection.execute(
        update(suppressions)
        .where(suppressions.c.address_hash == hash_of(connection, email_key))
        .values(note=case((by_hand, KEPT), else_=suppressions.c.note), lifted_because=None)
    )


def of_address(connection: Connection, email_key: str) -> list[Suppression]:
    """Everything remembered about an address, also what was lifted, oldest first."""
    statement = (
        select(suppressions)
        .where(suppressions.c.address_hash == hash_of(connection, email_key))
        .order_by(suppressions.c.at)
    )
    return [Suppression(**row._mapping) for row in connection.execute(statement)]


def standing(connection: Connection, limit: int = 200) -> list[Suppression]:
    """The newest suppressions that were not lifted."""
    statement = select(suppressions).where(suppressions.c.lifted_at.is_(None))
    ordered = statement.order_by(suppressions.c.at.desc()).limit(limit)
    return [Suppression(**row._mapping) for row in connection.execute(ordered)]


def known_addresses(connection: Connection, hashes: Iterable[str]) -> dict[str, str]:
    """Hash → address, for those that belong to somebody who is known. It looks at everybody: for commands only."""
    wanted = set(hashes)
    everybody = connection.scalars(select(profiles.c.email_key).execution_options(yield_per=1000))
    named = ((hash_of(connection, key), key) for key in everybody)
    return {hashed: key for hashed, key in named if hashed in wanted}


def count_by_reason(connection: Connection) -> dict[str, int]:
    """Reason → how many addresses are not mailed for it."""
    statement = select(suppressions.c.reason, func.count()).where(suppressions.c.lifted_at.is_(None))
    rows = connection.execute(statement.group_by(suppressions.c.reason))
    return dict.fromkeys((*HARD, "unsubscribed"), 0) | {row[0]: row[1] for row in rows}


def reason_for(connection: Connection, email_key: str) -> str | None:
    """The strongest reason why an address must not be mailed, or None."""
    return reasons_for(connection, [email_key]).get(email_key)


def reasons_for(connection: Connection, email_keys: Iterable[str]) -> dict[str, str]:
    """Address → the strongest reason why it must not be mailed, for those that have one."""
    hashes = {hash_of(connection, key): key for key in email_keys}
    statement = select(suppressions.c.address_hash, suppressions.c.reason).where(
        among(suppressions.c.address_hash, hashes), suppressions.c.lifted_at.is_(None)
    )
    found: dict[str, set[str]] = {}
    for hashed, reason in connection.execute(statement):
        found.setdefault(hashes[hashed], set()).add(reason)
    return {
        key: next(reason for reason in (*HARD, "unsubscribed") if reason in reasons)
        for key, reasons in found.items()
    }
