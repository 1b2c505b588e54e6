"""Blocks of addresses as numbers: there are tens of thousands, and `ipaddress` needs ten times as long for them."""

import socket
from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv6Address, ip_address, summarize_address_range
from itertools import groupby
from typing import Any, NamedTuple

_BITS = {4: 32, 6: 128}
_FAMILIES = {4: socket.AF_INET, 6: socket.AF_INET6}
WIDEST = {4: 8, 6: 16}
"""Shorter prefixes are a mistake: a quarter of the internet is no mail scanner."""


class Block(NamedTuple):
    """All addresses of a network: from the first to the last, as numbers."""

    version: int
    first: int
    last: int

    def __str__(self) -> str:
        """In the usual notation: 203.0.113.0/24."""
        prefix = _BITS[self.version] - (self.last - self.first).bit_length()
        return f"{_address(self.version, self.first)}/{prefix}"


def block(text: Any) -> Block:
    """Read a network in the usual notation; without a prefix it is one address.

    Raises ValueError when it is none, or so wide that it must be a mistake.
    """
    try:
        address, _, prefix = text.strip().partition("/")
        version = 6 if ":" in address else 4
        first = int.from_bytes(socket.inet_pton(_FAMILIES[version], address))
        length = int(prefix or _BITS[version])
        if not 0 <= length <= _BITS[version]:
            raise ValueError(prefix)
    except (AttributeError, OSError, ValueError) as error:
        raise ValueError(f"{text!r} is no network") from error
    if length < WIDEST[version]:
        raise ValueError(f"{text} is too wide: at most /{WIDEST[version]}")
    size = 1 << _BITS[version] - length
    if first % size:
        raise ValueError(f"{text} begins within a network")
    return Block(version, first, first + size - 1)


def aggregated(blocks: Iterable[Block]) -> Iterator[Block]:
    """As few blocks as say the same, in order."""
    for version, group in groupby(sorted(blocks), key=lambda one: one.version):
        for first, last in _merged(group):
            for network in summarize_address_range(_address(version, first), _address(version, last)):
                yield Block(version, int(network.network_address), int(network.broadcast_address))


def _address(version: int, number: int) -> IPv4Address | IPv6Address:
    return ip_address(number.to_bytes(_BITS[version] // 8))


def _merged(blocks: Iterable[Block]) -> Iterator[tuple[int, int]]:
    """Stretches without a gap."""
    begin, end = None, -1
    for one in blocks:
        if begin is None or one.first > end + 1:
            if begin is not None:
                yield begin, end
            begin, end = one.first, one.last
        end = max(end, one.last)
    if begin is not None:
        yield begin, end
