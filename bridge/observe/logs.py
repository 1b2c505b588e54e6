"""Logs: one JSON object a line in production, plain lines for people at a terminal."""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any

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
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


class PlainLines(logging.Formatter):
    """A line for people: message and extras."""

    def format(self, record: logging.LogRecord) -> str:
        """Write a record."""
        words = [record.getMessage(), *(f"{key}={value}" for key, value in extras(record).items())]
        level = "" if record.levelno <= logging.INFO else f"{record.levelname.lower()}: "
        error = f"\n{self.formatException(record.exc_info)}" if record.exc_info else ""
        return level + " ".join(words) + error


def extras(record: logging.LogRecord) -> dict[str, Any]:
    """What was given as `extra`."""
    return {key: value for key, value in vars(record).items() if key not in _STANDARD}


def set_up_logging(*, plain: bool) -> None:
    """Send logs to standard error. plain: for people instead of for machines."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(PlainLines() if plain else JsonLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for talkative in ("rq", "alembic", "mail.log"):
        logging.getLogger(talkative).setLevel(logging.WARNING)
