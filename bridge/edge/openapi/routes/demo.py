"""Only while Leadbridge is tried out."""

from typing import Final

from bridge.edge.openapi.answers import NO_DATABASE, PAGE, UNCHANGED, file, problem, redirect
from bridge.edge.openapi.operations import WORDS, Answer, Operation
from bridge.edge.openapi.routes.alike import AGAIN, DAYS, page_of
from bridge.edge.openapi.routes.groups import DEMO

OPERATIONS: Final[dict[str, Operation]] = {
    "demo.home": Operation(DEMO, {302: redirect("To the sample website.")}),
    "demo.site": page_of(DEMO),
    "demo.prices": page_of(DEMO),
    "demo.consent_manager": Operation(DEMO, {200: file("text/javascript")}),
    "demo.inbox": page_of(DEMO),
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
    "demo_mails.all_mails": page_of(DEMO),
    "demo_mails.one_mail": Operation(DEMO, {200: PAGE, 404: problem("No such mail.")}),
    "demo_mails.mail_html": Operation(DEMO, {200: PAGE, 404: problem("No such mail, or language.")}),
}
