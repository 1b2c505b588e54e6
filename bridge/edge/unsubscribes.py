"""Unsubscribing: a page with a button, and one click from the mail program (RFC 8058). Journal only."""

from flask import Blueprint, Response, request

from bridge.delivery.links import read_unsubscribe
from bridge.edge.extension import asker, services
from bridge.edge.own_pages import note_opened
from bridge.edge.presentation import page
from bridge.intake.records import ON_PAGE, ONE_CLICK, UNSUBSCRIBE, Unsubscription, to_body

unsubscribes = Blueprint("unsubscribes", __name__)


@unsubscribes.get("/unsubscribe/<token>")
def ask(token: str) -> Response:
    """A page with a button; looking at it changes nothing, but scanners that do so are recognised by it."""
    profile, mail = read_unsubscribe(services().tokens, token)
    note_opened(UNSUBSCRIBE, profile, mail)
    return _page(token, done=False)


@unsubscribes.post("/unsubscribe/<token>")
def unsubscribe(token: str) -> Response:
    """Written to disk, then answered: 200 without a redirect, as mail programs expect it."""
    bridge = services()
    profile, mail = read_unsubscribe(bridge.tokens, token)
    how = ONE_CLICK if request.form.get("List-Unsubscribe") == "One-Click" else ON_PAGE
    record = Unsubscription(profile, mail, how, asker())
    bridge.journal.append(UNSUBSCRIBE, to_body(record), bridge.clock())
    return _page(token, done=True)


def _page(token: str, *, done: bool) -> Response:
    bridge = services()
    profile, _ = read_unsubscribe(bridge.tokens, token)
    return page(
        "pages/unsubscribe.html",
        done=done,
        preferences_url=bridge.world.links.preferences(profile),
    )
