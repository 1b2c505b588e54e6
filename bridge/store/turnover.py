"""Turnover in other currencies than euros: apart, since amounts of several currencies are never added."""

from datetime import date

from sqlalchemy import Connection

from bridge.program.figures import EUROS
from bridge.program.standing import Elsewhere
from bridge.store.day_figures import totals_between


def elsewhere(connection: Connection, first: date, last: date) -> list[Elsewhere]:
    """Of deals that were won on the days from `first` to `last`, by currency; mostly none. One statement."""
    found = totals_between(connection, first, last, ["won"], "currency")
    known = sorted(found, key=lambda one: one.key)
    return [Elsewhere(one.key, one.count, one.amount) for one in known if one.key not in ("", EUROS)]
