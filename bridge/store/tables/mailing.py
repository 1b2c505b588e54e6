"""Mail and webhooks: what was sent, what waits, and what became of it."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    Uuid,
    false,
    text,
)

from bridge.store.tables.columns import json_of, metadata, moment, of_profile, text_of

mails = Table(
    "mails",
    metadata,
    Column("id", Uuid, primary_key=True),
    of_profile(index=False),
    text_of("template"),
    text_of("subject", default=""),
    text_of("language"),
    Column("sequence", Text),
    Column("step", Integer),
    Column("tracked", Boolean, nullable=False, server_default=false()),
    json_of("links", "[]"),
    text_of("message_id"),
    moment("created_at"),
    moment("handed_at", nullable=True),
    moment("sent_at", nullable=True),
    Column("step_id", Text),
    Column("round", Integer, nullable=False, server_default="0"),
    Column("variant", Text),
    Index("ix_mails_profile_id", "profile_id", "created_at"),
    Index(
        "ix_mails_of_series",
        "sent_at",
        postgresql_where=text("sequence is not null and tracked and sent_at is not null"),
    ),
    Index("ix_mails_variant", "sequence", "step_id", postgresql_where=text("variant is not null")),
)

mail_counts = Table(
    "mail_counts",
    metadata,
    Column("template", Text, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("link", Text, primary_key=True, server_default=""),
    Column("count", BigInteger, nullable=False, server_default="0"),
)

WAITS, FAILED = text("state in ('due', 'deferred', 'leased')"), text("state in ('refused', 'dead')")

outbox = Table(
    "outbox",
    metadata,
    Column("id", Uuid, primary_key=True),
    of_profile(nullable=True),
    text_of("kind"),
    text_of("template"),
    Column("domain", Text),
    text_of("ground"),
    Column("dedupe_key", Text, nullable=False, unique=True),
    json_of("payload"),
    text_of("state", default="due"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("pauses", Integer, nullable=False, server_default="0"),
    Column("deaths", Integer, nullable=False, server_default="0"),
    moment("due_at"),
    moment("leased_until", nullable=True),
    Column("error", Text),
    moment("created_at"),
    moment("gives_up_at", nullable=True),
    moment("finished_at", nullable=True),
    Column("trace", Text),
    Index("ix_outbox_waiting", "due_at", "id", postgresql_where=WAITS),
    Index("ix_outbox_waiting_of_kind", "kind", "due_at", "id", postgresql_where=WAITS),
    Index("ix_outbox_under_way", "domain", postgresql_where=text("state = 'leased'")),
    Index("ix_outbox_failed", "state", "created_at", "id", postgresql_where=FAILED),
    Index("ix_outbox_failed_of_kind", "state", "kind", "created_at", "id", postgresql_where=FAILED),
)

mail_domains = Table(
    "mail_domains",
    metadata,
    Column("domain", Text, primary_key=True),
    moment("next_at"),
    moment("answers_at"),
)

webhook_endpoints = Table(
    "webhook_endpoints",
    metadata,
    Column("id", Text, primary_key=True),
    text_of("url"),
    moment("failing_since", nullable=True),
    moment("failed_at", nullable=True),
    moment("disabled_at", nullable=True),
    Column("disabled_because", Text),
)

webhook_attempts = Table(
    "webhook_attempts",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("delivery_id", Uuid, ForeignKey("outbox.id", ondelete="CASCADE"), nullable=False, index=True),
    text_of("endpoint"),
    text_of("kind"),
    moment("at", index=True),
    Column("attempt", Integer, nullable=False),
    Column("status", Integer),
    Column("milliseconds", Integer),
    text_of("words", default=""),
    Index("ix_webhook_attempts_endpoint", "endpoint", "at"),
)

notices = Table(
    "notices",
    metadata,
    Column("id", Uuid, primary_key=True),
    text_of("source"),
    text_of("trouble"),
    text_of("status", default=""),
    Column("attributed", Boolean, nullable=False),
    moment("at", index=True),
)

dead_letters = Table(
    "dead_letters",
    metadata,
    Column("id", Uuid, primary_key=True),
    text_of("source"),
    json_of("payload"),
    text_of("error"),
    moment("at"),
    Column("attempts", BigInteger, nullable=False, server_default="1"),
    Index("ix_dead_letters_at", "at", "id"),
)
