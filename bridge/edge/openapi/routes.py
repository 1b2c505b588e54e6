"""What each route takes and answers, by its endpoint. Its deed in words is the docstring of its view."""

from typing import Final

from bridge.edge.channel import NAMES
from bridge.edge.leads import OutcomeSchema
from bridge.edge.openapi.answers import (
    CORRECTABLE,
    GONE,
    MISTAKES,
    NO_DATABASE,
    NO_FORM,
    NO_JOURNAL,
    NO_TOKEN,
    ONLY_MISTAKES,
    PAGE,
    RETRY_AFTER,
    TOO_LARGE,
    TOO_MANY,
    UNCHANGED,
    AcceptedSchema,
    AliveSchema,
    MistakesSchema,
    ReadySchema,
    TakenSchema,
    TestedSchema,
    ThankedSchema,
    file,
    plain_problem,
    problem,
    redirect,
)
from bridge.edge.openapi.bodies import (
    ANSWERED,
    ANY_FORM,
    ANYTHING,
    CHOSEN,
    CODE,
    OBJECT,
    PRESSED,
    PRESSED_UNSUBSCRIBE,
    TAKEN,
    TOLD,
)
from bridge.edge.openapi.operations import (
    BROWSER_FORM,
    FILE,
    HTML,
    JSON,
    JSON_LINES,
    TEXT,
    WORDS,
    Answer,
    Asked,
    Body,
    Operation,
)
from bridge.edge.openapi.rows import line_of
from bridge.edge.row_queries import KINDS, MOST, USUAL
from bridge.edge.submissions import SubmissionSchema
from bridge.store.exports import What

SERVERS, BROWSERS, WEBSITES, PROVIDERS = "Submissions", "Forms", "Website script", "Mail providers"
READERS = "Reading"
MAILS, SALES, JOOMLA, OPERATION = "Links in mails", "Sales", "Joomla", "Operation"
DEMO = "Demo"

GROUPS: Final = {
    SERVERS: "From server to server, signed as Standard Webhooks describe it.",
    READERS: "People, events and hand-overs for other systems, page by page, for whoever signs the question.",
    BROWSERS: "What a visitor's browser sends, and the pages around it.",
    WEBSITES: "The script that websites include, and what it tells.",
    MAILS: "Where links in mails lead. Each carries a token that we signed for this one purpose.",
    SALES: "The profile page behind the link in a mail to sales.",
    PROVIDERS: "Events of whoever sends the mails: bounces, complaints, unsubscribes.",
    JOOMLA: "The plugin, and where Joomla finds its newest version.",
    OPERATION: "For monitoring and for programs that read descriptions.",
    DEMO: "Only while Leadbridge is tried out.",
}

LANGUAGE = Asked("_language", "The language of the form; otherwise the browser's.")
FROM_WHERE = tuple(Asked(name, "Where the visitor came from; kept with the submission.") for name in NAMES)
DAYS = Asked("days", "Only people who entered so many days ago at most: 30, 90 or 365.")
AGAIN = Asked("If-None-Match", "What the browser keeps.", "header")
LATER = (
    Asked("thanks", "1 when answers have just arrived."),
    Asked("later", "Questions that were left empty, and are not asked again at once."),
)
SIGNED_HEADERS = (
    Asked("webhook-id", "The same for the same submission, however often it is sent.", "header", True),
    Asked("webhook-timestamp", "Unix seconds, at most five minutes off.", "header", True),
)
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
    Asked("kind", "Only events of that kind.", shape={"type": "string", "enum": list(KINDS)}),
    Asked("profile", "Only what that person did.", shape={"type": "string", "format": "uuid"}),
)
DEVICE = ("device",)
STRANGER = Answer("This browser is not the addressee’s, or not any more.", {HTML: WORDS})
_OF_A_PERSON = {404: NO_TOKEN, 410: GONE, 503: NO_DATABASE}


