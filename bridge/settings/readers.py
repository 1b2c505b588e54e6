"""Who may read people, events and hand-overs from outside: a name for the audit log, and a secret."""

import re
from dataclasses import dataclass, field

from bridge.program.building import can_sign
from bridge.settings.parsing import words

_READER = re.compile(r"(?:([a-z0-9][a-z0-9-]{0,39}):)?(whsec_.{16,})")


@dataclass(frozen=True, slots=True)
class Reader:
    """Another system. Two secrets of one name are the same reader's, while it changes them."""

    name: str
    secret: str = field(repr=False)


def readers(text: str) -> tuple[Reader, ...]:
    """`name:whsec_…` between commas; who has no name is called by the number of the place. Raises ValueError."""
    found = [_READER.fullmatch(part) for part in words(text)]
    if not all(one and can_sign(one[2]) for one in found):
        raise ValueError(
            "expected secrets of the form whsec_<base64>, each with name: in front, between commas"
        )
    return tuple(Reader(one[1] or str(place), one[2]) for place, one in enumerate(found, 1) if one)
