"""Eighty invented people, led through the normal use cases: something to look at, and nothing leaves."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date

import click
from sqlalchemy import Connection, func, select

from bridge.cli.demo_accounts import how_to_sign_in
from bridge.cli.seeding.life import Life, StillToCome
from bridge.cli.seeding.passers_by import invent_visits
from bridge.cli.seeding.people import Invented, invented_people
from bridge.cli.seeding.stories import STORIES
from bridge.cli.seeding.strays import leave_strays
from bridge.delivery.domains import Limits
from bridge.errors import UnknownProfile
from bridge.flow.make_room import make_room
from bridge.flow.results.roll_up import roll_up_marked
from bridge.flow.unit import Settle, World
from bridge.profiles.address import parse_address
from bridge.program.desk import NO_BRAKE
from bridge.store import handovers, profiles
from bridge.store.handovers import HandoverRow
from bridge.wiring import Services

AT_PRESENT = "rush"
"""The story of those who become leads at this very moment."""
ONE_AT_A_TIME = 0x6C656164
"""Key of the lock that keeps two runs from inventing the same person."""


def seed_profiles(services: Services) -> Iterator[str]:
    """Write one profile after another and give its address.

    Who is there already, by a run before or by a form, is left alone. Raises UnknownForm when the programme
    lacks the forms of the demo programme.
    """
    _make_room_ahead(services)
    people, new = invented_people(), 0
    _begin(services, people[0])
    for person in people:
        new += _invent(services, person)
        yield person.email
    _tell_afterwards(services, new)


def count_days(services: Services) -> Iterator[date]:
    """Count the days on which anything happened, one after another; cron would do so within ten minutes."""
    return roll_up_marked(services.unit)


def _begin(services: Services, first: Invented) -> None:
    """What nobody of them does: visits of strangers, and what went astray. Only before the first of them is there."""
    with services.engine.connect() as connection:
        if _is_known(connection, first):
            return
    with services.unit() as unit:
        invent_visits(unit, first.days_ago)
    leave_strays(services)


def _make_room_ahead(services: Services) -> None:
    """Make the pieces of tables for the days to come: cron would have to wait for each life that is being told."""
    for _ in make_room(services.unit, services.clock().date()):
        pass


def _invent(services: Services, person: Invented) -> bool:
    """Let somebody live up to this moment; False when there is somebody with that address."""
    with services.engine.begin() as connection:
        connection.execute(select(func.pg_advisory_xact_lock(ONE_AT_A_TIME)))
        if _is_known(connection, person):
            return False
        life = Life(connection, _unhurried(services, person), person, services.clock())
        with suppress(StillToCome):
            STORIES[person.story](life)
        life.reach_today()
    return True


def _unhurried(services: Services, person: Invented) -> World:
    """Lives are told one after another, each from its beginning: in no line, with no night, at the world's pace.

    Where a demo runs faster a click rests for hours of its clock, and nobody in sales would have heard in time. A
    brake would count what others get who were told of before and come later: it holds who comes just now.
    """
    world, settings = services.world, services.settings
    settle = Settle(settings.settle_counts, settings.settle_hands_over)
    mailing = replace(world.program.mailing, quiet=None, max_per_day=24, max_per_week=None)
    program = replace(world.program, mailing=mailing)
    if person.story != AT_PRESENT:
        people = {name: replace(one, brake=NO_BRAKE) for name, one in program.people.items()}
        program = replace(program, people=people)
    return replace(world, program=program, limits=Limits(), settle=settle)


def _is_known(connection: Connection, person: Invented) -> bool:
    try:
        profiles.by_address(connection, parse_address(person.email))
    except UnknownProfile:
        return False
    return True


def _tell_afterwards(services: Services, new: int) -> None:
    """Say what happened below the command's own last line."""
    context = click.get_current_context(silent=True)
    if context is not None:
        lines = [*summary(services, new), "console:", *(f"  {line}" for line in how_to_sign_in(services))]
        context.call_on_close(lambda: click.echo("\n".join(lines)))


def summary(services: Services, new: int) -> list[str]:
    """How many are new, and where to look: the profile pages that wait for an answer of sales."""
    first = f"{new} of them are new" if new else "nothing was added: all of them were there before"
    waiting = list(_open_leads(services))
    return [first, *(["open hand-overs, newest first:"] if waiting else []), *waiting]


def _open_leads(services: Services) -> Iterator[str]:
    now = services.clock()
    with services.engine.connect() as connection:
        rows = [
            (row.at, person, handovers.standing_link(connection, row.id, row.sales_person, now))
            for person in invented_people()
            for row in _handovers(connection, person)
            if row.state == "open"
        ]
    for _, person, link in sorted(rows, key=lambda found: found[0], reverse=True):
        if link is not None:
            yield f"  {person.name}, {person.company}\n    {services.world.links.lead(link, now)}"


def _handovers(connection: Connection, person: Invented) -> list[HandoverRow]:
    try:
        profile = profiles.by_address(connection, parse_address(person.email))
    except UnknownProfile:
        return []
    return handovers.of_profile(connection, profile.id)
