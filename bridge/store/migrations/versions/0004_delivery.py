"""Delivery: pace by domain, attempts of webhooks, lifted suppressions, devices of sales."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _mails()
    _webhooks()
    _links()


def _mails() -> None:
    op.add_column("outbox", sa.Column("domain", sa.Text(), nullable=True))
    op.add_column("outbox", sa.Column("pauses", sa.Integer(), server_default="0", nullable=False))
    op.add_column("outbox", sa.Column("deaths", sa.Integer(), server_default="0", nullable=False))
    op.create_index("ix_outbox_under_way", "outbox", ["domain"], postgresql_where=sa.text("state = 'leased'"))
    op.create_table(
        "mail_domains",
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("next_at", MOMENT, nullable=False),
        sa.Column("answers_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("domain", name=op.f("pk_mail_domains")),
    )
    op.add_column("suppressions", sa.Column("lifted_at", MOMENT, nullable=True))
    op.add_column("suppressions", sa.Column("lifted_because", sa.Text(), nullable=True))
    for words in ("note", "lifted_because"):  # as in 0003
        op.execute(
            f"alter table suppressions alter column {words} type text, alter column {words} set statistics 0"
        )
    op.create_table(
        "notices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default="", nullable=False),
        sa.Column("attributed", sa.Boolean(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
    )
    op.create_index(op.f("ix_notices_at"), "notices", ["at"])


def _webhooks() -> None:
    op.create_table(
        "webhook_endpoints",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("failing_since", MOMENT, nullable=True),
        sa.Column("failed_at", MOMENT, nullable=True),
        sa.Column("disabled_at", MOMENT, nullable=True),
        sa.Column("disabled_because", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_endpoints")),
    )
    op.create_table(
        "webhook_attempts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("endpoint", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("milliseconds", sa.Integer(), nullable=True),
        sa.Column("words", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["outbox.id"], name=op.f("fk_webhook_attempts_delivery_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_attempts")),
    )
    op.execute("alter table webhook_attempts alter column words set statistics 0")  # as in 0003
    op.create_index("ix_webhook_attempts_endpoint", "webhook_attempts", ["endpoint", "at"])
    op.create_index(op.f("ix_webhook_attempts_at"), "webhook_attempts", ["at"])
    op.create_index(op.f("ix_webhook_attempts_delivery_id"), "webhook_attempts", ["delivery_id"])


def _links() -> None:
    op.add_column("link_openings", sa.Column("what", sa.Text(), server_default="opened", nullable=False))
    op.add_column("link_openings", sa.Column("device_id", sa.Uuid(), nullable=True))
    op.add_column("link_openings", sa.Column("ip", sa.Text(), nullable=True))
    op.add_column("link_openings", sa.Column("user_agent", sa.Text(), nullable=True))
    op.add_column("link_openings", sa.Column("times", sa.Integer(), server_default="1", nullable=False))
    op.create_index(
        "ix_link_openings_codes", "link_openings", ["at"], postgresql_where=sa.text("what = 'code_sent'")
    )
    op.create_index(
        "ix_link_openings_addresses", "link_openings", ["at"], postgresql_where=sa.text("ip is not null")
    )
    op.create_table(
        "link_codes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("link_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["link_id"], ["profile_links.id"], name=op.f("fk_link_codes_link_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_codes")),
    )
    op.create_index(op.f("ix_link_codes_link_id"), "link_codes", ["link_id"])
    op.create_table(
        "sales_devices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sales_person", sa.Text(), nullable=False),
        sa.Column("secret_hash", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.Column("user_agent", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sales_devices")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_sales_devices_secret_hash")),
    )
    op.create_index(op.f("ix_sales_devices_sales_person"), "sales_devices", ["sales_person"])
    op.create_index("ix_sales_devices_expires_at", "sales_devices", ["expires_at"])
