"""`leadbridge held leads …`: leads that a filter holds back, or that wait until somebody in sales has room."""

from datetime import timedelta

import click

from bridge.cli.beginnings import BEGINNING, the_one
from bridge.cli.environment import services, time_zone
from bridge.cli.groups import CommandGroup
from bridge.cli.printing import as_json, print_json, print_table, short
from bridge.flow.sales import decide_held
from bridge.profiles.fields import full_name
from bridge.program.model import Program
from bridge.store import held_leads, held_lists
from bridge.store.held_leads import DECISIONS, FILTER, HeldLead, Shown
from bridge.store.held_lists import Tally

NOTE = click.option(
    "--note", help="Why; kept with the decision. Sales reads it with a lead that is released."
)
BY = "operator"


@click.group(cls=CommandGroup)
def leads() -> None:
    """Leads that sales does not get yet: see them, hand them over, return them to marketing, exclude them."""


@leads.command("list")
@as_json
def list_leads(as_json: bool) -> None:
    """Leads that are held, the oldest first."""
    bridge = services()
    with bridge.engine.connect() as connection:
        rows = held_leads.listing(connection)
    if as_json:
        print_json([_facts(row) for row in rows])
        return
    zone = time_zone()
    lines = [
        (row.lead.id, short(row.lead.at, zone), _why(bridge.program, row.lead), row.score, row.fit, _who(row))
        for row in rows
    ]
    print_table(("id", "since", "because", "score", "fit", "lead"), lines, "no lead is held")


@leads.command()
@click.option(
    "--days",
    default=held_lists.LATELY.days,
    type=click.IntRange(1, 36500),
    show_default=True,
    help="Held within so many days.",
)
@as_json
def rules(days: int, as_json: bool) -> None:
    """What became of what each filter and the brake held, lately or within as many days as asked for."""
    bridge = services()
    with bridge.engine.connect() as connection:
        rows = [_tally(one) for one in held_lists.lead_rules(connection, bridge.clock() - timedelta(days))]
    if as_json:
        print_json(rows)
        return
    span = "last day" if days == 1 else f"last {days} days"
    if rows:
        click.echo(f"leads that were held in the {span}:")
    lines = [(row["rule"] or "(brake)", *list(row.values())[1:]) for row in rows]
    headings = ("rule", "held", "waiting", *(decision.replace("_", " ") for decision in DECISIONS))
    print_table(headings, lines, f"no lead was held in the {span}")


def _tally(of: Tally) -> dict[str, object]:
    """rule: None for the brake."""
    decided = {decision: of.decided.get(decision, 0) for decision in DECISIONS}
    return {"rule": of.rule or None, "held": of.held, "waiting": of.waiting, **decided}


@leads.command()
@BEGINNING
@NOTE
def release(beginning: str, note: str | None) -> None:
    """Hand a lead over to sales. ID: the whole, or as much of its beginning as names no other."""
    with services().unit() as unit:
        person = decide_held.release(unit, the_one(unit.connection, held_leads.named, beginning), BY, note)
    click.echo(f"handed over to {person.name}" if person else "released; it waits until somebody has room")


@leads.command("return")
@BEGINNING
@NOTE
def give_back(beginning: str, note: str | None) -> None:
    """Return a lead to marketing; it loses points as if sales had rejected it. ID: as for release."""
    with services().unit() as unit:
        points = decide_held.give_back(unit, the_one(unit.connection, held_leads.named, beginning), BY, note)
    click.echo(f"returned to marketing ({points:+d} points)")


@leads.command()
@BEGINNING
@NOTE
def exclude(beginning: str, note: str | None) -> None:
    """Keep the person, but never mail and never hand over. ID: as for release."""
    with services().unit() as unit:
        decide_held.exclude(unit, the_one(unit.connection, held_leads.named, beginning), BY, note)
    click.echo("excluded")


def _why(program: Program, lead: HeldLead) -> str:
    if lead.why == FILTER:
        return f"filter {lead.rule}"
    return (
        f"waits for {program.person_name(lead.sales_person)}" if lead.sales_person else "waits for its turn"
    )


def _who(row: Shown) -> str:
    name = full_name(row.fields)
    known = ", ".join(part for part in (name, row.fields.get("company")) if part)
    return f"{known} <{row.email}>" if known else row.email


def _facts(row: Shown) -> dict[str, object]:
    lead = row.lead
    return {
        "id": lead.id,
        "email": row.email,
        "since": lead.at,
        "why": lead.why,
        "filter": lead.rule,
        "waits_for": lead.waits_for,
        "cause": lead.cause,
        "score": row.score,
        "fit": row.fit,
    }
