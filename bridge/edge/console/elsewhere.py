"""Signing in at the provider that the settings name: there, and back."""

import json
import logging

from flask import Response, abort, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from bridge.edge.console.frame import console, is_secure, remember, safe_next
from bridge.edge.console.sign_in import note_sign_in, sign_in_page
from bridge.edge.extension import asker, services
from bridge.edge.limits import sign_in_limits
from bridge.errors import InvalidToken, SignInFailed
from bridge.flow.console_accounts import HALF_WAY, open_session
from bridge.flow.sign_in_elsewhere import account_elsewhere
from bridge.wiring.elsewhere import Elsewhere

elsewhere = console("elsewhere")
log = logging.getLogger(__name__)

COOKIE, PATH = "leadbridge-elsewhere", "/console/sign-in"
REFUSED = "You could not be signed in there. Please try again, or ask an admin for an account."


@elsewhere.get("/console/sign-in/elsewhere")
def leave() -> AnyResponse:
    """Send somebody to the provider. The browser keeps, sealed, what proves later that it was the one who went."""
    provider = _provider()
    if sign_in_limits().exceeded(f"elsewhere from {asker().ip}"):
        return sign_in_page(429, "Too many tries. Please wait a quarter of an hour.")
    try:
        address, begun = provider.begin()
    except SignInFailed as error:
        return _refused(error)
    kept = json.dumps({"next": safe_next(request.args.get("next")), "begun": begun})
    sealed = services().tokens.ways_back.seal(kept, services().wall_clock())
    response = redirect(address, 303)
    response.set_cookie(
        COOKIE,
        sealed,
        max_age=HALF_WAY,
        path=PATH,
        secure=is_secure(),
        httponly=True,
        samesite="Lax",
    )
    return response


@elsewhere.get("/console/sign-in/callback")
def come_back() -> AnyResponse:
    """Let in whom the provider has told apart, if an account is theirs or a role is given to them."""
    provider = _provider()
    try:
        sealed = request.cookies.get(COOKIE, "")
        kept = json.loads(services().tokens.ways_back.open(sealed, services().wall_clock(), HALF_WAY))
        claims = provider.complete(kept["begun"], request.args)
        with services().page_unit() as unit:
            account = account_elsewhere(unit, provider.issuer, claims, provider.roles)
            secret = open_session(unit, account, asker().user_agent, proved=True)
            note_sign_in(unit, account, "provider")
    except (SignInFailed, InvalidToken) as error:
        return _refused(error)
    response = redirect(safe_next(kept["next"]), 303)
    remember(response, secret)
    response.delete_cookie(COOKIE, path=PATH, secure=is_secure(), httponly=True, samesite="Lax")
    return response


def _provider() -> Elsewhere:
    provider = services().elsewhere
    if provider is None:
        abort(404)
    return provider


def _refused(error: Exception) -> Response:
    """Why stands in the log: the page would tell strangers who has an account."""
    log.warning("somebody was not signed in elsewhere", extra={"reason": str(error) or "no way back"})
    return sign_in_page(403, REFUSED)
