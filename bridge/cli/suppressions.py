"""`leadbridge suppression …`: who is not mailed, and why."""

import click

from bridge.cli.addresses import typed_address
from bridge.cli.environment import services, time_zone
from bridge.cli.groups import CommandGroup
from bridge.cli.printing import as_json, print_json, print_table, short
from bridge.cli.reach import print_reach, reach_facts
from bridge.errors import LeadbridgeError
from bridge.flow.sending.show_reach import show_reach
from bridge.flow.sending.suppress import block_by_hand
from bridge.store import consents, suppressions

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
    """Whether mail goes to an address and why not: consent, suppressions, also lifted ones, mails that came back."""
    bridge, address = services(), typed_address(email)
    with bridge.engine.connect() as connection:
        found = show_reach(connection, address)
    if as_json:
        print_json(reach_facts(found))
    else:
        print_reach(found, time_zone())


@suppression.command("list")
@as_json
def list_suppressions(as_json: bool) -> None:
    """The newest 200 that stand, and how many people unsubscribed from advertising, which suppresses nobody.

    Whoever was erased is known by a keyed hash only.
    """
    with services().engine.connect() as connection:
        rows = suppressions.standing(connection)
        known = suppressions.known_addresses(connection, [row.address_hash for row in rows])
        unsubscribed = consents.count_unsubscribed(connection)
    if as_json:
        print_json([{"email": known.get(row.address_hash)} | row.facts for row in rows])
        return
    zone = time_zone()
    lines = [
        (known.get(row.address_hash, NAMELESS), row.reason, short(row.at, zone), row.note or "")
        for row in rows
    ]
    print_table(("address", "reason", "since", "words"), lines, "nobody is suppressed")
    click.echo(
        f"{unsubscribed} unsubscribed from advertising, beside these: “suppression show EMAIL” says when",
        err=True,
    )


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
        new = block_by_hand(unit, address, because)
    click.echo(f"{email} is not mailed any more" if new else f"{email} is blocked already; nothing changed")


def _refusal(email: str, left: str | None) -> str:
    if left == "unsubscribed":
        return f"{email} unsubscribed: only confirming a form lifts that"
    return f"{email} is not suppressed"
