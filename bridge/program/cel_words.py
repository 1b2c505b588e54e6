"""What the names of expressions are called by people who never saw one. In English, to be translated."""

from collections.abc import Mapping

NOUNS: Mapping[str, str] = {
    "score": "the score",
    "threshold": "the threshold",
    "fit": "the fit",
    "stage": "the stage",
    "event.kind": "the kind of event",
    "event.form": "the form",
    "event.form_kind": "the kind of the form",
    "event.field": "the question",
    "event.channel": "the channel of the form",
    "event.link": "the link",
    "event.label": "the text of the link",
    "event.file": "the file",
    "event.page": "the page",
    "event.sequence": "the series",
    "event.sequence_kind": "the kind of the series",
    "event.reason": "the reason of sales",
    "event.bounce": "the kind of bounce",
    "event.topics": "the topics of the event",
    "size(event.topics)": "the number of topics of the event",
    "mail.id": "the mail",
    "mail.template": "the mail",
    "mail.kind": "the kind of series of the mail",
    "mail.sequence": "the series of the mail",
    "mail.distinct_links": "the number of different links clicked in the mail",
    "lead.cause": "the cause of the hand-over",
    "lead.form": "the form",
    "lead.form_kind": "the kind of the form",
    "lead.country": "the country",
    "lead.postcode": "the postcode",
    "lead.industry": "the industry",
    "lead.size": "the size of the company",
    "lead.domain": "the domain of the address",
    "lead.territory": "the territory",
}
"""Names that stand for a number or a text."""

_FORM_KINDS: Mapping[str, str] = {
    "download": "Download",
    "event": "Event",
    "contact": "Contact",
    "callback": "Call back",
    "order": "Order",
    "other": "Other form",
}
_SERIES_KINDS: Mapping[str, str] = {
    "welcome": "Welcome",
    "follow-up": "Follow-up",
    "event": "Event",
    "wake-up": "Wake-up",
}

VALUES: Mapping[str, Mapping[str, str]] = {
    "stage": {
        "visitor": "Visitor",
        "prospect": "Prospect",
        "marketing_qualified": "Marketing lead (MQL)",
        "sales_qualified": "Ready for sales (SQL)",
        "accepted": "Accepted",
        "won": "Won",
        "lost": "Lost",
    },
    "event.form_kind": _FORM_KINDS,
    "lead.form_kind": _FORM_KINDS,
    "event.sequence_kind": _SERIES_KINDS,
    "mail.kind": _SERIES_KINDS,
    "event.channel": {"marketing": "Marketing", "sales": "Sales"},
    "event.bounce": {"hard": "address does not exist", "soft": "it may pass"},
    "lead.cause": {"points": "Points", "form": "Asked directly"},
}
"""Name → what its values are called, where these are ours and always the same."""

FACTS: Mapping[str, tuple[str, str]] = {
    "confirmed": ("the address is confirmed", "the address is not confirmed"),
    "mail.opened": ("the mail was opened", "the mail was not opened"),
    "mail.tracked": (
        "opens and clicks of the mail may be evaluated",
        "opens and clicks of the mail may not be evaluated",
    ),
    "lead.private": ("the address is a private one", "the address is no private one"),
    "lead.phone": ("calls are permitted", "calls are not permitted"),
    "lead.mail": ("mails are permitted", "mails are not permitted"),
    "lead.letter": ("the postal address is known", "the postal address is not known"),
}
"""Names that are true or not."""

COMPARISONS: Mapping[str, str] = {
    "==": "%(left)s is %(right)s",
    "!=": "%(left)s is not %(right)s",
    ">=": "%(left)s is at least %(right)s",
    "<=": "%(left)s is at most %(right)s",
    ">": "%(left)s is more than %(right)s",
    "<": "%(left)s is less than %(right)s",
}

METHODS: Mapping[str, str] = {
    "contains": "%(left)s contains %(right)s",
    "startsWith": "%(left)s begins with %(right)s",
    "endsWith": "%(left)s ends with %(right)s",
}

SUMS: Mapping[str, str] = {
    "+": "%(left)s plus %(right)s",
    "-": "%(left)s minus %(right)s",
    "*": "%(left)s times %(right)s",
    "/": "%(left)s divided by %(right)s",
}

EXTREMES: Mapping[str, str] = {
    "min": "the smaller one of %(left)s and %(right)s",
    "max": "the greater one of %(left)s and %(right)s",
}
