"""Somebody of sales takes a lead that a colleague has: the head of the team, or on the console anybody."""

from typing import Any

from bridge import i18n
from bridge.flow.sales.tell_sales import LINK_OUTLIVES, team_lead, tell_no_longer_theirs
from bridge.flow.unit import Unit
from bridge.program.model import Program
from bridge.store import handovers
from bridge.store.handovers import HandoverRow


def taken_from(program: Program, row: HandoverRow, by: str | None) -> str:
    """The name of whoever loses a lead when that person of sales accepts it; "" when nobody does.

    Who is not in the programme any more has nothing to lose, and is told nothing.
    """
    had = program.people.get(row.sales_person)
    return had.name if had and row.waits and by in program.people and by != row.sales_person else ""


def take_lead(unit: Unit, row: HandoverRow, by: str) -> dict[str, Any]:
    """Columns of a hand-over that somebody else takes: why it is theirs comes first.

    They have it from now on. It stays with its team when the head of that takes it, else it is the team's of whoever
    has it now. Who had it is told, and can look at it for one more day, like the head of a team that loses it.
    """
    program = unit.program
    facts = {
        "by": program.person_name(by),
        "had": program.person_name(row.sales_person),
        "day": i18n.format_day(unit.now.astimezone(program.timezone).date(), program.language),
    }
    words = (
        i18n.translations(program.language).gettext("%(by)s took it over from %(had)s on %(day)s.") % facts
    )
    tell_no_longer_theirs(unit, row, by)
    team = _to_team(unit, row, by)
    had_it = None if team else row.sales_person  # where the team lost it, so did its head
    handovers.close_links_soon(unit.connection, [row.id], unit.now + LINK_OUTLIVES, had_it)
    has_it = {"sales_person": by, "passed_by": None, "begun_at": unit.now}
    return has_it | {"route": [words, *row.route]} | team


def _to_team(unit: Unit, row: HandoverRow, by: str) -> dict[str, Any]:
    head, taker = team_lead(unit.program, row), unit.program.people[by]
    if (head and head.id == by) or taker.team == row.team:
        return {}
    since = {"team_since": unit.now} if row.reacted_at is None else {}
    return {"team": taker.team} | since
