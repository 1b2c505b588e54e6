"""Logs and metrics: one JSON object a line in production, plain lines for people at a terminal."""

import json
import logging
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bridge.clock import Clock
from bridge.flow.figures import Figures

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


class StateOfWork(Collector):
    """What waits and what happened, read from journal and database at each scrape."""

    def __init__(self, figures: Figures, clock: Clock) -> None:
        self._figures = figures
        self._clock = clock

    def collect(self) -> Iterator[Metric]:
        """The metrics of this moment; those of the database are missing while it is away."""
        now = self._clock()
        journal = self._figures.journal()
        yield _gauge("journal_depth", "Records in this node's journal", [({}, journal.depth)])
        yield _gauge("ingest_lag_seconds", "Age of the oldest record", [({}, _age(journal.oldest, now))])
        known = self._figures.database(now)
        yield _gauge("database_up", "Whether the database answered", [({}, 1 if known else 0)])
        if known is None:
            return
        yield _gauge("outbox", "Deliveries by state", _labelled("state", known.outbox))
        yield _gauge(
            "outbox_oldest_due_seconds", "Age of the oldest due", [({}, _age(known.oldest_due, now))]
        )
        lag = _age(known.oldest_event, now)
        yield _gauge("scoring_lag_seconds", "How long the oldest due event waits", [({}, lag)])
        yield _gauge("profiles", "Profiles by stage", _labelled("stage", known.profiles))
        yield _gauge("handovers", "Hand-overs by state", _labelled("state", known.handovers))
        yield _gauge("dead_letters", "Dead letters", [({}, known.dead_letters)])


def _gauge(name: str, words: str, samples: Iterable[tuple[dict[str, str], float]]) -> Metric:
    rows = list(samples)
    labels = sorted({label for given, _ in rows for label in given})
    family = GaugeMetricFamily(f"leadbridge_{name}", words, labels=labels)
    for given, value in rows:
        family.add_metric([given[label] for label in labels], value)
    return family


def _labelled(label: str, counts: dict[str, int]) -> list[tuple[dict[str, str], float]]:
    return [({label: name}, count) for name, count in counts.items()]


def _age(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since else 0.0