def _page(group: str, *asks: Asked) -> Operation:
    return Operation(group, {200: PAGE}, asks)


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
    "reading.profiles": _rows("profiles"),
    "reading.events": _rows("events", *OF_EVENTS),
    "reading.handovers": _rows("handovers"),
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
    "thanks": _page(
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
    "confirmations.ask": Operation(MAILS, {200: PAGE, **_OF_A_PERSON}),
    "confirmations.confirm": Operation(MAILS, {303: redirect("On to the preferences."), **_OF_A_PERSON}),
    "preferences.show": Operation(MAILS, {200: PAGE, **_OF_A_PERSON}),
    "preferences.save": Operation(
        MAILS,
        {303: redirect("Saved; on to the page."), 413: TOO_LARGE, 422: CORRECTABLE, **_OF_A_PERSON},
        body=Body(BROWSER_FORM, CHOSEN),
    ),
    "questions.show": Operation(MAILS, {200: PAGE, **_OF_A_PERSON}, LATER),
    "questions.answer": Operation(
        MAILS,
        {
            303: redirect("Written down; on to thanks, and to the next questions."),
            413: TOO_LARGE,
            422: CORRECTABLE,
            429: TOO_MANY,
            **_OF_A_PERSON,
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
    "own_data.show": Operation(MAILS, {200: PAGE, **_OF_A_PERSON}),
    "own_data.download": Operation(
        MAILS, {200: Answer("Everything that is stored.", {JSON: OBJECT}), **_OF_A_PERSON}
    ),
    "own_data.act": Operation(
        MAILS,
        {303: redirect("Done; on to the page."), 413: TOO_LARGE, 422: MISTAKES, **_OF_A_PERSON},
        body=Body(BROWSER_FORM, PRESSED),
    ),
    "own_data.ask": Operation(MAILS, {200: PAGE, **_OF_A_PERSON}),
    "own_data.erase": Operation(MAILS, {200: PAGE, **_OF_A_PERSON}),
    "consent_proofs.show": Operation(MAILS, {200: PAGE, **_OF_A_PERSON}),
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
        {303: redirect("A new link is on its way, if it may be; or on to the file."), **_OF_A_PERSON},
    ),
    "leads.show": Operation(SALES, {200: PAGE, **_OF_A_PERSON}, proofs=DEVICE),
    "leads.answer": Operation(
        SALES,
        {
            303: redirect("Written down; on to the page."),
            403: STRANGER,
            409: CORRECTABLE,
            413: TOO_LARGE,
            422: CORRECTABLE,
            **_OF_A_PERSON,
        },
        body=Body(BROWSER_FORM, OutcomeSchema),
        proofs=DEVICE,
    ),
    "leads.take_over": Operation(
        SALES,
        {303: redirect("Taken over; on to the page."), 403: STRANGER, 413: TOO_LARGE, **_OF_A_PERSON},
        body=Body(BROWSER_FORM, TAKEN, required=False),
        proofs=DEVICE,
    ),
    "lead_papers.letter": Operation(
        SALES,
        {
            200: Answer("The letter, or the door.", {"application/pdf": FILE, TEXT: WORDS, HTML: WORDS}),
            **_OF_A_PERSON,
        },
        (Asked("as", "“text” for the letter without a page around it."),),
        proofs=DEVICE,
    ),
    "lead_papers.keep_date": Operation(
        SALES,
        {200: Answer("The appointment, or the door.", {"text/calendar": FILE, HTML: WORDS}), **_OF_A_PERSON},
        (Asked("on", "A day to come, such as 2026-12-24; else when an answer is due."),),
        proofs=DEVICE,
    ),
    "devices.ask_for_code": Operation(
        SALES,
        {
            303: redirect("On its way, or not needed; on to the page."),
            429: Answer("Enough codes were sent for now.", {HTML: WORDS}, RETRY_AFTER),
            **_OF_A_PERSON,
        },
    ),
    "devices.show_code": Operation(
        SALES,
        {
            303: redirect("This browser is known from now on; on to the page."),
            413: TOO_LARGE,
            422: CORRECTABLE,
            **_OF_A_PERSON,
        },
        body=Body(BROWSER_FORM, CODE),
    ),
    "devices.leave": Operation(SALES, {303: redirect("Forgotten; on to the page."), **_OF_A_PERSON}),
    "devices.close": Operation(
        SALES,
        {303: redirect("Closed; on to the page that says so."), 403: STRANGER, **_OF_A_PERSON},
        proofs=DEVICE,
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
    "reports.show": Operation(OPERATION, {200: PAGE, **_OF_A_PERSON}, (DAYS,)),
    "reports.download": Operation(OPERATION, {200: file("text/csv"), **_OF_A_PERSON}, (DAYS,)),
    "joomla.show": _page(JOOMLA),
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
    "openapi.read": _page(OPERATION),
    "demo.home": Operation(DEMO, {302: redirect("To the sample website.")}),
    "demo.site": _page(DEMO),
    "demo.prices": _page(DEMO),
    "demo.consent_manager": Operation(DEMO, {200: file("text/javascript")}),
    "demo.inbox": _page(DEMO),
    "demo.mail": Operation(DEMO, {200: PAGE, 404: problem("No such mail.")}),
    "demo.mail_html": Operation(DEMO, {200: PAGE, 404: problem("No such mail.")}),
    "demo_articles.feed": Operation(
        DEMO,
        {
            200: Answer(
                "The newest articles.", {"application/rss+xml": WORDS, "application/atom+xml": WORDS}
            ),
            304: UNCHANGED,
            404: problem("No such feed."),
        },
        (AGAIN,),
    ),
    "demo_articles.article": Operation(DEMO, {200: PAGE, 404: problem("No such article, or not yet.")}),
    "demo_reports.show_in_the_demo": Operation(DEMO, {200: PAGE, 503: NO_DATABASE}, (DAYS,)),
    "demo_reports.download_in_the_demo": Operation(DEMO, {200: file("text/csv"), 503: NO_DATABASE}, (DAYS,)),
    "demo_mails.all_mails": _page(DEMO),
    "demo_mails.one_mail": Operation(DEMO, {200: PAGE, 404: problem("No such mail.")}),
    "demo_mails.mail_html": Operation(DEMO, {200: PAGE, 404: problem("No such mail, or language.")}),
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
