"""A unit of work: one transaction, the world it needs, and who is to be woken after the commit."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine

from bridge.clock import Clock
from bridge.delivery.domains import Limits
from bridge.delivery.links import Links
from bridge.ids import derived_id, new_id
from bridge.judgement.networks import Networks, packaged_networks
from bridge.program.model import Program
from bridge.store import events, outbox, stale_days
from bridge.store.events import EventRow
from bridge.store.outbox import Delivery

Wake = Callable[[str, Iterable[UUID]], None]
"""Tells somebody that rows are waiting: `wake("score", profile_ids)`, `wake("deliver", delivery_ids)`.

It never fails: whoever is not woken now is found by the sweeper later.
"""


@dataclass(frozen=True, slots=True)
class Settle:
    """How long a hit rests before it counts, and before it may hand over."""

    counts: timedelta
    hands_over: timedelta


@dataclass(frozen=True, slots=True)
class World:
    """What flows need to know besides the database.

    sender: the address mails come from. is_demo: whoever is here tries Leadbridge out, on this machine.
    operator: who is told when something needs a hand, or None. limits: how fast mails may go to one domain.
    speed: how much faster than the world the clock runs, in the demo.
    has_provider: whether people may sign in elsewhere.
    """

    program: Program
    links: Links
    settle: Settle
    sender: str
    networks: Networks = field(default_factory=packaged_networks)
    is_demo: bool = False
    operator: str | None = None
    limits: Limits = field(default_factory=Limits)
    speed: int = 1
    has_provider: bool = False

    def lasting(self, time: timedelta) -> timedelta:
        """How far the clock goes in that time of the world: what machines and those in front of them wait for."""
        return time * self.speed

    def message_id(self, mail: UUID) -> str:
        """The Message-ID of a mail of ours, which proves it when it comes back."""
        return self.links.tokens.message_ids.write(mail, self.sender)


@dataclass
class Unit:
    """One transaction. Flows add to `to_score` and `to_deliver`; both are woken after the commit.

    stale: day → a moment of it, of days whose figures change; see `mark`. story: what became of leads, see
    flow.sales.write_story. Both are written at the end, all at once.
    afterwards: what has to see all that others have committed by then; each is done in a unit of its own.
    Whoever dies before has to do the whole use case again.
    """

    connection: Connection
    world: World
    now: datetime
    to_score: set[UUID] = field(default_factory=set)
    to_deliver: list[UUID] = field(default_factory=list)
    stale: dict[date, datetime] = field(default_factory=dict)
    story: list[EventRow] = field(default_factory=list)
    afterwards: "list[Callable[[Unit], None]]" = field(default_factory=list)

    @property
    def program(self) -> Program:
        """The programme."""
        return self.world.program

    def mark(self, moments: Iterable[datetime]) -> None:
        """What was written down, or is other than before, counts on the days of these moments."""
        for moment in moments:
            self.stale.setdefault(moment.astimezone(self.program.timezone).date(), moment)

    def write_collected(self) -> None:
        """Write down what was collected: the last thing that is done in the transaction."""
        stale_days.mark(self.connection, self.stale.values())
        events.add_new(self.connection, self.story)

    def send(self, rows: Iterable[Delivery]) -> None:
        """Put all this into the outbox; see `delivery`."""
        self.to_deliver += outbox.add(self.connection, rows)

    def delivery(
        self,
        kind: str,
        template: str,
        ground: str,
        dedupe_key: str,
        *,
        profile: UUID | None,
        payload: dict[str, Any] | None = None,
        trace: UUID | None = None,
        delivery_id: UUID | None = None,
        due_at: datetime | None = None,
    ) -> Delivery:
        """What can be put into the outbox, once per dedupe key. due_at: None means now."""
        return Delivery(
            id=delivery_id or derived_id("delivery", dedupe_key),
            kind=kind,
            template=template,
            ground=ground,
            dedupe_key=dedupe_key,
            due_at=due_at or self.now,
            created_at=self.now,
            profile_id=profile,
            payload=payload or {},
            trace=str(trace or new_id()),
        )


Opened = Callable[[], AbstractContextManager[Unit]]
"""Opens a unit of work, each time that it is called."""


@contextmanager
def unit_of_work(engine: Engine, world: World, clock: Clock, wake: Wake) -> Iterator[Unit]:
    """Run a use case in one transaction, commit, wake whoever has to go on, and do what is to be done afterwards."""
    with engine.begin() as connection:
        unit = Unit(connection, world, clock())
        yield unit
        unit.write_collected()
    if unit.to_score:
        wake("score", sorted(unit.to_score))
    if unit.to_deliver:
        wake("deliver", unit.to_deliver)
    for do in unit.afterwards:
        with unit_of_work(engine, world, clock, wake) as after:
            do(after)
