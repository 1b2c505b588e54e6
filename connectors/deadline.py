"""An end for connections: time limits of sockets begin anew with every byte, so who drips could hold us for ever."""

import socket
import threading
import time
from contextlib import suppress


class Deadline:
    """Shuts the connections that it watches after so many seconds, whatever they are at: reading, or making TLS."""

    def __init__(self, seconds: float) -> None:
        self.is_over = False
        self._ends_at = time.monotonic() + seconds
        self._handles: list[socket.socket] = []
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True
        self._timer.start()

    @property
    def left(self) -> float:
        """Seconds that are left."""
        return max(0.0, self._ends_at - time.monotonic())

    def watch(self, connection: socket.socket) -> None:
        """Shut this connection, too. It is held by a second handle, which outlives its change into one of TLS."""
        self._handles.append(connection.dup())
        if self.is_over:
            self._end()

    def close(self) -> None:
        """Let go of the connections."""
        self._timer.cancel()
        for handle in self._handles:
            handle.close()

    def _end(self) -> None:
        self.is_over = True
        for handle in self._handles:
            with suppress(OSError):  # it is closed already
                handle.shutdown(socket.SHUT_RDWR)
