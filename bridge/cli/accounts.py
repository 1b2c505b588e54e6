"""`leadbridge account …`: who may sign in to the console."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from bridge.cli.environment import services, time_zone
from bridge.cli.groups import CommandGroup
from bridge.cli.printing import as_json, print_json, print_table, short
from bridge.flow.accounts import console_accounts as flow
from bridge.flow.accounts import manage_accounts
from bridge.flow.accounts.account_links import send_link
from bridge.flow.accounts.console_accounts import ROLES, Role
from bridge.flow.unit import Unit
from bridge.ids import new_id
from bridge.profiles.address import Address, InvalidAddress, parse_address
from bridge.store import accounts as rows
from bridge.store import audit
from bridge.store.accounts import AccountRow
from bridge.store.audit import AuditRow

COMMAND = "leadbridge account"
HIDDEN = {"password_hash", "totp_secret", "totp_step", "recovery", "email_key"}

name_option = click.option("--name", help="Shown on pages; the address's first part when missing.")
role_option = click.option("--role", type=click.Choice(ROLES), default="viewer", show_default=True)
person_option = click.option("--person", help="Whom of the programme's sales people it is, by the id.")
password_option = click.option(
    "--password", prompt=True, hide_input=True, confirmation_prompt=True, help="12 characters or more."
)


@click.group(cls=CommandGroup)
def account() -> None:
    """Show or change who may sign in to the console."""


@account.command()
@click.argument("email")
@name_option
@role_option
@person_option
@password_option
def add(email: str, name: str | None, role: Role, person: str | None, password: str) -> None:
    """Let somebody sign in, with a password that you choose."""
    _address(email)
    with services().unit() as unit:
        manage_accounts.check_person(unit, person)
        row = flow.add_account(unit, email, name or email.split("@")[0], role, password, person)
        _note(unit, row, "account.added")
        _warn(unit, row, person)
    click.echo(f"{row.email} may sign in as {role}")


@account.command()
@click.argument("email")
@name_option
@click.option("--role", type=click.Choice(ROLES), help="What they may do; viewer when missing.")
@person_option
def invite(email: str, name: str | None, role: Role | None, person: str | None) -> None:
    """Mail somebody a link to choose a password, and let them sign in.

    Whoever has an account already gets just the link; “role” changes what they may do.
    """
    with services().unit() as unit:
        known = rows.by_key(unit.connection, _address(email).key)
        if known is not None and (name or role or person):
            raise click.ClickException(f"{known.email} has an account already; “{COMMAND} role” changes it")
        if known is None:
            known = manage_accounts.invite(unit, email, name or "", role or "viewer", person)
            _note(unit, known, "account.added")
            _warn(unit, known, person)
        else:
            _send_link(unit, known)
    click.echo(f"a link to choose a password goes to {known.email}, who may sign in as {known.role}")


@account.command()
@click.argument("email")
def link(email: str) -> None:
    """Mail somebody who has an account a link to choose a new password."""
    _address(email)
    with services().unit() as unit:
        row = flow.account_of(unit, email)
        _send_link(unit, row)
    click.echo(f"a link to choose a password goes to {row.email}")


def _send_link(unit: Unit, row: AccountRow) -> None:
    if row.closed_at:
        raise click.ClickException(f"{row.email} is closed; “{COMMAND} open” opens it again")
    send_link(unit, row)
    _note(unit, row, "account.link_sent")


@account.command()
@click.argument("email")
@password_option
def password(email: str, password: str) -> None:
    """Set somebody's password, and sign them out everywhere."""
    with _changed(email, "account.password_set") as (unit, row):
        flow.set_password(unit, row, password)
    click.echo(f"the password of {row.email} is set, and all browsers are signed out")


