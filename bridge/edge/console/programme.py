"""The programme, explained to whoever works with it: forms, stages, every rule, series, the sales desk."""

from collections.abc import Mapping
from functools import partial

from flask import Response

from bridge import i18n
from bridge.edge.console.frame import console, console_page, needs, visit
from bridge.edge.console.remarks import Remark, remark
from bridge.edge.extension import services
from bridge.flow.running_program import runs_since
from bridge.program.expressions import Expression
from bridge.program.model import Program
from bridge.program.spoken import spoken, spoken_points
from bridge.qualification.measures import FITS_WELL
from bridge.qualification.presence import absence_of

programme = console("programme")


@programme.get("/console/programme")
@needs("programme")
def show() -> Response:
    """All of it on one page. Nobody is named but colleagues of sales."""
    with visit() as on:
        program = on.unit.program
        today = on.unit.now.astimezone(program.timezone).date()
        return console_page(
            "console/programme.html",
            on,
            since=runs_since(on.unit),
            looked_over=_looked_over(on.language),
            in_words=partial(_said, program, on.language),
            points_in_words=partial(_said_points, program, on.language),
            fits_well=FITS_WELL,
            away={one.id: gone for one in program.people.values() if (gone := absence_of(one, today))},
            in_team={team: _names(program, team) for team in program.desk.teams},
        )


def _looked_over(language: str) -> Mapping[str, list[Remark]] | None:
    """What check says, in that language; None as long as nobody knows."""
    said, say = services().checks.said(), i18n.translations(language).gettext
    if said is None:
        return None
    return {
        "mistakes": [remark(one, say) for one in said.mistakes],
        "doubts": [remark(one, say) for one in said.doubts],
    }


def _said(program: Program, language: str, condition: Expression) -> str | None:
    return spoken(program, condition.source, language)


def _said_points(program: Program, language: str, formula: Expression) -> str | None:
    return spoken_points(program, formula.source, language)


def _names(program: Program, team: str) -> list[str]:
    return [person.name for person in program.people.values() if person.team == team]
