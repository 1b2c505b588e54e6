"""What is held: leads that a filter or a brake keeps back, and forms that look like spam. A person decides."""

from collections.abc import Iterable
from typing import Any, NamedTuple
from uuid import UUID

from flask import Response, abort, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from bridge import i18n
from bridge.edge.console.frame import Visit, console, console_page, needs, posted, visit
from bridge.edge.console.menu import HELD
from bridge.edge.console.places import address, read_place
from bridge.edge.refused_answers import written_note
from bridge.errors import NotFound, WaitsForRoom
from bridge.flow.held import release
from bridge.flow.sales import decide_held
from bridge.qualification.unknown_facts import unknown_facts
from bridge.store import accounts, held_leads, held_lists, submissions
from bridge.store.held_leads import CAPACITY, EXCLUDED, FILTER, HANDED_OVER, LAPSED, RELEASED, RETURNED
from bridge.store.held_lists import HeldCard, HeldForm
from bridge.store.paging import Place

held = console("held")

LEADS, FORMS = HELD, "/console/held/forms"
SALES, OTHERS = "sales", "others"
"""Forms for sales, behind which somebody waits for a call or an answer, and all others."""
ON_A_PAGE = 50
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
GONE = {
    RELEASED: "%(who)s released this lead for sales already: %(at)s.",
    RETURNED: "%(who)s gave this lead back to marketing already: %(at)s.",
    EXCLUDED: "%(who)s excluded this person already: %(at)s.",
    HANDED_OVER: "This lead was handed over to sales by itself: %(at)s.",
    LAPSED: "This is no lead any more, so that nothing is to be decided: %(at)s.",
}
"""What became of a held lead → what whoever decides too late is told."""
FORM_GONE = {
    "accepted": "Somebody let this form through already.",
    "dropped": "Somebody dropped this form already.",
}
"""The same of a held form; who decided stands in the audit log."""


class HeldList(NamedTuple):
    """Some leads that are held for one reason. more_url: where the next of them are."""

    leads: tuple[HeldCard, ...]
    more_url: str | None


class HeldForms(NamedTuple):
    """Some forms that are held, each with its title. more_url: where the next of them are."""

    forms: tuple[tuple[HeldForm, str], ...]
    more_url: str | None


@held.get(LEADS)
@needs("decide")
def show() -> AnyResponse:
    """Leads that are held: the first of each list, or one list page by page."""
    with visit() as on:
        return _leads_page(on)


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
    except (NotFound, WaitsForRoom) as error:
        with visit() as on:
            return _leads_page(on, _too_late(on, held_id, error))
    return redirect(address(LEADS, done=done), 303)


