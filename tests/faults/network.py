"""Machines with addresses of their own: Linux network namespaces (ip-netns(8)), joined by two bridges.

The *hub* holds the servers and whoever sends requests; a *node* is reached by the world at the front and reaches
database, queue and mail server at the back. Addresses are those of documentation (RFC 5737), and nothing leads out.
"""

import ctypes
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

FRONT, BACK = "192.0.2", "198.51.100"
HUB = f"{BACK}.1"
"""Where nodes reach the servers."""
_CLONE_NEWNET = 0x40000000


@dataclass(frozen=True)
class Node:
    """A machine. namespace: its network's name; address: where the world reaches it."""

    hub: str
    namespace: str
    number: int

    @property
    def address(self) -> str:
        return f"{FRONT}.{self.number}"

    @property
    def inside(self) -> list[str]:
        """What a command begins with to run on this machine."""
        return ["nsenter", f"--net=/run/netns/{self.namespace}"]

    def cut_off(self) -> None:
        """Let no packet pass between it and the servers, without telling either; the world still reaches it."""
        _ip("-n", self.hub, "link", "set", f"back{self.number}", "down")

    def join_again(self) -> None:
        """End that."""
        _ip("-n", self.hub, "link", "set", f"back{self.number}", "up")


def why_not() -> str | None:
    """Why there can be no such machines here; None when they can be."""
    if not (shutil.which("ip") and shutil.which("nsenter")):
        return "needs ip (iproute2) and nsenter (util-linux)"
    probe = f"lb-probe-{os.getpid()}"
    made = subprocess.run(["ip", "netns", "add", probe], capture_output=True, text=True, check=False)
    if made.returncode:
        return f"network namespaces are not allowed: {made.stderr.strip()}"
    bridge = subprocess.run(
        ["ip", "-n", probe, "link", "add", "front", "type", "bridge"],
        capture_output=True,
        text=True,
        check=False,
    )
    _ip("netns", "del", probe)
    return f"bridges are not allowed: {bridge.stderr.strip()}" if bridge.returncode else None


@contextmanager
def machines(count: int) -> Iterator[list[Node]]:
    """So many nodes around a hub, in which this thread, and whatever it starts, is until the block ends."""
    hub = f"lb-{os.getpid()}-hub"
    nodes = [Node(hub, f"lb-{os.getpid()}-{number}", number) for number in range(11, 11 + count)]
    made = []
    try:
        _ip("netns", "add", hub)
        made.append(hub)
        _ip("-n", hub, "link", "set", "lo", "up")
        for side, net in (("front", FRONT), ("back", BACK)):
            _ip("-n", hub, "link", "add", side, "type", "bridge")
            _ip("-n", hub, "address", "add", f"{net}.1/24", "dev", side)
            _ip("-n", hub, "link", "set", side, "up")
        for node in nodes:
            _ip("netns", "add", node.namespace)
            made.append(node.namespace)
            _join(node)
        with _inside(hub):
            yield nodes
    finally:
        for namespace in made:
            _ip("netns", "del", namespace)


def _join(node: Node) -> None:
    there = ("-n", node.namespace)
    _ip(*there, "link", "set", "lo", "up")
    for side, net in (("front", FRONT), ("back", BACK)):
        at_hub = f"{side}{node.number}"
        _ip(
            "-n",
            node.hub,
            "link",
            "add",
            at_hub,
            "type",
            "veth",
            "peer",
            "name",
            side,
            "netns",
            node.namespace,
        )
        _ip("-n", node.hub, "link", "set", at_hub, "master", side, "up")
        _ip(*there, "address", "add", f"{net}.{node.number}/24", "dev", side)
        _ip(*there, "link", "set", side, "up")


@contextmanager
def _inside(namespace: str) -> Iterator[None]:
    with Path("/proc/self/ns/net").open("rb") as home, Path(f"/run/netns/{namespace}").open("rb") as there:
        _enter(there.fileno())
        try:
            yield
        finally:
            _enter(home.fileno())


def _enter(number: int) -> None:
    """Let this thread, and those that it starts from now on, be in that network (setns(2))."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.setns(number, _CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "setns")


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)
