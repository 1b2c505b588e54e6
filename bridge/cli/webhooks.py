"""`leadbridge webhook …`: who is told what happens, and whether it arrives."""

from datetime import datetime

import click

from bridge.cli.endpoints import named
from bridge.cli.environment import services, time_zone
from bridge.cli.groups import CommandGroup
from bridge.cli.printing import as_json, print_json, print_table, short
from bridge.cli.webhook_trial import try_out
from bridge.flow.sending.webhook_endpoints import turn_on
from bridge.program.model import Webhook
from bridge.store import webhooks
from bridge.store.webhooks import EndpointRow

IDENTIFIER = click.argument("identifier", metavar="ID")


@click.group(cls=CommandGroup)
def webhook() -> None:
    """Other systems that are told what happens: `[[webhooks]]` in the programme."""


webhook.add_command(try_out)


@webhook.command("list")
@as_json
def list_webhooks(as_json: bool) -> None:
    """Every endpoint: what it wants to know, whether it takes it, and what waits."""
    bridge = services()
    hooks = bridge.program.webhooks
    with bridge.engine.connect() as connection:
        rows = webhooks.endpoint_rows(connection, hooks)
        waiting = webhooks.waiting(connection, hooks)
        taken = webhooks.last_taken(connection, hooks)
    if as_json:
        print_json([_facts(hook, rows.get(hook.id), waiting[hook.id], taken.get(hook.id)) for hook in hooks])
        return
    states = {hook.id: _state(rows.get(hook.id), taken.get(hook.id)) for hook in hooks}
    lines = [(hook.id, hook.url, " ".join(hook.events), waiting[hook.id], states[hook.id]) for hook in hooks]
    print_table(("id", "address", "wants", "waiting", "state"), lines, "the programme has no [[webhooks]]")


@webhook.command("attempts")
@click.argument("identifier", metavar="[ID]", required=False)
@click.option("--limit", default=50, show_default=True, help="So many, the newest.")
@as_json
def list_attempts(identifier: str | None, limit: int, as_json: bool) -> None:
    """What was tried to reach an endpoint, or all of them, the newest first. Kept for 30 days."""
    with services().engine.connect() as connection:
        rows = webhooks.attempts(connection, identifier, limit)
    if as_json:
        print_json(rows)
        return
    zone = time_zone()
    lines = [
        (
            short(r.at, zone),
            r.endpoint,
            r.kind,
            r.attempt,
            r.status or "–",
            r.milliseconds,
            r.words,
            r.delivery_id,
        )
        for r in rows
    ]
    headings = ("when", "id", "what", "attempt", "status", "ms", "words", "delivery")
    print_table(headings, lines, "nothing was tried")


@webhook.command("enable")
@IDENTIFIER
@click.option("--resend", is_flag=True, help="Send what it missed, too.")
def enable(identifier: str, resend: bool) -> None:
    """Switch an endpoint on again, or forget that it failed."""
    bridge = services()
    hook = named(bridge.program, identifier)
    with bridge.unit() as unit:
        missed = len(turn_on(unit, hook, resend))
    click.echo(f"{hook.id} is on")
    if missed and resend:
        click.echo(f"{missed} that it missed will be sent now")
    elif missed:
        click.echo(
            f"{missed} that it missed stay unsent; “leadbridge webhook enable {hook.id} --resend” sends them"
        )


def _state(row: EndpointRow | None, taken: datetime | None) -> str:
    zone = time_zone()
    if row is None:
        return f"works, took one {short(taken, zone)}" if taken else "nothing sent in the last 30 days"
    if row.disabled_at:
        return f"off since {short(row.disabled_at, zone)}: {row.disabled_because}"
    return f"fails since {short(row.failing_since, zone)}"


def _facts(hook: Webhook, row: EndpointRow | None, waiting: int, taken: datetime | None) -> dict[str, object]:
    return {
        "id": hook.id,
        "url": hook.url,
        "events": hook.events,
        "secrets": len(hook.secrets) + len(hook.unset),
        "waiting": waiting,
        "taken_at": taken,
        "failing_since": row.failing_since if row else None,
        "disabled_at": row.disabled_at if row else None,
        "disabled_because": row.disabled_because if row else None,
    }