@held.get(FORMS)
@needs("decide")
def show_forms() -> AnyResponse:
    """Forms that are held, those for sales first: the first of both lists, or one list page by page."""
    with visit() as on:
        of = next((one for one in (SALES, OTHERS) if one == request.args.get("of")), None)
        after = read_place(request.args.get("after")) if of else None
        lists = {one: _forms(on, one, after) for one in ((of,) if of else (SALES, OTHERS))}
        if of and not lists[of].forms:
            return redirect(FORMS)
        on.note("held_forms.listed", forms=[str(row.id) for one in lists.values() for row, _ in one.forms])
        return _page(
            on,
            "console/held_forms.html",
            lists=lists,
            tallies=held_lists.form_rules(on.unit.connection, on.unit.now - held_lists.LATELY),
            begins=of is None,
            more_url=lists[of].more_url if of else None,
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


def _leads_page(on: Visit, refused: str | None = None) -> AnyResponse:
    """refused: why a decision was not taken, whose note is then shown once more."""
    why = next((one for one in (FILTER, CAPACITY) if one == request.args.get("why")), None)
    after = read_place(request.args.get("after")) if why else None
    lists = {one: _leads(on, one, after) for one in ((why,) if why else (FILTER, CAPACITY))}
    if why and not lists[why].leads:
        return redirect(LEADS)
    on.note("held_leads.listed", people=[str(row.profile_id) for one in lists.values() for row in one.leads])
    filters = {one.id: i18n.pick(one.title, on.language) for one in on.unit.program.desk.filters}
    return _page(
        on,
        "console/held_leads.html",
        status=409 if refused else 200,
        path=LEADS,
        lists=lists,
        filters=filters,
        unknown=_unknown(on, lists[FILTER].leads if FILTER in lists else ()),
        tallies=held_lists.lead_rules(on.unit.connection, on.unit.now - held_lists.LATELY),
        begins=why is None,
        more_url=lists[why].more_url if why else None,
        refused=refused,
        lost_note=written_note() if refused else "",
    )


def _leads(on: Visit, why: str, after: Place | None) -> HeldList:
    found = held_lists.leads(on.unit.connection, why, ON_A_PAGE, after)
    return HeldList(found.rows, address(LEADS, found.further, why=why) if found.further else None)


def _unknown(on: Visit, leads: Iterable[HeldCard]) -> dict[UUID, str]:
    """Held since no territory has them → what is unknown of them."""
    program = on.unit.program
    outside = {one.id for one in program.desk.filters if one.outside}
    return {one.id: unknown_facts(program, one.fields, on.language) for one in leads if one.rule in outside}


def _forms(on: Visit, of: str, after: Place | None) -> HeldForms:
    for_sales = (one.id for one in on.unit.program.forms.values() if one.channel == "sales")
    found = held_lists.forms(on.unit.connection, for_sales, ON_A_PAGE, after, others=of == OTHERS)
    shown = tuple((row, _title(on, row)) for row in found.rows)
    return HeldForms(shown, address(FORMS, found.further, of=of) if found.further else None)


def _decide(on: Visit, held_id: UUID, decision: str | None, note: str | None) -> str:
    by, name = on.account.email, on.account.name
    match decision:
        case "released":
            to = decide_held.release(on.unit, held_id, by, note, name)
            return "released" if to else "waits"
        case "returned":
            decide_held.give_back(on.unit, held_id, by, note, name)
        case "excluded":
            decide_held.exclude(on.unit, held_id, by, note, name)
        case _:
            abort(400)
    return str(decision)


def _decided(on: Visit, submission_id: UUID, decision: str, was_held: bool) -> AnyResponse:
    if was_held:
        on.note(f"submission.{decision}", "submission", str(submission_id))
    done, about = (decision, None) if was_held else ("gone", str(submission_id))
    return redirect(address(FORMS, done=done, about=about), 303)


def _title(on: Visit, row: HeldForm) -> str:
    form = on.unit.program.forms.get(row.form)
    return i18n.pick(form.title, on.language) if form else row.form


def _said(on: Visit) -> str:
    """What is said after a deed, in the reader's language; of a form that was decided about before, how."""
    say, done = i18n.translations(on.language).gettext, request.args.get("done", "")
    if done == "gone" and (about := _id(request.args.get("about", ""))):
        return _gone_form(on, about) or say(DONE[done])
    return say(DONE[done]) if done in DONE else ""


def _too_late(on: Visit, held_id: UUID, error: NotFound | WaitsForRoom) -> str:
    """Why a decision about a lead is not taken: what had been decided, and by whom, or that nobody need decide."""
    say = i18n.translations(on.language).gettext
    if isinstance(error, WaitsForRoom):
        return say("This lead waits for room in sales. Nobody need release it.")
    return _gone_lead(on, held_id) or say(DONE["gone"])


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _gone_lead(on: Visit, held_id: UUID) -> str:
    row = held_leads.get(on.unit.connection, held_id)
    if row is None or row.decided_at is None or row.decision not in GONE:
        return ""
    at = i18n.format_exact(row.decided_at, on.language, on.unit.program.timezone)
    decider = accounts.by_key(on.unit.connection, (row.decided_by or "").lower())
    who = decider.name if decider and decider.name else row.decided_by
    return i18n.translations(on.language).gettext(GONE[row.decision]) % {"who": who, "at": at}


def _gone_form(on: Visit, submission_id: UUID) -> str:
    row = submissions.get(on.unit.connection, submission_id)
    words = FORM_GONE.get(row.state) if row else None
    return i18n.translations(on.language).gettext(words) if words else ""


def _page(on: Visit, template: str, **context: Any) -> Response:
    leads, forms = held_lists.count_undecided_each(on.unit.connection)
    return console_page(
        template,
        on,
        count_leads=leads,
        count_forms=forms,
        days=held_lists.LATELY.days,
        message=_said(on),
        **context,
    )
