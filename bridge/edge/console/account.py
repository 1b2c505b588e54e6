"""One's own account: password, second factor, browsers that are signed in, language."""

from collections.abc import Mapping, Sequence

import segno
from flask import Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from bridge import i18n
from bridge.edge.console.frame import (
    SET_UP,
    Visit,
    console,
    console_page,
    landing,
    must_set_up,
    needs,
    remember,
    visit,
)
from bridge.edge.console.known import note_browser
from bridge.edge.console.proofs import note_wrong, take_back, too_many
from bridge.edge.console.sign_in import TOO_MANY
from bridge.edge.extension import services
from bridge.errors import InvalidFields
from bridge.flow.accounts import second_factor
from bridge.flow.accounts.console_accounts import Session, change_password, prove_owner, renew_session
from bridge.i18n import LANGUAGES
from bridge.judgement.device_names import device_name
from bridge.store import accounts

own_account = console("account")

HOME = "/console/account"
SAID = {
    "language": "The language is changed.",
    "password": "Your password is changed. All your other browsers are signed out.",
    "removed": "No second factor is asked for any more.",
    "browsers": "All your other browsers are signed out.",
}
WRONG = "The code is not right, or it was used before."


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
        if too_many(on, "password"):
            return _page(on, 429, {"present": [TOO_MANY]})
        try:
            present, wanted = request.form.get("present", ""), request.form.get("password", "")
            session = change_password(on.unit, on.session, present, wanted)
        except InvalidFields as error:
            note_wrong(on, error)
            if "present" not in error.fields:
                take_back(on, "password")
            return _page(on, 422, error.fields)
        on.note("account.password_changed", "account", str(on.account.id))
    response = _done("password", session)
    note_browser(response, session.account)
    return response


@own_account.post("/console/account/sessions")
@needs("own")
def sign_others_out() -> AnyResponse:
    """End all sessions but this one, which goes on under another secret."""
    with visit() as on:
        session = renew_session(on.unit, on.session)
        on.note("account.sessions_ended", "account", str(on.account.id))
    return _done("browsers", session)


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
        second_factor.begin(on.unit, on.account)
    return redirect(SET_UP, 303)


@own_account.post("/console/account/second-factor/confirm")
@needs("own")
def confirm() -> AnyResponse:
    """From now on a code is asked for, if it is the owner who asks. Codes for the paper are shown, once."""
    with visit() as on:
        if too_many(on, "code"):
            return _second_factor(on, 429, {"code": [TOO_MANY]})
        try:
            prove_owner(on.unit, on.session, request.form.get("present", ""))
        except InvalidFields as error:
            note_wrong(on, error)
            return _second_factor(on, 422, error.fields)
        codes = second_factor.confirm(on.unit, on.account, request.form.get("code", ""))
        if codes is None:
            on.note("account.code_wrong", "account", str(on.account.id))
            return _second_factor(on, 422, {"code": [WRONG]})
        session = renew_session(on.unit, on.session, proved_at=on.unit.now)
        on.note("account.second_factor_set_up", "account", str(on.account.id))
        goes = landing(None, on.account.role)
        response = console_page("console/recovery.html", Visit(on.unit, session), codes=codes, goes=goes)
    remember(response, session.secret)
    return response


@own_account.post("/console/account/second-factor/remove")
@needs("own")
def remove() -> AnyResponse:
    """Ask for none any more; it takes what a sign-in takes, password and code."""
    with visit() as on:
        if too_many(on, "code"):
            return _page(on, 429, {"code": [TOO_MANY]})
        try:
            prove_owner(on.unit, on.session, request.form.get("own_password", ""))
        except InvalidFields as error:
            note_wrong(on, error)
            return _page(on, 422, {"own_password": error.fields["present"]})
        if not second_factor.shows(on.unit, on.account, request.form.get("code", "")):
            on.note("account.code_wrong", "account", str(on.account.id))
            return _page(on, 422, {"code": [WRONG]})
        second_factor.remove(on.unit, on.account)
        session = renew_session(on.unit, on.session, proved_at=None)
        on.note("account.second_factor_removed", "account", str(on.account.id))
    return _done("removed", session)


def _done(what: str, session: Session) -> AnyResponse:
    response = redirect(f"{HOME}?done={what}", 303)
    remember(response, session.secret)
    return response


def _page(on: Visit, status: int = 200, errors: Mapping[str, Sequence[str]] | None = None) -> Response:
    unit = on.unit
    rows = accounts.sessions(unit.connection, on.account.id, unit.now)
    return console_page(
        "console/account.html",
        on,
        status=status,
        sessions=[(row, device_name(row.user_agent, on.language)) for row in rows],
        here=on.session.row,
        required=on.account.role in services().settings.door.require_totp,
        errors=_said(on, errors),
        done=SAID.get(request.args.get("done", "")),
    )


def _second_factor(
    on: Visit, status: int = 200, errors: Mapping[str, Sequence[str]] | None = None
) -> Response:
    secret, address = second_factor.to_scan(on.unit, on.account) if on.account.totp_secret else ("", "")
    drawn = segno.make(address, error="m").svg_inline(omitsize=True, border=0) if address else ""
    return console_page(
        "console/second_factor.html",
        on,
        status=status,
        qr=drawn,
        secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        errors=_said(on, errors),
        must=must_set_up(on.session),
    )


def _said(on: Visit, errors: Mapping[str, Sequence[str]] | None) -> dict[str, list[str]]:
    say = i18n.translations(on.language).gettext
    return {name: [say(one) for one in said] for name, said in (errors or {}).items()}
