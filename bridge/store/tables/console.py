"""The console: who signs in, and what they saw and did."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Table, Text, Uuid

from bridge.store.tables.columns import json_of, metadata, moment, text_of

accounts = Table(
    "accounts",
    metadata,
    Column("id", Uuid, primary_key=True),
    text_of("email"),
    Column("email_key", Text, nullable=False, unique=True),
    text_of("name"),
    text_of("role"),
    text_of("role_from", default="here"),
    Column("password_hash", Text),
    Column("totp_secret", Text),
    moment("totp_since", nullable=True),
    Column("totp_step", BigInteger),
    json_of("recovery", "[]"),
    Column("oidc_subject", Text, unique=True),
    Column("language", Text),
    Column("sales_person", Text),
    moment("created_at"),
    moment("seen_at", nullable=True),
    moment("closed_at", nullable=True),
)

console_sessions = Table(
    "console_sessions",
    metadata,
    Column("secret_hash", Text, primary_key=True),
    Column("account_id", Uuid, ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False, index=True),
    moment("created_at"),
    moment("seen_at"),
    moment("expires_at", index=True),
    moment("proved_at", nullable=True),
    Column("user_agent", Text),
)

audit_log = Table(
    "audit_log",
    metadata,
    Column("id", Uuid, primary_key=True),
    moment("at", index=True),
    Column("account_id", Uuid),
    text_of("who"),
    text_of("what"),
    Column("kind", Text),
    Column("subject", Text),
    json_of("details"),
    Column("ip", Text),
    Index("ix_audit_log_subject", "subject", "at"),
    Index("ix_audit_log_who", "who", "at"),
    Index("ix_audit_log_what", "what", "at"),
)
