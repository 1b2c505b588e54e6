"""`leadbridge intake …`: what a website needs to send leads."""

import click

from bridge.cli.environment import services
from bridge.cli.printing import as_json, print_json


@click.group()
def intake() -> None:
    """How websites send leads."""


@intake.command()
@as_json
def show(as_json: bool) -> None:
    """The address and the secret to paste into a website's plugin."""
    settings = services().settings
    facts = {
        "url": f"{settings.public_url}/api/v1/submissions",
        "secret": settings.intake_secrets[0],
        "forms": list(services().program.forms),
    }
    if as_json:
        print_json(facts)
        return
    click.echo(f"address  {facts['url']}\nsecret   {facts['secret']}\nforms    {', '.join(facts['forms'])}")
