"""`leadbridge outbox …`: what must leave, and what became of it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

import click

from bridge.cli.beginnings import BEGINNING, the_one
from bridge.cli.deliveries import STATES, facts, from_now, print_delivery, span
from bridge.cli.environment import services, time_zone
from bridge.cli.groups import CommandGroup
from bridge.cli.printing import as_json, print_json, print_table
from bridge.errors import NotFound
from bridge.flow.sending.show_addressees import addressees
from bridge.flow.unit import Unit
from bridge.store import given_up, outbox_counts
from bridge.store import outbox as deliveries
from bridge.store.outbox import WAITING, Delivery

SHOWN = ("due", "leased", "deferred", "dead")
MOST = 200
HELP = "\b\nStates:\n" + "\n".join(f"  {state:<9} {words}" for state, words in STATES.items())
PERHAPS = click.argument("beginning", metavar="ID", required=False)


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
@BEGINNING
@as_json
def show_delivery(beginning: str, as_json: bool) -> None:
    """One delivery: what it is, to whom and why, what became of it, and what comes next.

    ID: the whole, or as much of its beginning as names no other.
    """
    bridge, nothing = services(), "nothing stands in the outbox under"
    with bridge.engine.connect() as connection:
        row = deliveries.get(connection, the_one(connection, deliveries.named, beginning, nothing))
        to = addressees(connection, bridge.world, [row] if row else [])
    if row is None:
        raise NotFound(f"{nothing} {beginning}")
    if as_json:
        print_json(facts(row, to[row.id]))
    else:
        print_delivery(row, to[row.id], bridge.clock(), time_zone())


@outbox.command("retry")
@PERHAPS
@click.option("--dead", is_flag=True, help="All that were given up.")
def retry_delivery(beginning: str | None, dead: bool) -> None:
    """Try a deferred, refused or dead delivery again, now; or all dead ones. ID: as for show."""
    _one_or_all(beginning, dead)
    with services().unit() as unit:
        if beginning is None:
            ids = given_up.retry_dead(unit.connection, unit.now)
        else:
            ids = [_the_one(unit, beginning, deliveries.REVIVABLE, "nothing to retry under")]
            if not deliveries.revive(unit.connection, ids[0], unit.now):
                raise NotFound(f"nothing to retry under {beginning}")
        unit.to_deliver += ids
    click.echo(f"{len(ids)} due again" if beginning is None else "due again")


@outbox.command("drop")
@PERHAPS
@click.option("--dead", is_flag=True, help="All that were given up.")
def drop_delivery(beginning: str | None, dead: bool) -> None:
    """Decide that a delivery that waits or is dead will never be sent; or all dead ones. ID: as for show."""
    _one_or_all(beginning, dead)
    with services().unit() as unit:
        if beginning is None:
            click.echo(f"{given_up.drop_dead(unit.connection, unit.now)} dropped")
            return
        one = _the_one(unit, beginning, given_up.UNDECIDED, "nothing to drop under")
        if not given_up.drop(unit.connection, one, unit.now):
            raise NotFound(f"nothing to drop under {beginning}")
    click.echo("dropped")


def _the_one(unit: Unit, beginning: str, states: Sequence[str], nothing: str) -> UUID:
    """The delivery that a beginning names, of those that are in one of these states."""
    return the_one(unit.connection, partial(deliveries.named, states=states), beginning, nothing)


def _one_or_all(beginning: str | None, dead: bool) -> None:
    if (beginning is None) != dead:
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
