"""Hand-overs as a board, and their answers: for sales leads, and for marketers who ask what became of them."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from flask import Response, abort, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from bridge import i18n
from bridge.edge.console.answering import answer_of, answers_for, done_with, noted_with
from bridge.edge.console.frame import Visit, console, console_page, needs, visit
from bridge.edge.console.handover_papers import PATH, papers
from bridge.edge.console.places import address, read_place
from bridge.edge.leads import DONE, said_after
from bridge.edge.refused_answers import Refusal, refused
from bridge.errors import HandoverClosed, InvalidFields
from bridge.flow.profile_lines import handover_line
from bridge.flow.sales.forward_lead import colleagues
from bridge.flow.sales.record_outcome import record_outcome
from bridge.flow.sales.take_lead import taken_from
from bridge.flow.show_profile import show_profile
from bridge.program.model import Program
from bridge.qualification.presence import absence_of
from bridge.store import board, handovers, profiles
from bridge.store.board import COLUMNS, Card, State, Wanted
from bridge.store.handovers import PENDING
from bridge.store.paging import Page

handover_board = console("handovers")

ON_THE_BOARD, ON_A_PAGE = 12, 50


@dataclass(frozen=True, slots=True)
class Column:
    """A column as the page shows it. more_url: where the rest of it is, None when all of it is here."""

    state: State
    cards: tuple[Card, ...]
    count: int
    more_url: str | None

    @property
    def is_counted(self) -> bool:
        """Whether the count is exact, and not just a great many."""
        return self.count < board.MOST_COUNTED


@handover_board.get(PATH)
@needs("desk")
def show() -> Response:
    """All columns; or one of them, page by page."""
    with visit() as on:
        who = _who(on)
        wanted = Wanted(_people(on, who), "late" in request.args)
        state = next((one for one in COLUMNS if one == request.args.get("column")), None)
        if wanted.late:
            state = "open"
        shown = (state,) if state else COLUMNS
        on.note("handovers.listed")
        return console_page(
            "console/handovers.html",
            on,
            columns=[_column(on, one, wanted, who, alone=state is not None) for one in shown],
            only=state,
            wanted=wanted,
            who=who,
            own=on.account.sales_person,
            choices=_choices(on),
            away=_away(on),
            all_url=address(PATH, who=who),
            begin_url=address(PATH, who=who, column=state, late="1" if wanted.late else None),
            begins=read_place(request.args.get("after")) is None,
            message=DONE.get(request.args.get("done", "")),
        )


@handover_board.get(f"{PATH}/<uuid:handover_id>")
@needs("desk")
def look(handover_id: UUID) -> Response:
    """One hand-over: whom it is about, why, and what sales answers."""
    with visit() as on:
        return _page(on, handover_id)


@handover_board.post(f"{PATH}/<uuid:handover_id>/outcome")
@needs("desk")
def answer(handover_id: UUID) -> AnyResponse:
    """Write down what sales answers."""
    try:
        with visit() as on:
            row = handovers.get(on.unit.connection, handover_id)
            if row is None:
                abort(404)
            given = answer_of(on, row)
            said = record_outcome(on.unit, handover_id, given)
            if said.is_new:
                beside = noted_with(on, row, given)
                on.note(f"handover.{said.became}", "profile", str(row.profile_id), **beside)
    except (InvalidFields, HandoverClosed) as error:
        with visit() as on:
            return _page(on, handover_id, error)
    return redirect(address(f"{PATH}/{handover_id}", done=said.became), 303)


def _who(on: Visit) -> str:
    """Whose hand-overs are asked for; sales sees its own and its team's first."""
    person = on.unit.program.people.get(on.account.sales_person or "")
    usual = "mine" if person and on.account.role == "sales" else "all"
    asked = request.args.get("who", usual)
    return asked if _people(on, asked) != () else usual


def _people(on: Visit, who: str) -> tuple[str, ...] | None:
    """Ids of the people who are meant, None for everybody, nobody for what makes no sense."""
    program, (kind, _, name) = on.unit.program, who.partition(":")
    if kind == "all":
        return None
    if kind == "mine":
        person = program.people.get(on.account.sales_person or "")
        return ((*_team(program, person.team), person.id) if person.team else (person.id,)) if person else ()
    return _team(program, name) if kind == "team" else (name,) if name in program.people else ()


def _team(program: Program, team: str) -> tuple[str, ...]:
    return tuple(person.id for person in program.people.values() if person.team == team)


def _choices(on: Visit) -> list[tuple[str, str]]:
    """Values of the filter with their words: teams and people of the programme."""
    program = on.unit.program
    teams = [(f"team:{one.id}", i18n.pick(one.title, on.language)) for one in program.desk.teams.values()]
    named = [(value, words) for value, words in teams if _people(on, value)]
    return [*named, *((f"person:{one.id}", one.name) for one in program.people.values())]


def _away(on: Visit) -> dict[str, date]:
    """Who is away today → the last day of that."""
    program = on.unit.program
    today = on.unit.now.astimezone(program.timezone).date()
    absences = {one.id: absence_of(one, today) for one in program.people.values()}
    return {person: absence.last for person, absence in absences.items() if absence}


def _column(on: Visit, state: State, wanted: Wanted, who: str, *, alone: bool) -> Column:
    connection, now = on.unit.connection, on.unit.now
    after = read_place(request.args.get("after")) if alone else None
    found: Page[Card] = board.column(
        connection, state, wanted, now, ON_A_PAGE if alone else ON_THE_BOARD, after
    )
    late = "1" if wanted.late else None
    place = found.further if alone else None
    more = address(PATH, place, who=who, column=state, late=late) if found.further else None
    return Column(state, found.rows, board.count(connection, state, wanted, now), more)


def _page(on: Visit, handover_id: UUID, error: Refusal | None = None) -> Response:
    row = handovers.get(on.unit.connection, handover_id)
    if row is None:
        abort(404)
    on.note("person.seen", "profile", str(row.profile_id), handover=str(handover_id))
    program = replace(on.unit.program, language=on.language)
    profile = profiles.get(on.unit.connection, row.profile_id)
    world = replace(on.unit.world, program=program)
    lead = show_profile(on.unit.connection, world, profile)
    told = refused(error, row, on.language) if error else None
    return console_page(
        "console/handover.html",
        on,
        status=told.status if told else 200,
        lead=lead,
        papers=papers(on, row, lead),
        reasons_language=on.unit.program.language,
        row=row,
        handover=handover_line(program, row) if row.state in PENDING else None,
        order=handover_line(program, row) if row.state == "won" else None,
        taken_from=taken_from(program, row, on.account.sales_person),
        answers_for=answers_for(on, row),
        reasons=list(program.reasons.values()),
        outcome_url=f"{PATH}/{handover_id}/outcome",
        as_shown=row,
        colleagues=colleagues(program, row, on.unit.now),
        message=said_after(done_with(on, row), world, row, on.unit.now),
        error=told.words if told else None,
        typed=told.typed if told else {},
        lost_note=told.note if told else "",
    )
