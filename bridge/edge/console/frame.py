"""What every page of the console stands in: who is signed in, what they may do, the frame of the page.

A view opens a visit, and the visit says whose it is:

    @board.get("/console/handovers")
    @needs("desk")
    def show() -> Response:
        with visit() as on:
            return console_page("console/board.html", on, handovers=…)
"""

import hmac
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from hashlib import sha256
from typing import Any, ParamSpec, TypeVar
from urllib.parse import quote, urlsplit

from flask import Blueprint, Response, abort, g, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from bridge.edge.console.menu import BEGINS, START, menu_for
from bridge.edge.console.roles import MAY, Right
from bridge.edge.cookies import drop_cookie, is_secure, keep_cookie
from bridge.edge.extension import asker, services, wanted_language
from bridge.edge.network import origin_of
from bridge.edge.presentation import page
from bridge.edge.signed_out import signed_out
from bridge.errors import SessionOver
from bridge.flow.accounts.console_accounts import Session, session_of
from bridge.flow.unit import Unit
from bridge.ids import new_id
from bridge.store import accounts, audit, held_lists
from bridge.store.accounts import AccountRow
from bridge.store.audit import AuditRow

SIGN_IN, SHOW_CODE, SET_UP = "/console/sign-in", "/console/sign-in/code", "/console/account/second-factor"
PRIVATE = {  # a page without any referrer would name no origin when it posts
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}

OURS = frozenset({"same-origin", "none"})
"""What browsers say (Sec-Fetch-Site) of what a page of ours asks for, or nobody but the one in front of it."""

P = ParamSpec("P")
R = TypeVar("R", bound=AnyResponse | str)


@dataclass(frozen=True, slots=True)
class Visit:
    """A request of somebody who is signed in, in one transaction."""

    unit: Unit
    session: Session

    @property
    def account(self) -> AccountRow:
        """Whose it is."""
        return self.session.account

    @property
    def language(self) -> str:
        """The language of the pages: what the account chose, else what the browser asks for."""
        return self.account.language or wanted_language()

    def may(self, right: Right) -> bool:
        """Whether they may do that."""
        return right in MAY[self.account.role]

    def note(self, what: str, kind: str | None = None, subject: str | None = None, **details: Any) -> None:
        """Write into the audit log what was seen or done. No word about a lead belongs there: only its id."""
        row = AuditRow(
            new_id(),
            self.unit.now,
            self.account.email,
            what,
            self.account.id,
            kind,
            subject,
            details,
            asker().ip,
        )
        audit.note(self.unit.connection, row)


def console(name: str) -> Blueprint:
    """A part of the console: its views are private, and take posts from pages of ours alone."""
    blueprint = Blueprint(f"console_{name}", __name__)
    blueprint.before_request(_refuse_strangers)
    blueprint.after_request(_keep_private)
    return blueprint


def needs(right: Right) -> Callable[[Callable[P, R]], Callable[P, R | AnyResponse]]:
    """Let in whoever is signed in and has that right; a view of the console without it is for anybody."""

    def guarded(view: Callable[P, R]) -> Callable[P, R | AnyResponse]:
        @wraps(view)
        def answer(*args: P.args, **kwargs: P.kwargs) -> R | AnyResponse:
            g.needs = right
            try:
                return view(*args, **kwargs)
            except _GoesFirst as first:
                return signed_out(first.path) or redirect(first.path, 303)
            except SessionOver:
                return redirect(SIGN_IN, 303)

        answer.__dict__["needs"] = right
        return answer

    return guarded


@contextmanager
def visit() -> Iterator[Visit]:
    """The visit that this request is. Only within a view that `needs` something; answers 403 without that right."""
    with services().page_unit() as unit:
        secret = request.cookies.get(cookie_name())
        session = session_of(unit, secret) if secret else None
        if session is None:
            raise _GoesFirst(SIGN_IN + _after())
        if not is_complete(session):
            raise _GoesFirst(SHOW_CODE + _after())
        if g.needs != "own" and must_set_up(session):
            raise _GoesFirst(SET_UP)
        found = Visit(unit, session)
        if not found.may(g.needs):
            abort(403)
        check_form(session.secret)
        yield found


