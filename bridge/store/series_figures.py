"""What became of people in series, counted in the database: two statements, however many people there are.

Every number counts people, each once in its line. Who was erased is counted nowhere.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CTE,
    Connection,
    FromClause,
    Label,
    Select,
    TableValuedAlias,
    Text,
    and_,
    case,
    cast,
    false,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)

from bridge.store.reactions import ANSWERS, HITS, crossings, reactions
from bridge.store.sets import rows_from
from bridge.store.tables import enrolments, mails
from bridge.store.trials import Window

Place = tuple[str, int, str]
"""A step: the id of its series, where it stands there, and what it is called."""
FACTS = ("sent", "tracked", *HITS, *ANSWERS, "qualified")


@dataclass(frozen=True, slots=True)
class Figures:
    """What became of a mail's readers. tracked: of how many of them opened and clicked are known at all.

    opened, clicked: people, not machines; an opened picture proves little, so it is a guide only. unsubscribed,
    complained: by means of this mail. qualified: handed over to sales, with this as the newest mail before.
    """

    sent: int = 0
    tracked: int = 0
    opened: int = 0
    clicked: int = 0
    unsubscribed: int = 0
    complained: int = 0
    qualified: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """Figures of a series; of a step, if one is named; of one of its wordings, if that is named, too.

    entered: who came as far: for whom its mail was prepared, who wait for it, or left before it. Who passed a step
    over leaves no trace there. Of wordings that are compared only those who got them while all of them were sent.
    """

    sequence: str
    step: str | None
    variant: str | None
    entered: int
    figures: Figures


@dataclass(frozen=True, slots=True)
class Standing:
    """So many people whose place in a series is in this state. step: before which they stand, or left.

    because: why they wait, or why they left; "" when there is nothing to say.
    """

    sequence: str
    step: str
    state: str
    because: str
    people: int


def lines(
    connection: Connection, places: Iterable[Place], since: datetime | None, windows: Iterable[Window] = ()
) -> list[Line]:
    """What became of the mails of series, steps and wordings. since: only of people who entered from then on.

    windows: of steps whose wordings are compared, the time whose mails these are counted by.
    """
    steps = _steps(places)
    came = union_all(_readers(steps, since, _spans(windows)), _standing(steps, since)).subquery("came")
    keys = (came.c.sequence, came.c.step, came.c.profile_id)
    # whoever got two wordings of a step, in two rounds, is counted with one
    variant = func.max(came.c.variant).label("variant")
    people = select(*keys, variant, *_any(came.c)).group_by(*keys).cte("people").prefix_with("materialized")
    of_series = select(people.c.sequence, *_any(people.c)).group_by(people.c.sequence, people.c.profile_id)
    counted = union_all(
        _counted(people, people.c.step, people.c.variant).where(people.c.variant.is_not(None)),
        _counted(people, people.c.step),
        _counted(of_series.subquery("of_series")),
    )
    return [Line(row[0], row[1], row[2], row[3], Figures(*row[4:])) for row in connection.execute(counted)]


def standings(connection: Connection, places: Iterable[Place], since: datetime | None) -> list[Standing]:
    """Where people stand now who entered a series, or entered it again, from then on."""
    steps = _steps(places)
    because = func.coalesce(enrolments.c.ended_because, enrolments.c.rests_because, "")
    keys = (enrolments.c.sequence, _step_of_place(steps), enrolments.c.state, because)
    statement = (
        select(*keys, func.count())
        .select_from(enrolments.outerjoin(steps, _stands(steps)))
        .where(_entered(since))
        .group_by(*keys)
    )
    return [Standing(*row) for row in connection.execute(statement)]


def _readers(steps: TableValuedAlias, since: datetime | None, spans: CTE) -> Select[Any]:
    """A row for each mail of series that people entered, or entered again, from then on."""
    reacted, crossed = reactions(), crossings()
    sent = mails.c.sent_at.is_not(None)
    facts: dict[str, Any] = {"sent": sent, "tracked": sent & mails.c.tracked}
    # of a mail that may have left and was not heard of yet, nothing counts before it does
    facts |= {name: reacted.c[name] & facts["tracked"] for name in HITS}
    facts |= {name: reacted.c[name] & sent for name in ANSWERS}
    facts["qualified"] = crossed.c.mail_id.is_not(None) & sent
    stands = and_(steps.c.sequence == mails.c.sequence, steps.c.next_step == mails.c.step)
    position = literal("#") + cast(mails.c.step, Text)
    step = func.coalesce(mails.c.step_id, steps.c.step_id, position, "").label("step")
    compared = and_(spans.c.sequence == mails.c.sequence, spans.c.step_id == mails.c.step_id)
    outside = or_(mails.c.sent_at < spans.c.since, mails.c.sent_at > spans.c.until)
    variant = case((outside, null()), else_=mails.c.variant).label("variant")
    found = (
        select(mails.c.sequence, step, mails.c.profile_id, variant)
        .add_columns(*(facts[name].label(name) for name in FACTS))
        .select_from(
            mails.outerjoin(steps, stands)
            .outerjoin(spans, compared)
            .outerjoin(reacted, reacted.c.mail_id == mails.c.id)
            .outerjoin(crossed, crossed.c.mail_id == mails.c.id)
        )
        .where(mails.c.sequence.is_not(None))
    )
    if since is None:
        return found
    same = (enrolments.c.profile_id == mails.c.profile_id, enrolments.c.sequence == mails.c.sequence)
    entered = select(literal(1)).where(*same, _entered(since)).exists()
    return found.where(entered, mails.c.created_at >= since)


def _standing(steps: TableValuedAlias, since: datetime | None) -> Select[Any]:
    """A row for whoever came as far as a step without a mail of it yet: who waits for it, or left before it."""
    return (
        select(enrolments.c.sequence, _step_of_place(steps).label("step"), enrolments.c.profile_id)
        .add_columns(cast(null(), Text).label("variant"), *(false().label(name) for name in FACTS))
        .select_from(enrolments.outerjoin(steps, _stands(steps)))
        .where(_entered(since), enrolments.c.state != "completed")
    )


def _any(facts: Any) -> list[Label[bool]]:
    return [func.coalesce(func.bool_or(facts[name]), false()).label(name) for name in FACTS]


def _counted(people: FromClause, *keys: Any) -> Select[Any]:
    """People by series and these columns. people: each once for every line."""
    absent = [cast(null(), Text) for _ in range(2 - len(keys))]
    numbers = [func.count().filter(people.c[name]) for name in FACTS]
    return select(people.c.sequence, *keys, *absent, func.count(), *numbers).group_by(
        people.c.sequence, *keys
    )


def _steps(places: Iterable[Place]) -> TableValuedAlias:
    """The steps of the programme. Places and mails of before the series knew steps by name know their position."""
    names = ("sequence", "next_step", "step_id")
    return rows_from({name: enrolments.c[name] for name in names}, places)


def _spans(windows: Iterable[Window]) -> CTE:
    """The times of steps whose wordings are compared."""
    named = {"sequence": mails.c.sequence, "step_id": mails.c.step_id}
    times = {"since": mails.c.sent_at, "until": mails.c.sent_at}
    rows = [(one.sequence, one.step, one.since, one.until) for one in windows]
    return select(rows_from(named | times, rows)).cte("spans")


def _step_of_place(steps: TableValuedAlias) -> Any:
    position = literal("#") + cast(enrolments.c.next_step, Text)
    return func.coalesce(enrolments.c.step_id, steps.c.step_id, position)


def _stands(steps: TableValuedAlias) -> Any:
    return and_(steps.c.sequence == enrolments.c.sequence, steps.c.next_step == enrolments.c.next_step)


def _entered(since: datetime | None) -> Any:
    return enrolments.c.started_at >= since if since else literal(True)
