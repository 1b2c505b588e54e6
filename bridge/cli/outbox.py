"""`leadbridge outbox …`: what must leave, and what became of it."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import click

from bridge.cli.deliveries import STATES, facts, from_now, print_delivery, span
from bridge.cli.environment import services, time_zone
from bridge.cli.groups import CommandGroup
from bridge.cli.printing import as_json, print_json, print_table
from bridge.errors import NotFound
from bridge.flow.sending.show_addressees import addressees
from bridge.store import given_up, outbox_counts
from bridge.store import outbox as deliveries
from bridge.store.outbox import WAITING, Delivery

SHOWN = ("due", "leased", "deferred", "dead")
MOST = 200
HELP = "\b\nStates:\n" + "\n".join(f"  {state:<9} {words}" for state, words in STATES.items())
IDENTIFIER = click.argument("identifier", type=click.UUID, metavar="ID", required=False)


@click.group(cls=CommandGroup)
def outbox() -> None:
    """What must leave: mails and webhooks."""


@outbox.command("list", help=f"What waits and what failed, the oldest first.\n\n{HELP}")
@click.option(
    "--state", type=click.Choice(deliveries.STATES), multiple=True, help="Default: all but sent and refused."
)
@as_json
def list_outbox(state: tuple[str, ...], as_json: bool) -> None:
    """What waits and what failed, the oldest first."""
    bridge = services()
    with bridge.engine.connect() as connection:
        rows = deliveries.listing(connection, state or SHOWN, MOST)
        counts = outbox_counts.by_state(connection)
        to = addressees(connection, bridge.world, rows)
    if as_json:
        print_json([facts(row, to[row.id]) for row in rows])
        return
    print_table(
        ("id", "state", "what", "to", "age", "attempts", "next", "why"),
        [_line(row, to[row.id], bridge.clock()) for row in rows],
        "nothing waits",
    )
    click.echo(_summary(counts, len(rows), state or SHOWN), err=True)


@outbox.command("show")
@click.argument("identifier", type=click.UUID, metavar="ID")
@as_json
def show_delivery(identifier: UUID, as_json: bool) -> None:
    """One delivery: what it is, to whom and why, what became of it, and what comes next."""
    bridge = services()
    with bridge.engine.connect() as connection:
        row = deliveries.get(connection, identifier)
        to = addressees(connection, bridge.world, [row] if row else [])
    if row is None:
        raise NotFound(f"nothing stands in the outbox under {identifier}")
    if as_json:
        print_json(facts(row, to[row.id]))
    else:
        print_delivery(row, to[row.id], bridge.clock(), time_zone())


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


def _line(row: Delivery, to: str, now: datetime) -> tuple[object, ...]:
    coming = row.due_at if row.state in WAITING else None
    soon = from_now(coming, now) if coming else "–"
    age = span(now - row.created_at)
    return row.id, row.state, row.template, to, age, row.attempts, soon, row.error or ""


def _summary(counts: dict[str, int], shown: int, states: Iterable[str]) -> str:
    words = ", ".join(f"{count} {state}" for state, count in counts.items())
    more = sum(counts[state] for state in states) - shown
    return words + (f"; {more} more than the {shown} shown" if more > 0 else "")
