"""People, events and hand-overs for other systems: page by page, as lines of JSON, for whoever signs the question.

Signed is as in Standard Webhooks, with the question itself in place of a body: “id.timestamp.GET /path?query”. Who
sends a question twice reads twice, and changes nothing.
"""

import logging
from urllib.parse import urlencode

from flask import Blueprint, Response, request

from bridge.edge.extension import asker, services
from bridge.edge.problems import problem
from bridge.edge.row_queries import RowQuery, cursor_of, read_query
from bridge.edge.signatures import verify
from bridge.errors import InvalidSignature
from bridge.flow.export_rows import export_page
from bridge.flow.sheet_forms import TYPES
from bridge.flow.unit import Unit
from bridge.ids import new_id
from bridge.settings.readers import Reader
from bridge.store import audit
from bridge.store.audit import AuditRow
from bridge.store.exports import What
from bridge.store.paging import Place

reading = Blueprint("reading", __name__)
log = logging.getLogger(__name__)

SETTING = "LEADBRIDGE_READ_SECRETS"
PRIVATE = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


@reading.get("/api/v1/profiles")
def profiles() -> Response:
    """People, with their details, points and consents. The first who came stand first."""
    return _answer("profiles")


@reading.get("/api/v1/events")
def events() -> Response:
    """Everything that happened to people. The oldest stands first."""
    return _answer("events")


@reading.get("/api/v1/handovers")
def handovers() -> Response:
    """Hand-overs to sales, with what became of them. The oldest stands first."""
    return _answer("handovers")


def _answer(what: What) -> Response:
    bridge = services()
    known = bridge.settings.readers
    if not known:
        return problem(404, error=f"nobody may read here: {SETTING} is not set")
    try:
        reader = known[verify(_asked(), dict(request.headers), [one.secret for one in known]).place]
    except InvalidSignature as error:
        return _refused(error)
    query = read_query(what, request.args, bridge.program.timezone)
    with bridge.page_unit() as unit:
        found = export_page(unit.connection, what, query.wanted, query.limit, query.after)
        if found.rows:
            _note(unit, reader, what, query, len(found.rows))
    log.info("data were read", extra={"what": what, "reader": reader.name, "rows": len(found.rows)})
    headers = PRIVATE | ({"Link": f'<{_next(found.further)}>; rel="next"'} if found.further else {})
    return Response("".join(found.rows), mimetype=TYPES["jsonl"], headers=headers)


def _asked() -> bytes:
    """What a question is signed as: the method, and path with query exactly as they were sent."""
    query = b"?" + request.query_string if request.query_string else b""
    return f"{request.method} {request.path}".encode() + query


def _refused(error: InvalidSignature) -> Response:
    asked = _asked().decode(errors="replace")
    log.warning("a question was refused", extra={"path": request.path, "reason": str(error)})
    response = problem(401, error=f"{error}; what is signed is “webhook-id.webhook-timestamp.{asked}”")
    response.headers["WWW-Authenticate"] = 'Signature realm="leadbridge"'
    return response


def _next(place: Place) -> str:
    """Where the next page is, as it has to be signed."""
    asked = {**request.args.to_dict(), "cursor": cursor_of(place)}
    return f"{request.path}?{urlencode(asked)}"


def _note(unit: Unit, reader: Reader, what: What, query: RowQuery, rows: int) -> None:
    """Note who got to know of somebody. Who finds nothing new has seen nobody."""
    profile = query.wanted.profile
    details = {
        "rows": rows,
        "asked": {name: value for name, value in request.args.items() if name != "cursor"},
    }
    noted = AuditRow(
        new_id(),
        unit.now,
        f"read API: {reader.name}",
        f"{what}.read",
        kind="profile" if profile else None,
        subject=str(profile) if profile else None,
        details=details,
        ip=asker().ip,
    )
    audit.note(unit.connection, noted)
