"""The kinds of events: those that rules can score and sequences can start with, and those that are only told."""

from typing import Literal, get_args

EVENT_KINDS = (
    "form.submitted",
    "address.confirmed",
    "preferences.saved",
    "question.answered",
    "page.visited",
    "file.downloaded",
    "mail.sent",
    "mail.opened",
    "link.clicked",
    "mail.ignored",
    "mail.bounced",
    "mail.complained",
    "unsubscribed",
    "sequence.completed",
    "sales.accepted",
    "sales.rejected",
    "sales.won",
    "sales.lost",
    "sales.expired",
)

OWN_PAGE = "own-page.opened"
"""The page to unsubscribe was opened by the link of a mail: no rule counts that, but scanners do it, too."""

StoryKind = Literal[
    "lead.handed_over",
    "lead.withdrawn",
    "lead.held",
    "lead.released",
    "lead.returned",
    "lead.excluded",
    "lead.lapsed",
    "sales.not_reached",
    "sales.come_back",
    "sales.forwarded",
    "sales.taken_up",
]
STORY: tuple[StoryKind, ...] = get_args(StoryKind)
"""What becomes of a lead. It is told, and no rule counts it."""

ALL_KINDS = (*EVENT_KINDS, OWN_PAGE, *STORY)

HITS = frozenset({"mail.opened", "link.clicked", "page.visited", "file.downloaded", OWN_PAGE})
"""Kinds that a machine can cause: they rest for the settle time and get a verdict."""

WATCHED = HITS - {"file.downloaded"}
"""Kinds that are known only with consent to tracking; a download is what the person asked for."""
