"""A link by mail with which somebody sets the password of their account: one use, two days."""

from dataclasses import replace
from hashlib import sha256
from uuid import UUID

from bridge.delivery.letters import Letter, staff_letter
from bridge.delivery.links import AccountTarget
from bridge.delivery.tokens import ACCOUNT_LINKS_LAST
from bridge.errors import ExpiredToken, ProviderSignsIn
from bridge.flow.accounts.console_accounts import has_password_door, set_password
from bridge.flow.unit import Unit
from bridge.ids import derived_id, new_id
from bridge.store import accounts, audit
from bridge.store.accounts import AccountRow
from bridge.store.audit import AuditRow
from bridge.store.outbox import Delivery

TEMPLATE = "operator/account"
SELDOM = 10 * 60
"""Seconds within which somebody who asks again gets no second mail."""


def send_link(unit: Unit, account: AccountRow, by: str | None = None) -> None:
    """Send somebody the link: who has no password yet is invited by it. by: whose doing it is, by their name.

    Raises ProviderSignsIn.
    """
    if account.role_from == "provider":
        raise ProviderSignsIn(account.email)
    _queue(
        unit,
        f"account:{account.id}:{new_id()}",
        {"account": str(account.id), "to": account.email, **({"by": by} if by else {})},
    )


def ask_for_link(unit: Unit, email_key: str) -> None:
    """The same for whoever says that it is their address; whether it has an account is seen when the mail leaves.

    Until then the same is done for every address, and takes the same time. The address is kept sealed.
    """
    sealed = unit.world.links.tokens.asked.seal(email_key, unit.now)
    window = int(unit.now.timestamp()) // SELDOM
    key = f"account:asked:{sha256(email_key.encode()).hexdigest()[:32]}:{window}"
    _queue(unit, key, {"asked": sealed, "to": "whoever asked for a link"})


def write_link(unit: Unit, delivery: Delivery) -> Letter | None:
    """The mail, as things stand when it leaves; None when there is no account that a password opens."""
    account = _of(unit, delivery)
    if account is None or not has_password_door(account):
        return None
    facts = {
        "name": account.name,
        "email": account.email,
        "first": account.password_hash is None,
        "asked": "asked" in delivery.payload or account.oidc_subject is not None,
        "elsewhere": f"{unit.world.links.public_url}/console/sign-in" if unit.world.has_provider else None,
        "by": delivery.payload.get("by"),
        "url": unit.world.links.account(AccountTarget(account.id, _state(account)), unit.now),
        "until": unit.now + unit.world.lasting(ACCOUNT_LINKS_LAST),
    }
    program = replace(unit.program, language=account.language or unit.program.language)
    return staff_letter(program, TEMPLATE, account.email, facts, unit.world.message_id(delivery.id), unit.now)


def account_of_link(unit: Unit, target: AccountTarget) -> AccountRow:
    """Whose password a link sets. Raises ExpiredToken when it was used, or something else has come in between."""
    account = accounts.by_id(unit.connection, target.account)
    if account is None or not has_password_door(account) or _state(account) != target.state:
        raise ExpiredToken
    return account


def set_password_by_link(unit: Unit, target: AccountTarget, password: str) -> AccountRow:
    """Set it, and end all sessions. Raises as `account_of_link`, and InvalidFields for a short password."""
    accounts.lock(unit.connection, target.account)
    account = account_of_link(unit, target)
    set_password(unit, account, password)
    accounts.change(unit.connection, account.id, seen_at=unit.now)
    return account


def _of(unit: Unit, delivery: Delivery) -> AccountRow | None:
    """Whose link it is. That somebody asked for theirs is noted, once."""
    if "asked" not in delivery.payload:
        return accounts.by_id(unit.connection, UUID(delivery.payload["account"]))
    asked = unit.world.links.tokens.asked.open(delivery.payload["asked"])
    account = accounts.by_key(unit.connection, asked)
    if account is not None:
        told = derived_id("audit", str(delivery.id))
        details = {"by": "mail"}
        audit.note_once(
            unit.connection,
            AuditRow(told, unit.now, account.email, "account.link_asked", account.id, details=details),
        )
    return account


def _queue(unit: Unit, key: str, payload: dict[str, str]) -> None:
    unit.send([unit.delivery("account", TEMPLATE, "staff", key, profile=None, payload=payload)])


def _state(account: AccountRow) -> bytes:
    """What changes when the link is used: it is good for the password that was there when it was written.

    Where there was none, using it is the first that is seen of its owner; that stays, also when the password goes.
    """
    had = account.password_hash or f"{account.created_at.isoformat()} {account.seen_at}"
    return sha256(f"{account.role_from} {had}".encode()).digest()[:8]
