"""The script that websites include."""

from flask import Blueprint, Response, abort, request

from bridge.delivery.site_script import newest_version, site_script
from bridge.edge.origins import share
from bridge.edge.presentation import FOR_EVER

scripts = Blueprint("scripts", __name__)

FOR_A_DAY = "public, max-age=86400"


@scripts.get("/site.js")
def site() -> Response:
    """The version that is asked for, which never changes; without one the newest, which a browser keeps for a day."""
    asked = request.args.get("v")
    response = Response(_content(asked), mimetype="text/javascript")
    response.headers["Cache-Control"] = FOR_A_DAY if asked is None else FOR_EVER
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.add_etag()
    response.make_conditional(request)
    return share(response)


def _content(asked: str | None) -> bytes:
    if asked is not None and not (asked.isascii() and asked.isdecimal() and len(asked) < 6):
        abort(404)
    try:
        return site_script(newest_version() if asked is None else int(asked))
    except FileNotFoundError:
        abort(404)
