"""Who was erased, by keyed hashes, so that what is still on its way brings nobody back.

A row names an address or the id of a browser; which of them, nobody can tell from it.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ARRAY, BigInteger, Connection, func, literal, select

from bridge.store.address_hashes import hash_of
from bridge.store.sets import among, insertion
from bridge.store.tables import erasures


def hold(connection: Connection, email_keys: Iterable[str]) -> None:
    """Until the end of the transaction, nobody else accepts or erases anything of these addresses."""
    hashes = {hash_of(connection, key) for key in email_keys}
    numbers = sorted(int.from_bytes(bytes.fromhex(one)[:8], "big", signed=True) for one in hashes)
    connection.execute(select(func.pg_advisory_xact_lock(func.unnest(literal(numbers, ARRAY(BigInteger))))))


def add(connection: Connection, names: Iterable[str], at: datetime) -> None:
    """Remember that addresses (their keys) and browsers were erased."""
    rows = [{"address_hash": hash_of(connection, name), "at": at} for name in sorted(set(names))]
    if rows:
        statement = insertion(erasures, rows)
        newest = {"at": func.greatest(erasures.c.at, statement.excluded.at)}
        connection.execute(statement.on_conflict_do_update(index_elements=["address_hash"], set_=newest))


def moments(connection: Connection, names: Iterable[str]) -> dict[str, datetime]:
    """Name → when it was erased last, for those that were."""
    hashes = {hash_of(connection, name): name for name in names}
    if not hashes:
        return {}
    statement = select(erasures).where(among(erasures.c.address_hash, hashes))
    return {hashes[row.address_hash]: row.at for row in connection.execute(statement)}
