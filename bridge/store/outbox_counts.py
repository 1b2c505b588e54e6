"""How many deliveries there are in each state."""

from sqlalchemy import BigInteger, Connection, cast, column, func, literal, select, table, text

from bridge.store.outbox import STATES
from bridge.store.tables import outbox

EXACT = 100_000
"""To count millions takes seconds; how many were sent in years matters to nobody so exactly."""
INDEXED = (("due", "deferred", "leased"), ("refused", "dead"))
"""States that an index counts, as the indexes have them."""


def by_state(connection: Connection, exact: int = EXACT) -> dict[str, int]:
    """State → number of deliveries, every state named; of "sent" more than `exact` are what the planner knows."""
    counts = dict.fromkeys(STATES, 0)
    for states in INDEXED:
        some = select(outbox.c.state, func.count()).where(outbox.c.state.in_(states))
        counts |= {row[0]: row[1] for row in connection.execute(some.group_by(outbox.c.state))}
    return counts | {"sent": _sent(connection, sum(counts.values()), exact)}


def _sent(connection: Connection, others: int, exact: int) -> int:
    few = select(literal(1)).where(outbox.c.state == "sent").limit(exact).subquery()
    count = connection.scalar(select(func.count()).select_from(few)) or 0
    if count < exact:
        return count
    rows = select(cast(column("reltuples"), BigInteger)).select_from(table("pg_class"))
    return max(count, (connection.scalar(rows.where(text("oid = 'outbox'::regclass"))) or 0) - others)
