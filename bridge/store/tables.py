"""The tables. Facts are rows that are added; only states and derived sums change."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Computed,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
    Numeric,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    false,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR

from bridge.profiles.catchwords import TOP_SCORE, WORDS

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _moment(name: str, *, nullable: bool = False, index: bool = False) -> Column[datetime]:
    return Column(name, DateTime(timezone=True), nullable=nullable, index=index)


def _text(name: str, *, nullable: bool = False, default: str | None = None) -> Column[str]:
    return Column(name, Text, nullable=nullable, server_default=default)


def _json(name: str, default: str = "{}") -> Column[Any]:
    return Column(name, JSONB, nullable=False, server_default=text(f"'{default}'::jsonb"))


def _of_profile(*, nullable: bool = False, index: bool = True) -> Column[UUID]:
    cascade = ForeignKey("profiles.id", ondelete="CASCADE")
    return Column("profile_id", Uuid, cascade, nullable=nullable, index=index)


profiles = Table(
    "profiles",
    metadata,
    Column("id", Uuid, primary_key=True),
    _text("email"),
    Column("email_key", Text, nullable=False, unique=True),
    Column("company_domain", Text),
    _text("language", default="de"),
    _text("stage", default="prospect"),
    Column("excluded", Boolean, nullable=False, server_default=false()),
    Column("objected", Boolean, nullable=False, server_default=false()),
    Column("score", Integer, nullable=False, server_default="0"),
    Column("fit", Integer, nullable=False, server_default="50"),
    Column("misfits", Integer, nullable=False, server_default="0"),
    Column("fit_version", Text, nullable=False, server_default=""),
    _json("fields"),
    _json("also_given"),
    _json("interests", "[]"),
    _json("first_touch"),
    _json("last_touch"),
    _text("frequency", default="normal"),
    Column("pause_until", Date),
    _moment("resumes_at", nullable=True),
    _moment("recheck_at", nullable=True),
    _moment("confirmed_at", nullable=True),
    _moment("created_at"),
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
    _of_profile(nullable=True),
    _moment("at"),
    _text("how"),
)

visits = Table(
    "visits",
    metadata,
    Column("id", Uuid, primary_key=True),
    _text("visitor"),
    _moment("at"),
    _text("page"),
    _text("title", default=""),
    Column("referrer", Text),
    _json("utm"),
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
    _of_profile(nullable=True),
    _text("form"),
    _text("source"),
    _text("key"),
    _text("content_hash"),
    _text("state", default="accepted"),
    Column("held_because", Text),
    _moment("received_at"),
    _moment("at"),
    _json("fields"),
    _json("consents"),
    _json("context"),
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
    _of_profile(),
    _text("purpose"),
    _text("state"),
    _text("text"),
    _text("text_hash"),
    _text("language"),
    _moment("at"),
    _text("how"),
    _text("place"),
    _text("program_version"),
    Column("submission_id", Uuid, index=True),
    Column("message_id", Text),
)

consent_proofs = Table(
    "consent_proofs",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("address_hash", Text, nullable=False, index=True),
    _text("purpose"),
    _text("state"),
    _text("text"),
    _text("text_hash"),
    _text("language"),
    _moment("at"),
    _text("how"),
    _text("place"),
    Column("form", Text),
    _text("program_version"),
    Column("ip", Text),
    Column("user_agent", Text),
    Column("submission_id", Uuid),
    Column("message_id", Text),
    _moment("keep_until", nullable=True),
    Index("ix_consent_proofs_keep_until", "keep_until", postgresql_where=text("keep_until is not null")),
)

mails = Table(
    "mails",
    metadata,
    Column("id", Uuid, primary_key=True),
    _of_profile(index=False),
    _text("template"),
    _text("subject", default=""),
    _text("language"),
    Column("sequence", Text),
    Column("step", Integer),
    Column("tracked", Boolean, nullable=False, server_default=false()),
    _json("links", "[]"),
    _text("message_id"),
    _moment("created_at"),
    _moment("handed_at", nullable=True),
    _moment("sent_at", nullable=True),
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

counted_hits = Table(
    "counted_hits",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("day", Date, nullable=False, index=True),
    postgresql_partition_by="RANGE (id)",
)

events = Table(
    "events",
    metadata,
    Column("id", Uuid, primary_key=True),
    _of_profile(index=False),
    _text("kind"),
    _moment("at"),
    _moment("due_at"),
    _moment("scored_at", nullable=True),
    _text("verdict", default="unknown"),
    _json("signs", "[]"),
    Column("mail_id", Uuid),
    Column("organisation", Text),
    _moment("rejudge_at", nullable=True),
    _json("data"),
    Index("ix_events_profile", "profile_id", "at", "mail_id"),
    Index("ix_events_waiting", "due_at", postgresql_where=text("scored_at is null")),
    Index("ix_events_organisation", "organisation", "at", postgresql_where=text("organisation is not null")),
    Index("ix_events_rejudging", "rejudge_at", postgresql_where=text("rejudge_at is not null")),
    Index("ix_events_addresses", "at", postgresql_where=text("data ?| array['ip', 'headers']")),
    Index(
        "ix_events_counted",
        "kind",
        "at",
        postgresql_where=text(
            "kind in ('address.confirmed', 'mail.sent', 'page.visited', 'sales.accepted', 'unsubscribed')"
        ),
    ),
)

proofs_of_humanity = Table(
    "proofs_of_humanity",
    metadata,
    Column("id", Uuid, primary_key=True),
    _of_profile(index=False),
    _moment("at"),
    _text("how"),
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
    _of_profile(index=False),
    Column("seq", BigInteger, Identity(), primary_key=True),
    Column("event_id", Uuid, nullable=False),
    _text("rule"),
    Column("points", Integer, nullable=False),
    _text("topic", default=""),
    _text("once_key"),
    Column("turn", Integer, nullable=False, server_default="0"),
    _text("reason"),
    _moment("at"),
    _text("program_version"),
    Column("undoes", Uuid),
    _moment("expires_at", nullable=True),
    UniqueConstraint("profile_id", "rule", "once_key", "turn", "topic"),
    Index("ix_ledger_expiring", "expires_at", postgresql_where=text("expires_at is not null")),
    Index("uq_ledger_undoes", "undoes", unique=True, postgresql_where=text("undoes is not null")),
)

stage_changes = Table(
    "stage_changes",
    metadata,
    Column("id", Uuid, primary_key=True),
    _of_profile(),
    Column("was", Text),
    _text("became"),
    _moment("at", index=True),
    _text("cause"),
)

handovers = Table(
    "handovers",
    metadata,
    Column("id", Uuid, primary_key=True),
    _of_profile(index=False),
    Column("crossing", Integer, nullable=False),
    _text("state", default="open"),
    _text("cause"),
    Column("submission_id", Uuid),
    _text("sales_person"),
    Column("score", Integer, nullable=False),
    _moment("at"),
    _moment("due_at"),
    _moment("decided_at", nullable=True),
    Column("reason", Text),
    Column("note", Text),
    Column("amount", Numeric(14, 2)),
    Column("currency", Text),
    Column("decided_on", Date),
    Column("team", Text),
    Column("measure", Text),
    _json("route", "[]"),
    _moment("reacted_at", nullable=True),
    _moment("touched_at", nullable=True),
    _moment("reminded_at", nullable=True),
    _moment("escalated_at", nullable=True),
    _moment("asked_at", nullable=True),
    UniqueConstraint("profile_id", "crossing"),
    Index("ix_handovers_at", "at"),
    Index("ix_handovers_decided_at", "decided_at", postgresql_where=text("decided_at is not null")),
    Index("ix_handovers_sales_person", "sales_person", "state", "at"),
    Index("ix_handovers_due", "due_at", "id", postgresql_where=text("state = 'open'")),
    Index("ix_handovers_accepted", "decided_at", "id", postgresql_where=text("state = 'accepted'")),
    Index("ix_handovers_decided", "decided_at", "id", postgresql_where=text("state in ('won', 'lost')")),
    Index(
        "ix_handovers_unanswered",
        "at",
        postgresql_where=text("state = 'open' and reacted_at is null"),
    ),
    Index(
        "ix_handovers_unasked",
        "due_at",
        postgresql_where=text(
            "state in ('open', 'accepted') and reacted_at is not null and asked_at is null"
        ),
    ),
    Index(
        "uq_handovers_pending",
        "profile_id",
        unique=True,
        postgresql_where=text("state in ('open', 'accepted')"),
    ),
)

profile_links = Table(
    "profile_links",
    metadata,
    Column("id", Uuid, primary_key=True),
    _of_profile(),
    Column("handover_id", Uuid, nullable=False, index=True),
    _text("sales_person"),
    _moment("created_at"),
    _moment("expires_at"),
    _moment("revoked_at", nullable=True),
)

link_openings = Table(
    "link_openings",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("link_id", Uuid, ForeignKey("profile_links.id", ondelete="CASCADE"), nullable=False, index=True),
    _moment("at"),
    _text("what", default="opened"),
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
    _moment("created_at"),
    _moment("expires_at"),
    Column("tries", Integer, nullable=False, server_default="0"),
    _moment("used_at", nullable=True),
)

sales_devices = Table(
    "sales_devices",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("sales_person", Text, nullable=False, index=True),
    Column("secret_hash", Text, nullable=False, unique=True),
    _moment("created_at"),
    _moment("expires_at"),
    _moment("revoked_at", nullable=True),
    Column("user_agent", Text),
    Index("ix_sales_devices_expires_at", "expires_at"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Uuid, primary_key=True),
    _of_profile(nullable=True),
    _text("kind"),
    _text("template"),
    Column("domain", Text),
    _text("ground"),
    Column("dedupe_key", Text, nullable=False, unique=True),
    _json("payload"),
    _text("state", default="due"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("pauses", Integer, nullable=False, server_default="0"),
    Column("deaths", Integer, nullable=False, server_default="0"),
    _moment("due_at"),
    _moment("leased_until", nullable=True),
    Column("error", Text),
    _moment("created_at"),
    _moment("gives_up_at", nullable=True),
    _moment("finished_at", nullable=True),
    Column("trace", Text),
    Index("ix_outbox_waiting", "due_at", postgresql_where=text("state in ('due', 'deferred', 'leased')")),
    Index("ix_outbox_under_way", "domain", postgresql_where=text("state = 'leased'")),
    Index("ix_outbox_failed", "state", "created_at", postgresql_where=text("state in ('refused', 'dead')")),
)

mail_domains = Table(
    "mail_domains",
    metadata,
    Column("domain", Text, primary_key=True),
    _moment("next_at"),
    _moment("answers_at"),
)

webhook_endpoints = Table(
    "webhook_endpoints",
    metadata,
    Column("id", Text, primary_key=True),
    _text("url"),
    _moment("failing_since", nullable=True),
    _moment("failed_at", nullable=True),
    _moment("disabled_at", nullable=True),
    Column("disabled_because", Text),
)

webhook_attempts = Table(
    "webhook_attempts",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("delivery_id", Uuid, ForeignKey("outbox.id", ondelete="CASCADE"), nullable=False, index=True),
    _text("endpoint"),
    _text("kind"),
    _moment("at", index=True),
    Column("attempt", Integer, nullable=False),
    Column("status", Integer),
    Column("milliseconds", Integer),
    _text("words", default=""),
    Index("ix_webhook_attempts_endpoint", "endpoint", "at"),
)

suppressions = Table(
    "suppressions",
    metadata,
    Column("address_hash", Text, primary_key=True),
    Column("reason", Text, primary_key=True),
    _moment("at"),
    Column("note", Text),
    _moment("lifted_at", nullable=True),
    Column("lifted_because", Text),
)

notices = Table(
    "notices",
    metadata,
    Column("id", Uuid, primary_key=True),
    _text("source"),
    _text("trouble"),
    _text("status", default=""),
    Column("attributed", Boolean, nullable=False),
    _moment("at", index=True),
)

erasures = Table(
    "erasures",
    metadata,
    Column("address_hash", Text, primary_key=True),
    _moment("at"),
)

installation = Table(
    "installation",
    metadata,
    Column("id", Integer, primary_key=True),
    _text("address_secret"),
)

enrolments = Table(
    "enrolments",
    metadata,
    Column("id", Uuid, primary_key=True),
    _of_profile(index=False),
    _text("sequence"),
    _text("state", default="active"),
    Column("next_step", Integer, nullable=False, server_default="0"),
    _moment("started_at"),
    _moment("due_at", nullable=True),
    Column("step_id", Text),
    Column("round", Integer, nullable=False, server_default="0"),
    Column("waits_for", Text),
    _moment("waits_since", nullable=True),
    Column("rests_because", Text),
    _moment("event_at", nullable=True),
    _moment("ended_at", nullable=True),
    Column("ended_because", Text),
    UniqueConstraint("profile_id", "sequence"),
    Index("ix_enrolments_due", "due_at", postgresql_where=text("state = 'active'")),
)

articles = Table(
    "articles",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("feed", Text, nullable=False),
    _text("url"),
    _text("title"),
    _text("summary", default=""),
    Column("language", Text),
    _json("topics", "[]"),
    _moment("published_at"),
    _moment("fetched_at"),
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
    _text("url"),
    Column("etag", Text),
    Column("last_modified", Text),
    _moment("fetched_at", nullable=True),
    _moment("next_at", nullable=True),
    _moment("failing_since", nullable=True),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("error", Text),
)

variant_choices = Table(
    "variant_choices",
    metadata,
    Column("sequence", Text, primary_key=True),
    Column("step_id", Text, primary_key=True),
    _text("variant"),
    _moment("at"),
    _text("because"),
)

held_leads = Table(
    "held_leads",
    metadata,
    Column("id", Uuid, primary_key=True),
    _of_profile(),
    _text("why"),
    Column("rule", Text),
    Column("sales_person", Text),
    Column("team", Text),
    _text("cause"),
    Column("because_of", Uuid, nullable=False),
    Column("submission_id", Uuid),
    Column("score", Integer, nullable=False),
    _moment("at"),
    _moment("decided_at", nullable=True),
    Column("decision", Text),
    Column("decided_by", Text),
    Column("note", Text),
    _json("waits_for", "[]"),
    _text("looked_by", default=""),
    Index("uq_held_leads_waiting", "profile_id", unique=True, postgresql_where=text("decided_at is null")),
    Index("ix_held_leads_at", "at", postgresql_where=text("decided_at is null")),
    Index("ix_held_leads_rules", "at", "why", "rule", "decision"),
)

accounts = Table(
    "accounts",
    metadata,
    Column("id", Uuid, primary_key=True),
    _text("email"),
    Column("email_key", Text, nullable=False, unique=True),
    _text("name"),
    _text("role"),
    Column("password_hash", Text),
    Column("totp_secret", Text),
    _moment("totp_since", nullable=True),
    Column("totp_step", BigInteger),
    _json("recovery", "[]"),
    Column("oidc_subject", Text, unique=True),
    Column("language", Text),
    Column("sales_person", Text),
    _moment("created_at"),
    _moment("seen_at", nullable=True),
    _moment("closed_at", nullable=True),
)

console_sessions = Table(
    "console_sessions",
    metadata,
    Column("secret_hash", Text, primary_key=True),
    Column("account_id", Uuid, ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False, index=True),
    _moment("created_at"),
    _moment("seen_at"),
    _moment("expires_at", index=True),
    _moment("proved_at", nullable=True),
    Column("user_agent", Text),
)

audit_log = Table(
    "audit_log",
    metadata,
    Column("id", Uuid, primary_key=True),
    _moment("at", index=True),
    Column("account_id", Uuid),
    _text("who"),
    _text("what"),
    Column("kind", Text),
    Column("subject", Text),
    _json("details"),
    Column("ip", Text),
    Index("ix_audit_log_subject", "subject", "at"),
    Index("ix_audit_log_who", "who", "at"),
    Index("ix_audit_log_what", "what", "at"),
)


def _figures(name: str) -> Table:
    return Table(
        name,
        metadata,
        Column("figure", Text, primary_key=True),
        Column("dimension", Text, primary_key=True),
        Column("day", Date, primary_key=True),
        Column("key", Text, primary_key=True),
        Column("count", BigInteger, nullable=False),
        Column("amount", Numeric(16, 2), nullable=False, server_default="0"),
    )


day_figures = _figures("day_figures")

gone_figures = _figures("gone_figures")

stale_days = Table(
    "stale_days",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    _moment("at"),
)

watermarks = Table(
    "watermarks",
    metadata,
    Column("name", Text, primary_key=True),
    _moment("until"),
)

dead_letters = Table(
    "dead_letters",
    metadata,
    Column("id", Uuid, primary_key=True),
    _text("source"),
    _json("payload"),
    _text("error"),
    _moment("at"),
    Column("attempts", BigInteger, nullable=False, server_default="1"),
)
