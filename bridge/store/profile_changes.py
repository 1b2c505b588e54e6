"""What becomes of many people at once, each by one statement. The caller holds the locks on the profiles' rows."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, update

from bridge.store.profiles import ProfileRow
from bridge.store.sets import among, rows_from
from bridge.store.tables import profiles


def resume(connection: Connection, profile_ids: Iterable[UUID], now: datetime) -> None:
    """Let these be nurtured from that moment on."""
    known = among(profiles.c.id, profile_ids)
    connection.execute(update(profiles).where(known).values(resumes_at=now))


def settle(connection: Connection, settled: Iterable[tuple[UUID, int, datetime | None]]) -> None:
    """Write (profile, score, when to look again) down."""
    _write(connection, ("score", "recheck_at"), settled)


def judge_fit(connection: Connection, judged: Iterable[ProfileRow]) -> None:
    """Write fit and the version of its rules down."""
    _write(connection, ("fit", "fit_version"), ((one.id, one.fit, one.fit_version) for one in judged))


def learn(connection: Connection, known: Iterable[ProfileRow]) -> None:
    """Set what forms tell of people: fields, what was given besides, first and newest touch."""
    names = ("fields", "also_given", "first_touch", "last_touch")
    _write(connection, names, ([one.id, *(getattr(one, name) for name in names)] for one in known))


def _write(connection: Connection, names: Sequence[str], people: Iterable[Sequence[Any]]) -> None:
    """Set these columns of people. people: id and values of each."""
    rows = list(people)
    if rows:
        given = rows_from({name: profiles.c[name] for name in ("id", *names)}, rows).c
        values = {name: given[name] for name in names}
        connection.execute(update(profiles).where(profiles.c.id == given.id).values(values))


def add_points(connection: Connection, points: Mapping[UUID, int]) -> None:
    """Person → what is added to the score."""
    if points:
        given = rows_from({name: profiles.c[name] for name in ("id", "score")}, points.items()).c
        values = {"score": profiles.c.score + given.score}
        connection.execute(update(profiles).where(profiles.c.id == given.id).values(values))


def learn_campaigns(connection: Connection, touches: Mapping[UUID, Mapping[str, Any]]) -> list[UUID]:
    """Profile → touch with its campaign: the first and the newest touch of those of whom no campaign is known.

    Returns whose these are.
    """
    if not touches:
        return []
    given = rows_from({"id": profiles.c.id, "touch": profiles.c.first_touch}, touches.items()).c
    nameless = (~profiles.c.first_touch.has_key("utm"), ~profiles.c.last_touch.has_key("utm"))
    learnt = (
        update(profiles)
        .where(profiles.c.id == given.id, *nameless)
        .values(first_touch=given.touch, last_touch=given.touch)
    )
    return list(connection.scalars(learnt.returning(profiles.c.id)))
