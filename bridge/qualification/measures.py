"""What sales is asked to do with a lead, and until when: pure, from what is known and what is permitted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bridge.program.desk import DEEDS, Deed, Desk, Hours, Measure
from bridge.program.expressions import FailedExpression, Resolver
from bridge.qualification.working_hours import end_of_day, end_of_week

ASKS_TO_BE_CALLED = frozenset({"callback", "order"})
"""Kinds of forms of sales after which nobody waits for a letter."""
FITS_WELL = 70


@dataclass(frozen=True, slots=True)
class Asked:
    """A measure that was chosen, as it stands with the hand-over. failures: conditions that could not be told."""

    id: str
    failures: tuple[str, ...] = ()


def choose_measure(desk: Desk, resolve: Resolver) -> Asked:
    """The first measure of the programme whose condition holds, else the deed that Leadbridge would ask for.

    resolve: `lead` (see docs/sales-desk.md), `score`, `threshold`, `fit` and whatever else conditions may look at.
    A condition that fails counts as one that does not hold.
    """
    failures: list[str] = []
    for measure in desk.measures:
        try:
            if measure.when is None or measure.when.truth(resolve):
                return Asked(measure.id, tuple(failures))
        except FailedExpression as error:
            failures.append(error.source)
    return Asked(_usual(resolve), tuple(failures))


def _usual(resolve: Resolver) -> Deed:
    lead: Mapping[str, Any] = resolve("lead")
    if lead["cause"] == "form" and lead["form_kind"] in ASKS_TO_BE_CALLED:
        return "call_today"
    if lead["phone"]:
        is_hot = resolve("fit") >= FITS_WELL or resolve("score") >= 2 * resolve("threshold")
        return "call_today" if is_hot else "call_this_week"
    if lead["letter"]:
        return "letter"
    return "mail" if lead["mail"] else "nothing"


def measure_of(desk: Desk, known: str | None) -> Measure | None:
    """The measure of that id; one without a title for a deed. None for what the programme does not know any more."""
    found = next((one for one in desk.measures if one.id == known), None)
    if found is None and known in DEEDS:
        return Measure(known, {}, known)
    return found


def until(deed: Deed, begins: datetime, zone: ZoneInfo, week: Hours) -> datetime | None:
    """Until when it is to be done; None for nothing. begins: when sales got the lead, or was to come back to it."""
    if deed == "nothing":
        return None
    return end_of_day(begins, zone, week) if deed == "call_today" else end_of_week(begins, zone, week)
