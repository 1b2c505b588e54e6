"""An application behind a port, for whoever can reach it by HTTP only."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from werkzeug.serving import WSGIRequestHandler, make_server


class _Quiet(WSGIRequestHandler):
    """Says nothing of requests."""

    def log(self, *_: Any, **__: Any) -> None:
        """Keep silent."""


@contextmanager
def answering(app: Any, port: int = 0) -> Iterator[int]:
    """The port of loopback on which an application answers, in threads of this process, until the block ends."""
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
