"""Events that people sign up for by a form: when and where the next one takes place."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bridge.program.model import Form, Program


@dataclass(frozen=True, slots=True)
class Announced:
    """An event as the page of its form announces it. is_over: it has begun, and no other follows."""

    at: datetime
    place: Mapping[str, str]
    is_over: bool


def announced(program: Program, form: Form, now: datetime) -> Announced | None:
    """The next event of a form, or the last when all are over; None for a form without any."""
    dates = [
        (date, sequence.place)
        for sequence in program.sequences.values()
        if sequence.kind == "event" and sequence.form == form.id and (date := sequence.date_for(now))
    ]
    coming = [one for one in dates if one[0] > now]
    if not dates:
        return None
    at, place = min(coming, key=_at) if coming else max(dates, key=_at)
    return Announced(at, place, is_over=not coming)


def _at(one: tuple[datetime, Mapping[str, str]]) -> datetime:
    return one[0]
