"""What a feed says of one article."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """An article as its feed has it: words without any markup, on one line each.

    key: what the feed knows it by, else its address. url: http or https. published: aware, None when the feed names
    no moment.
    """

    key: str
    url: str
    title: str
    summary: str
    published: datetime | None
