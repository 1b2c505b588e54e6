"""The menu of the console: what somebody may see, and where they are."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bridge.edge.console.roles import MAY, Right


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the menu. title: in English, to be translated by the page. also: where else pages of it lie.

    waiting: how many there wait for a decision.
    """

    path: str
    title: str
    right: Right
    also: tuple[str, ...] = ()
    current: bool = False
    waiting: int = 0


START = "/console"
"""Every page of the console lies below it, so that below it says nothing."""

HELD = "/console/held"
BOARD = "/console/handovers"
BEGINS: Mapping[str, str] = {"sales": BOARD}
"""Role → where its day begins, where that is not the start page."""

ENTRIES = (
    Entry(START, "Results", "results", ("/console/results",)),
    Entry("/console/profiles", "People", "people", ("/console/companies",)),
    Entry(BOARD, "Hand-overs", "desk"),
    Entry(HELD, "Held", "decide"),
    Entry("/console/programme", "Programme", "programme"),
    Entry("/console/export", "Export", "export"),
    Entry("/console/outbox", "Outbox", "operate"),
    Entry("/console/audit", "Audit log", "audit"),
    Entry("/console/accounts", "Accounts", "accounts"),
)


def menu_for(role: str, path: str, undecided: int = 0) -> list[Entry]:
    """The lines for a role; the one in which the page lies is the current one. undecided: what is held."""
    seen = [one for one in ENTRIES if one.right in MAY[role]]
    here = max(seen, key=lambda one: _reach(one, path), default=None)
    return [
        replace(
            one,
            current=one is here and _reach(one, path) > 0,
            waiting=undecided if one.path == HELD else 0,
        )
        for one in seen
    ]


def _reach(entry: Entry, path: str) -> int:
    """How much of a path an entry stands for, 0 when the page is none of its."""
    places = (entry.path, *entry.also)
    fitting = (one for one in places if path == one or (one != START and path.startswith(f"{one}/")))
    return max(map(len, fitting), default=0)
