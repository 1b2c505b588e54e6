"""People: who they are, what they agreed to and what they are asked."""

from sqlalchemy import (
    Boolean,
    Column,
    Computed,
    Date,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    false,
    text,
)
from sqlalchemy.dialects.postgresql import TSVECTOR

from bridge.profiles.catchwords import TOP_SCORE, WORDS
from bridge.store.tables.columns import json_of, metadata, moment, of_profile, text_of

profiles = Table(
    "profiles",
    metadata,
    Column("id", Uuid, primary_key=True),
    text_of("email"),
    Column("email_key", Text, nullable=False, unique=True),
    Column("company_domain", Text),
    text_of("language", default="de"),
    text_of("stage", default="prospect"),
    Column("excluded", Boolean, nullable=False, server_default=false()),
    Column("objected", Boolean, nullable=False, server_default=false()),
    Column("score", Integer, nullable=False, server_default="0"),
    Column("fit", Integer, nullable=False, server_default="50"),
    Column("misfits", Integer, nullable=False, server_default="0"),
    Column("fit_version", Text, nullable=False, server_default=""),
    json_of("fields"),
    json_of("also_given"),
    json_of("interests", "[]"),
    json_of("first_touch"),
    json_of("last_touch"),
    text_of("frequency", default="normal"),
    Column("pause_until", Date),
    moment("resumes_at", nullable=True),
    moment("recheck_at", nullable=True),
    moment("confirmed_at", nullable=True),
    moment("created_at"),
    Column("owner", Text),
    Column("words", TSVECTOR, Computed(WORDS, persisted=True)),
    Column("top_score", Integer, Computed(TOP_SCORE, persisted=True)),
    Index("ix_profiles_recheck", "recheck_at", postgresql_where=text("recheck_at is not null")),
    Index("ix_profiles_returning", "resumes_at", postgresql_where=text("stage = 'lost'")),
    Index("ix_profiles_created_at", "created_at", "id"),
    Index("ix_profiles_top_score", "top_score", "created_at", "id"),
    Index("ix_profiles_words", "words", postgresql_using="gin"),
    Index("ix_profiles_company_domain", "company_domain", "top_score", "created_at", "id"),
    Index("ix_profiles_stage", "stage", "created_at", "id"),
    Index("ix_profiles_stage_top_score", "stage", "top_score", "created_at", "id"),
    Index("ix_profiles_fit_version", "fit_version"),
)

identities = Table(
    "identities",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("value", Text, primary_key=True),
    of_profile(nullable=True),
    moment("at"),
    text_of("how"),
)

visits = Table(
    "visits",
    metadata,
    Column("id", Uuid, primary_key=True),
    text_of("visitor"),
    moment("at"),
    text_of("page"),
    text_of("title", default=""),
    Column("referrer", Text),
    json_of("utm"),
    Column("language", Text),
    Column("ip", Text),
    Column("user_agent", Text),
    Index("ix_visits_visitor_at", "visitor", "at"),
    Index("ix_visits_at", "at"),
    Index("ix_visits_addresses", "at", postgresql_where=text("ip is not null")),
    postgresql_partition_by="RANGE (id)",
)

submissions = Table(
    "submissions",
    metadata,
    Column("id", Uuid, primary_key=True),
    of_profile(nullable=True),
    text_of("form"),
    text_of("source"),
    text_of("key"),
    text_of("content_hash"),
    text_of("state", default="accepted"),
    Column("held_because", Text),
    moment("received_at"),
    moment("at"),
    json_of("fields"),
    json_of("consents"),
    json_of("context"),
    UniqueConstraint("source", "key"),
    Index("ix_submissions_content", "content_hash", "received_at"),
    Index(
        "ix_submissions_visitor",
        text("(context ->> 'visitor')"),
        postgresql_where=text("context ? 'visitor'"),
    ),
    Index("ix_submissions_held", "received_at", postgresql_where=text("state = 'held'")),
    Index(
        "ix_submissions_suspected",
        "received_at",
        "held_because",
        "state",
        postgresql_where=text("held_because is not null"),
    ),
    Index("ix_submissions_addresses", "received_at", postgresql_where=text("context ? 'ip'")),
)

consents = Table(
    "consents",
    metadata,
    Column("id", Uuid, primary_key=True),
    of_profile(),
    text_of("purpose"),
    text_of("state"),
    text_of("text"),
    text_of("text_hash"),
    text_of("language"),
    moment("at"),
    text_of("how"),
    text_of("place"),
    text_of("program_version"),
    Column("submission_id", Uuid, index=True),
    Column("message_id", Text),
)

consent_proofs = Table(
    "consent_proofs",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("address_hash", Text, nullable=False, index=True),
    text_of("purpose"),
    text_of("state"),
    text_of("text"),
    text_of("text_hash"),
    text_of("language"),
    moment("at"),
    text_of("how"),
    text_of("place"),
    Column("form", Text),
    text_of("program_version"),
    Column("ip", Text),
    Column("user_agent", Text),
    Column("submission_id", Uuid),
    Column("message_id", Text),
    moment("keep_until", nullable=True),
    Index("ix_consent_proofs_keep_until", "keep_until", postgresql_where=text("keep_until is not null")),
)

erasures = Table(
    "erasures",
    metadata,
    Column("address_hash", Text, primary_key=True),
    moment("at"),
)

suppressions = Table(
    "suppressions",
    metadata,
    Column("address_hash", Text, primary_key=True),
    Column("reason", Text, primary_key=True),
    moment("at"),
    Column("note", Text),
    moment("lifted_at", nullable=True),
    Column("lifted_because", Text),
)

installation = Table(
    "installation",
    metadata,
    Column("id", Integer, primary_key=True),
    text_of("address_secret"),
)
