"""The webhooks that this bridge posts, as OpenAPI 3.1 describes them (`webhooks`)."""

from typing import Any

from apispec import APISpec

from bridge.delivery.payloads import PAYLOADS
from bridge.edge.openapi.rows import Shape
from bridge.edge.openapi.shapes import name_of, ref

GROUP = "Webhooks"
WORDS = (
    "What this bridge posts to the endpoints that the programme names ([[webhooks]]). docs/webhooks.md says how to "
    "verify it and when it comes again. Bodies are objects with type, timestamp and data; the shape named is that of "
    "data. The answers are those of the receiver."
)
SIGNED = {
    "webhook-id": "The same at every attempt: take each message once.",
    "webhook-timestamp": "The moment of this attempt, in Unix seconds.",
    "webhook-signature": "v1,<base64 of HMAC-SHA256 over “id.timestamp.body”>, as in Standard Webhooks; one for each "
    "secret, separated by blanks.",
}
ANSWERS = {
    "2XX": "Taken.",
    "410": "Never send anything again: the endpoint is switched off.",
    "default": "Not taken; it is tried again for three days.",
}


def webhooks(spec: APISpec) -> dict[str, Shape]:
    """Every type, with a component for what it says."""
    return {kind: {"post": _operation(spec, kind)} for kind in PAYLOADS}


def _operation(spec: APISpec, kind: str) -> dict[str, Any]:
    schema = PAYLOADS[kind]
    spec.components.schema(name_of(schema), schema=schema)
    summary, _, rest = (schema.__doc__ or "").partition(". ")
    return {
        "operationId": f"webhook_{kind.replace('.', '_')}",
        "tags": [GROUP],
        "summary": summary.rstrip("."),
        **({"description": rest} if rest else {}),
        "parameters": [_header(*one) for one in SIGNED.items()],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": _body(kind, name_of(schema))}},
        },
        "responses": {status: {"description": said} for status, said in ANSWERS.items()},
        "security": [{}],
    }


def _header(name: str, words: str) -> Shape:
    return {
        "name": name,
        "in": "header",
        "required": True,
        "description": words,
        "schema": {"type": "string"},
    }


def _body(kind: str, data: str) -> Shape:
    return {
        "type": "object",
        "required": ["type", "timestamp", "data"],
        "properties": {
            "type": {"const": kind},
            "timestamp": {"type": "string", "format": "date-time", "description": "when it happened"},
            "data": ref(data),
        },
    }
