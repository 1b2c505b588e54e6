"""Empty the mailbox for bounces: what can be ascribed is taken and deleted, everything else is set aside."""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from bridge.flow.sending.take_notice import take_notice
from bridge.flow.unit import Opened
from bridge.store.database import is_unavailable
from connectors.contract import Notice

log = logging.getLogger(__name__)

MOST_AT_ONCE = 200
UNATTRIBUTED, FAILED = "Unattributed", "Failed"
"""Folders beside the mailbox: for what nothing proves or nobody understands, and for what broke us."""

TAKEN, NOTHING = "taken", "nothing to do"


class Report(Protocol):
    """What a message is ("bounce", "complaint", "delay", "automatic", "other"), and what it reports."""

    @property
    def kind(self) -> str: ...

    @property
    def notices(self) -> Sequence[Notice]: ...


class Mailbox(Protocol):
    """A mailbox that is open; messages are known by names."""

    def waiting(self, limit: int) -> list[str]: ...

    def read(self, name: str) -> bytes: ...

    def remove(self, name: str) -> None: ...

    def set_aside(self, name: str, folder: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Seen:
    """One message: what it was, what it reported, and what became of it (TAKEN, NOTHING, or a folder's name)."""

    kind: str
    notices: tuple[Notice, ...]
    fate: str


def read_bounces(
    mailbox: Mailbox,
    read_report: Callable[[bytes], Report],
    opened: Opened,
    limit: int = MOST_AT_ONCE,
    stuck: set[str] | None = None,
) -> Iterator[Seen]:
    """Take the messages that wait, each in a transaction of its own, and only then out of the mailbox.

    Whoever stops in between loses nothing: what is read again changes nothing. A message that cannot be processed
    is moved out of the way. One that cannot be moved holds up no other: it is noted in `stuck`, is left out from
    then on until nothing else waits, and what the mailbox raised is raised when the others are done. Raises what
    the mailbox raises, and the database when it is away.
    """
    stuck = set() if stuck is None else stuck
    failed: Exception | None = None
    for name in _next(mailbox, stuck, limit):
        seen = _take(mailbox.read(name), read_report, opened)
        try:
            _out_of_the_way(mailbox, name, seen.fate)
        except Exception as error:
            stuck.add(name)
            failed = failed or error
        yield seen
    if failed:
        raise failed


def _next(mailbox: Mailbox, stuck: set[str], limit: int) -> list[str]:
    """What waits, but for what cannot be moved; that is tried again when nothing else is left."""
    waiting = mailbox.waiting(limit + len(stuck))
    others = [name for name in waiting if name not in stuck][:limit]
    if not others:
        stuck.clear()
    return others or waiting[:limit]


def _out_of_the_way(mailbox: Mailbox, name: str, fate: str) -> None:
    if fate in (TAKEN, NOTHING):
        mailbox.remove(name)
    else:
        mailbox.set_aside(name, fate)


def _take(raw: bytes, read_report: Callable[[bytes], Report], opened: Opened) -> Seen:
    try:
        report = read_report(raw)
        with opened() as unit:
            known = [take_notice(unit, notice, unit.now) for notice in report.notices]
    except Exception as error:
        if is_unavailable(error):
            raise
        log.exception("a message to the mailbox for bounces cannot be processed")
        return Seen("failed", (), FAILED)
    return Seen(report.kind, tuple(report.notices), _fate(report, known))


def _fate(report: Report, known: Sequence[bool]) -> str:
    if report.kind == "other" or not all(known):
        return UNATTRIBUTED
    return TAKEN if known else NOTHING
