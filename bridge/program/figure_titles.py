"""What the figures of the results are called, and their tables: in English, to be translated (docs/results.md)."""

from collections.abc import Mapping

from bridge.program.figures import Dimension

TURNOVER = "turnover"
"""The amounts of what was won: no figure of its own, but what can be aimed at."""

TITLES: Mapping[str, str] = {
    "visitors": "Visitors",
    "leads": "New leads",
    "confirmed": "Confirmed addresses",
    "marketing_qualified": "Marketing leads (MQL)",
    "handed_over": "Handed over to sales",
    "accepted": "Accepted by sales",
    "rejected": "Back to marketing",
    "expired": "Never answered",
    "won": "Deals won",
    "lost": "Deals lost",
    TURNOVER: "Turnover",
    "mails_sent": "Mails sent",
    "mails_tracked": "Mails whose reading may be known",
    "mails_opened": "Mails opened",
    "mails_clicked": "Mails clicked by people",
    "unsubscribed": "People who unsubscribed",
    "reactivated": "Reactivated sleepers",
}

LESS_IS_BETTER = frozenset({"rejected", "expired", "lost", "unsubscribed"})
"""What nobody aims at."""

TARGETS = tuple(sorted(TITLES.keys() - LESS_IS_BETTER))
"""What can be aimed at."""

TABLES: Mapping[Dimension, str] = {
    "form": "Forms",
    "channel": "Channels",
    "campaign": "Campaigns",
    "mail": "Mails",
    "sequence": "Series",
    "team": "Teams",
    "person": "People in sales",
    "reason": "Reasons",
}
"""Dimension → what its table is called."""
