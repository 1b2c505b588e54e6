"""Signing in at the provider that the settings name: there, and back."""

import json
import logging
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from flask import Response, abort, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from bridge.edge.console.frame import (
    SIGN_IN,
    console,
    end_present,
    is_from_here,
    landing,
    remember,
    safe_next,
)
from bridge.edge.console.known import note_browser
from bridge.edge.console.sign_in import TOO_MANY, note_sign_in, sign_in_page
from bridge.edge.cookies import cookie_named, drop_cookie, keep_cookie
from bridge.edge.extension import asker, services
from bridge.edge.limits import sign_in_limits
from bridge.errors import InvalidToken, ProviderBusy, SignInFailed
from bridge.flow.accounts.console_accounts import HALF_WAY, open_session
from bridge.flow.accounts.sign_in_elsewhere import Arrival, arrive
from bridge.flow.unit import Unit
from bridge.store import audit
from bridge.wiring.elsewhere import Elsewhere

elsewhere = console("elsewhere")
log = logging.getLogger(__name__)

NAME = "leadbridge-elsewhere"
BUSY = "Your provider does not answer just now. Please try again in a moment, or sign in with a password."
REFUSED = "You could not be signed in there. Please try again, or ask an admin for an account."


@elsewhere.get("/console/sign-in/elsewhere")
def leave() -> AnyResponse:
    """Send somebody to the provider. The browser keeps, sealed, what proves later that it was the one who went.

    Whom another website sends here gets no further than our own page: that page asks, and is what is counted.
    """
    provider, goes = _provider(), safe_next(request.args.get("next"))
    if not is_from_here():
        return redirect(f"{SIGN_IN}?next={quote(goes, safe='')}", 303)
    if sign_in_limits().crowded("elsewhere"):
        return sign_in_page(429, TOO_MANY)
    try:
        address, begun = provider.begin()
    except ProviderBusy:
        return sign_in_page(503, BUSY)
    except SignInFailed as error:
        return _refused(str(error))
    kept = json.dumps({"next": goes, "begun": begun})
    sealed = services().tokens.ways_back.seal(kept, services().wall_clock())
    response = redirect(address, 303)
    keep_cookie(response, cookie_named(NAME), sealed, HALF_WAY)
    return response


@elsewhere.get("/console/sign-in/callback")
def come_back() -> AnyResponse:
    """Let in whom the provider has told apart, if an account is theirs or a role is given to them.

    Counted is who comes back from where they went: nobody else can make a browser be counted, or ask the provider.
    """
    provider = _provider()
    try:
        sealed = request.cookies.get(cookie_named(NAME), "")
        kept = json.loads(services().tokens.ways_back.open(sealed, services().wall_clock(), HALF_WAY))
        if provider.is_way_back(kept["begun"], request.args) and sign_in_limits().crowded("callback"):
            return sign_in_page(429, TOO_MANY)
        claims = provider.complete(kept["begun"], request.args)
    except ProviderBusy:
        return sign_in_page(503, BUSY)
    except (SignInFailed, InvalidToken) as error:
        return _refused(str(error) or "no way back")
    return _let_in(provider, claims, kept["next"])


def _let_in(provider: Elsewhere, claims: Mapping[str, Any], goes: str) -> AnyResponse:
    with services().page_unit() as unit:
        came = arrive(unit, provider.issuer, claims, provider.roles)
        _note(unit, provider.issuer, came)
        if came.account is None or came.refused:
            return _refused(came.refused or "no account")
        end_present(unit)
        secret = open_session(unit, came.account, asker().user_agent, proved=True)
    response = redirect(landing(goes, came.account.role), 303)
    remember(response, secret)
    note_browser(response, came.account)
    drop_cookie(response, cookie_named(NAME))
    return response


def _note(unit: Unit, issuer: str, came: Arrival) -> None:
    """Write down who came or was refused, and what the provider changed of an account."""
    if came.account is None:
        return
    for one in came.changes:
        audit.note(unit.connection, one.line(unit.now, issuer, came.account, asker().ip))
    note_sign_in(unit, came.account, "provider", "account.refused" if came.refused else "account.signed_in")


def _provider() -> Elsewhere:
    provider = services().elsewhere
    if provider is None:
        abort(404)
    return provider


def _refused(reason: str) -> Response:
    """Why stands in the log: the page would tell strangers who has an account."""
    log.warning("somebody was not signed in elsewhere", extra={"reason": reason})
    return sign_in_page(403, REFUSED)
