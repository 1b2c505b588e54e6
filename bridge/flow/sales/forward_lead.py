"""Somebody in sales gives a lead to a colleague."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from bridge import i18n
from bridge.errors import HandoverClosed, InvalidFields
from bridge.flow.sales.begin_anew import given_to, still_agreed
from bridge.flow.sales.tell_sales import LINK_OUTLIVES, Told, team_lead, tell_no_longer_theirs, tell_sales
from bridge.flow.sales.write_story import write_story
from bridge.flow.unit import Unit, World
from bridge.program.model import Program, SalesPerson
from bridge.qualification.presence import absence_of
from bridge.store import handovers, outbox, profiles
from bridge.store.handovers import PENDING, HandoverRow
from bridge.store.profiles import ProfileRow

TEMPLATE = "sales/forwarded"
MOST_MAILS = 3
"""So many tell a colleague of a lead that was passed on to them, with all that is added to it."""


@dataclass(frozen=True, slots=True)
class SalesColleague:
    """Somebody who may get a lead. away_until: the last day of an absence that lasts, if there is one."""

    id: str
    name: str
    away_until: date | None


def colleagues(program: Program, row: HandoverRow, now: datetime) -> list[SalesColleague]:
    """Everybody in sales but whoever has the lead."""
    today = now.astimezone(program.timezone).date()
    others = [one for one in program.people.values() if one.id != row.sales_person]
    absences = [absence_of(one, today) for one in others]
    return [
        SalesColleague(one.id, one.name, absence.last if absence else None)
        for one, absence in zip(others, absences, strict=True)
    ]


def forward(
    unit: Unit, profile: ProfileRow, row: HandoverRow, to: str | None, by: str, note: str
) -> HandoverRow:
    """Give a hand-over to somebody else, with a link and a mail of their own; the time to answer starts again,
    unless a date was agreed with the customer that lies ahead: that stays.

    by: whoever gives it away, a person's id, or the name of somebody who does so for them. note: what stands with the
    hand-over by then. The links of whoever had it, and of the head of a team that loses it, outlive that by a day;
    who had it is told, unless they give it away themselves. Raises InvalidFields, in English, when nobody else is
    named. The caller holds the lock on the profile's row.
    """
    person = _colleague(unit, row, to)
    passed = replace(row, sales_person=person.id, team=person.team, note=note)
    handovers.change(
        unit.connection,
        row.id,
        note=note,
        route=[*row.route, _why(unit, by, person.id)],
        **given_to(unit, row, person, by) | still_agreed(unit, row),
    )
    write_story(unit, profile.id, "sales.forwarded", handover=row.id, to=person.id, by=by)
    had_it = row.sales_person if person.team == row.team else None  # where the team lost it, so did its head
    handovers.close_links_soon(unit.connection, [row.id], unit.now + LINK_OUTLIVES, had_it)
    if profile.owner == row.sales_person:
        profiles.change(unit.connection, profile.id, owner=person.id)
    key = f"forwarded:{row.id}:{person.id}:{unit.now.isoformat()}"
    tell_sales(unit, [Told(person.id, passed, TEMPLATE, key, by)])
    if by != row.sales_person:  # who had it does not know
        tell_no_longer_theirs(unit, row, person.id)
    return passed


def say_more(unit: Unit, row: HandoverRow, by: str, note: str) -> None:
    """Let the colleague who got a lead read what was added to it; see forward.

    The mail that tells them of the lead has it all, as long as it has not left; else another one follows. Raises
    HandoverClosed once the colleague did something, and when MOST_MAILS have left. The caller holds the lock on the
    profile's row.
    """
    if row.touched_at is not None:
        raise HandoverClosed
    about = (row.profile_id, TEMPLATE, _about(row))
    still_there = outbox.hold(unit.connection, *about)
    told = outbox.count(unit.connection, *about, since=row.begun_at)
    if told >= MOST_MAILS and not still_there:
        raise HandoverClosed
    handovers.change(unit.connection, row.id, note=note)
    if still_there:
        unit.to_deliver += still_there
        return
    key = f"forwarded:{row.id}:{row.sales_person}:{row.begun_at.isoformat()}:{told}"
    tell_sales(unit, [Told(row.sales_person, replace(row, note=note), TEMPLATE, key, by)])


def _about(row: HandoverRow) -> dict[str, str]:
    """What the payload of a mail to whoever has a lead says; see tell_sales."""
    return {"handover": str(row.id), "person": row.sales_person}


def is_passed_on(unit: Unit, row: HandoverRow, to: str | None, by: str) -> bool:
    """Whether nothing happened to a lead since they gave it to that colleague: they press once more."""
    if row.state not in PENDING or to != row.sales_person:
        return False
    return row.route[-1:] == [_why(unit, by, to)]


def while_away(world: World, row: HandoverRow, now: datetime) -> str:
    """What follows when whoever has a lead is away, in the programme's language; "" when they are there."""
    program = world.program
    person = program.people.get(row.sales_person)
    absence = absence_of(person, now.astimezone(program.timezone).date()) if person else None
    if person is None or absence is None:
        return ""
    say, head = i18n.translations(program.language).gettext, team_lead(program, row)
    told = "Without an answer %(head)s is told."
    if head is None and world.operator is None:
        told = "Without an answer nobody is told."
    facts = {
        "who": person.name,
        "day": i18n.format_day(absence.last, program.language),
        "head": head.name if head else say("whoever runs Leadbridge"),
    }
    return (
        say("%(who)s is away until %(day)s. What is passed on goes to no stand-in, reminders neither.")
        % facts
        + " "
        + say(told) % facts
    )


def said_by_whom(unit: Unit, by: str, to: str) -> str:
    """Who gave it to whom, in the programme's language."""
    names = {"by": unit.program.person_name(by), "to": unit.program.person_name(to)}
    return i18n.translations(unit.program.language).gettext("%(by)s passed it on to %(to)s") % names


def _why(unit: Unit, by: str, to: str) -> str:
    """The same as a sentence among those that say why somebody has a lead."""
    return f"{said_by_whom(unit, by, to)}."


def _colleague(unit: Unit, row: HandoverRow, to: str | None) -> SalesPerson:
    person = unit.program.people.get(to or "")
    if person is None or person.id == row.sales_person:
        raise InvalidFields({"to": ["Please choose a colleague."]})
    return person
