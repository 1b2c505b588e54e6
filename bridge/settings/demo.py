"""The password of a demo's accounts, and whether it is a demo that nobody reaches but from this machine."""

import re
from base64 import b32encode
from urllib.parse import urlsplit

from bridge.delivery.macs import Macs
from bridge.settings import Settings
from bridge.settings.parsing import ROLES
from bridge.settings.reach import OWN_NAMES

ADDRESSES = frozenset(f"{role}@example.com" for role in ROLES)
"""Of the demo's accounts, one for each role. No mail can reach anybody at example.com."""
WORD = 4
PASSWORD = re.compile(rf"[a-z2-7]{{{WORD}}}(-[a-z2-7]{{{WORD}}}){{3}}")
"""What their passwords look like, whatever key they were made with."""


def password_of(settings: Settings) -> str:
    """The password of all of them: made of this installation's secret key, so that it need not be kept anywhere."""
    return _made_with(settings.secret_keys[0])


def passwords_of(settings: Settings) -> list[str]:
    """The same, and those that were made with keys before."""
    return [_made_with(key) for key in settings.secret_keys]


def is_of_this_machine(settings: Settings) -> bool:
    """Whether it is a demo that listens on this machine alone and is called by its name."""
    named = urlsplit(settings.public_url).hostname
    return settings.demo and settings.host in OWN_NAMES and named in OWN_NAMES


def _made_with(key: str) -> str:
    code = b32encode(Macs([key], "demo accounts").of(b"password")).decode("ascii").lower()
    return "-".join(code[place : place + WORD] for place in range(0, 4 * WORD, WORD))
