"""What is counted by day, and by what it is told apart; docs/results.md says what each of them is."""

from typing import Literal, get_args

Figure = Literal[
    "visitors",
    "leads",
    "confirmed",
    "marketing_qualified",
    "handed_over",
    "reactivated",
    "accepted",
    "rejected",
    "expired",
    "won",
    "lost",
    "mails_sent",
    "mails_tracked",
    "mails_opened",
    "mails_clicked",
    "unsubscribed",
]
FIGURES: tuple[Figure, ...] = get_args(Figure)

Dimension = Literal[
    "", "form", "channel", "campaign", "mail", "sequence", "team", "person", "reason", "currency", "cohort"
]
"""By what figures are told apart. "" is all together, with the one key ""."""

FUNNEL: tuple[Figure, ...] = (
    "visitors",
    "leads",
    "confirmed",
    "marketing_qualified",
    "handed_over",
    "accepted",
    "won",
)
"""From a stranger to a customer."""

DIRECT = "direct"
"""The channel of whoever came by none that is known."""

OTHERS = "…"
"""The key of all that are too many to be told apart; see MOST."""

EUROS = "EUR"
"""What turnover is in. Amounts in other currencies stand apart, by currency."""

MOST = 200
"""So many keys of a figure and a dimension are told apart on one day, those with the most."""

OF_SALES: tuple[Figure, ...] = ("handed_over", "accepted", "rejected", "expired", "won", "lost")
OF_MAILS: tuple[Figure, ...] = (
    "mails_sent",
    "mails_tracked",
    "mails_opened",
    "mails_clicked",
    "unsubscribed",
)

SOURCES: dict[Dimension, tuple[Figure, ...]] = {
    "channel": FUNNEL,
    "campaign": FUNNEL,
    "form": FUNNEL[1:],
    "mail": (*OF_MAILS, "handed_over", "accepted", "won"),
    "sequence": (*OF_MAILS, "handed_over", "accepted", "won"),
    "team": OF_SALES,
    "person": OF_SALES,
    "reason": ("rejected", "lost"),
}
"""By what results are told apart in reports → the figures that can be."""