@account.command()
@click.argument("email")
@click.argument("role", type=click.Choice(ROLES))
@click.option("--name", help="What they are called from now on.")
@person_option
def role(email: str, role: Role, name: str | None, person: str | None) -> None:
    """Change what somebody may see and do, and on demand what they are called and whom of sales they are.

    It stays until it is changed here, whatever a provider says.
    """
    with _changed(email, "account.changed") as (unit, row):
        manage_accounts.change_account(unit, row, name or row.name, role, person or row.sales_person)
        manage_accounts.give_role(unit, row, role, "here")
        _warn(unit, row, person)
    click.echo(f"{row.email} may sign in as {role}")


@account.command()
@click.argument("email")
def follow(email: str) -> None:
    """Let your OpenID Connect provider say what somebody may do. They sign in there alone then."""
    if not services().settings.door.gives_roles:
        raise click.ClickException(
            "no provider gives roles: LEADBRIDGE_OIDC_ISSUER and _ROLES are not both set"
        )
    with _changed(email, "account.follows_provider") as (unit, row):
        manage_accounts.follow_provider(unit, row)
    click.echo(f"{row.email} may do what your provider says, from the next sign-in there")


@account.command()
@click.argument("email")
def reset(email: str) -> None:
    """Ask somebody for no second factor any more, and sign them out everywhere."""
    with _changed(email, "account.second_factor_reset") as (unit, row):
        manage_accounts.reset_second_factor(unit, row)
    click.echo(f"{row.email} is asked for no second factor any more, and all browsers are signed out")


@account.command()
@click.argument("email")
def close(email: str) -> None:
    """Let somebody sign in no more, and sign them out everywhere. “invite” does not open it again; “open” does."""
    with _changed(email, "account.closed") as (unit, row):
        manage_accounts.close_account(unit, row)
    click.echo(f"{row.email} may not sign in any more")


@account.command("open")
@click.argument("email")
def open_again(email: str) -> None:
    """Let somebody sign in again whose account was closed."""
    with _changed(email, "account.opened") as (unit, row):
        manage_accounts.open_account(unit, row)
    click.echo(f"{row.email} may sign in as {row.role}")


@account.command("list")
@as_json
def list_accounts(as_json: bool) -> None:
    """Who may sign in."""
    with services().engine.connect() as connection:
        found = rows.every(connection)
    if as_json:
        print_json([{k: getattr(one, k) for k in one.__slots__ if k not in HIDDEN} for one in found])
        return
    zone = time_zone()
    lines = [
        (
            one.email,
            one.name,
            f"{one.role} (provider)" if one.role_from == "provider" else one.role,
            one.sales_person or "",
            short(one.seen_at, zone) if one.seen_at else "never",
            "yes" if one.totp_since else "no",
            "closed" if one.closed_at else "",
        )
        for one in found
    ]
    print_table(
        ("address", "name", "role", "of sales", "seen", "second factor", ""),
        lines,
        "nobody may sign in; add somebody with “leadbridge account add”",
    )


def _address(typed: str) -> Address:
    """What somebody typed as an address."""
    try:
        return parse_address(typed)
    except InvalidAddress as error:
        raise click.ClickException(f"“{typed}” is no e-mail address: {error}") from error


def _warn(unit: Unit, row: AccountRow, person: str | None) -> None:
    """Say that a sales person has another account: it may be meant, or a slip."""
    for other in rows.of_same_person(unit.connection, row.id, person):
        click.echo(f"warning: {other.email} is “{person}” as well: both answer for the same leads", err=True)


@contextmanager
def _changed(email: str, what: str) -> Iterator[tuple[Unit, AccountRow]]:
    """An account that is changed in one transaction, which is noted. Raises UnknownAccount."""
    _address(email)
    with services().unit() as unit:
        row = flow.account_of(unit, email)
        yield unit, row
        _note(unit, row, what)


def _note(unit: Unit, row: AccountRow, what: str) -> None:
    audit.note(
        unit.connection, AuditRow(new_id(), unit.now, COMMAND, what, kind="account", subject=str(row.id))
    )
