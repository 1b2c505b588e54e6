"""Signing in to the console with address and password, and signing out."""

from urllib.parse import quote

from flask import Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from bridge.edge.console.demo_door import is_shut_to
from bridge.edge.console.frame import (
    SHOW_CODE,
    check_form,
    console,
    cookie_name,
    end_present,
    forget,
    landing,
    remember,
)
from bridge.edge.console.known import known_to_anybody, note_browser
from bridge.edge.extension import asker, services, wanted_language
from bridge.edge.limits import sign_in_limits
from bridge.edge.presentation import page
from bridge.flow.accounts.console_accounts import begin_session, check_password, keep_hash_fresh
from bridge.flow.unit import Unit
from bridge.ids import new_id
from bridge.intake.validation import clean
from bridge.profiles.address import InvalidAddress, parse_address
from bridge.store import accounts, audit
from bridge.store.accounts import AccountRow
from bridge.store.audit import AuditRow

sign_in = console("sign_in")

TOO_MANY = "Too many tries. Please wait a quarter of an hour."
NOBODY = "unknown"
"""Who stands in the audit log for somebody whose address has no account."""


@sign_in.get("/console/sign-in")
def show() -> Response:
    """Ask for address and password."""
    return sign_in_page(200)


@sign_in.post("/console/sign-in")
def enter() -> AnyResponse:
    """Let somebody in. A wrong password and an unknown address get the same answer, and leave a line each."""
    email, password = request.form.get("email", ""), request.form.get("password", "")
    key = key_of(email)
    if sign_in_limits().exceeded("sign-in", key, known_to_anybody(key)):
        return sign_in_page(429, TOO_MANY, email)
    with services().page_unit() as unit:
        shown = accounts.by_key(unit.connection, key)
        is_right = check_password(shown, password) and not is_shut_to(shown, password)
        begun = begin_session(unit, shown, asker().user_agent) if shown and is_right else None
        if begun is None:
            _note_failure(unit, shown)
            return sign_in_page(422, "Address or password is not right.", email)
        account, secret = keep_hash_fresh(unit, begun[0], password), begun[1]
        end_present(unit)
        if account.totp_since is None:
            note_sign_in(unit, account, "password")
    goes = landing(request.form.get("next"), account.role)
    response = redirect(f"{SHOW_CODE}?next={quote(goes, safe='')}" if account.totp_since else goes, 303)
    remember(response, secret)
    if account.totp_since is None:
        note_browser(response, account)
    return response


def note_sign_in(unit: Unit, account: AccountRow, by: str, what: str = "account.signed_in") -> None:
    """Write down who came in, and by what."""
    row = AuditRow(new_id(), unit.now, account.email, what, account.id, details={"by": by}, ip=asker().ip)
    audit.note(unit.connection, row)


def _note_failure(unit: Unit, account: AccountRow | None) -> None:
    """A line for every try that was looked at. What was typed for nobody's address may be a password: it is not kept.

    Those are told up to a bound; the others are as few as may be tried for an account. Counted and written is in
    both cases, so that both take as long; what is beyond the bound is taken back.
    """
    told = sign_in_limits().is_told("somebody" if account else "nobody")
    with unit.connection.begin_nested() as line:
        if account is not None:
            note_sign_in(unit, account, "password", "account.sign_in_failed")
            return
        row = AuditRow(new_id(), unit.now, NOBODY, "account.sign_in_failed", ip=asker().ip)
        audit.note(unit.connection, row)
        if not told:
            line.rollback()


@sign_in.post("/console/sign-out")
def leave() -> AnyResponse:
    """End this browser's session."""
    secret = request.cookies.get(cookie_name())
    if secret:
        check_form(secret)
        with services().page_unit() as unit:
            accounts.close_session(unit.connection, secret)
    response = redirect("/console/sign-in?done=1", 303)
    forget(response)
    return response


def key_of(email: str) -> str:
    """By what an address is known, also one that is none."""
    try:
        return parse_address(clean(email) or "").key
    except InvalidAddress:
        return f"no address {(clean(email) or '').lower()[:200]}"


def sign_in_page(status: int, error: str | None = None, email: str = "") -> Response:
    """The page that asks for address and password. error: in English."""
    bridge = services()
    return page(
        "console/sign_in.html",
        program=bridge.program,
        now=bridge.clock(),
        language=wanted_language(),
        status=status,
        error=error,
        email=email[:200],
        next_url=request.values.get("next", "")[:500],
        signed_out="done" in request.args,
        password_set="set" in request.args,
        has_provider=bridge.settings.door.provider is not None,
    )
