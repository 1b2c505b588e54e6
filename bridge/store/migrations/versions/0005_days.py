"""Visits and marks of counted hits lie in pieces of a day each; what was missing for many people."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

VISITS = ("page", "title", "referrer", "utm", "ip", "user_agent")
"""Columns of which the planner takes no samples, as in 0003."""

SOONER = (
    "autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000,"
    " autovacuum_analyze_scale_factor = 0.02, autovacuum_analyze_threshold = 5000"
)
"""What was waiting and is done stays in the indexes of what waits until somebody cleans up: by default once a fifth
of all rows, of however many years, have changed.
"""


def upgrade() -> None:
    _in_pieces("visits", ("ix_visits_visitor_at", "ix_visits_at", "ix_visits_addresses"))
    for column in VISITS:
        op.execute(f"alter table visits alter column {column} set statistics 0")
    op.create_index("ix_visits_visitor_at", "visits", ["visitor", "at"])
    op.create_index("ix_visits_at", "visits", ["at"])
    op.create_index("ix_visits_addresses", "visits", ["at"], postgresql_where=sa.text("ip is not null"))
    _in_pieces("counted_hits", ("ix_counted_hits_day",))
    op.create_index(op.f("ix_counted_hits_day"), "counted_hits", ["day"])
    op.create_index(op.f("ix_consents_submission_id"), "consents", ["submission_id"])
    _mails_by_person()
    _countable()
    op.drop_index("ix_mails_profile_id", "mails")  # the unique one begins with the person, too
    for table in ("events", "outbox"):
        op.execute(f"alter table {table} set ({SOONER})")
    op.execute("alter table profiles set (fillfactor = 80)")  # a new score needs no new entry in any index
    _number_entries()


def _number_entries() -> None:
    """Entries are known by their number, which grows: what is derived from a cause lies anywhere in an index.

    That none is written twice is ensured by the key that counts once, and by what an entry undoes.
    """
    op.execute("alter table ledger drop constraint pk_ledger, add constraint pk_ledger primary key (seq)")


def _mails_by_person() -> None:
    """A mail's events are found by whom it went to, so that none of them has to stand in an index of its own."""
    op.drop_index("ix_events_mail", "events")
    op.drop_index("ix_events_profile", "events")
    op.create_index("ix_events_profile", "events", ["profile_id", "at", "mail_id"])


def _countable() -> None:
    """Metrics ask every few seconds."""
    op.create_index("ix_profiles_stage", "profiles", ["stage"])
    failed = sa.text("state in ('refused', 'dead')")
    op.create_index("ix_outbox_failed", "outbox", ["state", "created_at"], postgresql_where=failed)


def _in_pieces(table: str, indexes: tuple[str, ...]) -> None:
    """A piece for each day is made later, and ahead of it; what is there by now lies in the piece for the rest."""
    op.execute(f"alter table {table} rename to {table}_before")
    op.execute(f"alter table {table}_before drop constraint pk_{table}")
    for index in indexes:
        op.execute(f"drop index {index}")
    op.execute(f"create table {table} (like {table}_before including defaults) partition by range (id)")
    op.execute(f"alter table {table} add constraint pk_{table} primary key (id)")
    op.execute(f"create table {table}_rest partition of {table} default")
    op.execute(f"insert into {table} select * from {table}_before")  # noqa: S608 - names of ours
    op.execute(f"drop table {table}_before")
