"""Who opened a profile page, in words: for sales, on that page."""

from dataclasses import replace
from ipaddress import ip_address, ip_network
from itertools import groupby
from uuid import UUID

from sqlalchemy import Connection

from bridge.judgement.device_names import device_name
from bridge.profiles.overview import AccessLine
from bridge.program.model import Program
from bridge.store import accesses
from bridge.store.accesses import AccessRow

SHOWN = {4: 24, 6: 48}
"""Bits of a network address that colleagues see: enough to tell an office from a stranger's line."""

MOST = 20
GROUPS = (("signed_in", "signed_out", "closed"), ("opened",), ("code_sent", "code_wrong", "stopped"))
"""Each has lines of its own: whatever somebody does without end, at the door or behind it, it hides nothing else."""


def access_lines(connection: Connection, program: Program, profile_id: UUID) -> tuple[AccessLine, ...]:
    """What happened at the links to a profile, newest first; the same again at once is one line."""
    lines = [line for kinds in GROUPS for line in _lines(connection, program, profile_id, kinds)]
    return tuple(sorted(lines, key=lambda line: line.at, reverse=True))


def _lines(
    connection: Connection, program: Program, profile_id: UUID, kinds: tuple[str, ...]
) -> list[AccessLine]:
    rows = accesses.of_profile(connection, profile_id, kinds)
    lines = [_line(program, row, person) for row, person in rows]
    alike = [list(group) for _, group in groupby(lines, _apart_from_when)]
    return [replace(group[0], times=sum(line.times for line in group)) for group in alike[:MOST]]


def shortened(ip: str | None) -> str | None:
    """The network that an address belongs to: `203.0.113.0/24`, `2001:db8:12::/48`; None for what is no address."""
    try:
        address = ip_address(ip or "")
    except ValueError:
        return None
    return str(ip_network((address.packed, SHOWN[address.version]), strict=False))


def _line(program: Program, row: AccessRow, person: str) -> AccessLine:
    return AccessLine(
        at=row.at,
        what=row.what,
        sales_person=program.person_name(person),
        device=device_name(row.user_agent, program.language),
        network=shortened(row.ip),
        device_id=row.device_id,
        times=row.times,
    )


def _apart_from_when(line: AccessLine) -> tuple[object, ...]:
    return line.what, line.sales_person, line.device, line.network, line.device_id
