"""What a hit says of whoever made it: headers that browsers and programs send differently.

Of each only as much is kept as the judgement looks at, and of those that tell one browser from another only that
they were sent: no fingerprint is made.
"""

from collections.abc import Callable, Mapping
from typing import Any

from bridge.edge.network import clean, request_facts
from bridge.intake.records import Request

LONGEST = 60
SENT = "1"
"""Stands for a header whose words are nobody's business."""
HEADLESS = "headless"


def hit_facts(environ: Mapping[str, Any], trusted_proxies: int) -> Request:
    """What is kept of the request of an open, a click or a download (PEP 3333)."""
    return request_facts(environ, trusted_proxies, telling_headers(environ))


def telling_headers(environ: Mapping[str, Any]) -> dict[str, str]:
    """Name in small letters → what is kept of it, for those that were sent.

    sec-ch-ua is "headless" when a browser without a window names itself, `SENT` when another does.
    """
    return {name: keep(value) for name, key, keep in _KEPT if (value := environ.get(key)) is not None}


def _words(value: str) -> str:
    return clean(value)[:LONGEST].strip('"')


def _was_sent(_: str) -> str:
    return SENT


def _brand(value: str) -> str:
    return HEADLESS if HEADLESS in value.lower() else SENT


_NAMES: Mapping[str, Callable[[str], str]] = {
    "accept": _words,
    "accept-language": _was_sent,
    "sec-fetch-mode": _words,
    "sec-ch-ua": _brand,
    "sec-ch-ua-platform": _words,
}
_KEPT = tuple((name, "HTTP_" + name.upper().replace("-", "_"), keep) for name, keep in _NAMES.items())
