"""The head of a team takes a lead that a colleague has."""

from typing import Any

from bridge import i18n
from bridge.flow.sales.tell_sales import LINK_OUTLIVES, Told, team_lead, tell_sales
from bridge.flow.unit import Unit
from bridge.program.model import Program
from bridge.store import handovers
from bridge.store.handovers import HandoverRow


def taken_from(program: Program, row: HandoverRow, by: str | None) -> str:
    """The name of whoever loses a lead when that person of sales accepts it; "" when nobody does.

    Who is not in the programme any more has nothing to lose, and is told nothing.
    """
    head = team_lead(program, row) if row.state == "open" or row.is_untouched else None
    had = program.people.get(row.sales_person)
    return had.name if had and head and by == head.id else ""


def take_lead(unit: Unit, row: HandoverRow, by: str) -> dict[str, Any]:
    """Columns of a hand-over that the head of the team takes: why it is theirs comes first.

    Who had it is told, and can look at it for one more day.
    """
    names = {"by": unit.program.person_name(by), "had": unit.program.person_name(row.sales_person)}
    words = i18n.translations(unit.program.language).gettext("%(by)s took it over from %(had)s") % names
    key = f"taken_over:{row.id}:{row.sales_person}:{unit.now.isoformat()}"
    tell_sales(unit, [Told(row.sales_person, row, "sales/taken_over", key, by)], LINK_OUTLIVES)
    handovers.close_links_soon(unit.connection, [row.id], unit.now + LINK_OUTLIVES, row.sales_person)
    return {"sales_person": by, "route": [words, *row.route], "passed_by": None}