def check_form(secret: str) -> None:
    """Let nobody post what no page of the session with that secret asked for."""
    posted_token = request.form.get("_token", "").encode()
    if request.method == "POST" and not hmac.compare_digest(posted_token, form_token(secret).encode()):
        abort(400)


def is_complete(session: Session) -> bool:
    """Whether the second factor was shown where the account has one."""
    return session.account.totp_since is None or session.row.proved_at is not None


def must_set_up(session: Session) -> bool:
    """Whether the account has no second factor although its role must have one."""
    required = services().settings.door.require_totp
    return session.account.role in required and session.row.proved_at is None


def console_page(template: str, on: Visit, /, *, status: int = 200, **context: Any) -> Response:
    """A page of the console, with its menu, which counts what waits. context: what the template names at its top."""
    undecided = held_lists.count_undecided(on.unit.connection) if on.may("decide") else 0
    return page(
        template,
        program=on.unit.program,
        now=on.unit.now,
        language=on.language,
        status=status,
        account=on.account,
        menu=menu_for(on.account.role, request.path, undecided),
        form_token=form_token(on.session.secret),
        **context,
    )


def form_token(secret: str) -> str:
    """What every form of the console carries, so that no other website can post in somebody's name."""
    return hmac.new(secret.encode(), b"console form", sha256).hexdigest()


def remember(response: AnyResponse, secret: str) -> None:
    """Let the browser keep the session: out of reach of scripts, for nobody but us, until it is closed."""
    keep_cookie(response, cookie_name(), secret)


def end_present(unit: Unit) -> None:
    """End the session that this browser comes with, now that it keeps another one: nobody has its cookie to end it.

    It may be another account's: it is ended after the commit, so that no two accounts wait for each other.
    """
    secret = request.cookies.get(cookie_name())
    if secret:
        unit.afterwards.append(lambda after: _end(after, secret))


def _end(unit: Unit, secret: str) -> None:
    accounts.close_session(unit.connection, secret)


def forget(response: AnyResponse) -> None:
    """Take it back."""
    drop_cookie(response, cookie_name())


def cookie_name() -> str:
    """Where the session is kept."""
    return "__Host-leadbridge" if is_secure() else "leadbridge-console"


def landing(asked: str | None, role: str) -> str:
    """Where somebody goes who has signed in: to the page that was asked for, else to where a role's day begins."""
    goes = safe_next(asked)
    return BEGINS.get(role, START) if goes == START else goes


def safe_next(asked: str | None) -> str:
    """Where to go after signing in: a page of the console or of a lead, and no other."""
    try:
        parts: Any = urlsplit(asked or "")
    except ValueError:  # such as “//[”
        return "/console"
    own = not parts.scheme and not parts.netloc and parts.path.startswith(("/console", "/leads/"))
    return (
        f"{parts.path}{'?' + parts.query if parts.query else ''}"
        if own and "\\" not in (asked or "")
        else START
    )


def posted() -> Mapping[str, str]:
    """What a form said, without what the frame needs for itself."""
    return {name: value for name, value in request.form.items() if not name.startswith("_")}


class _GoesFirst(Exception):
    """Who asks has to go elsewhere before: to sign in, to show a code, to set up a second factor."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


def _after() -> str:
    asked = request.full_path.rstrip("?")
    return "" if request.method != "GET" or asked == START else "?next=" + quote(asked, safe="")


def _refuse_strangers() -> None:
    """Posts of other websites are refused before anything is read: browsers say where a post comes from."""
    if request.method in {"GET", "HEAD", "OPTIONS"}:
        return
    origin, site = request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site")
    if site not in OURS if site else origin and origin not in _own_origins():
        abort(403)


def is_from_here() -> bool:
    """Whether somebody came by a page of ours, or by themselves, and not by another website."""
    site = request.headers.get("Sec-Fetch-Site")
    return site in OURS if site else origin_of(request.headers.get("Referer", "")) in _own_origins()


def _own_origins() -> set[str]:
    return {origin_of(services().settings.public_url), origin_of(request.host_url)}


def _keep_private(response: Response) -> Response:
    response.headers.update(PRIVATE)
    return response
