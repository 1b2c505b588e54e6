"""A link by mail with which somebody sets the password of their account: one use, two days."""

from dataclasses import replace
from hashlib import sha256
from uuid import UUID

from bridge.delivery.letters import Letter, staff_letter
from bridge.delivery.links import AccountTarget
from bridge.delivery.tokens import ACCOUNT_LINKS_LAST
from bridge.errors import ExpiredToken
from bridge.flow.console_accounts import set_password
from bridge.flow.unit import Unit
from bridge.ids import new_id
from bridge.store import accounts
from bridge.store.accounts import AccountRow
from bridge.store.outbox import Delivery

TEMPLATE = "operator/account"
SELDOM = 10 * 60
"""Seconds within which somebody who asks again gets no second mail."""


def send_link(unit: Unit, account: AccountRow) -> None:
    """Send somebody the link."""
    _send(unit, account, f"account:{account.id}:{new_id()}")


def ask_for_link(unit: Unit, email_key: str) -> AccountRow | None:
    """The same for whoever says that it is their address: the account, None where there is none."""
    account = accounts.by_key(unit.connection, email_key)
    if account is None or account.closed_at:
        return None
    _send(unit, account, f"account:{account.id}:asked:{int(unit.now.timestamp()) // SELDOM}")
    return account


def write_link(unit: Unit, delivery: Delivery) -> Letter | None:
    """The mail, as things stand when it leaves; None when the account is gone or closed."""
    account = accounts.by_id(unit.connection, UUID(delivery.payload["account"]))
    if account is None or account.closed_at:
        return None
    facts = {
        "name": account.name,
        "first": account.password_hash is None,
        "url": unit.world.links.account(AccountTarget(account.id, _state(account)), unit.now),
        "until": unit.now + unit.world.lasting(ACCOUNT_LINKS_LAST),
    }
    program = replace(unit.program, language=account.language or unit.program.language)
    return staff_letter(program, TEMPLATE, account.email, facts, unit.world.message_id(delivery.id), unit.now)


def account_of_link(unit: Unit, target: AccountTarget) -> AccountRow:
    """Whose password a link sets. Raises ExpiredToken when it was used, or something else has come in between."""
    account = accounts.by_id(unit.connection, target.account)
    if account is None or account.closed_at or _state(account) != target.state:
        raise ExpiredToken
    return account


def set_password_by_link(unit: Unit, target: AccountTarget, password: str) -> AccountRow:
    """Set it, and end all sessions. Raises as `account_of_link`, and InvalidFields for a short password."""
    accounts.lock(unit.connection, target.account)
    account = account_of_link(unit, target)
    set_password(unit, account.id, password)
    return account


def _send(unit: Unit, account: AccountRow, key: str) -> None:
    payload = {"account": str(account.id), "to": account.email}
    unit.send([unit.delivery("account", TEMPLATE, "staff", key, profile=None, payload=payload)])


def _state(account: AccountRow) -> bytes:
    """What changes when the password does: a link is good for the password that was there when it was written."""
    return sha256(f"{account.password_hash or account.created_at.isoformat()}".encode()).digest()[:8]
