"""`leadbridge outbox …`: what must leave, and what became of it."""

from collections.abc import Iterable
from datetime import datetime, timedelta, tzinfo
from uuid import UUID

import click

from bridge.cli.environment import services, time_zone
from bridge.cli.printing import as_json, plain, print_json, print_table, short
from bridge.errors import LeadbridgeError
from bridge.store import given_up
from bridge.store import outbox as deliveries
from bridge.store.outbox import Delivery

SHOWN = ("due", "leased", "deferred", "dead")
MOST = 200
STATES = """\b
States:
  due       waits for its time, and then for a worker; "why" says what it was put off for
  leased    a worker is at it
  deferred  an attempt failed; the next one comes by itself
  sent      the other side took responsibility
  refused   will never be sent: its reason fell away, the address bounced, or by hand
  dead      was given up: look at it, then retry or drop it
"""
IDENTIFIER = click.argument("identifier", type=click.UUID, metavar="ID", required=False)


class NotFound(LeadbridgeError):
    """There is nothing of that id, or not any more in that state."""


@click.group()
def outbox() -> None:
    """What must leave: mails and webhooks."""


@outbox.command("list", help=f"What waits and what failed, the oldest first.\n\n{STATES}")
@click.option(
    "--state", type=click.Choice(deliveries.STATES), multiple=True, help="Default: all but sent and refused."
)
@as_json
def list_outbox(state: tuple[str, ...], as_json: bool) -> None:
    """What waits and what failed, the oldest first."""
    bridge = services()
    with bridge.engine.connect() as connection:
        rows = deliveries.listing(connection, state or SHOWN, MOST)
        counts = deliveries.count_by_state(connection)
    if as_json:
        print_json(rows)
        return
    print_table(
        ("id", "state", "what", "age", "attempts", "next", "why"),
        [_line(row, bridge.clock()) for row in rows],
        "nothing waits",
    )
    click.echo(_summary(counts, len(rows), state or SHOWN), err=True)


@outbox.command("show")
@click.argument("identifier", type=click.UUID, metavar="ID")
@as_json
def show_delivery(identifier: UUID, as_json: bool) -> None:
    """One delivery with everything that is known about it."""
    with services().engine.connect() as connection:
        row = deliveries.get(connection, identifier)
    if row is None:
        raise NotFound(f"nothing stands in the outbox under {identifier}")
    if as_json:
        print_json(row)
        return
    zone = time_zone()
    for name, value in plain(row).items():
        click.echo(f"{name:<13} {_readable(value, zone)}")


@outbox.command("retry")
@IDENTIFIER
@click.option("--dead", is_flag=True, help="All that were given up.")
def retry_delivery(identifier: UUID | None, dead: bool) -> None:
    """Try a deferred, refused or dead delivery again, now; or all dead ones."""
    _one_or_all(identifier, dead)
    with services().unit() as unit:
        if identifier is None:
            ids = given_up.retry_dead(unit.connection, unit.now)
        elif deliveries.revive(unit.connection, identifier, unit.now):
            ids = [identifier]
        else:
            raise NotFound(f"nothing to retry under {identifier}")
        unit.to_deliver += ids
    click.echo(f"{len(ids)} due again" if identifier is None else "due again")


@outbox.command("drop")
@IDENTIFIER
@click.option("--dead", is_flag=True, help="All that were given up.")
def drop_delivery(identifier: UUID | None, dead: bool) -> None:
    """Decide that a delivery that waits or is dead will never be sent; or all dead ones."""
    _one_or_all(identifier, dead)
    with services().unit() as unit:
        if identifier is None:
            click.echo(f"{given_up.drop_dead(unit.connection, unit.now)} dropped")
        elif given_up.drop(unit.connection, identifier, unit.now):
            click.echo("dropped")
        else:
            raise NotFound(f"nothing to drop under {identifier}")


def _one_or_all(identifier: UUID | None, dead: bool) -> None:
    if (identifier is None) != dead:
        raise click.UsageError("name one ID, or say --dead for all that were given up")


def _line(row: Delivery, now: datetime) -> tuple[object, ...]:
    coming = row.due_at if row.state in {"due", "deferred"} else None
    soon = "now" if coming and coming <= now else f"in {span(coming - now)}" if coming else "–"
    return row.id, row.state, row.template, span(now - row.created_at), row.attempts, soon, row.error or ""


def _summary(counts: dict[str, int], shown: int, states: Iterable[str]) -> str:
    words = ", ".join(f"{count} {state}" for state, count in counts.items())
    more = sum(counts[state] for state in states) - shown
    return words + (f"; {more} more than the {shown} shown" if more > 0 else "")


def span(length: timedelta) -> str:
    """A length of time in its largest unit, such as "3 h"."""
    seconds = max(0, int(length.total_seconds()))
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def _readable(value: object, zone: tzinfo) -> str:
    if isinstance(value, datetime):
        return short(value, zone)
    return "–" if value is None else str(value)
