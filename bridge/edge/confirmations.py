"""The page behind the confirmation mail: its button, and nothing else, confirms."""

from flask import Blueprint, Response, redirect
from werkzeug.wrappers import Response as AnyResponse

from bridge.delivery.links import read_confirm
from bridge.edge.extension import asker, services
from bridge.edge.presentation import page
from bridge.errors import ExpiredToken
from bridge.flow.confirm_address import confirm_address, pending_texts
from bridge.profiles.address import masked
from bridge.store import profiles

confirmations = Blueprint("confirmations", __name__)


@confirmations.get("/confirm/<token>")
def ask(token: str) -> Response:
    """Show what is to be confirmed."""
    bridge = services()
    try:
        submission = read_confirm(bridge.tokens, token, bridge.clock())
        with bridge.page_unit() as unit:
            profile_id, texts, done = pending_texts(unit, submission)
            profile = profiles.get(unit.connection, profile_id)
    except ExpiredToken:
        return _gone()
    return page(
        "pages/confirm.html",
        language=profile.language,
        email_masked=masked(profile.email),
        purposes=texts,
        done=done,
        preferences_url=bridge.world.links.preferences(profile_id) if done else None,
    )


@confirmations.post("/confirm/<token>")
def confirm(token: str) -> AnyResponse:
    """Confirm, and on to the preference centre. The button pressed twice shows the same."""
    bridge = services()
    try:
        submission = read_confirm(bridge.tokens, token, bridge.clock())
        with bridge.page_unit() as unit:
            profile_id = confirm_address(unit, submission, asker())
    except ExpiredToken:
        return _gone()
    target = bridge.world.links.preferences(profile_id).removeprefix(bridge.settings.public_url)
    return redirect(f"{target}?confirmed=1", 303)


def _gone() -> Response:
    return page("pages/confirm_gone.html", status=410)
