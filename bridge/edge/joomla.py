"""For Joomla: the plugin, and the list in which Joomla's updater finds its newest version."""

from hashlib import sha256

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from bridge.edge.extension import services
from bridge.edge.presentation import page

joomla = Blueprint("joomla", __name__)

ALWAYS_ASK = "public, no-cache"
"""Kept, and asked for anew each time: an old zip would not have the hash that a new list names."""


@joomla.get("/connectors/joomla")
def show() -> Response:
    """Where a website admin gets the plugin, and how it is installed."""
    bridge = services()
    return page(
        "pages/joomla.html",
        version=bridge.joomla_package.version,
        zip_url=f"{bridge.settings.public_url}/connectors/joomla/leadbridge.zip",
    )


@joomla.get("/connectors/joomla/updates.xml")
def updates() -> AnyResponse:
    """What Joomla's updater reads."""
    return _file(services().joomla_updates, "application/xml")


@joomla.get("/connectors/joomla/leadbridge.zip")
def plugin() -> AnyResponse:
    """The plugin, knowing this bridge's address."""
    package = services().joomla_package
    response = _file(package.content, "application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="{package.name}"'
    return response


def _file(content: bytes, mimetype: str) -> AnyResponse:
    response = Response(content, mimetype=mimetype)
    response.headers["Cache-Control"] = ALWAYS_ASK
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.set_etag(sha256(content).hexdigest()[:32])
    return response.make_conditional(request)
