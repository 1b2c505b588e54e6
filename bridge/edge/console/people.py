"""People on the console: found among all, and one of them with everything that is known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from flask import Response, abort, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from bridge import i18n
from bridge.edge.console.answering import answer_of, answers_for, done_with, noted_with
from bridge.edge.console.asked_of_people import HELD, KEPT, STAGES, STATES, asked_of_people, points
from bridge.edge.console.frame import Visit, console, console_page, needs, posted, visit
from bridge.edge.console.handover_papers import papers
from bridge.edge.leads import said_after
from bridge.edge.refused_answers import Refusal, refused
from bridge.errors import HandoverClosed, InvalidFields
from bridge.flow.exclude_person import exclude_person, include_person
from bridge.flow.find_people import find_people, show_company
from bridge.flow.profile_lines import handover_line
from bridge.flow.sales.forward_lead import colleagues
from bridge.flow.sales.record_outcome import record_outcome
from bridge.flow.sales.take_lead import taken_from
from bridge.flow.sales.take_over_fields import take_over_fields
from bridge.flow.show_profile import show_profile
from bridge.intake.validation import clean
from bridge.profiles.catchwords import TOP_FROM
from bridge.profiles.finding import ORDERS, Order, Wanted
from bridge.qualification.unknown_facts import unknown_facts
from bridge.store import handovers, held_leads, profiles
from bridge.store.finding import Place
from bridge.store.handovers import PENDING, HandoverRow
from bridge.store.held_leads import FILTER
from bridge.store.profiles import ProfileRow

people = console("people")

MARKS = {"topic": "topic", "interest": "shown"}
"""What may be chosen among topics → the mark by which it is kept."""
FURTHER = frozenset({"topic", "interest", "source", "owner", "state", "from", "to"})
"""What is asked for more seldom."""
NEWEST = 50
"""Of what happened; the rest stands on pages of its own."""
DONE = {
    "excluded": "This person is excluded.",
    "included": "This person is not excluded any more.",
}


@dataclass(frozen=True, slots=True)
class Held:
    """A lead that sales does not get yet. rule: the filter's title, or None while it waits for room.

    unknown: what territories ask for in vain, where none has the lead. url: where one decides, for whoever may.
    """

    rule: str | None
    unknown: str
    url: str | None


@people.get("/console/profiles")
@needs("people")
def find() -> Response:
    """Find people."""
    with visit() as on:
        asked, left_out = asked_of_people(on.unit.program, on.language)
        wanted, order = _wanted(asked), _order(asked)
        found = find_people(on.unit.connection, on.unit.program, wanted, order, _place(asked.get("after")))
        on.note("people.listed", shown=len(found.lines), asked=sorted(set(asked) - {"order", "after"}))
        return console_page(
            "console/people.html",
            on,
            found=found,
            asked=asked,
            left_out=left_out,
            order=order,
            further=bool(asked.keys() & FURTHER),
            top_from=TOP_FROM,
            stages=STAGES,
            topics=list(on.unit.program.topics.values()),
            sales=list(on.unit.program.people.values()),
            next_url=_url(asked, found.after) if found.after else None,
            first_url=_url(asked) if "after" in asked else None,
        )


@people.get("/console/profiles/<uuid:profile_id>")
@needs("people")
def show(profile_id: UUID) -> Response:
    """Everything about a person. Whoever looks is written down."""
    with visit() as on:
        return _page(on, profile_id)


@people.post("/console/profiles/<uuid:profile_id>/handovers/<uuid:handover_id>/outcome")
@needs("desk")
def answer(profile_id: UUID, handover_id: UUID) -> AnyResponse:
    """Write down what sales answers about one hand-over, and show the page again.

    Whoever presses twice, or answers on a page of yesterday, says nothing about a hand-over that came after.
    """
    try:
        with visit() as on:
            row = handovers.get(on.unit.connection, handover_id)
            if row is None or row.profile_id != profile_id:
                abort(404)
            given = answer_of(on, row)
            said = record_outcome(on.unit, row.id, given)
            if said.is_new:
                on.note(f"handover.{said.became}", "profile", str(profile_id), **noted_with(on, row, given))
    except (InvalidFields, HandoverClosed) as error:
        with visit() as on:
            return _page(on, profile_id, error, handover_id)
    return redirect(f"/console/profiles/{profile_id}?done={said.became}", 303)


@people.post("/console/profiles/<uuid:profile_id>/fields")
@needs("desk")
def take_over(profile_id: UUID) -> AnyResponse:
    """Take over values that somebody also gave."""
    with visit() as on:
        take_over_fields(on.unit, profile_id, set(request.form.getlist("field")))
        on.note("person.fields_taken_over", "profile", str(profile_id))
    return redirect(f"/console/profiles/{profile_id}?done=taken", 303)


@people.post("/console/profiles/<uuid:profile_id>/exclusion")
@needs("decide")
def exclude(profile_id: UUID) -> AnyResponse:
    """Exclude somebody, or take that back."""
    with visit() as on:
        lifts = "lift" in posted()
        (include_person if lifts else exclude_person)(on.unit, profile_id)
        on.note("person.included" if lifts else "person.excluded", "profile", str(profile_id))
    return redirect(f"/console/profiles/{profile_id}?done={'included' if lifts else 'excluded'}", 303)


@people.get("/console/companies/<domain>")
@needs("people")
def company(domain: str) -> Response:
    """A company with its people."""
    with visit() as on:
        found = show_company(on.unit.connection, on.unit.program, clean(domain).lower())
        if found is None:
            abort(404)
        on.note("company.seen", people=[str(line.id) for line in found.people])
        return console_page("console/company.html", on, company=found)


def _page(on: Visit, profile_id: UUID, error: Refusal | None = None, about: UUID | None = None) -> Response:
    """The page speaks the reader's language; reasons for points are told in the programme's. It is noted as seen.

    about: the hand-over for which an answer was refused.
    """
    on.note("person.seen", "profile", str(profile_id))
    unit, program = on.unit, replace(on.unit.program, language=on.language)
    profile = profiles.get(unit.connection, profile_id)
    url = f"/console/profiles/{profile_id}"
    rows = handovers.of_profile(unit.connection, profile_id) if on.may("desk") else []
    row = next((one for one in rows if one.state in PENDING), None)
    order = _order_won(rows) if not row else None
    answered = row or order
    same = answered if answered and answered.id == about else None
    told = refused(error, same, on.language) if error else None
    world = replace(unit.world, program=program)
    lead = show_profile(unit.connection, world, profile)
    return console_page(
        "console/person.html",
        on,
        status=told.status if told else 200,
        lead=replace(lead, timeline=lead.timeline[:NEWEST]),
        events_url=f"{url}/events" if len(lead.timeline) > NEWEST else None,
        reasons_language=unit.program.language,
        handover=handover_line(program, row) if row else None,
        order=handover_line(program, order) if order else None,
        papers=papers(on, row, lead),
        taken_from=taken_from(program, row, on.account.sales_person) if row else "",
        answers_for=answers_for(on, answered) if answered else "",
        reasons=list(program.reasons.values()),
        sales_colleagues=colleagues(program, row, unit.now) if row else [],
        typed=told.typed if told else {},
        lost_note=told.note if told else "",
        outcome_url=f"{url}/handovers/{answered.id}/outcome" if answered else None,
        as_shown=answered,
        take_over_url=f"{url}/fields",
        domain=profile.company_domain,
        held=_held(on, profile),
        exclude_url=f"{url}/exclusion" if on.may("decide") else None,
        lead_url=_own_lead_page(on, row),
        message=said_after({**done_with(on, row), **DONE}, world, row, unit.now),
        error=told.words if told else None,
    )


def _held(on: Visit, profile: ProfileRow) -> Held | None:
    """What keeps the lead from sales at the moment."""
    row = held_leads.waiting_of(on.unit.connection, [profile.id]).get(profile.id)
    if row is None:
        return None
    program = on.unit.program
    known = {one.id: one for one in program.desk.filters}
    by = known.get(row.rule or "") if row.why == FILTER else None
    rule = i18n.pick(by.title, on.language) if by else row.rule if row.why == FILTER else None
    unknown = unknown_facts(program, profile.fields, on.language) if by and by.outside else ""
    return Held(rule, unknown, "/console/held" if on.may("decide") else None)


def _order_won(rows: Sequence[HandoverRow]) -> HandoverRow | None:
    """The newest hand-over, if it was won: its amount may have to be put right."""
    return rows[0] if rows and rows[0].state == "won" else None


def _own_lead_page(on: Visit, row: HandoverRow | None) -> str | None:
    """Where the one who is signed in answers for this lead, if it is theirs."""
    if row is None or row.sales_person != on.account.sales_person:
        return None
    link = handovers.standing_link(on.unit.connection, row.id, row.sales_person, on.unit.now)
    return on.unit.world.links.lead(link, on.unit.now) if link else None


def _wanted(asked: Mapping[str, str]) -> Wanted:
    """What is asked for."""
    marks = {f"{mark}:{asked[name]}" for name, mark in MARKS.items() if name in asked}
    marks |= {mark for name, mark in STATES.items() if asked.get("state") == name}
    return Wanted(
        asked.get("q", ""),
        asked.get("source", ""),
        asked.get("stage"),
        frozenset(marks),
        points(asked.get("from")),
        points(asked.get("to")),
        asked.get("state") == HELD,
        asked.get("owner"),
    )


def _order(asked: Mapping[str, str]) -> Order:
    return next((one for one in ORDERS if one == asked.get("order")), "newest")


def _url(asked: Mapping[str, str], after: Place | None = None) -> str:
    """The address of this list, from its beginning or from a place on."""
    kept = {name: asked[name] for name in KEPT if name in asked}
    if after:
        kept["after"] = f"{after.top_score}~{after.at.isoformat()}~{after.id.hex}"
    return f"/console/profiles?{urlencode(kept)}" if kept else "/console/profiles"


def _place(text: str | None) -> Place | None:
    """Where a page begins; whoever makes an address up begins at the beginning."""
    try:
        score, created_at, one = (text or "").split("~")
        place = Place(int(score), datetime.fromisoformat(created_at), UUID(hex=one))
    except ValueError:
        return None
    return place if place.at.tzinfo and abs(place.top_score) < 2**31 else None
