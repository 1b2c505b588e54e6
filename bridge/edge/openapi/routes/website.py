"""What visitors of a website meet: forms, the pages around them, the script."""

from typing import Final

from bridge.edge.channel import NAMES
from bridge.edge.openapi.answers import (
    MISTAKES,
    NO_FORM,
    NO_JOURNAL,
    ONLY_MISTAKES,
    PAGE,
    RETRY_AFTER,
    TOO_LARGE,
    TOO_MANY,
    UNCHANGED,
    ThankedSchema,
    file,
    plain_problem,
    problem,
    redirect,
)
from bridge.edge.openapi.bodies import ANY_FORM, TOLD
from bridge.edge.openapi.operations import BROWSER_FORM, JSON, TEXT, Answer, Asked, Body, Operation
from bridge.edge.openapi.routes.alike import AGAIN, page_of
from bridge.edge.openapi.routes.groups import BROWSERS, WEBSITES

LANGUAGE = Asked("_language", "The language of the form; otherwise the browser's.")
FROM_WHERE = tuple(Asked(name, "Where the visitor came from; kept with the submission.") for name in NAMES)

OPERATIONS: Final[dict[str, Operation]] = {
    "forms.show": Operation(BROWSERS, {200: PAGE, 404: NO_FORM}, (LANGUAGE, *FROM_WHERE)),
    "forms.send": Operation(
        BROWSERS,
        {
            202: Answer("On disk; for whoever asks for JSON.", {JSON: ThankedSchema}),
            303: redirect("On disk; on to the thank-you page."),
            404: NO_FORM,
            413: TOO_LARGE,
            422: MISTAKES,
            429: TOO_MANY,
            503: NO_JOURNAL,
        },
        (LANGUAGE,),
        Body(BROWSER_FORM, ANY_FORM),
    ),
    "embedding.embed": Operation(BROWSERS, {200: PAGE, 404: NO_FORM}, (LANGUAGE,)),
    "embedding.fragment": Operation(BROWSERS, {200: PAGE, 404: NO_FORM}, (LANGUAGE,)),
    "thanks": page_of(
        BROWSERS, Asked("form", "The form that was sent."), Asked("mail", "1 when a mail follows.")
    ),
    "visits.tell": Operation(
        WEBSITES,
        {
            204: Answer("Taken, or not wanted by the browser."),
            400: ONLY_MISTAKES,
            403: plain_problem("The programme does not name this website."),
            413: plain_problem("More than 4 KiB."),
            429: plain_problem("Far too many from this network.", RETRY_AFTER),
            503: plain_problem("Nothing can be written down at the moment.", RETRY_AFTER),
        },
        (Asked("Origin", "The website; browsers send it.", "header"),),
        Body((TEXT, JSON), TOLD),
    ),
    "scripts.site": Operation(
        WEBSITES,
        {200: file("text/javascript", "The script."), 304: UNCHANGED, 404: problem("No such version.")},
        (Asked("v", "The version; otherwise the newest."), AGAIN),
    ),
}
