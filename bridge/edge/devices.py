"""The door to profile pages: a code goes to the addressee of the link, and lets the browser in that shows it."""

import math
from datetime import datetime
from urllib.parse import quote
from uuid import UUID

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from bridge import i18n
from bridge.delivery.codes import could_be_code
from bridge.edge.admission import Guest, at_the_door, forget, keep_private, remember
from bridge.edge.console.frame import SIGN_IN
from bridge.edge.extension import asker, wanted_language
from bridge.edge.presentation import page
from bridge.edge.problems import problem
from bridge.edge.refused_answers import written_note
from bridge.edge.signed_out import signed_out
from bridge.errors import ExpiredToken, TooManyCodes
from bridge.flow.sales.sign_in import (
    close_link,
    good_code,
    is_used_up,
    note_access,
    send_code,
    sign_in,
    sign_out,
    tries_left,
)
from bridge.flow.unit import Unit
from bridge.intake.validation import clean
from bridge.profiles.address import masked

devices = Blueprint("devices", __name__)

SIGNED_OUT, CLOSED = "signed_out", "closed"


@devices.post("/leads/<token>/code")
def ask_for_code(token: str) -> AnyResponse:
    """Send a code to the addressee, unless this device is known."""
    try:
        with at_the_door(token) as (unit, visitor):
            if not visitor.is_admitted and visitor.by == "device":
                send_code(unit, visitor.link, asker())
    except TooManyCodes as error:
        return _too_many(token, error)
    return redirect(_page_of(token), 303)


@devices.post("/leads/<token>/device")
def show_code(token: str) -> AnyResponse:
    """Let this browser in when it shows the code, and remember it."""
    with at_the_door(token) as (unit, visitor):
        if visitor.is_admitted or visitor.by != "device":
            return redirect(_page_of(token), 303)
        typed = _typed_code()
        secret = sign_in(unit, visitor.link, typed, asker())
        if secret is None:
            return door(unit, visitor, 422, error=_why_not(unit, visitor.link.id, typed))
    response = redirect(_page_of(token), 303)
    remember(response, visitor.person, secret)
    return response


@devices.post("/leads/<token>/sign-out")
def leave(token: str) -> AnyResponse:
    """Forget this device, for all links."""
    with at_the_door(token) as (unit, visitor):
        if visitor.device:
            sign_out(unit, visitor.link.id, visitor.device, asker())
    response = redirect(f"/leads/{token}?done={SIGNED_OUT}", 303)
    forget(response, visitor.person)
    return response


@devices.post("/leads/<token>/close")
def close(token: str) -> AnyResponse:
    """Close this link for good, for everybody."""
    with at_the_door(token) as (unit, visitor):
        if not visitor.is_admitted:
            return turn_away(unit, visitor)
        close_link(unit, visitor.link.id, visitor.device, asker())
    return redirect(f"/leads/{token}?done={CLOSED}", 303)


def turn_away(unit: Unit, visitor: Guest) -> Response:
    """What a browser gets that proved nothing: the door, and nothing of what is behind it. That is noted."""
    note_access(unit, visitor.link.id, "stopped", asker())
    if visitor.by == "login":
        return _to_sign_in(visitor)
    if request.method != "POST":
        return door(unit, visitor, 200)
    return door(
        unit, visitor, 403, error="That was not recorded, since this browser is not signed in any more."
    )


def _to_sign_in(visitor: Guest) -> Response:
    """Whoever is signed in as somebody else is told so; everybody else signs in first."""
    if visitor.account is not None:
        return problem(403)  # answered, not raised: that somebody was stopped is to stay noted
    after = quote(_page_of(visitor.token), safe="")
    there = f"{SIGN_IN}?next={after}"
    return signed_out(there) or Response(status=303, headers={"Location": there})


def door(
    unit: Unit, visitor: Guest, status: int, error: str | None = None, again_at: datetime | None = None
) -> Response:
    """The page that asks for a code.

    error: a message in English, to be said in the browser's language. again_at: when another code may be sent.
    """
    code = good_code(unit, visitor.link.id)
    language = wanted_language()
    say = i18n.translations(language).gettext
    return page(
        "pages/lead_code.html",
        program=unit.program,
        now=unit.now,
        language=language,
        status=status,
        email_masked=masked(visitor.person.email),
        code_url=f"/leads/{visitor.token}/code{_asked()}",
        device_url=f"/leads/{visitor.token}/device{_asked()}",
        signed_out=request.args.get("done") == SIGNED_OUT,
        expires_at=code.expires_at if code else None,
        tries_left=tries_left(code) if code else 0,
        error=say(error) if error else None,
        wrong=status == 422,
        code_typed="" if could_be_code(_typed_code()) else _typed_code()[:20],
        again_at=again_at,
        lost_note=written_note() if status == 403 else "",
    )


def _page_of(token: str) -> str:
    """Where the link leads, with the answer that it was opened for: a link in a mail names one."""
    return f"/leads/{token}{_asked()}"


def _asked() -> str:
    wanted = request.args.get("answer", "")[:40]
    return f"?answer={quote(wanted, safe='')}" if wanted else ""


def _why_not(unit: Unit, link_id: UUID, typed: str) -> str:
    """Why a device was not let in, and what to do."""
    if is_used_up(unit, link_id):
        return "Five wrong codes were typed in, so the one that was sent works no more. Please ask for a new one."
    if good_code(unit, link_id) is None:
        return "This code works no more. Please ask for a new one."
    if not could_be_code(typed):
        return "A code has six digits, and this was something else. It cost no try."
    return "The code is not right."


def _typed_code() -> str:
    return clean(request.form.get("code", "")) or ""


def _too_many(token: str, error: TooManyCodes) -> Response:
    """The codes that were sent are enough for now; the last one is good for as long as it is."""
    with at_the_door(token) as (unit, visitor):
        seconds = math.ceil((error.until - unit.now).total_seconds())
        response = door(unit, visitor, 429, "Enough codes were sent for now.", error.until)
    response.headers["Retry-After"] = str(max(1, seconds))
    return response


def closed(_: ExpiredToken) -> Response:
    """What a link shows that is over: what to do, what was written in vain, and nothing about anybody."""
    just_closed = request.args.get("done") == CLOSED
    return page("pages/lead_closed.html", status=410, just_closed=just_closed, lost_note=written_note())


devices.register_error_handler(ExpiredToken, closed)
devices.after_request(keep_private)
