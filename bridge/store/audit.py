"""Who saw and did what on the console: rows that are added and never changed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, insert

from bridge.store.rows import values_of
from bridge.store.tables import audit_log


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One deed. who: the account's address, or the name of a command. what: such as "profile.seen".

    kind, subject: what it was done to, such as "profile" and its id; no word about a lead stands here.
    """

    id: UUID
    at: datetime
    who: str
    what: str
    account_id: UUID | None = None
    kind: str | None = None
    subject: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    ip: str | None = None


def note(connection: Connection, row: AuditRow) -> None:
    """Write a deed down."""
    connection.execute(insert(audit_log).values(**values_of(row)))
