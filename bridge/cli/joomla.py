"""`leadbridge joomla …`: the plugin for Joomla."""

import os
from pathlib import Path

import click

from bridge.cli.environment import public_address
from bridge.cli.groups import CommandGroup
from bridge.cli.printing import as_json, print_json


@click.group(cls=CommandGroup)
def joomla() -> None:
    """The plugin for websites made with Joomla."""


@joomla.command()
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    show_default="this folder",
    help="Folder to write the zip to; it is made when it is missing.",
)
@as_json
def package(out: Path, as_json: bool) -> None:
    """Write the plugin as a zip that Joomla installs. It knows this bridge's address: LEADBRIDGE_PUBLIC_URL."""
    from bridge.wiring import joomla_package  # `--help` does not need all this

    bridge = public_address()
    made = joomla_package(bridge)
    path = out / made.name
    try:
        out.mkdir(parents=True, exist_ok=True)
        path.write_bytes(made.content)
    except OSError as error:
        raise click.ClickException(f"{path} cannot be written: {error.strerror}") from error
    facts = {"path": str(path), "version": made.version, "sha256": made.sha256, "bridge": bridge}
    if as_json:
        print_json(facts)
        return
    for name, value in facts.items():
        click.echo(f"{name:8} {value}")
    click.echo("Install it in Joomla: System → Install → Extensions.")
    if not os.environ.get("LEADBRIDGE_PUBLIC_URL"):
        click.echo(
            f"LEADBRIDGE_PUBLIC_URL is not set: the plugin will look for its bridge at {bridge}.", err=True
        )
