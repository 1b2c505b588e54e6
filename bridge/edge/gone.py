"""What the links in old mails show when nothing is stored of their person any more."""

from flask import Response

from bridge.edge.presentation import page

PRIVATE = {"X-Robots-Tag": "noindex, nofollow", "Pragma": "no-cache"}
"""Headers of every page that is one person's alone."""


def gone() -> Response:
    """The page that says so, in the language of the browser."""
    response = page("pages/me_gone.html", status=410)
    response.headers.update(PRIVATE)
    return response
