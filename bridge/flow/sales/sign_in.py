"""A device of sales proves whose it is: a code goes to the addressee of a link, and who types it in is let in.

| bound | is |
|---|---|
| a code | six digits, good for ten minutes, five tries and one use; what is not six digits is no try |
| asked for again while it is good | it is sent again, and good for ten minutes once more |
| mails with codes to one sales person, asked for from one network | three within 15 minutes, eight within 24 hours |
| … from all networks | twice as many |

Whoever holds links and not the mailbox therefore has 80 tries a day at a number of six digits, 1 in 12,500, however
many links of a sales person they are. And whoever is in one network keeps no addressee in another from a code.
"""

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from bridge.delivery.codes import could_be_code
from bridge.errors import TooManyCodes
from bridge.flow.sales.show_accesses import shortened
from bridge.flow.unit import Unit
from bridge.ids import new_id
from bridge.intake.records import Request
from bridge.judgement.device_names import device_name
from bridge.store import accesses, devices, handovers, link_codes
from bridge.store.accesses import AccessRow
from bridge.store.devices import Device
from bridge.store.handovers import LinkRow
from bridge.store.link_codes import CodeRow

CODE_LIVES = timedelta(minutes=10)
TRIES = 5
PACES = ((3, timedelta(minutes=15)), (8, timedelta(hours=24)))
"""Of one network; of all together `NETWORKS` times as many."""
NETWORKS = 2
STOPPED_TOGETHER = timedelta(hours=1)
"""Whoever is stopped again within this time, in the same network, is one line that counts."""
DEVICE_LIVES = timedelta(hours=12)
"""A working day; a browser that was left somewhere forgets over night."""
SECRET_OCTETS = 32


def send_code(unit: Unit, link: LinkRow, request: Request) -> None:
    """Send a code to the addressee of a link: the one that is good, or a new one. Raises TooManyCodes."""
    link_codes.take_turns(unit.connection, link.sales_person)
    until = _next_code_at(unit, link.sales_person, request)
    if until > unit.now:
        raise TooManyCodes(until)
    code = _code_to_send(unit, link.id)
    note_access(unit, link.id, "code_sent", request)
    device = device_name(request.user_agent, unit.program.language)
    mail = unit.delivery(
        "sales",
        "sales/code",
        "staff",
        f"code:{code.id}:{new_id()}",
        profile=None,  # it is about a colleague's device, not about the lead
        payload={"code": str(code.id), "person": link.sales_person, "device": device},
    )
    unit.send([mail])


def good_code(unit: Unit, link_id: UUID) -> CodeRow | None:
    """The code of a link that can be typed in now."""
    code = link_codes.newest(unit.connection, link_id)
    good = code and code.used_at is None and code.expires_at > unit.now and code.tries < TRIES
    return code if good else None


def tries_left(code: CodeRow) -> int:
    """How often a code may still be typed in."""
    return TRIES - code.tries


def is_used_up(unit: Unit, link_id: UUID) -> bool:
    """Whether the code that was sent last was closed by wrong tries."""
    code = link_codes.newest(unit.connection, link_id)
    return code is not None and code.used_at is None and tries_left(code) <= 0


def sign_in(unit: Unit, link: LinkRow, typed: str, request: Request) -> str | None:
    """Let a device in: its secret, to be kept by the browser; None when the code was not the right one."""
    code = good_code(unit, link.id)
    if code is None or not could_be_code(typed):
        return None
    if not link_codes.take_try(unit.connection, code.id, unit.now, TRIES):
        return None
    if not unit.world.links.tokens.codes.fits(code.id, typed):
        note_access(unit, link.id, "code_wrong", request)
        return None
    link_codes.use(unit.connection, code.id, unit.now)
    secret = secrets.token_urlsafe(SECRET_OCTETS)
    device = Device(
        new_id(), link.sales_person, unit.now, unit.now + unit.world.lasting(DEVICE_LIVES), request.user_agent
    )
    devices.add(unit.connection, device, secret)
    note_access(unit, link.id, "signed_in", request, device.id)
    return secret


def sign_out(unit: Unit, link_id: UUID, device: Device, request: Request) -> None:
    """A device forgets whose it is, for all links."""
    devices.revoke(unit.connection, unit.now, device_id=device.id)
    note_access(unit, link_id, "signed_out", request, device.id)


def close_link(unit: Unit, link_id: UUID, device: Device | None, request: Request) -> None:
    """Close a link for good, for every device."""
    handovers.close_link(unit.connection, link_id, unit.now)
    note_access(unit, link_id, "closed", request, device.id if device else None)


def note_access(
    unit: Unit, link_id: UUID, what: str, request: Request, device_id: UUID | None = None
) -> None:
    """Write down what happened at a link, for its log."""
    if what == "stopped" and (again := _stopped_before(unit, link_id, request)):
        accesses.note_again(unit.connection, again, unit.now)
        return
    row = AccessRow(new_id(), link_id, unit.now, what, device_id, request.ip, request.user_agent)
    accesses.note(unit.connection, row)


def _stopped_before(unit: Unit, link_id: UUID, request: Request) -> UUID | None:
    """The line of whoever was stopped lately in that network."""
    lately = accesses.stopped_since(unit.connection, link_id, unit.now - STOPPED_TOGETHER)
    return next((row.id for row in lately if shortened(row.ip) == shortened(request.ip)), None)


def _code_to_send(unit: Unit, link_id: UUID) -> CodeRow:
    """A stranger who asks does not take the code away that somebody is about to type."""
    expires_at = unit.now + unit.world.lasting(CODE_LIVES)
    if known := good_code(unit, link_id):
        link_codes.renew(unit.connection, known.id, unit.now, expires_at)
        return known
    code = CodeRow(new_id(), link_id, unit.now, expires_at)
    link_codes.add(unit.connection, code)
    return code


def _next_code_at(unit: Unit, sales_person: str, request: Request) -> datetime:
    """From when on another code may be asked for, from that network."""
    longest = max(span for _, span in PACES)
    asked = accesses.codes_sent(unit.connection, sales_person, unit.now - longest)
    near = [row.at for row in asked if shortened(row.ip) == shortened(request.ip)]
    everywhere = [row.at for row in asked]
    waits = [near[-most] + span for most, span in PACES if len(near) >= most]
    waits += [
        everywhere[-most * NETWORKS] + span for most, span in PACES if len(everywhere) >= most * NETWORKS
    ]
    return max([unit.now, *waits])
