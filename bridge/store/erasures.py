"""Who was erased, by keyed hashes, so that what is still on its way brings nobody back.

A row names an address or the id of a browser; which of them, nobody can tell from it.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects.postgresql import insert

from bridge.store.address_hashes import hash_of
from bridge.store.tables import erasures


def hold(connection: Connection, email_key: str) -> None:
    """Until the end of the transaction, nobody else accepts or erases anything of that address."""
    number = int.from_bytes(bytes.fromhex(hash_of(connection, email_key))[:8], "big", signed=True)
    connection.execute(select(func.pg_advisory_xact_lock(number)))


def add(connection: Connection, names: Iterable[str], at: datetime) -> None:
    """Remember that addresses (their keys) and browsers were erased."""
    rows = [{"address_hash": hash_of(connection, name), "at": at} for name in sorted(set(names))]
    if rows:
        statement = insert(erasures)
        newest = {"at": func.greatest(erasures.c.at, statement.excluded.at)}
        connection.execute(
            statement.on_conflict_do_update(index_elements=["address_hash"], set_=newest), rows
        )


def moments(connection: Connection, names: Iterable[str]) -> dict[str, datetime]:
    """Name → when it was erased last, for those that were."""
    hashes = {hash_of(connection, name): name for name in names}
    if not hashes:
        return {}
    statement = select(erasures).where(erasures.c.address_hash.in_(list(hashes)))
    return {hashes[row.address_hash]: row.at for row in connection.execute(statement)}


def covers(connection: Connection, email_key: str, at: datetime) -> bool:
    """Whether what came from an address at that moment was erased with it."""
    erased = moments(connection, [email_key]).get(email_key)
    return erased is not None and at <= erased
