"""Places in series know their step by name and may begin anew; articles of feeds, wordings that won."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    _series()
    _articles()
    op.create_table(
        "variant_choices",
        sa.Column("sequence", sa.Text, primary_key=True),
        sa.Column("step_id", sa.Text, primary_key=True),
        sa.Column("variant", sa.Text, nullable=False),
        _moment("at"),
        sa.Column("because", sa.Text, nullable=False),
    )
    op.create_table("watermarks", sa.Column("name", sa.Text, primary_key=True), _moment("until"))
    # nobody is told of years of mails that were ignored before anybody noticed such a thing
    op.execute("insert into watermarks select 'mail.ignored', now() - interval '7 days' from mails limit 1")
    _fit()


def _fit() -> None:
    """Fit was halved for each answer of sales that somebody does not fit, and changed by nothing else."""
    op.add_column("profiles", sa.Column("misfits", sa.Integer, nullable=False, server_default="0"))
    op.add_column("profiles", sa.Column("fit_version", sa.Text, nullable=False, server_default=""))
    op.create_index("ix_profiles_fit_version", "profiles", ["fit_version"])
    profiles = sa.table("profiles", sa.column("fit", sa.Integer), sa.column("misfits", sa.Integer))
    halved = sa.case({25: 1, 12: 2, 6: 3, 3: 4, 1: 5, 0: 6}, value=profiles.c.fit, else_=0)
    op.execute(sa.update(profiles).where(profiles.c.fit < 50).values(misfits=halved))


def _series() -> None:
    for column in (
        sa.Column("step_id", sa.Text),
        sa.Column("round", sa.Integer, nullable=False, server_default="0"),
        sa.Column("waits_for", sa.Text),
        _moment("waits_since", nullable=True),
        sa.Column("rests_because", sa.Text),
        _moment("event_at", nullable=True),
        _moment("ended_at", nullable=True),
        sa.Column("ended_because", sa.Text),
    ):
        op.add_column("enrolments", column)
    op.add_column("mails", sa.Column("step_id", sa.Text))
    op.add_column("mails", sa.Column("round", sa.Integer, nullable=False, server_default="0"))
    op.add_column("mails", sa.Column("variant", sa.Text))
    # a mail's id is derived from place, round and step; what repeats a step has the same one
    op.create_index("ix_mails_profile_id", "mails", ["profile_id", "created_at"])
    op.drop_constraint("uq_mails_profile_id_sequence_step", "mails")
    # not by ranges of the table: after years were forgotten, each of them holds old mails and new ones
    known = sa.text("sequence is not null and tracked and sent_at is not null")
    op.create_index("ix_mails_of_series", "mails", ["sent_at"], postgresql_where=known)
    compared = sa.text("variant is not null")
    op.create_index("ix_mails_variant", "mails", ["sequence", "step_id"], postgresql_where=compared)


def _articles() -> None:
    op.create_table(
        "feeds",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("etag", sa.Text),
        sa.Column("last_modified", sa.Text),
        _moment("fetched_at", nullable=True),
        _moment("next_at", nullable=True),
        _moment("failing_since", nullable=True),
        sa.Column("failures", sa.Integer, nullable=False, server_default="0"),
        sa.Column("error", sa.Text),
    )
    op.create_table(
        "articles",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("feed", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("summary", sa.Text, nullable=False, server_default=""),
        sa.Column("language", sa.Text),
        sa.Column("topics", postgresql.JSONB, nullable=False, server_default=sa.text("'[]'::jsonb")),
        _moment("published_at"),
        _moment("fetched_at"),
    )
    op.create_index("ix_articles_published_at", "articles", ["published_at"])
    op.create_table(
        "sent_articles",
        _key("profile_id", "profiles"),
        _key("article_id", "articles"),
        sa.Column("mail_id", sa.Uuid, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
    )
    op.create_index("ix_sent_articles_article_id", "sent_articles", ["article_id"])
    op.create_index("ix_sent_articles_mail_id", "sent_articles", ["mail_id"])


def _moment(name: str, *, nullable: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _key(name: str, table: str) -> sa.Column[UUID]:
    owner = sa.ForeignKey(f"{table}.id", name=f"fk_sent_articles_{name}", ondelete="CASCADE")
    return sa.Column(name, sa.Uuid, owner, primary_key=True)
