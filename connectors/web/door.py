"""The one way out of a request: through the guard, and shut when its time is over."""

import math
import socket

from connectors.deadline import Deadline
from connectors.web.guard import Guard, Unreachable

CONNECT_SECONDS = 5.0


class Door:
    """Makes the connections of one request and cuts them at its deadline.

    address: the one that was connected to last, or None.
    """

    def __init__(self, guard: Guard, seconds: float) -> None:
        self.address: str | None = None
        self.deadline = Deadline(seconds)
        self._guard = guard

    def connect(self, host: str, port: int) -> socket.socket:
        """A connection to that host, at the very address that was checked. Raises Forbidden, Unreachable."""
        failure = ""
        for address in self._guard.addresses(host.strip("[]"), port, within=self.deadline.left):
            try:
                connection = socket.create_connection((address, port), self._seconds(CONNECT_SECONDS))
            except OSError as error:
                failure = _words(error)
                continue
            connection.settimeout(self._seconds())
            self.deadline.watch(connection)
            self.address = address
            return connection
        raise Unreachable(f"{host} could not be connected to: {failure}")

    def close(self) -> None:
        """Stop watching."""
        self.deadline.close()

    def _seconds(self, most: float = math.inf) -> float:
        """What is left, but never 0, with which sockets would not wait at all."""
        return max(0.001, min(most, self.deadline.left))


def _words(error: OSError) -> str:
    return (
        "no answer" if isinstance(error, TimeoutError) else (error.strerror or type(error).__name__).lower()
    )
