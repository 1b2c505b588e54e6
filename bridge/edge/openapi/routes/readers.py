"""What other systems ask for, page by page."""

from typing import Final

from bridge.edge.openapi.answers import RETRY_AFTER, MistakesSchema, plain_problem
from bridge.edge.openapi.operations import JSON, JSON_LINES, Answer, Asked, Operation
from bridge.edge.openapi.routes.groups import READERS
from bridge.edge.openapi.rows import line_of
from bridge.edge.row_queries import MOST, USUAL
from bridge.program.events import ALL_KINDS
from bridge.store.exports import What

ASKED_HEADERS = (
    Asked("webhook-id", "Any; it is part of what is signed.", "header", True),
    Asked("webhook-timestamp", "Unix seconds, at most five minutes off.", "header", True),
)
_A_MOMENT = (
    "a day such as 2026-10-01 (in the programme's time zone), or a moment such as 2026-10-01T08:00:00Z"
)
ROWS = (
    Asked("since", f"Only what came or happened from then on: {_A_MOMENT}."),
    Asked("until", "Only what came or happened before that moment; a day counts to its end."),
    Asked(
        "limit",
        f"So many lines at most, otherwise {USUAL}.",
        shape={"type": "integer", "minimum": 1, "maximum": MOST},
    ),
    Asked("cursor", "Where the page begins, as the address of a next page has it."),
)
OF_EVENTS = (
    Asked("kind", "Only events of that kind.", shape={"type": "string", "enum": list(ALL_KINDS)}),
    Asked("profile", "Only what that person did.", shape={"type": "string", "format": "uuid"}),
)


def _rows(what: What, *more: Asked) -> Operation:
    return Operation(
        READERS,
        {
            200: Answer(
                "A line of JSON for each; while there are more, Link names the next page.",
                {JSON_LINES: line_of(what)},
                perhaps={"Link": '<…>; rel="next" (RFC 8288): what to ask and to sign next'},
            ),
            400: Answer("What cannot be asked, by parameter.", {JSON: MistakesSchema}),
            401: plain_problem(
                "The signature is missing, wrong or too old; the error says which, and what is signed.",
                {"WWW-Authenticate": "Signature"},
            ),
            404: plain_problem("Nobody may read: LEADBRIDGE_READ_SECRETS is not set."),
            503: plain_problem("The database is away, or too slow at the moment.", RETRY_AFTER),
        },
        (*ROWS, *more, *ASKED_HEADERS),
        proofs=("reader",),
    )


OPERATIONS: Final[dict[str, Operation]] = {
    "reading.profiles": _rows("profiles"),
    "reading.events": _rows("events", *OF_EVENTS),
    "reading.handovers": _rows("handovers"),
}
