"""Where a browser goes after a form, unless the programme names another page."""

from flask import Flask, Response, request

from bridge.edge.extension import services
from bridge.edge.presentation import page
from bridge.program.model import Program

DEFAULT = "/thanks"


def thank_at(app: Flask, program: Program) -> None:
    """Serve the page at every local path that the programme names for it."""
    paths = {DEFAULT, program.thanks, *(form.thanks for form in program.forms.values() if form.thanks)}
    for path in sorted(path for path in paths if path.startswith("/")):
        app.add_url_rule(path, endpoint=f"thanks:{path}", view_func=show)


def show() -> Response:
    """Says what happens next."""
    bridge = services()
    return page(
        "pages/thanks.html",
        form=bridge.program.forms.get(request.args.get("form", "")),
        confirm_sent=request.args.get("mail") == "1",
        inbox_url="/demo/inbox" if bridge.settings.keeps_mails else None,
    )
