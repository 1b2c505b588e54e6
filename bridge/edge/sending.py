"""A file as an answer: whole, in part, or not at all when the browser has it still (RFC 9110)."""

import re
from collections.abc import Mapping
from typing import IO, Any

from flask import Response
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.utils import send_file
from werkzeug.wrappers import Response as AnyResponse
from werkzeug.wsgi import FileWrapper

from bridge.edge.gate import A_PIECE
from bridge.flow.gated_files import GatedFile

_ONE_RANGE = re.compile(r"bytes=(?:\d+-\d*|-\d+)", re.ASCII)
PROBE = 2
"""Bytes: programs that want to know whether a server gives parts ask for so many at the beginning."""


def sent(file: GatedFile, environ: Mapping[str, Any]) -> AnyResponse:
    """The file, as a request (PEP 3333) asks for it. Raises RequestedRangeNotSatisfiable, OSError.

    What is no range of bytes, or more than one, is ignored, as the standard allows; so is a range in a HEAD request.
    """
    bare: dict[str, Any] = {
        name: value for name, value in environ.items() if name not in ("HTTP_RANGE", "HTTP_IF_RANGE")
    }
    bare["wsgi.file_wrapper"] = _in_pieces
    answer = send_file(
        file.path,
        bare,
        as_attachment=True,
        download_name=file.name,
        etag=file.mark,
        last_modified=file.changed_at,
        response_class=Response,
    )
    if answer.status_code == 200 and _asks_for_a_part(environ):
        answer = _part(answer, environ)
    return answer


def begins_download(answer: AnyResponse) -> bool:
    """Whether this is the first request of a download: the whole file, or a part from its beginning.

    Further parts, a file that the browser has still, and a look at the first bytes belong to no new one.
    """
    if answer.status_code == 206:
        part = answer.content_range
        return part.start == 0 and (part.stop or 0) > PROBE
    return answer.status_code == 200


def _in_pieces(file: IO[bytes], _size: int) -> FileWrapper:
    return FileWrapper(file, A_PIECE)


def _asks_for_a_part(environ: Mapping[str, Any]) -> bool:
    is_one = _ONE_RANGE.fullmatch(environ.get("HTTP_RANGE", ""))
    return environ.get("REQUEST_METHOD") == "GET" and is_one is not None


def _part(answer: AnyResponse, environ: Mapping[str, Any]) -> AnyResponse:
    """The validators were looked at already, and come before the range (RFC 9110, 13.2.2)."""
    asked = {name: environ[name] for name in ("HTTP_RANGE", "HTTP_IF_RANGE") if name in environ}
    try:
        return answer.make_conditional(
            asked | {"REQUEST_METHOD": "GET"}, accept_ranges=True, complete_length=answer.content_length
        )
    except RequestedRangeNotSatisfiable:
        answer.close()
        raise
