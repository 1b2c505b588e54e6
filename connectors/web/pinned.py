"""Connections of urllib3 that go through a door: made to an address that the guard looked at.

urllib3 asks `_new_conn` for the socket of a connection and does the rest itself: TLS with the name of the host,
and a certificate that must be for that name. Its own support for SOCKS hooks in at the same place.
"""

import socket
import ssl
from functools import cache
from typing import Any

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.util import Url

from connectors.web.door import Door


class _Connection(HTTPConnection):
    def __init__(self, *arguments: Any, door: Door, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._door = door

    def _new_conn(self) -> socket.socket:
        return self._door.connect(self._dns_host, self.port)


class _SecureConnection(_Connection, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


def pool_for(url: Url, door: Door, trust: ssl.SSLContext | None) -> HTTPConnectionPool:
    """Connections to where an address leads, all through that door. trust: None means whom the system trusts."""
    host = url.host or ""
    if url.scheme == "https":
        return _SecurePool(
            host, 443 if url.port is None else url.port, ssl_context=trust or _system_trust(), door=door
        )
    return _Pool(host, 80 if url.port is None else url.port, door=door)


@cache
def _system_trust() -> ssl.SSLContext:
    return ssl.create_default_context()
