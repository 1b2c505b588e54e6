"""Results: the figures of every day, and the days that have to be counted again."""

from sqlalchemy import BigInteger, Column, Date, Identity, Index, Numeric, Table, Text

from bridge.store.tables.columns import metadata, moment


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
