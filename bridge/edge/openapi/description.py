"""The description of all routes as OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1), written by apispec."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from importlib.metadata import version
from typing import Any

from apispec import APISpec
from flask import Blueprint, Flask
from marshmallow import Schema

from bridge.edge.openapi.answers import with_those_in_front
from bridge.edge.openapi.operations import Answer, Asked, Body, Operation
from bridge.edge.openapi.routes import GROUPS, OPERATIONS, TRACKED
from bridge.edge.openapi.shapes import OurSchemas, add_shapes, name_of
from bridge.edge.openapi.webhooks import GROUP as OUTGOING
from bridge.edge.openapi.webhooks import WORDS as OUTGOING_WORDS
from bridge.edge.openapi.webhooks import webhooks
from bridge.edge.thanks import thank_at
from bridge.program.model import Program

Described = dict[str, Any]

WORDS = (
    "Forms, mails and sales in one place. A token in a path is signed for one purpose and lets nobody do anything "
    "else."
)
PROOFS = {
    "signature": {
        "type": "apiKey",
        "in": "header",
        "name": "webhook-signature",
        "description": "Needs the header webhook-signature: v1,<base64 of HMAC-SHA256 over “id.timestamp.body”> with "
        "one of LEADBRIDGE_INTAKE_SECRETS, as in Standard Webhooks; several are separated by blanks.",
    },
    "reader": {
        "type": "apiKey",
        "in": "header",
        "name": "webhook-signature",
        "description": "Needs the header webhook-signature: v1,<base64 of HMAC-SHA256 over “id.timestamp.GET "
        "/path?query”> with one of LEADBRIDGE_READ_SECRETS, path and query exactly as they are sent; docs/export.md "
        "has examples.",
    },
    "device": {
        "type": "apiKey",
        "in": "cookie",
        "name": "leadbridge-device-PERSON",
        "description": "Needs the cookie of this sales person, which a browser gets for a code from the addressee’s "
        'mailbox, unless the programme says `link = "open"`.',
    },
    "provider": {
        "type": "http",
        "scheme": "basic",
        "description": "Needs the provider’s proof: name and password in the address (as Postmark has it), or the "
        "signature that this provider makes; docs/operator.md names each.",
    },
}
PARTS = {
    "token": "Signed by this bridge for this one purpose, as it stands in a mail, or as a command prints it.",
    "form_id": "A form of the programme.",
    "provider": "Whose events: postmark, ses …",
    "key": "A mail that was caught.",
    "family": "Where the mail belongs: mail, sales …",
    "name": "The mail.",
    "language": "The language of the mail.",
}
SEVERAL = {"2XX": "200 to 299", "default": "any other"}


@dataclass(frozen=True, slots=True)
class Route:
    """One route as Flask knows it. words: the docstring of its view."""

    endpoint: str
    method: str
    path: str
    words: str


def routes_of(blueprints: Iterable[Blueprint], program: Program) -> list[Route]:
    """Every route of these blueprints and of the thank-you pages, whether or not this process serves it."""
    bare = Flask("described", static_folder=None)
    for blueprint in blueprints:
        bare.register_blueprint(blueprint)
    thank_at(bare, program)
    return [
        Route(rule.endpoint, method, rule.rule, bare.view_functions[rule.endpoint].__doc__ or "")
        for rule in bare.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]


def describe(routes: Iterable[Route], program: Program, public_url: str) -> Described:
    """The whole description. Routes of which nothing is known are left out."""
    spec = APISpec(
        title=f"Leadbridge: {program.name}",
        version=version("leadbridge"),
        openapi_version="3.1.0",
        plugins=[OurSchemas(schema_name_resolver=name_of)],
        info={"description": WORDS, "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}},
        servers=[{"url": public_url}],
    )
    add_shapes(spec, program)
    for name, scheme in PROOFS.items():
        spec.components.security_scheme(name, scheme)
    known = [
        (route, replace(op, answers=with_those_in_front(route.path, op.answers)))
        for route in routes
        if (op := OPERATIONS.get(route.endpoint.partition(":")[0]))
    ]
    for route, operation in [*_tracked(), *known]:
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route.path)
        spec.path(path, operations={route.method.lower(): _operation(route, operation, program)})
    posted = webhooks(spec)
    groups = {operation.group for _, operation in known} | {one.group for one in TRACKED.values()}
    for name in GROUPS:
        if name in groups:
            spec.tag({"name": name, "description": GROUPS[name]})
    spec.tag({"name": OUTGOING, "description": OUTGOING_WORDS})
    return {**spec.to_dict(), "webhooks": posted}


def _tracked() -> list[tuple[Route, Operation]]:
    return [
        (Route(f"tracking.{path.split('/')[2]}", "GET", path, operation.words or ""), operation)
        for path, operation in TRACKED.items()
    ]


def _operation(route: Route, operation: Operation, program: Program) -> Described:
    summary, _, rest = " ".join((operation.words or route.words).split()).partition(". ")
    told: Described = {
        "operationId": re.sub(r"\W+", "_", route.endpoint).strip("_"),
        "tags": [operation.group],
        "summary": summary.rstrip("."),
        "parameters": [*_parts(route, program), *(_asked(one) for one in operation.asks)],
        "responses": {str(status): _answer(answer) for status, answer in sorted(operation.answers.items())},
        "security": [{proof: []} for proof in operation.proofs] or [{}],
    }
    if rest:
        told["description"] = rest
    if operation.body:
        told["requestBody"] = _body(operation.body)
    return told


def _parts(route: Route, program: Program) -> list[Described]:
    """The parameters in the path."""
    choices: Mapping[str, Described] = {"form_id": {"enum": list(program.forms)}}
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "description": PARTS[name],
            "schema": {"type": "string", **choices.get(name, {})},
        }
        for name in re.findall(r"<(?:\w+:)?(\w+)>", route.path)
    ]


def _asked(one: Asked) -> Described:
    return {
        "name": one.name,
        "in": one.place,
        "required": one.required,
        "description": one.words,
        "schema": dict(one.shape),
    }


def _body(body: Body) -> Described:
    return {
        "required": body.required,
        "content": {media: {"schema": _shape(body.shape)} for media in body.media},
    }


def _answer(answer: Answer) -> Described:
    told: Described = {"description": answer.words}
    if answer.media:
        told["content"] = {media: {"schema": _shape(shape)} for media, shape in answer.media.items()}
    headers = _headers(answer.headers, required=True) | _headers(answer.perhaps, required=False)
    if headers:
        told["headers"] = headers
    return told


def _headers(known: Mapping[str, str], *, required: bool) -> Described:
    return {
        name: {"description": words, "required": required, "schema": {"type": "string"}}
        for name, words in known.items()
    }


def _shape(shape: type[Schema] | Mapping[str, Any]) -> Any:
    return dict(shape) if isinstance(shape, Mapping) else shape


def meaning_of(status: str) -> str:
    """A status with its name: “404 Not Found”."""
    return SEVERAL.get(status) or f"{status} {HTTPStatus(int(status)).phrase}"
