"""Loopback ports: which are free, and who is in our way."""

import errno
import random
import socket
import time
from contextlib import closing

from bridge.up.errors import AddressUnusable

# Below the range that outgoing connections draw from, so that a port kept for the next start stays free.
_RANGE = range(20_000, 32_000)
_TRIES = 200


def port_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether a server could listen there now."""
    return _obstacle(host, port) is None


def free_port(preferred: int | None = None) -> int:
    """A loopback port that is free now: the preferred one when it is."""
    if preferred and port_free(preferred):
        return preferred
    candidates = random.sample(_RANGE, _TRIES)
    return next(port for port in candidates if port_free(port))


def split_bind(bind: str) -> tuple[str, int]:
    """Host and port of `127.0.0.1:8000` or `[::1]:8000`. Raises AddressUnusable."""
    host, _, port = bind.rpartition(":")
    if not host or not port.isdigit() or not 0 < int(port) < 65_536:
        raise AddressUnusable(f"{bind} is no address; write it like LEADBRIDGE_BIND=127.0.0.1:8000")
    return host.strip("[]"), int(port)


def check_bind(bind: str, patience: float = 0.0) -> None:
    """Return when a server could listen there; else raise AddressUnusable, saying what to do.

    patience: seconds a taken address has to become free, as after an `up` that was killed just now.
    """
    host, port = split_bind(bind)
    deadline = time.monotonic() + patience
    while obstacle := _obstacle(host, port):
        if obstacle.errno != errno.EADDRINUSE or time.monotonic() >= deadline:
            raise _explained(bind, obstacle)
        time.sleep(0.1)


def _explained(bind: str, obstacle: OSError) -> AddressUnusable:
    host, port = split_bind(bind)
    if obstacle.errno != errno.EADDRINUSE:
        why = obstacle.strerror or str(obstacle)
        return AddressUnusable(f"cannot listen on {bind}: {why}; set LEADBRIDGE_BIND=127.0.0.1:8000")
    better = _next_free(host, port)
    shown = f"[{host}]" if ":" in host else host
    return AddressUnusable(f"{bind} is taken by another program; set LEADBRIDGE_BIND={shown}:{better}")


def _next_free(host: str, port: int) -> int:
    following = range(port + 1, min(port + 100, 65_536))
    return next((other for other in following if port_free(other, host)), free_port())


def _obstacle(host: str, port: int) -> OSError | None:
    try:
        family, kind, proto, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with closing(socket.socket(family, kind, proto)) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen(1)
    except OSError as error:
        return error
    return None
