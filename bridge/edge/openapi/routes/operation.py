"""For monitoring, for programs that read descriptions, for Joomla."""

from typing import Final

from bridge.edge.openapi.answers import PAGE, RETRY_AFTER, UNCHANGED, AliveSchema, ReadySchema, file
from bridge.edge.openapi.bodies import OBJECT
from bridge.edge.openapi.operations import JSON, TEXT, WORDS, Answer, Operation
from bridge.edge.openapi.routes.alike import AGAIN, DAYS, OF_A_PERSON, page_of
from bridge.edge.openapi.routes.groups import JOOMLA, OPERATION

OPERATIONS: Final[dict[str, Operation]] = {
    "reports.show": Operation(OPERATION, {200: PAGE, **OF_A_PERSON}, (DAYS,)),
    "reports.download": Operation(OPERATION, {200: file("text/csv"), **OF_A_PERSON}, (DAYS,)),
    "joomla.show": page_of(JOOMLA),
    "joomla.updates": Operation(JOOMLA, {200: file("application/xml"), 304: UNCHANGED}, (AGAIN,)),
    "joomla.plugin": Operation(JOOMLA, {200: file("application/zip"), 304: UNCHANGED}, (AGAIN,)),
    "health.alive": Operation(OPERATION, {200: Answer("It does.", {JSON: AliveSchema})}),
    "health.stylesheet": Operation(OPERATION, {200: file("text/css")}),
    "health.console_stylesheet": Operation(OPERATION, {200: file("text/css")}),
    "health.icon": Operation(OPERATION, {200: file("image/svg+xml")}),
    "readiness.ready": Operation(
        OPERATION,
        {
            200: Answer("They can.", {JSON: ReadySchema}),
            503: Answer("The database is away.", {JSON: ReadySchema}, RETRY_AFTER),
        },
    ),
    "readiness.metrics": Operation(OPERATION, {200: Answer("The metrics.", {TEXT: WORDS})}),
    "openapi.describe_as_json": Operation(
        OPERATION, {200: Answer("The description.", {JSON: OBJECT}), 304: UNCHANGED}, (AGAIN,)
    ),
    "openapi.read": page_of(OPERATION),
}
