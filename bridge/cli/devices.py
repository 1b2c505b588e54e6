"""`leadbridge devices …`: browsers of sales that are signed in."""

from uuid import UUID

import click

from bridge.cli.environment import services, time_zone
from bridge.cli.groups import CommandGroup
from bridge.cli.printing import as_json, print_json, print_table, short
from bridge.judgement.device_names import device_name
from bridge.store import devices as rows


@click.group(cls=CommandGroup)
def devices() -> None:
    """Show or sign out browsers that open profile pages."""


@devices.command("list")
@as_json
def list_devices(as_json: bool) -> None:
    """Browsers of sales that are signed in, newest first."""
    bridge = services()
    with bridge.engine.connect() as connection:
        found = rows.standing(connection, bridge.clock())
    if as_json:
        print_json(found)
        return
    zone = time_zone()
    lines = [
        (
            one.id,
            one.sales_person,
            device_name(one.user_agent, "en"),
            short(one.created_at, zone),
            short(one.expires_at, zone),
        )
        for one in found
    ]
    print_table(("id", "sales person", "device", "since", "until"), lines, "no device is signed in")


@devices.command()
@click.argument("device", type=click.UUID, required=False)
@click.option("--person", help="All devices of a sales person, by the id in the programme.")
@click.option("--all", "everybody", is_flag=True, help="The devices of everybody.")
def revoke(device: UUID | None, person: str | None, everybody: bool) -> None:
    """Sign out a device, by its ID, those of a sales person, or all."""
    if [device is not None, person is not None, everybody].count(True) != 1:
        raise click.UsageError("Name a device, a person with --person, or --all.")
    with services().unit() as unit:
        count = rows.revoke(unit.connection, unit.now, device, person)
    click.echo(f"{count} device(s) signed out")
    if device and not count:
        raise click.exceptions.Exit(1)
