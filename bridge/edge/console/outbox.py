"""The outbox: what must leave, what failed, and what an operator decides about it."""

from uuid import UUID

from flask import Response, abort, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from bridge import i18n
from bridge.edge.console.contents import readable
from bridge.edge.console.frame import Visit, console, console_page, needs, visit
from bridge.edge.console.places import address, read_place
from bridge.edge.console.reasons import in_words
from bridge.flow.sending.show_addressees import addressees, shown_payload
from bridge.flow.sending.show_titles import titles
from bridge.store import dead_letters, given_up, outbox_lists
from bridge.store import outbox as deliveries
from bridge.store.outbox import WAITING
from bridge.store.outbox_lists import HEAPS, KINDS

outbox = console("outbox")

PATH = "/console/outbox"
ON_A_PAGE = 50
AT_ONCE = 5_000
"""Deliveries that one press decides about: as many as the database gets done while somebody waits."""
DONE = {
    "retried": "It is due again.",
    "dropped": "It will never be sent.",
    "gone": "It left or was decided about meanwhile.",
    "all-retried": "All that were given up are due again.",
    "all-dropped": "All that were given up are dropped.",
    "some-retried": "As many as fit into one go are due again. Press once more for the others, or run `leadbridge "
    "outbox retry --dead`.",
    "some-dropped": "As many as fit into one go are dropped. Press once more for the others, or run `leadbridge "
    "outbox drop --dead`.",
}


@outbox.get(PATH)
@needs("operate")
def show() -> Response:
    """What waits, what was given up, what was refused."""
    with visit() as on:
        connection = on.unit.connection
        heap = next((one for one in HEAPS if one == request.args.get("heap")), HEAPS[0])
        kind = next((one for one in KINDS if one == request.args.get("kind")), None)
        on.note("outbox.listed", heap=heap)
        say = i18n.translations(on.language).gettext
        found = outbox_lists.heap(connection, heap, kind, ON_A_PAGE, read_place(request.args.get("after")))
        return console_page(
            "console/outbox.html",
            on,
            heap=heap,
            kind=kind,
            kinds=KINDS,
            rows=found.rows,
            titles=titles(connection, on.unit.program, found.rows, on.language),
            to=addressees(connection, on.unit.world, found.rows, say),
            why={row.id: in_words(row.error, say) for row in found.rows},
            counts={one: outbox_lists.count(connection, one) for one in HEAPS},
            letters=dead_letters.count_some(connection),
            most_counted=outbox_lists.MOST_COUNTED,
            begins=read_place(request.args.get("after")) is None,
            begin_url=address(PATH, heap=heap, kind=kind),
            more_url=address(PATH, found.further, heap=heap, kind=kind) if found.further else None,
            message=DONE.get(request.args.get("done", "")),
        )


@outbox.get(f"{PATH}/<uuid:delivery_id>")
@needs("operate")
def look(delivery_id: UUID) -> Response:
    """One delivery: what it is, to whom and why, what became of it."""
    with visit() as on:
        row = deliveries.get(on.unit.connection, delivery_id)
        if row is None:
            abort(404)
        on.note("delivery.seen", "delivery", str(row.id))
        say = i18n.translations(on.language).gettext
        return console_page(
            "console/delivery.html",
            on,
            row=row,
            title=titles(on.unit.connection, on.unit.program, [row], on.language)[row.id],
            to=addressees(on.unit.connection, on.unit.world, [row], say)[row.id],
            why=in_words(row.error, say),
            content=readable(shown_payload(row)) if row.payload else "",
            can_retry=row.state in {"deferred", "refused", "dead"},
            can_drop=row.state in {*WAITING, "dead"},
            message=DONE.get(request.args.get("done", "")),
        )


@outbox.post(f"{PATH}/<uuid:delivery_id>/retry")
@needs("operate")
def retry(delivery_id: UUID) -> AnyResponse:
    """Make it due again, now."""
    with visit() as on:
        done = deliveries.revive(on.unit.connection, delivery_id, on.unit.now)
        on.unit.to_deliver += [delivery_id] if done else []
        return _decided(on, delivery_id, "retried" if done else "gone")


@outbox.post(f"{PATH}/<uuid:delivery_id>/drop")
@needs("operate")
def drop(delivery_id: UUID) -> AnyResponse:
    """Decide that it will never be sent."""
    with visit() as on:
        done = given_up.drop(on.unit.connection, delivery_id, on.unit.now)
        return _decided(on, delivery_id, "dropped" if done else "gone")


@outbox.post(f"{PATH}/dead/retry")
@needs("operate")
def retry_all() -> AnyResponse:
    """Make all that were given up due again, so many in one go."""
    with visit() as on:
        ids = given_up.retry_dead(on.unit.connection, on.unit.now, AT_ONCE)
        on.unit.to_deliver += ids
        on.note("deliveries.retried", count=len(ids))
    return redirect(address(PATH, heap="dead", done=_done("retried", len(ids))), 303)


@outbox.post(f"{PATH}/dead/drop")
@needs("operate")
def drop_all() -> AnyResponse:
    """Decide that nothing that was given up will ever be sent, so many in one go."""
    with visit() as on:
        count = given_up.drop_dead(on.unit.connection, on.unit.now, AT_ONCE)
        on.note("deliveries.dropped", count=count)
    return redirect(address(PATH, heap="dead", done=_done("dropped", count)), 303)


def _done(what: str, count: int) -> str:
    return f"all-{what}" if count < AT_ONCE else f"some-{what}"


def _decided(on: Visit, delivery_id: UUID, done: str) -> AnyResponse:
    if done != "gone":
        on.note(f"delivery.{done}", "delivery", str(delivery_id))
    return redirect(address(f"{PATH}/{delivery_id}", done=done), 303)
