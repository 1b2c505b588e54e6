"""The weekly mail with results, to whom the programme names: on Mondays at eight, once."""

from datetime import date, time

from bridge.delivery.letters import Letter, staff_letter
from bridge.flow.results import show_overview, show_tables, show_targets
from bridge.flow.unit import Unit
from bridge.ids import derived_id
from bridge.program.figure_titles import TURNOVER
from bridge.program.periods import Period, period
from bridge.store.day_figures import first_rolled
from bridge.store.outbox import Delivery

TEMPLATE = "operator/digest"
AT = time(8)
TOLD = ("visitors", "leads", "confirmed", "marketing_qualified", "handed_over", "accepted", "rejected", "won")


def send_digest(unit: Unit) -> int:
    """Queue the mail about last week where it is due and was not sent; returns to how many. May be done any time.

    It is due on Monday from eight until midnight: on Tuesday nobody looks for it any more. As long as nothing was
    counted in that week nor before it, there is nothing to tell.
    """
    local = unit.now.astimezone(unit.program.timezone)
    this_week = period("week", local.date())
    if local.date() != this_week.first or local.time() < AT:
        return 0
    week = this_week.before.first
    counted = first_rolled(unit.connection)
    if counted is None or counted >= this_week.first:
        return 0
    rows = [_delivery(unit, week, address) for address in unit.program.results.digest]
    unit.send(rows)
    return len(rows)


def write_digest(unit: Unit, delivery: Delivery) -> Letter | None:
    """The mail, with the figures as they stand when it leaves; None when the programme names its reader no more."""
    to = str(delivery.payload["to"])
    if to not in unit.program.results.digest:
        return None
    week = Period("week", date.fromisoformat(delivery.payload["week"]))
    message = unit.world.message_id(delivery.id)
    return staff_letter(unit.program, TEMPLATE, to, _facts(unit, week), message, unit.now)


def _delivery(unit: Unit, week: date, address: str) -> Delivery:
    key = f"digest:{week.isoformat()}:{derived_id('digest', address.lower())}"
    payload = {"to": address, "week": week.isoformat()}
    return unit.delivery("digest", TEMPLATE, "staff", key, profile=None, payload=payload)


def _facts(unit: Unit, week: Period) -> dict[str, object]:
    """What the template names at its top."""
    connection, program = unit.connection, unit.program
    span = week.whole
    found = show_overview.overview(connection, week, span.last)
    year, number, _ = week.first.isocalendar()
    best = show_tables.what_stands_out(connection, program, span, program.language)
    return {
        "week": week,
        "first": span.first,
        "last": span.last,
        "lines": [found.lines[figure] for figure in (*TOLD, TURNOVER)],
        "elsewhere": found.elsewhere,
        "best": [(one.dimension, one.title, one.count) for one in best],
        "aims": show_targets.aims(connection, program, span.last),
        "url": f"{unit.world.links.public_url}/console?of={year}-W{number:02}",
    }
