"""What did not work, as a page of the console: whoever is signed in keeps the menu, and can sign out."""

from flask import Response, request
from sqlalchemy.exc import SQLAlchemyError

from bridge.edge.console.frame import PRIVATE, Visit, console_page, cookie_name, is_complete
from bridge.edge.extension import services
from bridge.edge.refused_answers import written_note
from bridge.flow.accounts.console_accounts import session_of

FRAMED = frozenset({400, 403, 404, 405, 409})
"""What goes wrong by what somebody asks for. Where it is our own fault, or there is too much, nobody is looked up."""


def problem_page(status: int) -> Response | None:
    """The page; None outside the console, where nobody is signed in, and where that cannot be found out."""
    secret = request.cookies.get(cookie_name()) if request.path.startswith("/console") else None
    if status not in FRAMED or not secret:
        return None
    try:
        return _page(secret, status)
    except SQLAlchemyError:
        return None


def _page(secret: str, status: int) -> Response | None:
    with services().page_unit() as unit:
        session = session_of(unit, secret)
        if session is None or not is_complete(session):
            return None
        lost = written_note() if status == 400 else ""  # of a page of ours that is older than the session
        response = console_page("pages/problem.html", Visit(unit, session), status=status, lost_note=lost)
    response.headers.update(PRIVATE)
    return response
