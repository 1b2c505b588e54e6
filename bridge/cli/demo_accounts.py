"""The accounts of the demo: one for each role of the console, with a password that only this machine can work out."""

from uuid import UUID

from bridge.flow.accounts.console_accounts import Role, add_account, check_password
from bridge.flow.unit import Unit
from bridge.ids import new_id
from bridge.settings import Settings
from bridge.settings.demo import ADDRESSES, is_of_this_machine, password_of, passwords_of
from bridge.store import accounts, audit
from bridge.store.audit import AuditRow
from bridge.wiring import Services

ACCOUNTS: tuple[tuple[Role, str, str, str | None], ...] = (
    ("viewer", "viewer@example.com", "Vincent Voss", None),
    ("sales", "sales@example.com", "Mira Steinfeld", "mira"),
    ("marketing", "marketing@example.com", "Marlene Kern", None),
    ("admin", "admin@example.com", "Adrian Adler", None),
)
"""Role, address, name, and whom of the demo's sales people it is."""


WHO = "leadbridge demo"
"""Who stands in the audit log for having made them."""


def open_demo_accounts(services: Services) -> None:
    """Let each role sign in to the console of a demo that nobody reaches but from this machine.

    Only as long as there is no account at all: where somebody can sign in already, it is no demo any more. Where
    others reach it, those that are there with the password of the demo are closed.
    """
    if not is_of_this_machine(services.settings):
        _close_demo_accounts(services)
        return
    with services.unit() as unit:
        if accounts.every(unit.connection):
            return
        for role, email, name, person in ACCOUNTS:
            _open(
                unit, role, email, name, person if person in unit.program.people else None, services.settings
            )


def _close_demo_accounts(services: Services) -> None:
    """Whoever was shown the password in a terminal stays outside, also where then nobody can sign in."""
    known = passwords_of(services.settings)
    with services.unit() as unit:
        for row in accounts.every(unit.connection):
            is_theirs = row.email in ADDRESSES and row.closed_at is None
            if is_theirs and any(check_password(row, one) for one in known):
                accounts.change(unit.connection, row.id, closed_at=unit.now)
                accounts.close_sessions(unit.connection, row.id)
                _note(unit, "account.closed", row.id)


def how_to_sign_in(services: Services) -> list[str]:
    """Where the console is, and with what one signs in, as lines for the terminal."""
    url = f"{services.settings.public_url}/console"
    with services.engine.connect() as connection:
        known = {row.email: row for row in accounts.every(connection) if row.closed_at is None}
    theirs = [email for _, email, _, _ in ACCOUNTS if email in known]
    if not theirs or not is_of_this_machine(services.settings):
        return [url, "make an account with:  leadbridge account add EMAIL --role admin"]
    password = password_of(services.settings)
    if not check_password(known[theirs[0]], password):
        return [url, f"sign in as {', '.join(theirs)} with the password that you chose"]
    return [url, f"sign in as {', '.join(theirs)}", f"password  {password}"]


def _open(unit: Unit, role: Role, email: str, name: str, person: str | None, settings: Settings) -> None:
    account = add_account(unit, email, name, role, password_of(settings), person)
    _note(unit, "account.added", account.id)


def _note(unit: Unit, what: str, account_id: UUID) -> None:
    noted = AuditRow(new_id(), unit.now, WHO, what, kind="account", subject=str(account_id))
    audit.note(unit.connection, noted)
