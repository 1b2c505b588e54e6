"""Browsers in which somebody signed in before: they keep a note of that, which opens nothing.

Tries in such a browser are counted by themselves (OWASP, "device cookies"), so that strangers who fail for somebody's
address do not keep them out. A note is good for the password that was there when it was written.
"""

import secrets
from collections.abc import Callable
from hashlib import sha256

from flask import request
from werkzeug.wrappers import Response as AnyResponse

from bridge.delivery.tokens import KNOWN, KNOWN_FOR
from bridge.edge.cookies import cookie_named, keep_cookie
from bridge.edge.extension import services
from bridge.errors import ExpiredToken, InvalidToken
from bridge.flow.accounts.console_accounts import password_state
from bridge.store import accounts
from bridge.store.accounts import AccountRow

NAME = "leadbridge-known"
WHOSE, STATE, ONE = 16, 8, 8
"""Octets that say for which account the note is, and for which password; and those that tell browsers apart."""


def known_browser(email_key: str, account_of: Callable[[], AccountRow | None]) -> str | None:
    """By what the asking browser is counted; None where nobody signed in to that account before by that password.

    account_of: looks the account up, which is done only for a browser that has a note for it.
    """
    bridge = services()
    try:
        payload = bridge.tokens.open(KNOWN, request.cookies.get(cookie_named(NAME), ""), bridge.clock())
    except (InvalidToken, ExpiredToken):
        return None
    if payload[:WHOSE] != _whose(email_key):
        return None
    account = account_of()
    is_good = account and payload[WHOSE : WHOSE + STATE] == password_state(account)
    return payload.hex() if is_good else None


def known_to_anybody(email_key: str) -> str | None:
    """The same where nobody is signed in yet."""

    def account_of() -> AccountRow | None:
        with services().page_unit() as unit:
            return accounts.by_key(unit.connection, email_key)

    return known_browser(email_key, account_of)


def note_browser(response: AnyResponse, account: AccountRow) -> None:
    """Let the browser keep the note."""
    bridge = services()
    payload = _whose(account.email_key) + password_state(account) + secrets.token_bytes(ONE)
    note = bridge.tokens.sign(KNOWN, payload, bridge.clock())
    keep_cookie(response, cookie_named(NAME), note, KNOWN_FOR)


def _whose(email_key: str) -> bytes:
    return sha256(email_key.encode()).digest()[:WHOSE]
