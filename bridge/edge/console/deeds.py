"""What the audit log says, in words: in English, to be translated. Whoever writes a new deed adds its words here."""

from collections.abc import Callable, Mapping
from typing import Any

WORDS: Mapping[str, str] = {
    "account.signed_in": "signed in",
    "account.sign_in_failed": "tried to sign in with a wrong password",
    "account.refused": "was refused after signing in elsewhere",
    "account.password_wrong": "typed in a wrong password",
    "account.code_wrong": "typed in a wrong code",
    "account.link_asked": "asked for a link for a password",
    "account.link_sent": "sent a link for a password",
    "account.password_set": "set a password",
    "account.password_changed": "changed the password",
    "account.sessions_ended": "signed out everywhere else",
    "account.second_factor_set_up": "set up the second factor",
    "account.second_factor_removed": "removed the second factor",
    "account.second_factor_reset": "took a second factor away",
    "account.added": "added an account",
    "account.linked": "linked an account with its provider",
    "account.follows_provider": "left the role of an account to its provider",
    "account.admin_kept": "would have demoted the last admin",
    "account.changed": "changed an account",
    "account.closed": "closed an account",
    "account.opened": "opened an account again",
    "people.listed": "saw a list of people",
    "person.seen": "saw a person",
    "person.excluded": "excluded a person",
    "person.included": "lifted an exclusion",
    "person.fields_taken_over": "took over details",
    "company.seen": "saw a company",
    "handovers.listed": "saw the board",
    "handover.accepted": "accepted a lead",
    "handover.not_reached": "did not reach a lead",
    "handover.come_back": "set a date to come back to a lead",
    "handover.note": "wrote a note on a lead",
    "handover.forwarded": "passed a lead on",
    "handover.rejected": "gave a lead back to marketing",
    "handover.rerouted": "gave a lead back, and it went to somebody else",
    "handover.won": "won a deal",
    "handover.lost": "lost a deal",
    "handover.corrected": "corrected an order",
    "held_leads.listed": "saw held leads",
    "lead.released": "released a held lead",
    "lead.returned": "gave a held lead back to marketing",
    "lead.excluded": "excluded a held lead",
    "held_forms.listed": "saw held forms",
    "submission.accepted": "let a form through",
    "submission.dropped": "dropped a form",
    "outbox.listed": "saw the outbox",
    "delivery.seen": "saw a delivery",
    "delivery.retried": "made a delivery due again",
    "delivery.dropped": "dropped a delivery",
    "deliveries.retried": "made all deliveries due again that were given up",
    "deliveries.dropped": "dropped all deliveries that were given up",
    "dead_letters.listed": "saw dead letters",
    "letter.processed": "processed a dead letter",
    "letter.failed_again": "tried a dead letter again, in vain",
    "letter.forgotten": "forgot a dead letter",
    "webhook.enabled": "switched an endpoint on again",
    "profiles.exported": "exported people",
    "events.exported": "exported events",
    "handovers.exported": "exported hand-overs",
    "profiles.read": "read people by the read API",
    "events.read": "read events by the read API",
    "handovers.read": "read hand-overs by the read API",
    "audit.exported": "exported the audit log",
}
"""Deed → its words. A deed is what it was done to, a dot, and what was done."""

THINGS: Mapping[str, str] = {
    "account": "Account",
    "profile": "Person",
    "submission": "Form",
    "delivery": "Delivery",
    "letter": "Dead letter",
    "webhook": "Endpoint",
}
"""What a deed was done to → what that is called."""

DETAILS: Mapping[str, str] = {
    "asked": "Asked for",
    "before": "Before",
    "by": "By",
    "count": "How many",
    "found": "Found",
    "format": "Format",
    "forms": "Forms",
    "had_by": "Lead of",
    "handover": "Hand-over",
    "heap": "Which",
    "held": "Held",
    "missed": "Made good for",
    "people": "People",
    "person": "Is of sales",
    "role": "Role",
    "rows": "How many",
    "shown": "Shown",
    "since": "From",
}
"""What stands beside a deed → what that is called; what is not named here stays as it is."""

_ROLES = {"viewer": "Reads results", "sales": "Sales", "marketing": "Marketing", "admin": "Administration"}

VALUES: Mapping[str, Mapping[str, str]] = {
    "asked": {
        "from": "Points from",
        "interest": "Interest shown",
        "owner": "Looked after by",
        "q": "Name, address, company, role or telephone number",
        "since": "From",
        "source": "Channel or campaign",
        "stage": "Stage",
        "state": "Particulars",
        "subject": "About, by its id",
        "to": "Points to",
        "topic": "Chosen topic",
        "until": "Until",
        "what": "What",
        "who": "Who",
    },
    "before": _ROLES,
    "by": {
        "mail": "Link in a mail",
        "password": "Password",
        "password and code": "Password and code",
        "provider": "Provider",
    },
    "format": {
        "csv": "a table for other programs (CSV)",
        "excel": "a table for Excel (CSV)",
        "jsonl": "lines of JSON for programs",
    },
    "heap": {"waiting": "Waiting", "dead": "Given up", "refused": "Refused"},
    "role": _ROLES,
}
"""What stands beside a deed → what is noted there → its words; what is not named here stays as it is."""


def beside(details: Mapping[str, Any], say: Callable[[str], str]) -> dict[str, Any]:
    """What stands beside a deed, in the words of a language; what is not known is left out."""
    return {
        say(DETAILS[name]) if name in DETAILS else name: _value(VALUES.get(name, {}), value, say)
        for name, value in details.items()
        if value is not None
    }


def _value(words: Mapping[str, str], value: Any, say: Callable[[str], str]) -> Any:
    match value:
        case str():
            return say(words[value]) if value in words else value
        case list():
            return [_value(words, one, say) for one in value]
        case dict():
            return ", ".join(f"{_value(words, name, say)} {one}" for name, one in value.items()) or "–"
        case _:
            return value
