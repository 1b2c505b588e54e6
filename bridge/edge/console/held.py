"""What is held: leads that a filter or a brake keeps back, and forms that look like spam. A person decides."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Response, abort, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from bridge import i18n
from bridge.edge.console.frame import Visit, console, console_page, needs, posted, visit
from bridge.edge.console.places import address, read_place
from bridge.errors import NotFound
from bridge.flow.held import release
from bridge.flow.sales import decide_held
from bridge.store import held_leads, held_lists, submissions
from bridge.store.held_lists import HeldForm

held = console("held")

LEADS, FORMS = "/console/held", "/console/held/forms"
ON_A_PAGE = 50
LATELY = timedelta(days=90)
"""How far back the tables of rules go."""
LONGEST_NOTE = 2000
DONE = {
    "released": "Sales has the lead now.",
    "waits": "The lead is released. It waits until somebody in sales has room.",
    "returned": "The lead goes back to marketing.",
    "excluded": "This person is excluded.",
    "accepted": "The form is let through.",
    "dropped": "The form is dropped.",
    "gone": "Somebody has decided about this already.",
}


@held.get(LEADS)
@needs("decide")
def show() -> Response:
    """Leads that are held."""
    with visit() as on:
        connection, after = on.unit.connection, read_place(request.args.get("after"))
        found = held_lists.leads(connection, ON_A_PAGE, after)
        on.note("held_leads.listed", people=[str(row.profile_id) for row in found.rows])
        filters = {one.id: i18n.pick(one.title, on.language) for one in on.unit.program.desk.filters}
        return _page(
            on,
            "console/held_leads.html",
            leads=found.rows,
            filters=filters,
            tallies=held_lists.lead_rules(connection, on.unit.now - LATELY),
            more_url=address(LEADS, found.further) if found.further else None,
        )


@held.post(f"{LEADS}/<uuid:held_id>")
@needs("decide")
def decide(held_id: UUID) -> AnyResponse:
    """Release a lead, return it to marketing, or exclude the person; with a note that is kept."""
    decision, note = posted().get("decision"), posted().get("note", "").strip()[:LONGEST_NOTE] or None
    try:
        with visit() as on:
            lead = held_leads.get(on.unit.connection, held_id)
            done = _decide(on, held_id, decision, note)
            on.note(f"lead.{decision}", "profile", str(lead.profile_id) if lead else None, held=str(held_id))
    except NotFound:
        done = "gone"
    return redirect(address(LEADS, done=done), 303)


@held.get(FORMS)
@needs("decide")
def show_forms() -> Response:
    """Forms that are held."""
    with visit() as on:
        connection, after = on.unit.connection, read_place(request.args.get("after"))
        found = held_lists.forms(connection, ON_A_PAGE, after)
        on.note("held_forms.listed", forms=[str(row.id) for row in found.rows])
        return _page(
            on,
            "console/held_forms.html",
            forms=[(row, _title(on, row)) for row in found.rows],
            tallies=held_lists.form_rules(connection, on.unit.now - LATELY),
            more_url=address(FORMS, found.further) if found.further else None,
        )


@held.post(f"{FORMS}/<uuid:submission_id>/release")
@needs("decide")
def release_form(submission_id: UUID) -> AnyResponse:
    """Let a form through after all."""
    with visit() as on:
        row = submissions.get(on.unit.connection, submission_id)
        if row is None:
            abort(404)
        return _decided(on, submission_id, "accepted", release(on.unit, row))


@held.post(f"{FORMS}/<uuid:submission_id>/drop")
@needs("decide")
def drop_form(submission_id: UUID) -> AnyResponse:
    """Decide that a form is spam."""
    with visit() as on:
        dropped = submissions.decide(on.unit.connection, submission_id, "dropped")
        return _decided(on, submission_id, "dropped", dropped)


def _decide(on: Visit, held_id: UUID, decision: str | None, note: str | None) -> str:
    by = on.account.email
    match decision:
        case "released":
            return "released" if decide_held.release(on.unit, held_id, by, note) else "waits"
        case "returned":
            decide_held.give_back(on.unit, held_id, by, note)
        case "excluded":
            decide_held.exclude(on.unit, held_id, by, note)
        case _:
            abort(400)
    return str(decision)


def _decided(on: Visit, submission_id: UUID, decision: str, was_held: bool) -> AnyResponse:
    if was_held:
        on.note(f"submission.{decision}", "submission", str(submission_id))
    return redirect(address(FORMS, done=decision if was_held else "gone"), 303)


def _title(on: Visit, row: HeldForm) -> str:
    form = on.unit.program.forms.get(row.form)
    return i18n.pick(form.title, on.language) if form else row.form


def _page(on: Visit, template: str, **context: Any) -> Response:
    connection = on.unit.connection
    return console_page(
        template,
        on,
        count_leads=held_lists.count_leads(connection),
        count_forms=held_lists.count_forms(connection),
        days=LATELY.days,
        begins=read_place(request.args.get("after")) is None,
        message=DONE.get(request.args.get("done", "")),
        **context,
    )
