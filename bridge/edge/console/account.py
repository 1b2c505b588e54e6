"""One's own account: password, second factor, browsers that are signed in, language."""

from collections.abc import Mapping, Sequence

import segno
from flask import Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from bridge import i18n
from bridge.edge.console.frame import SET_UP, Visit, console, console_page, must_set_up, needs, visit
from bridge.edge.extension import services
from bridge.edge.limits import sign_in_limits
from bridge.errors import InvalidFields
from bridge.flow import second_factor
from bridge.flow.console_accounts import change_password
from bridge.i18n import LANGUAGES
from bridge.store import accounts

own_account = console("account")

HOME = "/console/account"
SAID = {
    "language": "The language is changed.",
    "password": "Your password is changed. All your other browsers are signed out.",
    "removed": "No second factor is asked for any more.",
    "browsers": "All your other browsers are signed out.",
}


@own_account.get("/console/account")
@needs("own")
def show() -> Response:
    """What belongs to whoever asks."""
    with visit() as on:
        return _page(on)


@own_account.post("/console/account")
@needs("own")
def choose_language() -> AnyResponse:
    """In which language pages speak; nothing chosen means as the browser asks."""
    with visit() as on:
        wanted = request.form.get("language", "")
        accounts.change(on.unit.connection, on.account.id, language=wanted if wanted in LANGUAGES else None)
    return redirect(f"{HOME}?done=language", 303)


@own_account.post("/console/account/password")
@needs("own")
def set_password() -> AnyResponse:
    """Change one's password; whoever knows the present one alone does."""
    with visit() as on:
        if sign_in_limits().exceeded(f"password of {on.account.id}"):
            return _page(on, 429, {"present": ["Too many tries. Please wait a quarter of an hour."]})
        try:
            present, wanted = request.form.get("present", ""), request.form.get("password", "")
            change_password(on.unit, on.session, present, wanted)
        except InvalidFields as error:
            return _page(on, 422, error.fields)
        on.note("account.password_changed", "account", str(on.account.id))
    return redirect(f"{HOME}?done=password", 303)


@own_account.post("/console/account/sessions")
@needs("own")
def sign_others_out() -> AnyResponse:
    """End all sessions but this one."""
    with visit() as on:
        accounts.close_sessions(on.unit.connection, on.account.id, on.session.secret)
        on.note("account.sessions_ended", "account", str(on.account.id))
    return redirect(f"{HOME}?done=browsers", 303)


@own_account.get("/console/account/second-factor")
@needs("own")
def set_up() -> AnyResponse:
    """What to scan, once somebody has begun."""
    with visit() as on:
        return redirect(HOME, 303) if on.account.totp_since else _second_factor(on)


@own_account.post("/console/account/second-factor")
@needs("own")
def begin() -> AnyResponse:
    """Make a secret. It counts for nothing until a code of it was shown."""
    with visit() as on:
        if on.account.totp_since is None:
            second_factor.begin(on.unit, on.account)
    return redirect(SET_UP, 303)


@own_account.post("/console/account/second-factor/confirm")
@needs("own")
def confirm() -> AnyResponse:
    """From now on a code is asked for. Codes for the paper are shown, once."""
    with visit() as on:
        if sign_in_limits().exceeded(f"code of {on.account.id}"):
            return _second_factor(on, 429, "Too many tries. Please wait a quarter of an hour.")
        codes = second_factor.confirm(on.unit, on.account, request.form.get("code", ""))
        if codes is None:
            return _second_factor(on, 422, "The code is not right, or it was used before.")
        accounts.change_session(on.unit.connection, on.session.secret, proved_at=on.unit.now)
        accounts.close_sessions(on.unit.connection, on.account.id, on.session.secret)
        on.note("account.second_factor_set_up", "account", str(on.account.id))
        return console_page("console/recovery.html", on, codes=codes)


@own_account.post("/console/account/second-factor/remove")
@needs("own")
def remove() -> AnyResponse:
    """Ask for none any more; a code must be shown for it."""
    with visit() as on:
        if sign_in_limits().exceeded(f"code of {on.account.id}"):
            return _page(on, 429, {"code": ["Too many tries. Please wait a quarter of an hour."]})
        if not second_factor.shows(on.unit, on.account, request.form.get("code", "")):
            return _page(on, 422, {"code": ["The code is not right, or it was used before."]})
        second_factor.remove(on.unit, on.account)
        on.note("account.second_factor_removed", "account", str(on.account.id))
    return redirect(f"{HOME}?done=removed", 303)


def _page(on: Visit, status: int = 200, errors: Mapping[str, Sequence[str]] | None = None) -> Response:
    say = i18n.translations(on.language).gettext
    unit = on.unit
    return console_page(
        "console/account.html",
        on,
        status=status,
        sessions=accounts.sessions(unit.connection, on.account.id, unit.now),
        here=on.session.row,
        required=on.account.role in services().settings.door.require_totp,
        errors={name: [say(one) for one in said] for name, said in (errors or {}).items()},
        done=SAID.get(request.args.get("done", "")),
    )


def _second_factor(on: Visit, status: int = 200, error: str | None = None) -> Response:
    secret, address = second_factor.to_scan(on.unit, on.account) if on.account.totp_secret else ("", "")
    drawn = segno.make(address, error="m").svg_inline(omitsize=True, border=0) if address else ""
    return console_page(
        "console/second_factor.html",
        on,
        status=status,
        qr=drawn,
        secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        error=error,
        must=must_set_up(on.session),
    )
