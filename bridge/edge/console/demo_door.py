"""Where the password of a demo's accounts opens them: on the machine it was shown on, and nowhere else."""

import hmac
import logging
from ipaddress import ip_address

from flask import request

from bridge.edge.extension import services
from bridge.settings.demo import ADDRESSES, PASSWORD, is_of_this_machine, passwords_of
from bridge.settings.reach import OWN_NAMES
from bridge.store.accounts import AccountRow

log = logging.getLogger(__name__)

OF_A_PROXY = ("FORWARDED", "VIA", "X-REAL-IP", "X-CLIENT-IP")
BEGINS_OF_A_PROXY = "X-FORWARDED-"
"""What only a proxy says: then others may be in front of it. Of one that says nothing nobody can know."""


def is_shut_to(account: AccountRow | None, password: str) -> bool:
    """Whether that may be the demo's password, and whoever types it in anybody. account: that of the address."""
    settings = services().settings
    if not (_is_of_this_key(password) or _is_of_another_key(account, password)):
        return False
    if is_of_this_machine(settings) and _asks_from_this_machine():
        return False
    log.warning("the password of the demo was refused: others may reach this service")
    return True


def _is_of_this_key(password: str) -> bool:
    typed = password.encode()
    return any(hmac.compare_digest(typed, one.encode()) for one in passwords_of(services().settings))


def _is_of_another_key(account: AccountRow | None, password: str) -> bool:
    """Whether it looks like that: a demo's database may be served with another key than it was made with."""
    return bool(account and account.email_key in ADDRESSES and PASSWORD.fullmatch(password))


def _asks_from_this_machine() -> bool:
    """By its name, at its own address, with nobody between."""
    peer = request.remote_addr
    if request.host.rpartition(":")[0] not in OWN_NAMES and request.host not in OWN_NAMES:
        return False
    return (
        peer is not None
        and _is_loopback(peer)
        and not any(_is_of_a_proxy(name) for name, _ in request.headers)
    )


def _is_of_a_proxy(header: str) -> bool:
    return header.upper() in OF_A_PROXY or header.upper().startswith(BEGINS_OF_A_PROXY)


def _is_loopback(peer: str) -> bool:
    try:
        return ip_address(peer).is_loopback
    except ValueError:
        return False
