"""What somebody gets who wrote a note and sent it when their session was over."""

from flask import Response

from bridge.edge.presentation import page
from bridge.edge.refused_answers import written_note


def signed_out(sign_in: str) -> Response | None:
    """The page that shows the note once more, and leads to where one signs in; None where no note was sent."""
    note = written_note()
    return page("pages/signed_out.html", status=403, sign_in=sign_in, lost_note=note) if note else None
