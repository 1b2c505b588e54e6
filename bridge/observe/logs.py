"""Logs: one JSON object a line in production, plain lines for people at a terminal."""

import json
import logging
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from traceback import format_tb
from typing import Any

from bridge.observe.visible import one_visible_line

_STANDARD = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonLines(logging.Formatter):
    """One JSON object a line: time, level, logger, message, and whatever was given as `extra`."""

    def format(self, record: logging.LogRecord) -> str:
        """Write a record."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **extras(record),
        }
        if record.exc_info and record.exc_info[1]:
            line["error"] = without_words(record.exc_info[1])
        return one_visible_line(json.dumps(line, ensure_ascii=False, default=str))


class PlainLines(logging.Formatter):
    """A line for people: message and extras."""

    def format(self, record: logging.LogRecord) -> str:
        """Write a record."""
        words = [record.getMessage(), *(f"{key}={value}" for key, value in extras(record).items())]
        level = "" if record.levelno <= logging.INFO else f"{record.levelname.lower()}: "
        raised = record.exc_info[1] if record.exc_info else None
        error = f"\n{without_words(raised)}" if raised else ""
        return level + one_visible_line(" ".join(words)) + error


def without_words(error: BaseException) -> str:
    """Where an error came from and of which kind it is, without its message.

    Messages quote what they complain about, and that is somebody's name or address sooner or later.
    """
    chain = list(_chain(error))
    return "\n".join(f"{''.join(format_tb(one.__traceback__))}{_kind(one)}" for one in reversed(chain))


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An error, and those that led to it, the newest first."""
    seen: set[int] = set()
    one: BaseException | None = error
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        yield one
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)


def _kind(error: BaseException) -> str:
    """Its class, and of an error of the database also its SQLSTATE and the constraint."""
    diagnosis = getattr(error, "diag", None)
    facts = (
        type(error).__name__,
        getattr(error, "sqlstate", None),
        getattr(diagnosis, "constraint_name", None),
    )
    return " ".join(str(fact) for fact in facts if fact)


def extras(record: logging.LogRecord) -> dict[str, Any]:
    """What was given as `extra`."""
    return {key: value for key, value in vars(record).items() if key not in _STANDARD}


def set_up_logging(*, plain: bool, level: int = logging.INFO) -> None:
    """Send logs to standard error. plain: for people instead of for machines. level: below it nothing is said."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(PlainLines() if plain else JsonLines())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for talkative in ("rq", "alembic", "mail.log"):
        logging.getLogger(talkative).setLevel(logging.WARNING)
