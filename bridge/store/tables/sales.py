"""Sales: hand-overs, held leads, and the ways to a lead's page."""

from sqlalchemy import (
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    Numeric,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)

from bridge.store.tables.columns import json_of, metadata, moment, of_profile, text_of

handovers = Table(
    "handovers",
    metadata,
    Column("id", Uuid, primary_key=True),
    of_profile(index=False),
    Column("crossing", Integer, nullable=False),
    text_of("state", default="open"),
    text_of("cause"),
    Column("submission_id", Uuid),
    text_of("sales_person"),
    Column("score", Integer, nullable=False),
    moment("at"),
    moment("begun_at", default="now()"),  # for whoever still works with the version before
    moment("due_at"),
    moment("decided_at", nullable=True),
    Column("reason", Text),
    Column("note", Text),
    Column("amount", Numeric(14, 2)),
    Column("currency", Text),
    Column("decided_on", Date),
    Column("team", Text),
    Column("measure", Text),
    json_of("route", "[]"),
    moment("reacted_at", nullable=True),
    moment("touched_at", nullable=True),
    moment("reminded_at", nullable=True),
    moment("escalated_at", nullable=True),
    moment("asked_at", nullable=True),
    Column("passed_by", Text),
    Column("agreed_on", Date),
    UniqueConstraint("profile_id", "crossing"),
    Index("ix_handovers_at", "at", "id"),
    Index("ix_handovers_rerouted", "profile_id", "crossing", postgresql_where=text("cause = 'rerouted'")),
    Index("ix_handovers_decided_at", "decided_at", postgresql_where=text("decided_at is not null")),
    Index("ix_handovers_sales_person", "sales_person", "state", "at"),
    Index(
        "ix_handovers_due",
        "due_at",
        "id",
        postgresql_where=text("state = 'open' or state = 'accepted' and touched_at is null"),
    ),
    Index(
        "ix_handovers_accepted",
        "decided_at",
        "id",
        postgresql_where=text("state = 'accepted' and touched_at is not null"),
    ),
    Index("ix_handovers_decided", "decided_at", "id", postgresql_where=text("state in ('won', 'lost')")),
    Index(
        "ix_handovers_returned", "decided_at", "id", postgresql_where=text("state in ('rejected', 'expired')")
    ),
    Index(
        "ix_handovers_unanswered",
        "begun_at",
        postgresql_where=text("state in ('open', 'accepted') and touched_at is null"),
    ),
    Index(
        "ix_handovers_unasked",
        "due_at",
        postgresql_where=text("state in ('open', 'accepted') and asked_at is null"),
    ),
    Index(
        "uq_handovers_pending",
        "profile_id",
        unique=True,
        postgresql_where=text("state in ('open', 'accepted')"),
    ),
)

held_leads = Table(
    "held_leads",
    metadata,
    Column("id", Uuid, primary_key=True),
    of_profile(),
    text_of("why"),
    Column("rule", Text),
    Column("sales_person", Text),
    Column("team", Text),
    text_of("cause"),
    Column("because_of", Uuid, nullable=False),
    Column("submission_id", Uuid),
    Column("score", Integer, nullable=False),
    moment("at"),
    moment("decided_at", nullable=True),
    Column("decision", Text),
    Column("decided_by", Text),
    Column("note", Text),
    json_of("waits_for", "[]"),
    text_of("looked_by", default=""),
    Index("uq_held_leads_waiting", "profile_id", unique=True, postgresql_where=text("decided_at is null")),
    Index("ix_held_leads_at", "why", "at", postgresql_where=text("decided_at is null")),
    Index("ix_held_leads_rules", "at", "why", "rule", "decision"),
)

profile_links = Table(
    "profile_links",
    metadata,
    Column("id", Uuid, primary_key=True),
    of_profile(),
    Column("handover_id", Uuid, nullable=False, index=True),
    text_of("sales_person"),
    moment("created_at"),
    moment("expires_at"),
    moment("revoked_at", nullable=True),
)

link_openings = Table(
    "link_openings",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("link_id", Uuid, ForeignKey("profile_links.id", ondelete="CASCADE"), nullable=False, index=True),
    moment("at"),
    text_of("what", default="opened"),
    Column("device_id", Uuid),
    Column("ip", Text),
    Column("user_agent", Text),
    Column("times", Integer, nullable=False, server_default="1"),
    Index("ix_link_openings_addresses", "at", postgresql_where=text("ip is not null")),
    Index("ix_link_openings_codes", "at", postgresql_where=text("what = 'code_sent'")),
)

link_codes = Table(
    "link_codes",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("link_id", Uuid, ForeignKey("profile_links.id", ondelete="CASCADE"), nullable=False, index=True),
    moment("created_at"),
    moment("expires_at"),
    Column("tries", Integer, nullable=False, server_default="0"),
    moment("used_at", nullable=True),
)

sales_devices = Table(
    "sales_devices",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("sales_person", Text, nullable=False, index=True),
    Column("secret_hash", Text, nullable=False, unique=True),
    moment("created_at"),
    moment("expires_at"),
    moment("revoked_at", nullable=True),
    Column("user_agent", Text),
    Index("ix_sales_devices_expires_at", "expires_at"),
)
