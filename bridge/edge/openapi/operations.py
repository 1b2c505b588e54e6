"""What a description of a route is made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from marshmallow import Schema

Shape = type[Schema] | Mapping[str, Any]
"""What a body looks like: a schema of ours, or a JSON schema where there is none."""

HTML, JSON, TEXT = "text/html", "application/json", "text/plain"
JSON_LINES = "application/x-ndjson"
BROWSER_FORM = ("application/x-www-form-urlencoded", "multipart/form-data")
WORDS: Shape = {"type": "string"}
FILE: Shape = {"type": "string", "contentMediaType": "application/octet-stream"}


@dataclass(frozen=True, slots=True)
class Answer:
    """One status that a route answers with. media: content type → shape.

    headers: name → words; all are sent. perhaps: headers that are sent now and then.
    """

    words: str
    media: Mapping[str, Shape] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    perhaps: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Asked:
    """Something that a request says beside its body. place: "query" or "header"."""

    name: str
    words: str
    place: str = "query"
    required: bool = False
    shape: Mapping[str, Any] = field(default_factory=lambda: {"type": "string"})


@dataclass(frozen=True, slots=True)
class Body:
    """What a request carries: any of the content types, all of one shape."""

    media: tuple[str, ...]
    shape: Shape
    required: bool = True


@dataclass(frozen=True, slots=True)
class Operation:
    """What one route takes and answers.

    proofs: names of security schemes, of which one is needed; none for routes that are open, or whose token is in
    the path. words: what it does; None when the docstring of its view says so.
    """

    group: str
    answers: Mapping[int, Answer]
    asks: tuple[Asked, ...] = ()
    body: Body | None = None
    proofs: tuple[str, ...] = ()
    words: str | None = None
