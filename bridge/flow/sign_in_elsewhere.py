"""Whose account it is that a provider has told apart."""

from collections.abc import Iterable, Mapping
from typing import Any

from bridge.errors import LastAdmin, SignInFailed
from bridge.flow.console_accounts import ROLES, Role, add_account
from bridge.flow.manage_accounts import change_account
from bridge.flow.unit import Unit
from bridge.profiles.address import Address, InvalidAddress, parse_address
from bridge.store import accounts
from bridge.store.accounts import AccountRow

Mapped = Iterable[tuple[str, str, str]]
"""Claim, value and role of each."""


def account_elsewhere(unit: Unit, issuer: str, claims: Mapping[str, Any], mapped: Mapped) -> AccountRow:
    """The account of whom a provider told apart. Raises SignInFailed when there is none and none is to be made.

    Somebody is known by what the provider calls them for ever; by an address only once, and only by one that the
    provider has verified: who owns an address may change.
    """
    subject = f"{issuer} {claims['sub']}"
    role = role_of(claims, mapped)
    account = accounts.by_subject(unit.connection, subject) or _by_address(unit, subject, claims, role)
    if account.closed_at:
        raise SignInFailed("the account is closed")
    if role and role != account.role:
        _give(unit, account, role)
    return accounts.by_id(unit.connection, account.id) or account


def role_of(claims: Mapping[str, Any], mapped: Mapped) -> Role | None:
    """The role that may do most of those that the claims give."""
    given = {role for claim, value, role in mapped if value in _values(claims.get(claim))}
    return next((one for one in reversed(ROLES) if one in given), None)


def _by_address(unit: Unit, subject: str, claims: Mapping[str, Any], role: Role | None) -> AccountRow:
    address = _verified(claims)
    if address is None:
        raise SignInFailed("the provider names no verified address")
    account = accounts.by_key(unit.connection, address.key)
    if account is None and role is None:
        raise SignInFailed("nobody has an account by that address, and no role is given")
    if account is None:
        name = str(claims.get("name") or address.sending.partition("@")[0])[:100]
        account = add_account(unit, address.sending, name, role or "viewer")
    if account.oidc_subject not in {None, subject}:
        raise SignInFailed("the address belonged to somebody else before")
    accounts.change(unit.connection, account.id, oidc_subject=subject)
    return account


def _verified(claims: Mapping[str, Any]) -> Address | None:
    if claims.get("email_verified") not in {True, "true"}:
        return None
    try:
        return parse_address(str(claims.get("email", "")))
    except InvalidAddress:
        return None


def _give(unit: Unit, account: AccountRow, role: Role) -> None:
    """The provider says what somebody may do, but takes the last admin away from nobody."""
    try:
        change_account(unit, account, account.name, role, account.sales_person)
    except LastAdmin:
        return


def _values(claim: Any) -> set[str]:
    return {str(one) for one in (claim if isinstance(claim, list) else [claim])}
