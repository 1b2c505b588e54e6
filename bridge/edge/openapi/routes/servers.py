"""What other servers send: submissions, events of mail providers."""

from typing import Final

from bridge.edge.openapi.answers import (
    ONLY_MISTAKES,
    RETRY_AFTER,
    AcceptedSchema,
    TakenSchema,
    TestedSchema,
    plain_problem,
)
from bridge.edge.openapi.bodies import ANYTHING
from bridge.edge.openapi.operations import BROWSER_FORM, JSON, TEXT, Answer, Asked, Body, Operation
from bridge.edge.openapi.routes.groups import PROVIDERS, SERVERS
from bridge.edge.submissions import SubmissionSchema

SIGNED_HEADERS = (
    Asked("webhook-id", "The same for the same submission, however often it is sent.", "header", True),
    Asked("webhook-timestamp", "Unix seconds, at most five minutes off.", "header", True),
)

OPERATIONS: Final[dict[str, Operation]] = {
    "submissions.receive": Operation(
        SERVERS,
        {
            202: Answer(
                "On disk, or for a test: it would be.", {JSON: {"anyOf": [AcceptedSchema, TestedSchema]}}
            ),
            401: plain_problem("The signature is missing, wrong or too old."),
            404: plain_problem("The programme has no such form."),
            413: plain_problem("More than 64 KiB."),
            415: plain_problem("Not application/json."),
            422: ONLY_MISTAKES,
            503: plain_problem("Nothing can be written down at the moment, so nothing was.", RETRY_AFTER),
        },
        SIGNED_HEADERS,
        Body((JSON,), SubmissionSchema),
        ("signature",),
    ),
    "hooks.receive": Operation(
        PROVIDERS,
        {
            200: Answer("On disk, or none of our business.", {JSON: TakenSchema}),
            401: plain_problem(
                "Nothing proves that it comes from the provider; the error says what would, by which setting.",
                {"WWW-Authenticate": "Basic, or Signature for those that sign"},
            ),
            404: plain_problem("No such provider, or it is not configured."),
            413: plain_problem("More than 1 MiB."),
            503: plain_problem("It cannot be proven or written down at the moment.", RETRY_AFTER),
        },
        body=Body((JSON, TEXT, *BROWSER_FORM), ANYTHING, required=False),
        proofs=("provider",),
    ),
}
