"""Series for tests: in the demo programme instead of its own."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Engine

from bridge.flow.sequences.wake_sleepers import begin_series
from bridge.nurture.places import Place
from bridge.program.model import Program
from bridge.program.sequences import Sequence, Step
from bridge.store.enrolments import of_series
from bridge.store.tables import profiles
from tests import make
from tests.house import House

DAY = timedelta(days=1)


def programme(*sequences: Sequence, **more: Any) -> Program:
    """The demo programme with these series."""
    return replace(make.demo_program(), sequences={one.id: one for one in sequences}, **more)


def step(mail: str | None, after: float | None = 0, name: str = "", **more: Any) -> Step:
    """A step, so many days after the one before."""
    pause = None if after is None else after * DAY
    return Step(name or mail or "", mail, pause, **more)


def house_with(engine: Engine, *sequences: Sequence, **more: Any) -> House:
    return House(engine, programme(*sequences, **more))


def places(house: House) -> dict[str, Place]:
    """Series → the place of the only person in it."""
    with house.engine.connect() as connection:
        people = [row.id for row in house.rows(profiles)]
        found = of_series(connection, people, house.program.sequences)
    return {sequence: place for (_, sequence), place in found.items()}


def pass_days(house: House, days: float, at_a_time: float = 1) -> None:
    """Let days pass, with all that cron does."""
    while days > 0:
        house.tick(days=min(days, at_a_time))
        begin(house)
        days -= at_a_time


def begin(house: House) -> None:
    """Begin what cron finds."""
    for _ in begin_series(house.unit, house.program):
        pass
    house.run()
