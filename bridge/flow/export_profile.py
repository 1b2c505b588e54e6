"""Read a person out whole, for the person (GDPR, articles 15 and 20)."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from bridge.errors import UnknownProfile
from bridge.flow.unit import Unit
from bridge.profiles.address import Address
from bridge.store import erasure, profiles

LEFT_OUT = {
    *("address_hash", "content_hash", "dedupe_key", "fit_version", "leased_until"),
    *("top_score", "words"),
}
"""Columns that say nothing about the person: what the machine recognises its own rows by."""


def export_profile(unit: Unit, address: Address) -> dict[str, Any]:
    """Everything stored about a person, as JSON values: about what this is, then table → rows.

    Raises UnknownProfile when nothing is stored of that address, not even a held form.
    """
    known, profile_id = address, None
    try:
        profile = profiles.by_address(unit.connection, address)
        known, profile_id = Address(profile.email, profile.email_key), profile.id
    except UnknownProfile:
        if not erasure.knows(unit.connection, address):
            raise
    found = erasure.read_out(unit.connection, profile_id, known)
    about = {"email": known.sending, "program": unit.program.name, "exported_at": unit.now.isoformat()}
    return {"about": about} | {table: [_row(row) for row in rows] for table, rows in sorted(found.items())}


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: _plain(value) for name, value in row.items() if name not in LEFT_OUT}
    if row.get("kind") == "webhook":
        kept["payload"] = _without_path(kept["payload"])
    return kept


def _without_path(payload: dict[str, Any]) -> dict[str, Any]:
    """Who was told something is the person's business; where exactly is a secret between two machines."""
    return payload | {"url": urlsplit(str(payload.get("url"))).hostname}


def _plain(value: Any) -> Any:
    if isinstance(value, date):  # a datetime is one, too
        return value.isoformat()
    return str(value) if isinstance(value, UUID | Decimal) else value
