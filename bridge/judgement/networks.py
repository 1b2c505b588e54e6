"""Known networks: where mail scanners, data centres, mail proxies and people's relays ask from."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from ipaddress import ip_address
from pathlib import Path

from bridge.judgement.blocks import Block
from bridge.judgement.network_sources import KINDS, NetworkKind, Source, packaged_sources, read_sources

REMEMBERED = 4096
"""Addresses: a hit is looked up several times, and more than one hit comes from most of them."""


@dataclass(frozen=True, slots=True)
class Network:
    """A known network.

    kind: "scanner" (only mail scanners ask from there), "cloud" (a data centre: a weak sign, since some companies'
    people leave through one), "mail-proxy" (fetches pictures for mail programs), "relay" (people come out there:
    iCloud Private Relay, a company's security proxy).
    """

    kind: NetworkKind
    name: str


class Networks:
    """Known networks by address. Of networks that contain each other the smallest counts.

    Of two for the very same addresses it is the one of the stronger kind: scanner, mail proxy, relay, cloud.
    """

    def __init__(self, entries: Iterable[tuple[Block, Network]]) -> None:
        listed = list(entries)
        self.counts: Mapping[str, int] = Counter(known.kind for _, known in listed)
        self._lines = {version: _Line(listed, version) for version in (4, 6)}
        self._known = lru_cache(maxsize=REMEMBERED)(self._look_up)

    def of(self, ip: str | None) -> Network | None:
        """The network that an address belongs to; None for an unknown one and for what is no address."""
        return self._known(ip)

    def _look_up(self, ip: str | None) -> Network | None:
        try:
            address = ip_address(ip or "")
        except ValueError:
            return None
        if address.version == 6 and address.ipv4_mapped:
            address = address.ipv4_mapped
        return self._lines[address.version].of(int(address))


class _Line:
    """All addresses of one version, cut where a known network begins or ends; a look-up is one bisection."""

    def __init__(self, entries: Iterable[tuple[Block, Network]], version: int) -> None:
        self._starts: list[int] = []
        self._networks: list[Network | None] = []
        around: list[tuple[int, Network]] = []
        for first, last, known in _outer_before_inner(entries, version):
            self._leave(around, before=first)
            self._cut(first, known)
            around.append((last, known))
        self._leave(around, before=None)

    def of(self, address: int) -> Network | None:
        place = bisect_right(self._starts, address)
        return self._networks[place - 1] if place else None

    def _leave(self, around: list[tuple[int, Network]], before: int | None) -> None:
        while around and (before is None or around[-1][0] < before):
            last, _ = around.pop()
            self._cut(last + 1, around[-1][1] if around else None)

    def _cut(self, start: int, network: Network | None) -> None:
        if self._starts and self._starts[-1] == start:
            self._networks[-1] = network
            return
        self._starts.append(start)
        self._networks.append(network)


def _outer_before_inner(
    entries: Iterable[tuple[Block, Network]], version: int
) -> list[tuple[int, int, Network]]:
    ranges = [(block.first, block.last, known) for block, known in entries if block.version == version]
    return sorted(ranges, key=lambda one: (one[0], -one[1], KINDS.index(one[2].kind)))


def load_networks(path: Path | None = None) -> Networks:
    """The packaged networks; sources that the file at `path` has refreshed take the place of the packaged ones.

    Raises InvalidNetworks, OSError.
    """
    return networks_of(merged(read_sources(path) if path else {}))


def merged(refreshed: Mapping[str, Source]) -> list[Source]:
    """The sources of the package, each with its newest networks. What the package does not know is left out."""
    return [_newest(source, refreshed.get(name, source)) for name, source in packaged_sources().items()]


def _newest(packaged: Source, refreshed: Source) -> Source:
    if refreshed.noted < packaged.noted:
        return packaged
    return replace(packaged, noted=refreshed.noted, networks=refreshed.networks)


def networks_of(sources: Iterable[Source]) -> Networks:
    """The networks of those sources."""
    return Networks(
        (block, known)
        for source in sources
        for known in (Network(source.kind, source.name),)
        for block in source.networks
    )


@cache
def packaged_networks() -> Networks:
    """The networks that come with Leadbridge."""
    return load_networks(None)
