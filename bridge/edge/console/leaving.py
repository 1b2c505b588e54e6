"""Files of any length that leave the console: two at a time, and each is whole or says at its end that it is not.

A server waits with a thread for whoever reads slowly, or not at all, and nobody can take that thread back. So few of
them are given away, and nothing of the database is held between two pieces.
"""

import logging
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

from flask import Response
from sqlalchemy.exc import SQLAlchemyError

from bridge.edge.console.frame import Visit, console_page
from bridge.edge.gate import Leaving, Slots

log = logging.getLogger(__name__)

AT_ONCE = 2
"""Of a process, whatever they are: a server with few threads has others for everybody else."""
LONGEST = timedelta(minutes=30)
_places = Slots(AT_ONCE, 0)

BROKEN_OFF = "incomplete: the database was lost, please export again"
"""A server ends an answer whose length nobody knows as if it were whole, so its last line has to say it."""
FAILED = "incomplete: something went wrong and is in the log, please tell your operator"
TOO_SLOW = "incomplete: it took longer than half an hour, please export less at a time"
Say = Callable[[str], str]
"""Makes a line of the file of words."""


def leaving(pieces: Iterator[str], say: Say, longest: timedelta = LONGEST) -> "Leaving[str] | None":
    """The pieces as an answer that has one of the places, until it is over, closed or forgotten; None without one.

    say: how the last line is written when it breaks off, or took longer than it may.
    """
    if not _places.take():
        log.warning("two exports are under way, answered 503")
        return None
    return Leaving(_whole_or_said(pieces, say, longest), _places)


def _whole_or_said(pieces: Iterator[str], say: Say, longest: timedelta) -> Iterator[str]:
    over = time.monotonic() + longest.total_seconds()
    try:
        for piece in pieces:
            if time.monotonic() > over:
                log.error("an export broke off", extra={"reason": "it took too long"})
                yield say(TOO_SLOW)
                return
            yield piece
    except SQLAlchemyError as error:
        log.error("an export broke off", extra={"reason": type(error).__name__})
        yield say(BROKEN_OFF)
    except Exception as error:  # whatever it is: nobody may take the half for the whole
        log.error("an export broke off", exc_info=error)
        yield say(FAILED)


def both_taken(on: Visit, back: str, *, by_command: bool) -> Response:
    """Two others are being read. back: where one may try again. by_command: whether a command does the same."""
    answer = console_page("console/leaving.html", on, status=503, back=back, by_command=by_command)
    answer.headers["Retry-After"] = "30"
    return answer
