"""`leadbridge account …`: who may sign in to the console."""

import click

from bridge.cli.environment import services, time_zone
from bridge.cli.groups import CommandGroup
from bridge.cli.printing import as_json, print_json, print_table, short
from bridge.flow import console_accounts as flow
from bridge.flow.console_accounts import ROLES, Role
from bridge.ids import new_id
from bridge.store import accounts as rows
from bridge.store import audit
from bridge.store.audit import AuditRow

COMMAND = "leadbridge account"


@click.group(cls=CommandGroup)
def account() -> None:
    """Show or change who may sign in to the console."""


@account.command()
@click.argument("email")
@click.option("--name", help="Shown on pages; the address's first part when missing.")
@click.option("--role", type=click.Choice(ROLES), default="viewer", show_default=True)
@click.option("--person", help="Whom of the programme's sales people it is, by the id.")
@click.option(
    "--password", prompt=True, hide_input=True, confirmation_prompt=True, help="12 characters or more."
)
def add(email: str, name: str | None, role: Role, person: str | None, password: str) -> None:
    """Let somebody sign in."""
    with services().unit() as unit:
        row = flow.add_account(unit, email, name or email.split("@")[0], role, password, person)
        subject = str(row.id)
        audit.note(
            unit.connection,
            AuditRow(new_id(), unit.now, COMMAND, "account.added", kind="account", subject=subject),
        )
    click.echo(f"{row.email} may sign in as {role}")


@account.command("list")
@as_json
def list_accounts(as_json: bool) -> None:
    """Who may sign in."""
    with services().engine.connect() as connection:
        found = rows.every(connection)
    if as_json:
        hidden = {"password_hash", "totp_secret", "totp_step", "email_key"}
        print_json([{k: getattr(one, k) for k in one.__slots__ if k not in hidden} for one in found])
        return
    zone = time_zone()
    lines = [
        (
            one.email,
            one.name,
            one.role,
            short(one.seen_at, zone) if one.seen_at else "never",
            "closed" if one.closed_at else "",
        )
        for one in found
    ]
    print_table(
        ("address", "name", "role", "seen", ""),
        lines,
        "nobody may sign in; add somebody with “leadbridge account add”",
    )
