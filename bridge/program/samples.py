"""Sample values for every kind of event: a mistake in an expression is found before a person meets it."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from bridge.program.building import all_fields

NO_MAIL: dict[str, Any] = {
    "id": "",
    "template": "",
    "kind": "",
    "sequence": "",
    "tracked": False,
    "opened": False,
    "distinct_links": 0,
}
NO_EVENT: dict[str, Any] = {
    "kind": "",
    "form": "",
    "form_kind": "",
    "field": "",
    "channel": "",
    "link": "",
    "label": "",
    "file": "",
    "page": "",
    "sequence": "",
    "sequence_kind": "",
    "reason": "",
    "bounce": "",
    "topics": [],
    "at": datetime(2026, 1, 1, tzinfo=UTC),
}


NO_LEAD: dict[str, Any] = {
    "cause": "",
    "form": "",
    "form_kind": "",
    "country": "",
    "postcode": "",
    "industry": "",
    "size": "",
    "domain": "",
    "private": False,
    "territory": "",
    "phone": False,
    "mail": False,
    "letter": False,
}
"""What the conditions of the sales desk know of a lead besides; see docs/sales-desk.md."""


def sample_variables(data: Mapping[str, Any], kind: str) -> Iterator[dict[str, Any]]:
    """Values as an expression may meet them: somebody quite new, then somebody well known."""
    topics = [topic["id"] for topic in data["topics"]]
    threshold = data["stages"]["sales_qualified"]["threshold"]
    fields = list(all_fields(data))
    yield {
        "event": {**NO_EVENT, "kind": kind},
        "profile": dict.fromkeys(fields, ""),
        "mail": NO_MAIL,
        "lead": NO_LEAD,
        "score": 0,
        "threshold": threshold,
        "topics": dict.fromkeys(topics, 0),
        "fit": 0,
        "stage": "prospect",
        "confirmed": False,
    }
    yield {
        "event": {
            **NO_EVENT,
            "kind": kind,
            "topics": topics,
            "form": "form",
            "form_kind": "callback",
            "field": "company",
            "link": "1",
        },
        "profile": dict.fromkeys(fields, "1"),
        "mail": {**NO_MAIL, "tracked": True, "opened": True, "distinct_links": 3, "kind": "welcome"},
        "lead": {
            **NO_LEAD,
            "cause": "points",
            "country": "DE",
            "postcode": "80331",
            "domain": "example.com",
            "phone": True,
            "mail": True,
        },
        "score": threshold - 1,
        "threshold": threshold,
        "topics": dict.fromkeys(topics, 7),
        "fit": 100,
        "stage": "marketing_qualified",
        "confirmed": True,
    }
