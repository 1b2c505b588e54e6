"""Finding people, and the companies that they belong to, for the console."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from bridge.flow.profile_lines import handover_line, source_of
from bridge.profiles.fields import full_name
from bridge.profiles.finding import Order, Wanted
from bridge.profiles.overview import HandoverLine
from bridge.program.model import Program
from bridge.store import companies, finding, handovers
from bridge.store.asked_of import with_asked
from bridge.store.finding import FoundRow, Place
from bridge.store.finding_alive import find_alive
from bridge.store.handovers import HandoverRow


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A person in a list. alive_at: when they did something last, so far as it is known.

    asked: the hand-over that sales is at, whether or not whoever has it accepted it.
    """

    id: UUID
    name: str
    email: str
    role: str | None
    company: str | None
    domain: str | None
    stage: str
    score: int
    excluded: bool
    confirmed: bool
    owner: str | None
    source: str | None
    created_at: datetime
    alive_at: datetime | None
    asked: HandoverLine | None = None


@dataclass(frozen=True, slots=True)
class People:
    """A page of people; see `store.finding.Found`. counted: exactly, where there are no more than `most`."""

    lines: list[PersonLine]
    after: Place | None
    is_whole: bool
    count: int | None
    most: int = finding.COUNTED


@dataclass(frozen=True, slots=True)
class Company:
    """A company: its people, the best first, and what sales made of them, newest first.

    names: how its people write it, the most frequent first. owner: who looks after it at present.
    """

    domain: str
    names: tuple[str, ...]
    people: list[PersonLine]
    is_whole: bool
    handovers: list[tuple[PersonLine, HandoverLine]]
    owner: str | None


def find_people(
    connection: Connection, program: Program, wanted: Wanted, order: Order, after: Place | None = None
) -> People:
    """A page of the people that are asked for. With those whom somebody looks after go those who wait for them."""
    wanted = with_asked(connection, wanted)
    if order == "alive":
        found = find_alive(connection, wanted, after)
    else:
        found = finding.find(connection, wanted, order, after)
    return People(_lines(connection, program, found.rows), found.after, found.is_whole, found.count)


def show_company(connection: Connection, program: Program, domain: str) -> Company | None:
    """A company with its people; None where nobody belongs to it."""
    rows = companies.people(connection, domain)
    if not rows:
        return None
    lines = {line.id: line for line in _lines(connection, program, rows[: companies.MOST])}
    dealt = companies.handed_over(connection, domain)
    owner = companies.owner(handover for _, handover in dealt)
    return Company(
        domain,
        tuple(companies.names(rows)),
        list(lines.values()),
        len(rows) <= companies.MOST,
        [(_line(program, row, None), handover_line(program, handover)) for row, handover in dealt],
        program.person_name(owner) if owner else None,
    )


def _lines(connection: Connection, program: Program, rows: Sequence[FoundRow]) -> list[PersonLine]:
    ids = [row.id for row in rows]
    alive, asked = finding.signs_of_life(connection, ids), handovers.pending_of(connection, ids)
    return [_line(program, row, alive.get(row.id), asked.get(row.id)) for row in rows]


def _line(
    program: Program, row: FoundRow, alive_at: datetime | None, asked: HandoverRow | None = None
) -> PersonLine:
    return PersonLine(
        id=row.id,
        name=full_name(row.fields),
        email=row.email,
        role=row.fields.get("role"),
        company=row.fields.get("company"),
        domain=row.company_domain,
        stage=row.stage,
        score=row.score,
        excluded=row.excluded,
        confirmed=row.confirmed_at is not None,
        owner=program.person_name(row.owner) if row.owner else None,
        source=source_of(row.first_touch),
        created_at=row.created_at,
        alive_at=alive_at,
        asked=handover_line(program, asked) if asked else None,
    )
