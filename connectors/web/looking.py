"""Whether something lies at an address: asked for its headers, and for itself where that is not understood."""

from connectors.web.asking import Limits
from connectors.web.following import follow
from connectors.web.guard import Guard

_HEADERS = {"User-Agent": "Leadbridge", "Accept": "*/*"}


def look(guard: Guard, address: str, seconds: float) -> int:
    """The status that an address answers with, after redirects. Raises Forbidden, Unreachable.

    seconds: for each of the two requests that there may be.
    """
    limits = Limits(seconds=seconds)
    status = follow(guard, "HEAD", address, headers=_HEADERS, limits=limits).reply.status
    if status < 400:
        return status
    return follow(guard, "GET", address, headers=_HEADERS, limits=limits).reply.status
