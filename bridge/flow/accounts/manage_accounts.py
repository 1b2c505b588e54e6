"""What admins do with the accounts of others. An installation always keeps an admin who can sign in."""

from uuid import UUID

from bridge.errors import InvalidFields, LastAdmin, NotFound
from bridge.flow.accounts import second_factor
from bridge.flow.accounts.account_links import send_link
from bridge.flow.accounts.console_accounts import Role, add_account
from bridge.flow.unit import Unit
from bridge.store import accounts
from bridge.store.accounts import AccountRow, RoleFrom


def invite(
    unit: Unit, email: str, name: str, role: Role, person: str | None = None, by: str | None = None
) -> AccountRow:
    """Make an account, and send its link. by: who invites, by name. Raises as `add_account` and `send_link`."""
    check_person(unit, person)
    account = add_account(unit, email, name or email.partition("@")[0], role, sales_person=person)
    send_link(unit, account, by)
    return account


def account_by_id(unit: Unit, account_id: UUID) -> AccountRow:
    """An account. Raises NotFound."""
    found = accounts.by_id(unit.connection, account_id)
    if found is None:
        raise NotFound
    return found


def change_account(unit: Unit, account: AccountRow, name: str, role: Role, person: str | None) -> None:
    """Change what somebody is called and may do. Raises LastAdmin, and InvalidFields for an unknown sales person.

    Another role than before is one that was given here, also where the provider gave the one before.
    """
    check_person(unit, person)
    if role != account.role:
        give_role(unit, account, role, "here")
    named = name.strip()[:100] or account.name
    accounts.change(unit.connection, account.id, name=named, sales_person=person)


def give_role(unit: Unit, account: AccountRow, role: Role, giver: RoleFrom) -> None:
    """Change what somebody may do, and note who says so. Raises LastAdmin."""
    if role != "admin":
        _keep_an_admin(unit, account)
    accounts.change(unit.connection, account.id, role=role, role_from=giver)


def follow_provider(unit: Unit, account: AccountRow) -> None:
    """Let the provider say from now on what somebody may do. They sign in there alone. Raises LastAdmin."""
    _keep_an_admin(unit, account)
    second_factor.remove(unit, account)
    accounts.change(unit.connection, account.id, role_from="provider", password_hash=None)
    accounts.close_sessions(unit.connection, account.id)


def close_account(unit: Unit, account: AccountRow) -> None:
    """Let somebody sign in no more, and end all their sessions. Raises LastAdmin."""
    _keep_an_admin(unit, account)
    accounts.change(unit.connection, account.id, closed_at=account.closed_at or unit.now)
    accounts.close_sessions(unit.connection, account.id)


def open_account(unit: Unit, account: AccountRow) -> None:
    """Let somebody sign in again whose account was closed, with the password that they had."""
    accounts.change(unit.connection, account.id, closed_at=None)


def reset_second_factor(unit: Unit, account: AccountRow) -> None:
    """For whoever has lost phone and paper: ask for none, and end all sessions."""
    second_factor.remove(unit, account)
    accounts.close_sessions(unit.connection, account.id)


def check_person(unit: Unit, person: str | None) -> None:
    """Raises InvalidFields when the programme has no such sales person."""
    if person is not None and person not in unit.program.people:
        raise InvalidFields({"person": ["The programme has no such sales person."]})


def can_sign_in(account: AccountRow, has_provider: bool) -> bool:
    """Whether a door is open: a password that was chosen, or a provider that knows them and is there."""
    if account.closed_at is not None:
        return False
    if has_provider and (account.role_from == "provider" or account.oidc_subject):
        return True
    return account.role_from == "here" and account.password_hash is not None


def _keep_an_admin(unit: Unit, account: AccountRow) -> None:
    """Two admins who close each other wait for each other here, and the second one is refused."""
    admins = accounts.lock_open(unit.connection, "admin")
    others = [one for one in admins if one.id != account.id and can_sign_in(one, unit.world.has_provider)]
    if account.role == "admin" and account.closed_at is None and not others:
        raise LastAdmin(account.email)
