"""Events that people sign up for by a form: when and where the next one takes place."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bridge.program.model import Form, Program
from bridge.program.sequences import Sequence


@dataclass(frozen=True, slots=True)
class Announced:
    """An event as it is announced to whoever signs up. access: the web address of where people take part, if any.

    is_over: it has begun, and no other follows.
    """

    at: datetime
    place: Mapping[str, str]
    access: str | None
    is_over: bool


def announced(program: Program, form: Form, now: datetime) -> Announced | None:
    """The next event of a form, or the last when all are over; None for a form without any."""
    known = [
        (date, sequence)
        for sequence in program.sequences.values()
        if sequence.kind == "event" and sequence.form == form.id and (date := sequence.date_for(now))
    ]
    coming = [one for one in known if one[0] > now]
    if not known:
        return None
    at, sequence = min(coming, key=_at) if coming else max(known, key=_at)
    return Announced(at, sequence.place, sequence.access, is_over=not coming)


def event_of(program: Program, form: Form, sent: datetime, now: datetime) -> Announced | None:
    """The event that somebody signed up for who sent the form then; None for a form without any."""
    event = announced(program, form, sent)
    return event and replace(event, is_over=event.at <= now)


def _at(one: tuple[datetime, Sequence]) -> datetime:
    return one[0]
