"""Where links in mails lead."""

from typing import Final

from bridge.edge.openapi.answers import (
    CORRECTABLE,
    GONE,
    MISTAKES,
    NO_JOURNAL,
    NO_TOKEN,
    PAGE,
    RETRY_AFTER,
    TOO_LARGE,
    TOO_MANY,
    UNCHANGED,
    file,
    problem,
    redirect,
)
from bridge.edge.openapi.bodies import ANSWERED, CHOSEN, OBJECT, PRESSED, PRESSED_UNSUBSCRIBE
from bridge.edge.openapi.operations import BROWSER_FORM, JSON, Answer, Asked, Body, Operation
from bridge.edge.openapi.routes.alike import AGAIN, OF_A_PERSON
from bridge.edge.openapi.routes.groups import MAILS

LATER = (
    Asked("thanks", "1 when answers have just arrived."),
    Asked("later", "Questions that were left empty, and are not asked again at once."),
)

OPERATIONS: Final[dict[str, Operation]] = {
    "confirmations.ask": Operation(MAILS, {200: PAGE, **OF_A_PERSON}),
    "confirmations.confirm": Operation(MAILS, {303: redirect("On to the preferences."), **OF_A_PERSON}),
    "preferences.show": Operation(MAILS, {200: PAGE, **OF_A_PERSON}),
    "preferences.save": Operation(
        MAILS,
        {303: redirect("Saved; on to the page."), 413: TOO_LARGE, 422: CORRECTABLE, **OF_A_PERSON},
        body=Body(BROWSER_FORM, CHOSEN),
    ),
    "questions.show": Operation(MAILS, {200: PAGE, **OF_A_PERSON}, LATER),
    "questions.answer": Operation(
        MAILS,
        {
            303: redirect("Written down; on to thanks, and to the next questions."),
            413: TOO_LARGE,
            422: CORRECTABLE,
            429: TOO_MANY,
            **OF_A_PERSON,
        },
        LATER,
        body=Body(BROWSER_FORM, ANSWERED),
    ),
    "unsubscribes.ask": Operation(MAILS, {200: PAGE, 404: NO_TOKEN}),
    "unsubscribes.unsubscribe": Operation(
        MAILS,
        {200: PAGE, 404: NO_TOKEN, 413: TOO_LARGE, 503: NO_JOURNAL},
        body=Body(BROWSER_FORM, PRESSED_UNSUBSCRIBE, required=False),
    ),
    "own_data.show": Operation(MAILS, {200: PAGE, **OF_A_PERSON}),
    "own_data.download": Operation(
        MAILS, {200: Answer("Everything that is stored.", {JSON: OBJECT}), **OF_A_PERSON}
    ),
    "own_data.act": Operation(
        MAILS,
        {303: redirect("Done; on to the page."), 413: TOO_LARGE, 422: MISTAKES, **OF_A_PERSON},
        body=Body(BROWSER_FORM, PRESSED),
    ),
    "own_data.ask": Operation(MAILS, {200: PAGE, **OF_A_PERSON}),
    "own_data.erase": Operation(MAILS, {200: PAGE, **OF_A_PERSON}),
    "consent_proofs.show": Operation(MAILS, {200: PAGE, **OF_A_PERSON}),
    "downloads.download": Operation(
        MAILS,
        {
            200: file("*/*"),
            206: file("*/*", "The part that was asked for."),
            304: UNCHANGED,
            404: NO_TOKEN,
            410: problem(
                "The link has expired: a page that offers a new one. Or the file is not offered any more."
            ),
            412: Answer("The file is another one than the one that was asked for."),
            416: problem("The file has no such part."),
            503: problem("The file is just being fetched, or cannot be had at the moment.", RETRY_AFTER),
        },
        (
            AGAIN,
            Asked("Range", "A part of the file (RFC 9110).", "header"),
            Asked("If-Range", "Of which file the part is meant.", "header"),
        ),
    ),
    "download_links.show": Operation(MAILS, {200: PAGE, 404: NO_TOKEN, 410: GONE}),
    "download_links.ask": Operation(
        MAILS,
        {303: redirect("A new link is on its way, if it may be; or on to the file."), **OF_A_PERSON},
    ),
}

TRACKED: Final = {
    "/t/c/<token>": Operation(
        MAILS,
        {302: Answer("To where the link leads.", headers={"Location": "where to go on"}), 404: NO_TOKEN},
        words="A tracked link: note the click, and lead on, whether or not it could be noted.",
    ),
    "/t/o/<token>.gif": Operation(
        MAILS,
        {200: file("image/gif", "The pixel."), 404: NO_TOKEN},
        words="The open pixel of a mail.",
    ),
}
"""GET, answered in front of Flask's routes (bridge/edge/tracking.py)."""
