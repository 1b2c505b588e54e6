"""Which websites may talk to us from a visitor's browser: those that the programme names, and our own pages."""

from flask import Response, request

from bridge.edge.extension import services
from bridge.edge.network import origin_of


def allowed_origin() -> str | None:
    """The origin of the page that asks, when it is ours or named in the programme; else None.

    Browsers send the header `Origin` with every request that a script makes, and no script can change it.
    """
    origin = request.headers.get("Origin")
    return origin if origin in services().program.origins | _ours() else None


def share(response: Response) -> Response:
    """Let scripts of an allowed origin read the response (CORS, without credentials)."""
    origin = allowed_origin()
    if origin:
        response.headers["Access-Control-Allow-Origin"] = origin
    response.vary.add("Origin")
    return response


def _ours() -> set[str]:
    """Our own origin; the demo plays a website under whatever name it is opened."""
    settings = services().settings
    return {origin_of(settings.public_url), *([origin_of(request.host_url)] if settings.demo else [])}
