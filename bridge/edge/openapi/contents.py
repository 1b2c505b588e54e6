"""The description as a page shows it: groups of routes, and shapes as tables."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from bridge.edge.openapi.description import PROOFS, Described, meaning_of

_SHAPES = "#/components/schemas/"


@dataclass(frozen=True, slots=True)
class Kind:
    """What a value is: in words, and the shapes it is made of."""

    words: str
    shapes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A parameter, or a member of a shape."""

    name: str
    kind: Kind
    required: bool
    words: str


@dataclass(frozen=True, slots=True)
class Content:
    """A body: content types, and what they hold."""

    media: tuple[str, ...]
    kind: Kind


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One answer of a route."""

    status: str
    words: str
    media: tuple[str, ...]
    shapes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RouteLine:
    """One route."""

    anchor: str
    method: str
    path: str
    summary: str
    words: str
    proofs: tuple[str, ...]
    asks: tuple[Line, ...]
    body: Content | None
    answers: tuple[AnswerLine, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Routes that belong together."""

    name: str
    words: str
    routes: tuple[RouteLine, ...]


@dataclass(frozen=True, slots=True)
class ShapeLine:
    """A shape: its members, or what it is when it has none."""

    name: str
    words: str
    lines: tuple[Line, ...]
    kind: Kind


def groups_of(described: Described) -> list[Group]:
    """Every route in its group, in the order of the description; webhooks stand where others have their path."""
    routes = [
        (operation["tags"][0], _route(method, path, operation))
        for path, methods in (described["paths"] | described["webhooks"]).items()
        for method, operation in methods.items()
    ]
    return [
        Group(tag["name"], tag["description"], tuple(route for name, route in routes if name == tag["name"]))
        for tag in described["tags"]
    ]


def shapes_of(described: Described) -> list[ShapeLine]:
    """Every shape, by name."""
    return [
        ShapeLine(name, shape.get("description", ""), tuple(_members(shape)), kind_of(shape))
        for name, shape in sorted(described["components"]["schemas"].items())
    ]


def kind_of(shape: Described) -> Kind:
    """What a JSON schema says, in a few words."""
    if "$ref" in shape:
        return Kind("", (shape["$ref"].removeprefix(_SHAPES),))
    if several := shape.get("anyOf") or shape.get("oneOf") or shape.get("allOf"):
        kinds = [kind_of(one) for one in several if one.get("type") != "null"]
        words = "all of" if "allOf" in shape else "one of" if len(kinds) > 1 else ""
        return Kind(words, tuple(dict.fromkeys(name for kind in kinds for name in kind.shapes)))
    if "enum" in shape:
        return Kind(" · ".join(str(one) for one in shape["enum"]))
    if "items" in shape:
        of = kind_of(shape["items"])
        return Kind(f"list of {of.words}".strip(), of.shapes)
    return Kind(_plain(shape))


def _plain(shape: Described) -> str:
    if "const" in shape:
        return str(shape["const"]).lower()
    types = shape.get("type", "anything")
    words = " or ".join(types) if isinstance(types, list) else str(types)
    longest = f", at most {shape['maxLength']:,} characters" if "maxLength" in shape else ""
    return words + (f" ({shape['format']})" if "format" in shape else "") + longest


def _members(shape: Described) -> Iterator[Line]:
    for part in [shape, *(one for one in shape.get("allOf", []) if "$ref" not in one)]:
        for name, member in part.get("properties", {}).items():
            words = member.get("description", "")
            yield Line(name, kind_of(member), name in part.get("required", []), words)


def _route(method: str, path: str, told: Described) -> RouteLine:
    return RouteLine(
        anchor=told["operationId"],
        method=method.upper(),
        path=path,
        summary=told["summary"],
        words=told.get("description", ""),
        proofs=tuple(PROOFS[name]["description"] for proof in told["security"] for name in proof),
        asks=tuple(_asked(one) for one in told["parameters"]),
        body=_content(told["requestBody"]["content"]) if "requestBody" in told else None,
        answers=tuple(_answer(status, one) for status, one in told["responses"].items()),
    )


def _asked(told: Described) -> Line:
    place = "" if told["in"] == "path" else f" ({told['in']})"
    return Line(told["name"] + place, kind_of(told["schema"]), told["required"], told["description"])


def _content(media: Described) -> Content:
    schema = next(iter(media.values()))["schema"]
    kind = kind_of(schema)
    within = [name for one in schema.get("properties", {}).values() for name in kind_of(one).shapes]
    return Content(tuple(media), replace(kind, shapes=(*kind.shapes, *within)))


def _answer(status: str, told: Described) -> AnswerLine:
    media: Described = told.get("content", {})
    shapes: list[Any] = [name for one in media.values() for name in kind_of(one["schema"]).shapes]
    return AnswerLine(meaning_of(status), told["description"], tuple(media), tuple(dict.fromkeys(shapes)))
