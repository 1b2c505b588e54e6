"""From exceptions to status codes: the only place that knows them."""

import logging

from flask import Flask, Response, jsonify, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from bridge.edge.console.problem_page import problem_page
from bridge.edge.extension import services, wanted_language
from bridge.edge.presentation import page
from bridge.errors import (
    ExpiredToken,
    FileAway,
    HandoverClosed,
    InvalidFields,
    InvalidQuery,
    InvalidSignature,
    InvalidToken,
    InvalidVisit,
    JournalUnavailable,
    LastAdmin,
    LeadbridgeError,
    NotFound,
    ProofUnavailable,
    UnknownForm,
    UnknownProfile,
    UnknownProvider,
)
from bridge.store.database import is_unavailable
from bridge.wishes import wanted

log = logging.getLogger(__name__)

STATUS: dict[type[LeadbridgeError], int] = {
    UnknownForm: 404,
    UnknownProfile: 404,
    UnknownProvider: 404,
    ExpiredToken: 410,
    InvalidToken: 404,
    InvalidSignature: 401,
    InvalidVisit: 400,
    InvalidQuery: 400,
    InvalidFields: 422,
    NotFound: 404,
    LastAdmin: 409,
    HandoverClosed: 409,
    FileAway: 503,
    JournalUnavailable: 503,
    ProofUnavailable: 503,
}
RETRY_AFTER = {429: "60", 503: "5"}


def handle_problems(app: Flask) -> None:
    """Teach the application to answer every error."""
    app.register_error_handler(LeadbridgeError, _ours)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(SQLAlchemyError, _database)
    app.register_error_handler(Exception, _unforeseen)


def status_of(error: LeadbridgeError) -> int:
    """The status for an error of ours: that of its nearest known kind."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)


def _ours(error: LeadbridgeError) -> Response:
    status = status_of(error)
    if status >= 500:
        log.error("request failed", extra={"path": _path(), "reason": str(error)})
    fields = error.fields if isinstance(error, InvalidFields) else None
    return problem(status, fields, missing="form" if isinstance(error, UnknownForm) else None)


def _http(error: HTTPException) -> Response:
    if isinstance(error.get_response(), Response) and error.code and error.code < 400:
        return Response(status=error.code, headers=dict(error.get_headers()))
    response = problem(error.code or 500)
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After", "Content-Range"}:
            response.headers[name] = value
    return response


def _database(error: SQLAlchemyError) -> Response:
    if is_unavailable(error):
        log.warning("the database is away", extra={"path": _path()})
        return problem(503)
    return _unforeseen(error)


def _unforeseen(error: Exception) -> Response:
    log.error("request failed", extra={"path": _path()}, exc_info=error)
    return problem(500)


def _path() -> str:
    """The path without its token."""
    return "/" + request.path.lstrip("/").split("/")[0]


def problem(
    status: int, fields: object = None, missing: str | None = None, error: str | None = None
) -> Response:
    """An answer for machines as JSON, for people as a page.

    missing: what was not found, when that is known. error: what machines are told, where the status does not say it.
    """
    if wants_json():
        body = (
            {"errors": {"fields": fields}} if fields else {"error": error or _name(status), "status": status}
        )
        response = jsonify(body)
        response.status_code = status
        response.headers["Cache-Control"] = "no-store"
    else:
        response = problem_page(status) or page(
            "pages/problem.html",
            program=services().program,
            now=services().clock(),
            language=wanted_language(),
            status=status,
            missing=missing,
        )
    if status in RETRY_AFTER:
        response.headers["Retry-After"] = RETRY_AFTER[status]
    return response


def wants_json() -> bool:
    """Whether the other side is a program: it says so, or it uses the interface for programs."""
    accept = request.headers.get("Accept")
    asks = wanted(accept, "application/json") > wanted(accept, "text/html")
    return asks or request.path.startswith(("/api/", "/hooks/")) or request.path == "/t/p"


def _name(status: int) -> str:
    names = {
        400: "bad request",
        403: "not allowed from that website",
        401: "the signature is missing, wrong or too old",
        404: "not found",
        405: "method not allowed",
        409: "not possible any more",
        410: "gone",
        413: "too large",
        415: "unsupported content type",
        416: "the file has no such part",
        422: "unprocessable",
        429: "too many requests",
        503: "unavailable, please try again",
    }
    return names.get(status, "internal error")
