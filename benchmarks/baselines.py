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

from bridge.edge.gate import THREADS
from bridge.edge.tracking import PIXEL

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

TARGET = "https://www.example.com/checklist?campaign=spring"
HEADERS = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}


def empty() -> Application:
    """A WSGI callable that answers with the bytes of a redirect, or of a pixel, and looks at nothing else."""
    led = [*HEADERS.items(), ("Location", TARGET), ("Content-Length", "0")]
    shown = [*HEADERS.items(), ("Content-Type", "image/gif"), ("Content-Length", str(len(PIXEL)))]

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"].endswith(".gif"):
            start_response("200 OK", shown)
            return [PIXEL]
        start_response("302 Found", led)
        return []

    return answer


def flask() -> Application:
    """Bare Flask views: the same bytes for a click and an open; a form and a submission, parsed and answered."""
    app = Flask("baseline", static_folder=None, template_folder=None)

    @app.get("/")
    def ready() -> str:
        return "ready"

    @app.get("/t/c/<token>")
    def click(token: str) -> Response:
        response = Response(status=302, headers={**HEADERS, "Location": TARGET})
        response.headers["Content-Length"] = "0"
        del response.headers["Content-Type"]
        return response

    @app.get("/t/o/<token>.gif")
    def pixel(token: str) -> Response:
        return Response(PIXEL, headers=HEADERS, mimetype="image/gif")

    @app.post("/forms/<form>")
    def form(form: str) -> AnyResponse:
        fields = request.form.to_dict()
        if "email" not in fields:
            return jsonify({"error": "email is missing"})
        return redirect(f"/demo/danke?form={form}&mail=1&id={uuid4()}", 303)

    @app.post("/api/v1/submissions")
    def submission() -> tuple[Response, int]:
        content = request.get_json()
        return jsonify({"id": str(uuid4()), "known": "email" in content["fields"]}), 202

    return app


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
