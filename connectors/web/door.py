"""The one way out of a request: through the guard, and shut when its time is over."""

import contextlib
import socket
import threading
import time

from connectors.web.guard import Guard, Unreachable

CONNECT_SECONDS = 5.0


class Door:
    """Makes the connections of one request and cuts them at its deadline.

    requests counts its time limits anew with every byte that comes, so that a server that drips could hold us for
    ever. address: the one that was connected to last, or None.
    """

    def __init__(self, guard: Guard, seconds: float) -> None:
        self.address: str | None = None
        self.was_cut = False
        self._guard = guard
        self._ends_at = time.monotonic() + seconds
        self._handles: list[socket.socket] = []
        self._timer: threading.Timer | None = None

    @property
    def left(self) -> float:
        """Seconds that are left."""
        return max(0.0, self._ends_at - time.monotonic())

    def connect(self, host: str, port: int) -> socket.socket:
        """A connection to that host, at the very address that was checked. Raises Forbidden, Unreachable."""
        failure = ""
        for address in self._guard.addresses(host.strip("[]"), port, within=self.left):
            try:
                connection = socket.create_connection(
                    (address, port), timeout=max(0.001, min(CONNECT_SECONDS, self.left))
                )
            except OSError as error:
                failure = _words(error)
                continue
            return self._watched(connection, address)
        raise Unreachable(f"{host} could not be connected to: {failure}")

    def close(self) -> None:
        """Stop watching."""
        if self._timer:
            self._timer.cancel()
        for handle in self._handles:
            handle.close()

    def _watched(self, connection: socket.socket, address: str) -> socket.socket:
        """A second handle of the same connection shuts it whoever reads from it, also inside of TLS."""
        connection.settimeout(max(0.001, self.left))
        self.address = address
        self._handles.append(connection.dup())
        if self._timer is None:
            self._timer = threading.Timer(self.left, self._cut)
            self._timer.daemon = True
            self._timer.start()
        return connection

    def _cut(self) -> None:
        self.was_cut = True
        for handle in self._handles:
            with contextlib.suppress(OSError):  # it is closed already
                handle.shutdown(socket.SHUT_RDWR)


def _words(error: OSError) -> str:
    return (
        "no answer" if isinstance(error, TimeoutError) else (error.strerror or type(error).__name__).lower()
    )
