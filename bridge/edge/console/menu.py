"""The menu of the console: what somebody may see, and where they are."""

from dataclasses import dataclass

from bridge.edge.console.roles import MAY, Right


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the menu. title: in English, to be translated by the page."""

    path: str
    title: str
    right: Right
    current: bool = False


ENTRIES = (
    Entry("/console", "Results", "results"),
    Entry("/console/profiles", "People", "people"),
    Entry("/console/handovers", "Hand-overs", "desk"),
    Entry("/console/held", "Held", "decide"),
    Entry("/console/programme", "Programme", "programme"),
    Entry("/console/outbox", "Outbox", "operate"),
    Entry("/console/audit", "Audit log", "audit"),
    Entry("/console/accounts", "Accounts", "accounts"),
)


def menu_for(role: str, path: str) -> list[Entry]:
    """The lines for a role; the one in which the page lies is the current one."""
    seen = [one for one in ENTRIES if one.right in MAY[role]]
    here = max((one.path for one in seen if _holds(one.path, path)), key=len, default="")
    return [Entry(one.path, one.title, one.right, one.path == here) for one in seen]


def _holds(entry: str, path: str) -> bool:
    return path == entry or path.startswith(f"{entry}/")
