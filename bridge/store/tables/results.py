"""Results: the figures of every day, and the days that have to be counted again."""

from sqlalchemy import BigInteger, Column, Date, Identity, Index, Numeric, PrimaryKeyConstraint, Table, Text

from bridge.store.tables.columns import metadata, moment


def _figures(name: str) -> Table:
    """Numbers lie in the index, too: a page reads a year of them, and nothing but the index."""
    return Table(
        name,
        metadata,
        Column("figure", Text, nullable=False),
        Column("dimension", Text, nullable=False),
        Column("day", Date, nullable=False),
        Column("key", Text, nullable=False),
        Column("count", BigInteger, nullable=False),
        Column("amount", Numeric(16, 2), nullable=False, server_default="0"),
        PrimaryKeyConstraint("figure", "dimension", "day", "key", postgresql_include=["count", "amount"]),
        Index(f"ix_{name}_day", "day"),
    )


day_figures = _figures("day_figures")
gone_figures = _figures("gone_figures")

stale_days = Table(
    "stale_days",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    moment("at"),
)
