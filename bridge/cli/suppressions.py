"""`leadbridge suppression …`: who is not mailed, and why."""

from collections.abc import Iterable
from datetime import tzinfo

import click

from bridge.cli.addresses import typed_address
from bridge.cli.environment import services, time_zone
from bridge.cli.groups import CommandGroup
from bridge.cli.printing import as_json, print_json, print_table, short
from bridge.errors import LeadbridgeError, UnknownProfile
from bridge.flow.unit import Unit
from bridge.profiles.address import Address
from bridge.store import outbox, profiles, suppressions
from bridge.store.suppressions import BY_HAND, Suppression

BECAUSE = click.option(
    "--because",
    required=True,
    metavar="TEXT",
    help="Why, for whoever asks later. Name nobody in it: the suppression outlives an erasure, which empties this.",
)
NAMELESS = "somebody who is not known any more"


class NotSuppressed(LeadbridgeError):
    """Nothing stands in the way of mails to an address, or nothing that is lifted by hand."""


@click.group(cls=CommandGroup)
def suppression() -> None:
    """Addresses that are not mailed: bounced, complained, blocked, unsubscribed."""


@suppression.command("show")
@click.argument("email")
@as_json
def show_suppression(email: str, as_json: bool) -> None:
    """Everything remembered about an address, also what was lifted."""
    with services().engine.connect() as connection:
        rows = suppressions.of_address(connection, typed_address(email).key)
    if as_json:
        print_json([row.facts for row in rows])
    elif rows:
        print_suppressions(rows)
    else:
        click.echo(f"{email} is not suppressed")


@suppression.command("list")
@as_json
def list_suppressions(as_json: bool) -> None:
    """The newest 200 that stand. Whoever was erased is known by a keyed hash only."""
    with services().engine.connect() as connection:
        rows = suppressions.standing(connection)
        known = suppressions.known_addresses(connection, [row.address_hash for row in rows])
    if as_json:
        print_json([{"email": known.get(row.address_hash)} | row.facts for row in rows])
        return
    zone = time_zone()
    lines = [
        (known.get(row.address_hash, NAMELESS), row.reason, short(row.at, zone), row.note or "")
        for row in rows
    ]
    print_table(("address", "reason", "since", "words"), lines, "nobody is suppressed")


@suppression.command()
@click.argument("email")
@BECAUSE
def lift(email: str, because: str) -> None:
    """Allow mails to an address again after a bounce, a complaint or a block.

    Who unsubscribed lifts that by confirming a form.
    """
    address = typed_address(email)
    with services().unit() as unit:
        lifted = suppressions.lift_by_hand(unit.connection, address.key, unit.now, because)
        left = suppressions.reason_for(unit.connection, address.key)
    if not lifted:
        raise NotSuppressed(_refusal(email, left))
    click.echo(f"{email} may be mailed again (was: {', '.join(lifted)})")


@suppression.command()
@click.argument("email")
@BECAUSE
def add(email: str, because: str) -> None:
    """Send an address no mail at all from now on."""
    address = typed_address(email)
    with services().unit() as unit:
        if not suppressions.suppress(unit.connection, address.key, BY_HAND, unit.now, because):
            click.echo(f"{email} is blocked already; nothing changed")
            return
        _withdraw(unit, address)
    click.echo(f"{email} is not mailed any more")


def _withdraw(unit: Unit, address: Address) -> None:
    """What waits for this person does not leave."""
    try:
        profile = profiles.by_address(unit.connection, address)
    except UnknownProfile:
        return
    why = f"the address is suppressed: {BY_HAND}"
    outbox.withdraw(unit.connection, profile.id, ["consent", "request"], unit.now, why)


def _refusal(email: str, left: str | None) -> str:
    if left == "unsubscribed":
        return f"{email} unsubscribed: only confirming a form lifts that"
    return f"{email} is not suppressed"


def print_suppressions(rows: Iterable[Suppression]) -> None:
    """Why an address is not mailed, or was not for a time."""
    zone = time_zone()
    lines = [
        (row.reason, short(row.at, zone), row.note or "", _lifted(row, zone), row.lifted_because or "")
        for row in rows
    ]
    print_table(("reason", "since", "words", "lifted", "because"), lines, "not suppressed")


def _lifted(row: Suppression, zone: tzinfo) -> str:
    return short(row.lifted_at, zone) if row.lifted_at else ""
