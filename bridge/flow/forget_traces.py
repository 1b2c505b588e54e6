"""What lies of an erased person outside of the database, and how it is recognised."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from bridge.flow.erase_profile import Traces
from bridge.flow.unit import Unit
from bridge.journal import Row, forget
from bridge.profiles.address import addresses_in, key_of, mentions
from bridge.store import erasures


def forget_in_journal(folder: Path, traces: Traces) -> int:
    """Delete what this node's journal still holds of somebody, from before the erasure; returns how many records."""
    return forget(folder, lambda row: row.at <= traces.at and _is_theirs(row, traces))


def _is_theirs(row: Row, traces: Traces) -> bool:
    """Whether a record names an id of theirs, is a form from their address, or a report about a mail to it."""
    if any(one in row.body for one in traces.ids):
        return True
    try:
        body = json.loads(row.body)
    except ValueError:  # nobody can read it: whose address stands in it, that person may have sent it
        return mentions(row.body, traces.address)
    if isinstance(body, Mapping) and "raw" in body:  # what a provider told and nobody understood
        return mentions(str(body["raw"]), traces.address)
    return _whose(body) == traces.address.key


def was_erased(unit: Unit, body: Mapping[str, Any], at: datetime) -> bool:
    """Whether what could not be processed came, at that moment, from somebody who was erased since.

    body: as dead letters hold it. Nobody erases that person until this unit ends.
    """
    whose = _whose(body)
    keys = {whose} if whose else addresses_in(str(body.get("raw", "")))
    erasures.hold(unit.connection, keys)
    return any(at <= moment for moment in erasures.moments(unit.connection, keys).values())


def _whose(body: Any) -> str | None:
    """The key of a form's address, or of the address that a mail went to; None for anything else."""
    if not isinstance(body, Mapping):
        return None
    fields = body.get("fields")
    return key_of(fields.get("email") if isinstance(fields, Mapping) else body.get("recipient"))
