"""What ours is compared with: web applications that do nothing, or just what a bare framework does.

As a process: `python -m benchmarks.baselines NAME PORT`; under granian, with the settings of our edge.
"""

import sys
from collections.abc import Callable, Iterable
from typing import Any
from uuid import uuid4

from flask import Flask, Response, jsonify, redirect, request
from granian.constants import Interfaces
from granian.server import Server
from werkzeug.wrappers import Response as AnyResponse

from bridge.cli.web import THREADS

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

TARGET = "https://www.example.com/checklist?campaign=spring"
HEADERS = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}


def empty() -> Application:
    """A WSGI callable that answers with the bytes of a redirect and looks at nothing."""
    headers = [*HEADERS.items(), ("Location", TARGET), ("Content-Length", "0")]

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response("302 Found", headers)
        return []

    return answer


def flask() -> Application:
    """Bare Flask views: a redirect with the same bytes, and one that parses a form and answers as ours does."""
    app = Flask("baseline", static_folder=None, template_folder=None)

    @app.get("/")
    def ready() -> str:
        return "ready"

    @app.get("/t/c/<token>")
    def click(token: str) -> Response:
        response = Response(status=302, headers={**HEADERS, "Location": TARGET})
        response.headers["Content-Length"] = "0"
        return response

    @app.post("/forms/<form>")
    def form(form: str) -> AnyResponse:
        fields = request.form.to_dict()
        if "email" not in fields:
            return jsonify({"error": "email is missing"})
        return redirect(f"/demo/danke?form={form}&mail=1&id={uuid4()}", 303)

    return app


BASELINES: dict[str, Callable[[], Application]] = {"empty": empty, "flask": flask}


def main() -> None:
    """Serve one of them until the process is ended."""
    name, port = sys.argv[1:]
    Server(
        f"benchmarks.baselines:{name}",
        factory=True,
        address="127.0.0.1",
        port=int(port),
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=THREADS["edge"],
        websockets=False,
        log_access=False,
    ).serve()


if __name__ == "__main__":
    main()
