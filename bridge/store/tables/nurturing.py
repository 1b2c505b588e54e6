"""Nurture: places in series, articles and wordings."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint, Uuid, text

from bridge.store.tables.columns import json_of, metadata, moment, of_profile, text_of

enrolments = Table(
    "enrolments",
    metadata,
    Column("id", Uuid, primary_key=True),
    of_profile(index=False),
    text_of("sequence"),
    text_of("state", default="active"),
    Column("next_step", Integer, nullable=False, server_default="0"),
    moment("started_at"),
    moment("due_at", nullable=True),
    Column("step_id", Text),
    Column("round", Integer, nullable=False, server_default="0"),
    Column("waits_for", Text),
    moment("waits_since", nullable=True),
    Column("rests_because", Text),
    moment("event_at", nullable=True),
    moment("ended_at", nullable=True),
    Column("ended_because", Text),
    UniqueConstraint("profile_id", "sequence"),
    Index("ix_enrolments_due", "due_at", postgresql_where=text("state = 'active'")),
)

articles = Table(
    "articles",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("feed", Text, nullable=False),
    text_of("url"),
    text_of("title"),
    text_of("summary", default=""),
    Column("language", Text),
    json_of("topics", "[]"),
    moment("published_at"),
    moment("fetched_at"),
    Index("ix_articles_published_at", "published_at"),
)

sent_articles = Table(
    "sent_articles",
    metadata,
    Column("profile_id", Uuid, ForeignKey("profiles.id", ondelete="CASCADE"), primary_key=True),
    Column("article_id", Uuid, ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("mail_id", Uuid, nullable=False, index=True),
    Column("position", Integer, nullable=False),
)

feeds = Table(
    "feeds",
    metadata,
    Column("id", Text, primary_key=True),
    text_of("url"),
    Column("etag", Text),
    Column("last_modified", Text),
    moment("fetched_at", nullable=True),
    moment("next_at", nullable=True),
    moment("failing_since", nullable=True),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("error", Text),
)

variant_choices = Table(
    "variant_choices",
    metadata,
    Column("sequence", Text, primary_key=True),
    Column("step_id", Text, primary_key=True),
    text_of("variant"),
    moment("at"),
    text_of("because"),
)
