"""The journal: everything that happened, and what was derived from it person by person."""

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)

from bridge.program.events import STORY
from bridge.store.tables.columns import json_of, metadata, moment, of_profile, text_of

OF_SALES = ("sales.accepted", "sales.rejected", "sales.won", "sales.lost")
"""Kinds of events in which sales says something of the person."""
NO_SIGNS = (
    *("mail.bounced", "mail.ignored", "mail.sent", "own-page.opened", "sequence.completed", "sales.expired"),
    *OF_SALES,
    *STORY,
)
"""Kinds of events that are no person's sign of life: we did something, nobody did, or a page was only looked at."""
SIGNS = text(f"verdict = 'human' and kind not in {NO_SIGNS}")

events = Table(
    "events",
    metadata,
    Column("id", Uuid, primary_key=True),
    of_profile(index=False),
    text_of("kind"),
    moment("at"),
    moment("due_at"),
    moment("scored_at", nullable=True),
    text_of("verdict", default="unknown"),
    json_of("signs", "[]"),
    Column("mail_id", Uuid),
    Column("organisation", Text),
    moment("rejudge_at", nullable=True),
    json_of("data"),
    Index("ix_events_profile", "profile_id", "at", "mail_id"),
    Index("ix_events_waiting", "due_at", postgresql_where=text("scored_at is null")),
    Index("ix_events_organisation", "organisation", "at", postgresql_where=text("organisation is not null")),
    Index("ix_events_signs", "at", "profile_id", postgresql_where=SIGNS),
    Index("ix_events_rejudging", "rejudge_at", postgresql_where=text("rejudge_at is not null")),
    Index("ix_events_addresses", "at", postgresql_where=text("data ?| array['ip', 'headers']")),
    Index("ix_events_at", "at", "id"),
    Index("ix_events_kind", "kind", "at", "id"),
)

proofs_of_humanity = Table(
    "proofs_of_humanity",
    metadata,
    Column("id", Uuid, primary_key=True),
    of_profile(index=False),
    moment("at"),
    text_of("how"),
    Column("hit_id", Uuid),
    Column("ip", Text),
    Column("user_agent", Text),
    Index("ix_proofs_of_humanity_profile", "profile_id", "at"),
    Index("ix_proofs_of_humanity_at", "at"),
)

ledger = Table(
    "ledger",
    metadata,
    Column("id", Uuid, nullable=False),
    of_profile(index=False),
    Column("seq", BigInteger, Identity(), primary_key=True),
    Column("event_id", Uuid, nullable=False),
    text_of("rule"),
    Column("points", Integer, nullable=False),
    text_of("topic", default=""),
    text_of("once_key"),
    Column("turn", Integer, nullable=False, server_default="0"),
    text_of("reason"),
    moment("at"),
    text_of("program_version"),
    Column("undoes", Uuid),
    moment("expires_at", nullable=True),
    UniqueConstraint("profile_id", "rule", "once_key", "turn", "topic"),
    Index("ix_ledger_expiring", "expires_at", postgresql_where=text("expires_at is not null")),
    Index("uq_ledger_undoes", "undoes", unique=True, postgresql_where=text("undoes is not null")),
)

stage_changes = Table(
    "stage_changes",
    metadata,
    Column("id", Uuid, primary_key=True),
    of_profile(),
    Column("was", Text),
    text_of("became"),
    moment("at", index=True),
    text_of("cause"),
)

counted_hits = Table(
    "counted_hits",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("day", Date, nullable=False, index=True),
    postgresql_partition_by="RANGE (id)",
)

watermarks = Table(
    "watermarks",
    metadata,
    Column("name", Text, primary_key=True),
    moment("until"),
)
