"""Names of webhooks that have none."""

import hashlib
import re
from urllib.parse import urlsplit

LONGEST = 63


def endpoint_id(url: str) -> str:
    """An id made of the host and a part of a hash: the same for the same address, and the path stays unsaid."""
    host = re.sub(r"[^a-z0-9]+", "-", (urlsplit(url).hostname or "endpoint").lower()).strip("-")
    mark = hashlib.sha256(url.encode()).hexdigest()[:6]
    return f"{host[: LONGEST - len(mark) - 1]}-{mark}"
