"""The kinds of events that rules can score and sequences can start with."""

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

HITS = frozenset({"mail.opened", "link.clicked", "page.visited", "file.downloaded", OWN_PAGE})
"""Kinds that a machine can cause: they rest for the settle time and get a verdict."""

WATCHED = HITS - {"file.downloaded"}
"""Kinds that are known only with consent to tracking; a download is what the person asked for."""
