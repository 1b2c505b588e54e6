"""Browsers in which somebody signed in before: they keep a note of that, which opens nothing.

Tries in such a browser are counted by themselves (OWASP, "device cookies"), so that strangers who fail for somebody's
address do not keep them out.
"""

import secrets
from hashlib import sha256

from flask import request
from werkzeug.wrappers import Response

from bridge.delivery.tokens import KNOWN, KNOWN_FOR
from bridge.edge.console.frame import cookie_named, is_secure
from bridge.edge.extension import services
from bridge.errors import ExpiredToken, InvalidToken

NAME = "leadbridge-known"
WHOSE, ONE = 16, 8
"""Octets that say for which account the note is, and those that tell browsers apart."""


def known_browser(email_key: str) -> str | None:
    """By what the asking browser is counted; None where nobody signed in to that account before."""
    bridge = services()
    try:
        payload = bridge.tokens.open(KNOWN, request.cookies.get(cookie_named(NAME), ""), bridge.clock())
    except (InvalidToken, ExpiredToken):
        return None
    return payload.hex() if payload[:WHOSE] == _whose(email_key) else None


def note_browser(response: Response, email_key: str) -> None:
    """Let the browser keep the note."""
    bridge = services()
    note = bridge.tokens.sign(KNOWN, _whose(email_key) + secrets.token_bytes(ONE), bridge.clock())
    response.set_cookie(
        cookie_named(NAME),
        note,
        max_age=KNOWN_FOR,
        path="/",
        secure=is_secure(),
        httponly=True,
        samesite="Lax",
    )


def _whose(email_key: str) -> bytes:
    return sha256(email_key.encode()).digest()[:WHOSE]
