"""Loopback ports: which are free, and who is in our way."""

import errno
import random
import socket
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


def check_bind(bind: str) -> None:
    """Return when a server could listen there now; else raise AddressUnusable, saying what to do."""
    host, port = split_bind(bind)
    obstacle = _obstacle(host, port)
    if obstacle is None:
        return
    if obstacle.errno != errno.EADDRINUSE:
        why = obstacle.strerror or str(obstacle)
        raise AddressUnusable(f"cannot listen on {bind}: {why}; set LEADBRIDGE_BIND=127.0.0.1:8000")
    better = _next_free(host, port)
    shown = f"[{host}]" if ":" in host else host
    raise AddressUnusable(f"{bind} is taken by another program; set LEADBRIDGE_BIND={shown}:{better}")


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
