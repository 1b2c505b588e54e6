"""`leadbridge route`: to whom a lead would go, and why; nothing changes."""

from collections.abc import Mapping
from typing import Any

import click

from bridge.cli.addresses import typed_address
from bridge.cli.environment import services
from bridge.cli.printing import as_json, print_json
from bridge.flow.sales.hand_over import Obstacle
from bridge.flow.sales.show_route import Shown, show_route

OBSTACLES: Mapping[Obstacle, str] = {
    "excluded": "the person is excluded",
    "objected": "the person objects to evaluation",
    "stage": "sales has or had the person (stage {stage})",
}


@click.command()
@click.argument("email")
@click.option("--form", metavar="ID", help="As if the person had sent this sales form just now.")
@as_json
def route(email: str, form: str | None, as_json: bool) -> None:
    """Say to whom in sales somebody would go at this moment, and why. Changes nothing."""
    bridge = services()
    forms = {one.id: one for one in bridge.program.forms.values() if one.channel == "sales"}
    if form is not None and form not in forms:
        raise click.BadParameter(f"no sales form “{form}”; there are {', '.join(forms)}", param_hint="--form")
    with bridge.unit() as unit:
        shown = show_route(unit, typed_address(email), forms.get(form or ""))
    if as_json:
        print_json(_facts(shown))
    else:
        _print(shown)


def _facts(shown: Shown) -> dict[str, Any]:
    return {
        "email": shown.email,
        "cause": shown.cause,
        "goes_to": shown.person.id if shown.person else None,
        "because": shown.because,
        "filter": shown.filter,
        "waits_for": [one.id for one in shown.waits_for],
        "measure": shown.measure,
        "territory": shown.territory or None,
        "country": shown.country or None,
        "postcode": shown.postcode or None,
        "with": shown.is_with.id if shown.is_with else None,
        "held": shown.is_held,
        "may_be_handed_over": shown.obstacle is None,
        "obstacle": shown.obstacle,
        "score": shown.score,
        "threshold": shown.threshold,
    }


def _print(shown: Shown) -> None:
    click.echo(f"{shown.email}: {_verdict(shown)}")
    for sentence in shown.because:
        click.echo(f"  {sentence}")
    place = " ".join(part for part in (shown.country, shown.postcode) if part)
    click.echo(f"place: {place or 'unknown'}; territory: {shown.territory or 'none'}")
    click.echo(f"to do: {shown.measure}")
    click.echo(f"score: {shown.score} of {shown.threshold}")
    if shown.is_held:
        click.echo("held at present: leadbridge held leads list")


def _verdict(shown: Shown) -> str:
    if shown.is_with:  # whatever would become of somebody who is with nobody
        return f"stays with {shown.is_with.name}: a sales form would join that hand-over; else it would {_way(shown)}"
    if shown.obstacle is None:
        return f"would {_way(shown)}"
    why = OBSTACLES[shown.obstacle].format(stage=shown.stage)
    return f"is not handed over, since {why}; else it would {_way(shown)}"


def _way(shown: Shown) -> str:
    names = ", ".join(one.name for one in shown.waits_for)
    goes = f"go to {shown.person.name}" if shown.person else f"wait until there is room: {names}"
    return f"be held by the filter “{shown.filter}”, else {goes}" if shown.filter else goes
