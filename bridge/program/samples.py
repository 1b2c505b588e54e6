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
    yield _of_a_stranger(data, kind)
    yield _of_somebody_known(data, kind)


def _of_a_stranger(data: Mapping[str, Any], kind: str) -> dict[str, Any]:
    return {
        "event": {**NO_EVENT, "kind": kind},
        "profile": dict.fromkeys(all_fields(data), ""),
        "mail": NO_MAIL,
        "lead": NO_LEAD,
        "score": 0,
        "threshold": _threshold(data),
        "topics": dict.fromkeys(_topics(data), 0),
        "fit": 0,
        "stage": "prospect",
        "confirmed": False,
    }


def _of_somebody_known(data: Mapping[str, Any], kind: str) -> dict[str, Any]:
    sent = {"topics": _topics(data), "form": "form", "form_kind": "callback", "field": "company", "link": "1"}
    at_home = {"country": "DE", "postcode": "80331", "domain": "example.com"}
    return {
        "event": {**NO_EVENT, "kind": kind, **sent},
        "profile": dict.fromkeys(all_fields(data), "1"),
        "mail": {**NO_MAIL, "tracked": True, "opened": True, "distinct_links": 3, "kind": "welcome"},
        "lead": {**NO_LEAD, "cause": "points", "phone": True, "mail": True, **at_home},
        "score": _threshold(data) - 1,
        "threshold": _threshold(data),
        "topics": dict.fromkeys(_topics(data), 7),
        "fit": 100,
        "stage": "marketing_qualified",
        "confirmed": True,
    }


def _threshold(data: Mapping[str, Any]) -> int:
    return int(data["stages"]["sales_qualified"]["threshold"])


def _topics(data: Mapping[str, Any]) -> list[str]:
    return [topic["id"] for topic in data["topics"]]
