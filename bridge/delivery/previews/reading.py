"""What an inbox shows of a mail before it is opened."""

import re
from html import unescape

from bridge.delivery.jinja import one_line

_PREHEADER = re.compile(r'<div class="preheader"[^>]*>(.*?)</div>', re.DOTALL)
_FILLING = re.compile("[\u034f\u200c\u00a0]+")


def preview_line(html: str) -> str:
    """The line that inboxes show behind the subject, "" when the mail has none."""
    found = _PREHEADER.search(html)
    return one_line(_FILLING.sub(" ", unescape(found[1]))) if found else ""
