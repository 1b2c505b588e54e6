"""Makes a big database in minutes: rows that PostgreSQL computes on one connection are copied in on another.

`python -m benchmarks.generator URL EVENTS` fills the migrated and empty database at that URL.
"""

import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from time import monotonic

import click
import psycopg
from psycopg import Connection
from psycopg.sql import SQL, Composed, Identifier

from benchmarks.contest import Say
from benchmarks.population import Filling, Population

BYTES_AN_EVENT = 1_700
"""On the disk, with everything that belongs to an event, its indexes and the write-ahead log."""
TOGETHER = 64 * 1024
"""Bytes that are handed on at a time."""
EVERY = 5.0
"""Seconds between two words about how far it is."""


def fill(url: str, population: Population, say: Say) -> None:
    """Empty the database and let these people live in it. Indexes and foreign keys are made anew afterwards."""
    fillings = list(population.fillings())
    tables = [one.table for one in fillings]
    with ExitStack() as closing:
        source, target = (closing.enter_context(psycopg.connect(url, autocommit=True)) for _ in range(2))
        for connection in (source, target):
            connection.execute("set maintenance_work_mem = '512MB'; set work_mem = '256MB'")
        source.execute(population.functions.encode())
        with bare(target, tables, say):
            for one in fillings:
                _copy(source, target, one, say)
        target.execute("select setval(pg_get_serial_sequence('ledger', 'seq'), max(seq)) from ledger")
        say("the planner's statistics")
        target.execute(SQL("vacuum (analyze) {}").format(_names(tables)))


@contextmanager
def bare(connection: Connection, tables: list[str], say: Say) -> Iterator[None]:
    """These tables without indexes and constraints meanwhile: built at once they cost a fraction."""
    connection.execute(SQL("truncate {} cascade").format(_names(tables)))
    taken = [*_taken_off(connection, tables)]
    for drop, _ in taken:
        connection.execute(drop.encode())
    yield
    told = monotonic()
    for number, (_, make) in enumerate(reversed(taken)):
        connection.execute(make.encode())
        if monotonic() - told > EVERY:
            told = monotonic()
            say(f"indexes and constraints: {number + 1} of {len(taken)}")


def _taken_off(connection: Connection, tables: list[str]) -> Iterator[tuple[str, str]]:
    """What drops each, and what makes it again: foreign keys, indexes, keys. Of partitioned tables they stay."""
    constraints = connection.execute(
        """select c.conrelid::regclass, quote_ident(c.conname), pg_get_constraintdef(c.oid), c.contype = 'f'
        from pg_constraint c join pg_class t on t.oid = c.conrelid and t.relkind = 'r'
            and t.relnamespace = current_schema()::regnamespace
        left join pg_class k on k.oid = c.confrelid
        where c.conparentid = 0 and (c.contype in ('p', 'u') and t.relname = any(%(names)s)
            or c.contype = 'f' and k.relkind = 'r' and (t.relname = any(%(names)s) or k.relname = any(%(names)s)))
        order by c.contype <> 'f', c.oid""",
        {"names": tables},
    ).fetchall()
    alone = connection.execute(
        """select i.indexrelid::regclass, pg_get_indexdef(i.indexrelid)
        from pg_index i join pg_class t on t.oid = i.indrelid and t.relkind = 'r' and t.relname = any(%(names)s)
            and t.relnamespace = current_schema()::regnamespace
        where not exists (select from pg_constraint c where c.conindid = i.indexrelid and c.contype in ('p', 'u'))
        order by i.indexrelid""",
        {"names": tables},
    ).fetchall()
    foreign = [one for one in constraints if one[3]]
    keys = [one for one in constraints if not one[3]]
    yield from (_constraint(*one) for one in foreign)
    yield from ((f"drop index {name}", definition) for name, definition in alone)
    yield from (_constraint(*one) for one in keys)


def _constraint(table: str, name: str, definition: str, _: bool) -> tuple[str, str]:
    return (
        f"alter table {table} drop constraint {name}",
        f"alter table {table} add constraint {name} {definition}",
    )


def _copy(source: Connection, target: Connection, filling: Filling, say: Say) -> None:
    columns = [
        column.name for column in source.execute(f"{filling.query} limit 0".encode()).description or ()
    ]
    reading = f"copy ({filling.query}) to stdout (format binary)".encode()
    writing = SQL("copy {} ({}) from stdin (format binary)").format(
        Identifier(filling.table), _names(columns)
    )
    with ExitStack() as closing:
        giver, taker = (closing.enter_context(one.cursor()) for one in (source, target))
        with giver.copy(reading) as rows, taker.copy(writing) as into:
            for block in _in_blocks(map(bytes, rows), filling, say):
                into.write(block)
        say(f"{filling.table}: {taker.rowcount:,} rows")


def _names(words: Iterable[str]) -> Composed:
    return SQL(", ").join(map(Identifier, words))


def _in_blocks(rows: Iterable[bytes], filling: Filling, say: Say) -> Iterator[bytes]:
    """Rows together, with a word now and then about how far it is."""
    held, told = bytearray(), monotonic()
    for number, row in enumerate(rows):
        held += row
        if len(held) > TOGETHER:
            yield bytes(held)
            held.clear()
            if monotonic() - told > EVERY:
                told = monotonic()
                say(f"{filling.table}: {number:,} of {filling.rows:,}")
    yield bytes(held)


@click.command()
@click.argument("url")
@click.argument("events", type=click.IntRange(min=1000))
@click.option("--seed", default=1, show_default=True, help="Another one gives other people.")
def main(url: str, events: int, seed: int) -> None:
    """Fill the migrated database at URL with so many EVENTS and all that belongs to them; what it held is lost."""
    fill(url, Population(events, datetime.now(UTC), seed), lambda words: click.echo(words, file=sys.stderr))


if __name__ == "__main__":
    main()
