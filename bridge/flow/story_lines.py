"""The story of a lead as people read it: each event in a few words that say more than its kind."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from bridge import i18n
from bridge.program.model import Program
from bridge.store.events import EventRow
from bridge.store.held_leads import CAPACITY


def title_of(program: Program, row: EventRow) -> str:
    """Such as “Passed on to Jonas Achterberg”, in the programme's language; "" where the kind says it all."""
    say, data = i18n.translations(program.language).gettext, row.data
    facts = {"to": _name(program, data, "to"), "day": _day(program, data)}
    match row.kind:
        case "lead.handed_over" if facts["to"]:
            return say("Handed over to %(to)s") % facts
        case "sales.forwarded" if facts["to"]:
            return say("Passed on to %(to)s") % facts
        case "sales.come_back" if facts["day"]:
            return say("To come back on %(day)s") % facts
        case "sales.not_reached" if facts["day"]:
            return say("Not reached, again on %(day)s") % facts
        case "lead.held" if data.get("why") == CAPACITY:
            return say("Held back: sales has no room")
    return ""


def subject_of(program: Program, row: EventRow) -> str:
    """By which filter a lead was held, or who accepted what a colleague had accepted; "" of all else."""
    if row.kind == "sales.taken_up":
        return _name(program, row.data, "by")
    if row.kind != "lead.held":
        return ""
    rule = str(row.data.get("rule", ""))
    titles = {one.id: i18n.pick(one.title, program.language) for one in program.desk.filters}
    return titles.get(rule) or rule


def doer_of(program: Program, row: EventRow) -> str:
    """The name of whoever did it, or for whom a lead waits; "" where nobody is named, or the line is about them."""
    if row.kind == "sales.taken_up":
        return ""
    return _name(program, row.data, "sales_person" if row.kind == "lead.held" else "by")


def _name(program: Program, data: Mapping[str, Any], fact: str) -> str:
    return program.person_name(str(data[fact])) if data.get(fact) else ""


def _day(program: Program, data: Mapping[str, Any]) -> str:
    return i18n.format_day(date.fromisoformat(str(data["on"])), program.language) if data.get("on") else ""
