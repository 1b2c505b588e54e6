"""The menu of the console: what somebody may see, and where they are."""

from dataclasses import dataclass, replace

from bridge.edge.console.roles import MAY, Right


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the menu. title: in English, to be translated by the page. also: where else pages of it lie."""

    path: str
    title: str
    right: Right
    also: tuple[str, ...] = ()
    current: bool = False


START = "/console"
"""Every page of the console lies below it, so that below it says nothing."""

ENTRIES = (
    Entry(START, "Results", "results", ("/console/results",)),
    Entry("/console/profiles", "People", "people", ("/console/companies",)),
    Entry("/console/handovers", "Hand-overs", "desk"),
    Entry("/console/held", "Held", "decide"),
    Entry("/console/programme", "Programme", "programme"),
    Entry("/console/export", "Export", "export"),
    Entry("/console/outbox", "Outbox", "operate"),
    Entry("/console/audit", "Audit log", "audit"),
    Entry("/console/accounts", "Accounts", "accounts"),
)


def menu_for(role: str, path: str) -> list[Entry]:
    """The lines for a role; the one in which the page lies is the current one."""
    seen = [one for one in ENTRIES if one.right in MAY[role]]
    here = max(seen, key=lambda one: _reach(one, path), default=None)
    return [replace(one, current=one is here and _reach(one, path) > 0) for one in seen]


def _reach(entry: Entry, path: str) -> int:
    """How much of a path an entry stands for, 0 when the page is none of its."""
    places = (entry.path, *entry.also)
    fitting = (one for one in places if path == one or (one != START and path.startswith(f"{one}/")))
    return max(map(len, fitting), default=0)
