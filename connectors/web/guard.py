"""Decides where a request may go: looks a name up once, and lets a connection be made only to what was looked at."""

import socket
import threading
import time
from collections.abc import Callable, Iterable
from ipaddress import IPv6Address, ip_address
from queue import Empty, SimpleQueue

from connectors.web.ports import OTHER_PROTOCOLS
from connectors.web.public import Address, Network, is_public, reached

Resolve = Callable[[str, int], Iterable[str]]
"""The addresses of a host, as text. Raises OSError or UnicodeError when it has none."""

MOST_ADDRESSES = 4
"""So many are tried, one after the other."""


class Unreachable(Exception):
    """There was no answer; why, in words an operator understands."""


class Forbidden(Unreachable):
    """Nobody was asked, because the target is not one that may be asked."""


class NotPublic(Forbidden):
    """The target is inside, and no setting allows it."""


def literal_resolver(host: str, port: int) -> list[str]:
    """What a host says of itself, without asking anybody: a numeric address in any spelling, and localhost."""
    if host.lower().rstrip(".").rpartition(".")[2] == "localhost":
        return ["127.0.0.1"]
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    return [str(address[0]) for *_, address in found]


def system_resolver(host: str, port: int) -> list[str]:
    """As everything else on this machine looks names up: /etc/hosts, DNS, and odd spellings such as 0x7f.1."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


class Guard:
    """Lets requests out to public addresses, and to `allowed` networks that are not public."""

    def __init__(self, allowed: Iterable[Network] = (), resolve: Resolve = system_resolver) -> None:
        self._allowed = tuple(allowed)
        self._resolve = resolve

    def addresses(self, host: str, port: int, within: float) -> list[str]:
        """Where a host may be connected to: numeric addresses, at most MOST_ADDRESSES.

        One address that is not allowed forbids the host: who mixes inner and outer addresses plays a game.
        within: seconds for the look-up. Raises Forbidden, Unreachable.
        """
        if port in OTHER_PROTOCOLS:
            raise Forbidden(f"port {port} is for other things than the web")
        found = list(dict.fromkeys(self._look_up(host, port, within)))
        if not found:
            raise Unreachable(f"{host} has no address")
        for one in found:
            self._check(host, one)
        return found[:MOST_ADDRESSES]

    def _check(self, host: str, text: str) -> None:
        where = text if host == text else f"{host} leads to {text}, which"
        address = ip_address(text)
        if isinstance(address, IPv6Address) and address.scope_id:
            raise NotPublic(f"{where} is not public")
        end = reached(address)
        if any(end in network for network in self._allowed):
            return
        if not is_public(end):
            raise NotPublic(f"{where} is not public")
        if is_own(end):
            raise NotPublic(f"{where} is this machine")

    def _look_up(self, host: str, port: int, within: float) -> list[str]:
        """The system's resolver knows no time limit, so it works beside us, and is left alone when it takes long."""
        answers: SimpleQueue[list[str] | Exception] = SimpleQueue()

        def work() -> None:
            try:
                answers.put(list(self._resolve(host, port)))
            except Exception as error:
                answers.put(error)

        threading.Thread(target=work, daemon=True, name="look-up").start()
        started = time.monotonic()
        try:
            answer = answers.get(timeout=max(0.0, within))
        except Empty:
            waited = time.monotonic() - started
            raise Unreachable(f"{host} was not found within {waited:.0f} seconds") from None
        if isinstance(answer, OSError | UnicodeError):
            raise Unreachable(f"{host} was not found") from answer
        if isinstance(answer, Exception):
            raise answer
        return answer


def is_own(address: Address) -> bool:
    """Whether an address is one of this machine's own; nothing is sent to find out."""
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((str(address), 9))
            return bool(probe.getsockname()[0] == str(address))
    except OSError:  # no way leads there, so it is not here
        return False
