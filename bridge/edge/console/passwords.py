"""Passwords by mail: who forgot theirs or has none yet gets a link, which is good once."""

from collections.abc import Sequence
from typing import Any

from flask import Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from bridge import i18n
from bridge.delivery.links import AccountTarget, read_account
from bridge.edge.console.frame import SIGN_IN, console
from bridge.edge.console.known import known_to_anybody
from bridge.edge.console.sign_in import key_of, note_sign_in
from bridge.edge.extension import services, wanted_language
from bridge.edge.limits import sign_in_limits
from bridge.edge.presentation import page
from bridge.errors import InvalidFields
from bridge.flow.accounts.account_links import account_of_link, ask_for_link, set_password_by_link
from bridge.store.accounts import AccountRow

passwords = console("passwords")


@passwords.get("/console/password")
def forgotten() -> Response:
    """Ask whose password it is."""
    return _page("console/forgotten.html", sent="sent" in request.args)


@passwords.post("/console/password")
def send() -> AnyResponse:
    """Send a link. Whether the address has an account is told to its mailbox alone."""
    key = key_of(request.form.get("email", ""))
    if sign_in_limits().exceeded("link", key, known_to_anybody(key)):
        return _page("console/forgotten.html", 429, sent=False)
    with services().page_unit() as unit:
        ask_for_link(unit, key)
    return redirect("/console/password?sent=1", 303)


@passwords.get("/console/password/<token>")
def ask(token: str) -> Response:
    """Ask for a new password. Looking at the page uses nothing up."""
    target = _target(token)
    with services().page_unit() as unit:
        return _of(account_of_link(unit, target), token)


@passwords.post("/console/password/<token>")
def set_it(token: str) -> AnyResponse:
    """Set it. The link is used up, and all browsers are signed out."""
    target = _target(token)
    try:
        with services().page_unit() as unit:
            account = set_password_by_link(unit, target, request.form.get("password", ""))
            note_sign_in(unit, account, "mail", "account.password_set")
    except InvalidFields as error:
        with services().page_unit() as unit:
            return _of(account_of_link(unit, target), token, error.fields["password"])
    return redirect(f"{SIGN_IN}?set=1", 303)


def _target(token: str) -> AccountTarget:
    return read_account(services().tokens, token, services().clock())


def _of(account: AccountRow, token: str, mistakes: Sequence[str] = ()) -> Response:
    say = i18n.translations(wanted_language()).gettext
    return _page(
        "console/password.html",
        422 if mistakes else 200,
        email=account.email,
        first=account.password_hash is None,
        mistakes=[say(one) for one in mistakes],
        token=token,
    )


def _page(template: str, status: int = 200, **context: Any) -> Response:
    bridge = services()
    return page(
        template,
        program=bridge.program,
        now=bridge.clock(),
        language=wanted_language(),
        status=status,
        **context,
    )
