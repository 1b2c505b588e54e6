"""Recorded traces: who followed the links of a mail, and when; tests/traces/README.md describes the format."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from marshmallow import RAISE, Schema, ValidationError, fields, post_load, validate, validates_schema

from bridge.errors import LeadbridgeError

By = Literal["machine", "person", "both"]
A_YEAR = 366 * 86_400
OWN_PAGES = frozenset({"unsubscribe", "preferences", "ask"})
"""Links of a mail that lead to pages of ours."""


@dataclass
class InvalidTrace(LeadbridgeError):
    """A trace that cannot be read. mistakes: place → what is wrong there."""

    mistakes: Mapping[str, str]

    def __str__(self) -> str:
        return "\n".join(f"{place}: {words}" if place else words for place, words in self.mistakes.items())


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a trace.

    after: seconds since the mail was accepted. Exactly one of these says what happened: open, link, proof (then
    `link` may name the followed link that it speaks for). by: who it was, where the trace says so.
    """

    after: float
    open: bool = False
    link: str | None = None
    proof: str | None = None
    method: str = "GET"
    agent: str | None = None
    network: str | None = None
    headers: Mapping[str, str] | None = None
    to: str = "anna"
    by: str = ""


@dataclass(frozen=True, slots=True)
class Trace:
    """What happened to one mail, or to the same mail to several people of one organisation.

    links: how many content links it has. hits: in the order of time.
    """

    title: str
    by: By
    links: int
    hits: tuple[Step, ...]


class _Step(Schema):
    class Meta:
        unknown = RAISE

    after = fields.Float(required=True, validate=validate.Range(-A_YEAR, A_YEAR))
    open = fields.Boolean()
    link = fields.String(validate=validate.Length(min=1))
    proof = fields.String(validate=validate.OneOf(("form", "button", "page")))
    method = fields.String()
    agent = fields.String(allow_none=True)
    network = fields.IP(allow_none=True)
    headers = fields.Dict(fields.String(), fields.String(), allow_none=True)
    to = fields.String()
    by = fields.String(validate=validate.OneOf(("machine", "person")))

    @validates_schema
    def _one_thing(self, data: dict[str, Any], **_: Any) -> None:
        if [bool(data.get("open")), "link" in data or "proof" in data].count(True) != 1:
            raise ValidationError("expected exactly one of open, link and proof")
        if data.get("proof") == "page" and "link" not in data:
            raise ValidationError("a page that was used names the link that led there", "link")

    @post_load
    def _build(self, data: dict[str, Any], **_: Any) -> Step:
        headers = data.pop("headers", None)
        network = data.pop("network", None)
        return Step(
            **data,
            network=str(network) if network else None,
            headers=None if headers is None else {name.lower(): value for name, value in headers.items()},
        )


class _Trace(Schema):
    class Meta:
        unknown = RAISE

    title = fields.String(required=True)
    by = fields.String(required=True, validate=validate.OneOf(("machine", "person", "both")))
    source = fields.List(fields.String(), load_default=list)
    noted = fields.String(load_default="")
    note = fields.String(load_default="")
    links = fields.Integer(load_default=None, allow_none=True, strict=True, validate=validate.Range(min=0))
    hits = fields.List(fields.Nested(_Step), required=True, validate=validate.Length(min=1))

    @validates_schema
    def _everybody_is_named(self, data: dict[str, Any], **_: Any) -> None:
        nameless = [place for place, step in enumerate(data.get("hits", [])) if not step.by]
        if data.get("by") == "both" and nameless:
            raise ValidationError(
                {"hits": {place: {"by": ["needed in a trace by both"]} for place in nameless}}
            )

    @post_load
    def _build(self, data: dict[str, Any], **_: Any) -> Trace:
        hits = tuple(sorted(data["hits"], key=lambda step: step.after))
        named = {step.link for step in hits if step.link and not step.proof} - OWN_PAGES - {"hidden"}
        return Trace(data["title"], data["by"], data["links"] or len(named), hits)


def parse_trace(content: Any) -> Trace:
    """Read a trace from its JSON value. Raises InvalidTrace, which names every place and what is wrong there."""
    if not isinstance(content, dict):
        raise InvalidTrace({"": "expected a JSON object with title, by and hits"})
    try:
        trace: Trace = _Trace().load(content)
    except ValidationError as error:
        raise InvalidTrace(_flat(error.messages)) from error
    return trace


def _flat(messages: Any, place: str = "") -> dict[str, str]:
    if not isinstance(messages, dict):
        return {place: " ".join(str(words) for words in messages)}
    found: dict[str, str] = {}
    for key, inner in messages.items():
        found |= _flat(inner, _inner(place, key))
    return found


def _inner(place: str, key: object) -> str:
    if key in {"_schema", "value"}:
        return place
    return f"{place}[{key}]" if isinstance(key, int) else f"{place}.{key}".lstrip(".")
