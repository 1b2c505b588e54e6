"""Whose account it is that a provider has told apart, and what the provider lets them do.

A role has one giver. One that was given here, by an admin or by a command, the provider neither raises nor takes. One
that the provider gave follows the provider at each sign-in, up and down, and whoever is given none is not let in.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from bridge.errors import AccountExists, LastAdmin
from bridge.flow.accounts.console_accounts import ROLES, Role, add_account
from bridge.flow.accounts.manage_accounts import give_role
from bridge.flow.unit import Unit
from bridge.ids import new_id
from bridge.profiles.address import Address, InvalidAddress, parse_address
from bridge.store import accounts
from bridge.store.accounts import AccountRow
from bridge.store.audit import AuditRow

Mapped = Sequence[tuple[str, str, str]]
"""Claim, value and role of each; none where the provider is not asked for roles."""
LEAST: Role = "viewer"
"""What is left of a role that the provider gives no more."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a sign-in changed of an account. what: the audit log's word."""

    what: str
    details: Mapping[str, str] = field(default_factory=dict)

    def line(self, now: datetime, provider: str, account: AccountRow, ip: str | None) -> AuditRow:
        """The line of the audit log."""
        about = str(account.id)
        return AuditRow(new_id(), now, provider, self.what, None, "account", about, self.details, ip)


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody whom a provider has told apart. refused: why they are not let in, for the log and no page."""

    account: AccountRow | None
    changes: Sequence[Change] = ()
    refused: str | None = None


def arrive(unit: Unit, issuer: str, claims: Mapping[str, Any], mapped: Mapped) -> Arrival:
    """Find the account of whom a provider told apart, or make it where a role is given; its role follows.

    Somebody is known by what the provider calls them for ever; by an address only once, and only by one that the
    provider has verified: who owns an address may change.
    """
    subject = f"{issuer} {claims['sub']}"
    role = role_of(claims, mapped)
    known = accounts.by_subject(unit.connection, subject)
    found = Arrival(known) if known else _by_address(unit, subject, claims, role)
    if found.account is None or found.refused:
        return found
    if found.account.closed_at:
        return replace(found, refused="the account is closed")
    return _followed(unit, found.account, role, found.changes) if mapped else found


def role_of(claims: Mapping[str, Any], mapped: Iterable[tuple[str, str, str]]) -> Role | None:
    """The role that may do most of those that the claims give."""
    given = {role for claim, value, role in mapped if value in _values(claims.get(claim))}
    return next((one for one in reversed(ROLES) if one in given), None)


def _by_address(unit: Unit, subject: str, claims: Mapping[str, Any], role: Role | None) -> Arrival:
    address = _verified(claims)
    if address is None:
        return Arrival(None, refused="the provider names no verified address")
    account = accounts.by_key(unit.connection, address.key)
    if account is None and role is not None:
        try:
            return _made(unit, subject, address, str(claims.get("name") or ""), role)
        except AccountExists:  # just now, in another window of theirs
            account = accounts.by_key(unit.connection, address.key)
    if account is None:
        return Arrival(None, refused="nobody has an account by that address, and no role is given")
    return _linked(unit, account, subject)


def _made(unit: Unit, subject: str, address: Address, name: str, role: Role) -> Arrival:
    called = (name or address.sending.partition("@")[0])[:100]
    account = add_account(unit, address.sending, called, role, role_from="provider")
    accounts.change(unit.connection, account.id, oidc_subject=subject)
    return Arrival(account, [Change("account.added", {"role": role})])


def _linked(unit: Unit, account: AccountRow, subject: str) -> Arrival:
    """From now on the account is known by the provider's name for its owner."""
    if account.oidc_subject not in {None, subject}:
        return Arrival(account, refused="the address belonged to somebody else before")
    if account.oidc_subject == subject or account.closed_at is not None:
        return Arrival(account)
    accounts.change(unit.connection, account.id, oidc_subject=subject)
    return Arrival(account, [Change("account.linked")])


def _followed(unit: Unit, account: AccountRow, role: Role | None, before: Sequence[Change]) -> Arrival:
    """The account with what the provider gives now, where the role is the provider's to give."""
    if account.role_from == "here" or role == account.role:
        return Arrival(account, before)
    wanted = role or LEAST
    try:
        if wanted != account.role:
            give_role(unit, account, wanted, "provider")
    except LastAdmin:
        return Arrival(account, [*before, Change("account.admin_kept", {"given": role or "none"})])
    said = Change("account.changed", {"role": role or "none", "before": account.role})
    changes = [*before, said] if wanted != account.role else before
    if role is None:
        accounts.close_sessions(unit.connection, account.id)
        return Arrival(account, changes, "the provider gives no role any more")
    return Arrival(replace(account, role=role), changes)


def _verified(claims: Mapping[str, Any]) -> Address | None:
    if claims.get("email_verified") not in {True, "true"}:
        return None
    try:
        return parse_address(str(claims.get("email", "")))
    except InvalidAddress:
        return None


def _values(claim: Any) -> set[str]:
    return {str(one) for one in (claim if isinstance(claim, list) else [claim])}
