"""What the other side would like, as its `Accept…` headers say (RFC 9110, 12.4.2 and 12.5).

Read by splitting alone: the headers are a stranger's, and reading them costs what their length costs.
"""

import re
from functools import lru_cache

_QUALITY = re.compile(r"0(\.[0-9]{0,3})?|1(\.0{0,3})?")


@lru_cache(maxsize=64)
def wishes(header: str | None) -> tuple[tuple[str, float], ...]:
    """What is wished for, in small letters and without parameters, each with its quality from 0 to 1.

    A quality that cannot be read is 0: not wanted.
    """
    return tuple(_wish(part) for part in (header or "").split(","))


def wanted(accept: str | None, kind: str) -> float:
    """How much a media type is wanted, as the most exact range that fits it says; 0 where none does."""
    said = wishes(accept)
    for wish in (kind, kind.partition("/")[0] + "/*", "*/*"):
        if qualities := [quality for value, quality in said if value == wish]:
            return max(qualities)
    return 0.0


def _wish(part: str) -> tuple[str, float]:
    value, *parameters = part.split(";")
    named = (parameter.partition("=") for parameter in parameters)
    quality = next((said for name, _, said in named if name.strip().lower() == "q"), "1")
    return value.strip().lower(), _quality(quality.strip())


def _quality(digits: str) -> float:
    return float(digits) if _QUALITY.fullmatch(digits) else 0.0
