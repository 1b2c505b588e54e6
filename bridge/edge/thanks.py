"""Where a browser goes after a form, unless the programme names another page."""

from flask import Blueprint, Response, request

from bridge.edge.extension import services, wanted_language
from bridge.edge.presentation import page

thanks = Blueprint("thanks", __name__)


@thanks.get("/thanks")
@thanks.get("/demo/danke")
def show() -> Response:
    """Says what happens next."""
    bridge = services()
    return page(
        "pages/thanks.html",
        program=bridge.program,
        now=bridge.clock(),
        language=wanted_language(),
        form=bridge.program.forms.get(request.args.get("form", "")),
        confirm_sent=request.args.get("mail") == "1",
    )
