"""Where the password of a demo's accounts opens them: on the machine it was shown on, and nowhere else."""

import hmac
import logging
from ipaddress import ip_address

from flask import request

from bridge.edge.extension import services
from bridge.settings.demo import is_of_this_machine, passwords_of
from bridge.settings.reach import OWN_NAMES

log = logging.getLogger(__name__)

FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host")
"""What only a proxy says: then others may be in front of it."""


def is_shut_to(password: str) -> bool:
    """Whether that is the demo's password, and whoever types it in may be anybody."""
    settings = services().settings
    typed = password.encode()
    if not any(hmac.compare_digest(typed, one.encode()) for one in passwords_of(settings)):
        return False
    if is_of_this_machine(settings) and _asks_from_this_machine():
        return False
    log.warning("the password of the demo was refused: others may reach this service")
    return True


def _asks_from_this_machine() -> bool:
    """By its name, at its own address, with nobody between."""
    peer = request.remote_addr
    if request.host.rpartition(":")[0] not in OWN_NAMES and request.host not in OWN_NAMES:
        return False
    return not any(request.headers.get(name) for name in FORWARDED) and (peer is None or _is_loopback(peer))


def _is_loopback(peer: str) -> bool:
    try:
        return ip_address(peer).is_loopback
    except ValueError:
        return False
