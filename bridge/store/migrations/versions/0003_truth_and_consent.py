"""Verdicts that may change, proofs of humanity, and proofs of consent that stand apart."""

import hashlib
import hmac
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

BATCH = 1000


def upgrade() -> None:
    _verdicts()
    _proofs_of_humanity()
    _counts()
    _consents()
    op.create_index(
        "ix_submissions_addresses",
        "submissions",
        ["received_at"],
        postgresql_where=sa.text("context ? 'ip'"),
    )
    op.create_index("ix_visits_addresses", "visits", ["at"], postgresql_where=sa.text("ip is not null"))
    _take_no_samples()


PEOPLES_WORDS = {
    "profiles": ("email", "email_key", "fields", "also_given", "first_touch", "last_touch"),
    "identities": ("value",),
    "submissions": ("fields", "consents", "context"),
    "consents": ("text", "place"),
    "consent_proofs": ("text", "place", "ip", "user_agent"),
    "mails": ("subject", "links"),
    "events": ("data",),
    "proofs_of_humanity": ("ip", "user_agent"),
    "ledger": ("reason",),
    "handovers": ("note",),
    "outbox": ("payload", "error"),
    "dead_letters": ("payload", "error"),
    "visits": ("page", "title", "referrer", "utm", "ip", "user_agent"),
}
JSON = {
    *("fields", "also_given", "first_touch", "last_touch", "consents", "context"),
    *("links", "data", "payload", "utm"),
}


def _take_no_samples() -> None:
    """The planner's statistics hold samples of columns, and keep those of people who were erased.

    No query needs them for what people write. Naming a column's type anew drops the samples that were taken.
    """
    for table, columns in PEOPLES_WORDS.items():
        for column in columns:
            kind = "jsonb" if column in JSON else "text"
            anew = f'alter column "{column}" type {kind}, alter column "{column}" set statistics 0'
            op.execute(f"alter table {table} {anew}")
    op.execute("alter index ix_submissions_visitor alter column 1 set statistics 0")


def _verdicts() -> None:
    op.add_column("mails", sa.Column("handed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("events", sa.Column("organisation", sa.Text(), nullable=True))
    op.add_column("events", sa.Column("rejudge_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_events_organisation",
        "events",
        ["organisation", "at"],
        postgresql_where=sa.text("organisation is not null"),
    )
    op.create_index(
        "ix_events_rejudging", "events", ["rejudge_at"], postgresql_where=sa.text("rejudge_at is not null")
    )
    op.create_index(
        "ix_events_addresses", "events", ["at"], postgresql_where=sa.text("data ?| array['ip', 'headers']")
    )


def _proofs_of_humanity() -> None:
    op.create_table(
        "proofs_of_humanity",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("profile_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("hit_id", sa.Uuid(), nullable=True),
        sa.Column("ip", sa.Text(), nullable=True),
        sa.Column("user_agent", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["profile_id"],
            ["profiles.id"],
            name=op.f("fk_proofs_of_humanity_profile_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proofs_of_humanity")),
    )
    op.create_index("ix_proofs_of_humanity_profile", "proofs_of_humanity", ["profile_id", "at"])
    op.create_index("ix_proofs_of_humanity_at", "proofs_of_humanity", ["at"])


def _counts() -> None:
    """Mails that were sent before are counted, too; their days are those of UTC, for no programme is at hand."""
    op.create_table(
        "counted_hits",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counted_hits")),
    )
    op.create_index(op.f("ix_counted_hits_day"), "counted_hits", ["day"])
    op.create_table(
        "mail_counts",
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), server_default="", nullable=False),
        sa.Column("count", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("template", "day", "kind", "link", name=op.f("pk_mail_counts")),
    )
    op.execute(
        "insert into mail_counts (template, day, kind, count)"
        " select template, (sent_at at time zone 'UTC')::date, 'sent', count(*)"
        " from mails where sent_at is not null group by 1, 2"
    )


def _consents() -> None:
    """Network addresses and browsers leave the consents; each answer gets a proof that stands by itself."""
    op.create_table(
        "erasures",
        sa.Column("address_hash", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("address_hash", name=op.f("pk_erasures")),
    )
    op.create_table(
        "consent_proofs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("address_hash", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_hash", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=True),
        sa.Column("program_version", sa.Text(), nullable=False),
        sa.Column("ip", sa.Text(), nullable=True),
        sa.Column("user_agent", sa.Text(), nullable=True),
        sa.Column("submission_id", sa.Uuid(), nullable=True),
        sa.Column("message_id", sa.Text(), nullable=True),
        sa.Column("keep_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_proofs")),
    )
    op.create_index(op.f("ix_consent_proofs_address_hash"), "consent_proofs", ["address_hash"])
    op.create_index(
        "ix_consent_proofs_keep_until",
        "consent_proofs",
        ["keep_until"],
        postgresql_where=sa.text("keep_until is not null"),
    )
    _copy_proofs(op.get_bind())
    op.drop_column("consents", "ip")
    op.drop_column("consents", "user_agent")


PROOF = sa.text(
    "insert into consent_proofs (id, address_hash, purpose, state, text, text_hash, language, at, how, place,"
    " form, program_version, ip, user_agent, submission_id, message_id)"
    " select c.id, :hash, c.purpose, c.state, c.text, c.text_hash, c.language, c.at, c.how, c.place,"
    " s.form, c.program_version, c.ip, c.user_agent, c.submission_id, c.message_id"
    " from consents c left join submissions s on s.id = c.submission_id where c.profile_id = :profile"
)


ENDED = sa.text(
    "update consent_proofs p set keep_until = ended.at + interval '3 years' from"
    " (select address_hash, purpose, max(at) as at from consent_proofs where state = 'withdrawn' group by 1, 2)"
    " ended where p.address_hash = ended.address_hash and p.purpose = ended.purpose and p.at <= ended.at"
)
UNANSWERED = sa.text(
    "update consent_proofs p set keep_until = p.at + interval '20 days' where p.state = 'requested' and not exists"
    " (select from consent_proofs g where g.submission_id = p.submission_id and g.purpose = p.purpose"
    " and g.state = 'given')"
)


def _copy_proofs(connection: Any) -> None:
    secret = connection.scalar(sa.text("select address_secret from installation"))
    for people in _in_batches(connection):
        connection.execute(
            PROOF, [{"profile": one, "hash": _hash(key, bytes.fromhex(secret))} for one, key in people]
        )
    connection.execute(ENDED)
    connection.execute(UNANSWERED)


def _in_batches(connection: Any) -> Iterator[list[tuple[Any, str]]]:
    found = connection.execute(
        sa.text("select id, email_key from profiles where id in (select profile_id from consents)")
    ).all()
    for start in range(0, len(found), BATCH):
        yield [(row[0], row[1]) for row in found[start : start + BATCH]]


def _hash(key: str, secret: bytes) -> str:
    return hmac.new(secret, key.encode(), hashlib.sha256).hexdigest()
