"""The profile page behind the link in a mail to sales."""

from typing import Final

from bridge.edge.leads import OutcomeSchema
from bridge.edge.openapi.answers import CORRECTABLE, PAGE, RETRY_AFTER, TOO_LARGE, redirect
from bridge.edge.openapi.bodies import CODE, TAKEN
from bridge.edge.openapi.operations import (
    BROWSER_FORM,
    FILE,
    HTML,
    TEXT,
    WORDS,
    Answer,
    Asked,
    Body,
    Operation,
)
from bridge.edge.openapi.routes.alike import OF_A_PERSON
from bridge.edge.openapi.routes.groups import SALES

DEVICE = ("device",)
STRANGER = Answer("This browser is not the addressee’s, or not any more.", {HTML: WORDS})

OPERATIONS: Final[dict[str, Operation]] = {
    "leads.show": Operation(SALES, {200: PAGE, **OF_A_PERSON}, proofs=DEVICE),
    "leads.answer": Operation(
        SALES,
        {
            303: redirect("Written down; on to the page."),
            403: STRANGER,
            409: CORRECTABLE,
            413: TOO_LARGE,
            422: CORRECTABLE,
            **OF_A_PERSON,
        },
        body=Body(BROWSER_FORM, OutcomeSchema),
        proofs=DEVICE,
    ),
    "leads.take_over": Operation(
        SALES,
        {303: redirect("Taken over; on to the page."), 403: STRANGER, 413: TOO_LARGE, **OF_A_PERSON},
        body=Body(BROWSER_FORM, TAKEN, required=False),
        proofs=DEVICE,
    ),
    "lead_papers.letter": Operation(
        SALES,
        {
            200: Answer("The letter, or the door.", {"application/pdf": FILE, TEXT: WORDS, HTML: WORDS}),
            **OF_A_PERSON,
        },
        (Asked("as", "“text” for the letter without a page around it."),),
        proofs=DEVICE,
    ),
    "lead_papers.keep_date": Operation(
        SALES,
        {
            200: Answer("The appointment, or the door.", {"text/calendar": FILE, HTML: WORDS}),
            422: CORRECTABLE,
            **OF_A_PERSON,
        },
        (Asked("on", "A day to come, such as 2026-12-24; else when an answer is due."),),
        proofs=DEVICE,
    ),
    "devices.ask_for_code": Operation(
        SALES,
        {
            303: redirect("On its way, or not needed; on to the page."),
            429: Answer("Enough codes were sent for now.", {HTML: WORDS}, RETRY_AFTER),
            **OF_A_PERSON,
        },
    ),
    "devices.show_code": Operation(
        SALES,
        {
            303: redirect("This browser is known from now on; on to the page."),
            413: TOO_LARGE,
            422: CORRECTABLE,
            **OF_A_PERSON,
        },
        body=Body(BROWSER_FORM, CODE),
    ),
    "devices.leave": Operation(SALES, {303: redirect("Forgotten; on to the page."), **OF_A_PERSON}),
    "devices.close": Operation(
        SALES,
        {303: redirect("Closed; on to the page that says so."), 403: STRANGER, **OF_A_PERSON},
        proofs=DEVICE,
    ),
}
