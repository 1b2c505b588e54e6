"""How what was posted is read."""

from contextlib import suppress
from typing import IO, Any

from flask import Request, Response, request
from werkzeug.exceptions import HTTPException
from werkzeug.formparser import FormDataParser

from bridge.edge.extension import services


class NamedParts(FormDataParser):
    """Leaves out parts of a form that have no name: such a part is no field (RFC 7578, section 4.2)."""

    def parse(
        self,
        stream: IO[bytes],
        mimetype: str,
        content_length: int | None,
        options: dict[str, str] | None = None,
    ) -> Any:
        """The rest of the stream, fields, files. Raises what a form that is too large raises."""
        rest, fields, files = super().parse(stream, mimetype, content_length, options)
        named = ((name, value) for name, value in fields.items(multi=True) if name is not None)
        return rest, self.cls(named), files


class PostedRequest(Request):
    """A request whose fields all have names."""

    form_data_parser_class = NamedParts


def read_to_the_end(response: Response) -> Response:
    """Take in what was refused unread from a proxy, as far as it may be that long.

    A server that closes while a proxy still sends lets people hear of a 502, and not of the answer. The proxy has all
    of it already, and whoever breaks off gets no answer anyway. Others may send it slowly, or never: for them nobody
    waits.
    """
    if request.content_length and services().settings.trusted_proxies:
        with suppress(HTTPException, OSError):
            request.stream.read()
    return response
