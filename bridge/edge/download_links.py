"""A new link for one that has expired: by mail, to the address of the profile."""

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from bridge.delivery.links import read_download
from bridge.edge.downloads import offered, over, shown
from bridge.edge.extension import services
from bridge.flow.request_download import request_download

download_links = Blueprint("download_links", __name__)


@download_links.get("/downloads/<token>")
def show(token: str) -> Response:
    """The page with the button, and after it was pressed the same words for everybody."""
    form = offered(read_download(services().tokens, token))
    return shown(form, "asked", 200) if "asked" in request.args else over(form, token)


@download_links.post("/downloads/<token>")
def ask(token: str) -> AnyResponse:
    """Send a new link; one that still works is followed instead. Who has the link learns nothing about the person."""
    bridge = services()
    target = read_download(bridge.tokens, token)
    form = offered(target)
    if not form.link_is_over(target.since, bridge.clock()):
        return redirect(f"/d/{token}", 303)
    with bridge.page_unit() as unit:
        request_download(unit, target.profile, form)
    return redirect(f"/downloads/{token}?asked=1", 303)
