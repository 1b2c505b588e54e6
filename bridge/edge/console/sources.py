"""Feeds that news comes from and endpoints that webhooks go to: which of them work."""

from flask import Response, abort, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from bridge import i18n
from bridge.edge.console.frame import console, console_page, needs, visit
from bridge.edge.console.places import address
from bridge.edge.console.reasons import in_words
from bridge.edge.extension import services
from bridge.flow.sending.show_addressees import without_path
from bridge.flow.sending.webhook_endpoints import turn_on
from bridge.store import articles, feeds, webhooks

sources = console("sources")

PATH = "/console/outbox/sources"
DONE = {"enabled": "The endpoint is on again. What it missed is sent now."}


@sources.get(PATH)
@needs("operate")
def show() -> Response:
    """Every feed and every endpoint, with its failures."""
    with visit() as on:
        connection, program = on.unit.connection, on.unit.program
        say, way_to = i18n.translations(on.language).gettext, services().feeds.reach.way_to
        known = feeds.rows_of(connection, program.feeds.values())
        failing = webhooks.endpoint_rows(connection, program.webhooks)
        return console_page(
            "console/sources.html",
            on,
            feeds=[(one.id, way_to(one.url)[1], known.get(one.id)) for one in program.feeds.values()],
            articles=articles.count_by_feed(connection),
            hooks=[(one, without_path(one.url), failing.get(one.id)) for one in program.webhooks],
            taken=webhooks.last_taken(connection, program.webhooks),
            waiting=webhooks.waiting(connection, program.webhooks),
            why={
                **{f"feed:{id}": in_words(row.error, say) for id, row in known.items()},
                **{f"hook:{id}": in_words(row.disabled_because, say) for id, row in failing.items()},
            },
            message=DONE.get(request.args.get("done", "")),
        )


@sources.post(f"{PATH}/<hook_id>/enable")
@needs("operate")
def enable(hook_id: str) -> AnyResponse:
    """Switch an endpoint on again, and send what it missed."""
    with visit() as on:
        hook = next((one for one in on.unit.program.webhooks if one.id == hook_id), None)
        if hook is None:
            abort(404)
        missed = turn_on(on.unit, hook, resend=True)
        on.note("webhook.enabled", "webhook", hook.id, missed=len(missed))
    return redirect(address(PATH, done="enabled"), 303)
