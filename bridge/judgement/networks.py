"""Known networks: where mail scanners, data centres, mail proxies and people's relays ask from."""

import json
import tomllib
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Any, Literal, get_args

NetworkKind = Literal["scanner", "cloud", "mail-proxy", "relay"]
KINDS: tuple[NetworkKind, ...] = get_args(NetworkKind)


@dataclass(frozen=True, slots=True)
class Network:
    """A known network.

    kind: "scanner" (only mail scanners ask from there), "cloud" (a data centre: a weak sign, since some companies'
    people leave through one), "mail-proxy" (fetches pictures for mail programs), "relay" (people leave through it).
    """

    kind: NetworkKind
    name: str


class Networks:
    """Known networks by address. Of networks that contain each other the smallest counts."""

    def __init__(self, entries: Iterable[tuple[IPv4Network | IPv6Network, Network]]) -> None:
        listed = list(entries)
        self._lines = {version: _Line(listed, version) for version in (4, 6)}

    def of(self, ip: str | None) -> Network | None:
        """The network that an address belongs to; None for an unknown one and for what is no address."""
        try:
            address = ip_address(ip or "")
        except ValueError:
            return None
        mapped = getattr(address, "ipv4_mapped", None) or address
        return self._lines[mapped.version].of(int(mapped))


class _Line:
    """All addresses of one version, cut where a known network begins or ends; a look-up is one bisection."""

    def __init__(self, entries: Iterable[tuple[IPv4Network | IPv6Network, Network]], version: int) -> None:
        self._starts: list[int] = []
        self._networks: list[Network | None] = []
        around: list[tuple[int, Network]] = []
        ranges = sorted(
            ((int(net[0]), int(net[-1]), known) for net, known in entries if net.version == version),
            key=lambda one: (one[0], -one[1]),
        )
        for first, last, known in ranges:
            self._close(around, before=first)
            self._cut(first, known)
            around.append((last, known))
        self._close(around, before=None)

    def _close(self, around: list[tuple[int, Network]], before: int | None) -> None:
        while around and (before is None or around[-1][0] < before):
            last, _ = around.pop()
            self._cut(last + 1, around[-1][1] if around else None)

    def _cut(self, start: int, network: Network | None) -> None:
        if self._starts and self._starts[-1] == start:
            self._networks[-1] = network
            return
        self._starts.append(start)
        self._networks.append(network)

    def of(self, address: int) -> Network | None:
        place = bisect_right(self._starts, address)
        return self._networks[place - 1] if place else None


def load_networks(path: Path | None = None) -> Networks:
    """Read the packaged networks; what the file at `path` has refreshed takes the place of the packaged."""
    sources = dict(packaged_sources())
    if path is not None:
        sources |= {source["id"]: source for source in json.loads(path.read_text("utf-8"))["sources"]}
    return Networks(
        (ip_network(network), Network(source["kind"], source["name"]))
        for source in sources.values()
        for network in source["networks"]
    )


@cache
def packaged_networks() -> Networks:
    """The networks that come with Leadbridge."""
    return load_networks(None)


@cache
def packaged_sources() -> Mapping[str, Mapping[str, Any]]:
    """The packaged file, by the sources' ids."""
    text = (resources.files(__package__) / "data" / "networks.toml").read_text("utf-8")
    return {source["id"]: source for source in tomllib.loads(text)["sources"]}
