"""The second step of signing in: a code of the app, or one of the paper."""

from urllib.parse import quote

from flask import Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from bridge.edge.console.frame import (
    SIGN_IN,
    check_form,
    console,
    cookie_name,
    form_token,
    is_complete,
    landing,
    remember,
    safe_next,
)
from bridge.edge.console.known import known_browser, note_browser
from bridge.edge.console.sign_in import TOO_MANY, note_sign_in
from bridge.edge.extension import services, wanted_language
from bridge.edge.limits import sign_in_limits
from bridge.edge.presentation import page
from bridge.errors import SessionOver
from bridge.flow.accounts.console_accounts import Session, complete_session, session_of
from bridge.flow.accounts.second_factor import shows
from bridge.flow.unit import Unit

code = console("code")


@code.get("/console/sign-in/code")
def show() -> AnyResponse:
    """Ask for a code; nobody else but whoever has shown the password gets here."""
    with services().page_unit() as unit:
        session = _half_way(unit)
        return _page(session, 200) if session else _again()


@code.post("/console/sign-in/code")
def enter() -> AnyResponse:
    """Let somebody in who shows a code that was not used before."""
    try:
        return _enter()
    except SessionOver:
        return _again()


def _enter() -> AnyResponse:
    with services().page_unit() as unit:
        session = _half_way(unit)
        if session is None:
            return _again()
        check_form(session.secret)
        key = session.account.email_key
        if sign_in_limits().exceeded("code", key, known_browser(key, lambda: session.account)):
            return _page(session, 429, TOO_MANY)
        if not shows(unit, session.account, request.form.get("code", "")):
            note_sign_in(unit, session.account, "password", "account.code_wrong")
            return _page(session, 422, "The code is not right, or it was used before.")
        secret = complete_session(unit, session)
        note_sign_in(unit, session.account, "password and code")
    response = redirect(landing(request.form.get("next"), session.account.role), 303)
    remember(response, secret)
    note_browser(response, session.account)
    return response


def _again() -> AnyResponse:
    """Back to the password, for whoever took too long; where they wanted to go is kept."""
    return redirect(f"{SIGN_IN}?next={quote(safe_next(request.values.get('next')), safe='')}", 303)


def _half_way(unit: Unit) -> Session | None:
    """Whoever has shown a password, and owes a code."""
    secret = request.cookies.get(cookie_name())
    session = session_of(unit, secret) if secret else None
    return session if session and not is_complete(session) else None


def _page(session: Session, status: int, error: str | None = None) -> Response:
    bridge = services()
    return page(
        "console/code.html",
        program=bridge.program,
        now=bridge.clock(),
        language=session.account.language or wanted_language(),
        status=status,
        error=error,
        form_token=form_token(session.secret),
        next_url=request.values.get("next", "")[:500],
    )
