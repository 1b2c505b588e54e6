"""Metrics for Prometheus."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bridge.clock import Clock
from bridge.flow.figures import Figures


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
        if journal.progress is not None:
            yield _gauge(
                "ingest_batch", "Records that ingest takes at a time", [({}, journal.progress.batch)]
            )
            words = "Records that ingest has taken over since it began"
            yield CounterMetricFamily("leadbridge_ingest_records", words, value=journal.progress.taken)
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
        yield _gauge("held_submissions", "Forms that wait for a decision", _labelled("form", known.held))
        yield _gauge("notices", "Bounces and complaints of the last 30 days", _notices(known.notices))
        suppressed = _labelled("reason", known.suppressions)
        yield _gauge("suppressions", "Addresses that are not mailed", suppressed)
        yield _gauge("webhook_endpoints", "Endpoints of webhooks", _labelled("state", known.webhooks))
        yield _gauge("feed_failing", "1 for a feed that fails, else 0", _labelled("feed", known.feeds))


class EventsOfProviders(Collector):
    """What mail providers told this process since it began. told: (provider, what) → how many."""

    def __init__(self, told: Mapping[tuple[str, str], int]) -> None:
        self._told = told

    def collect(self) -> Iterator[Metric]:
        """One counter for each provider and meaning."""
        words = "Events of mail providers by what they mean"
        family = CounterMetricFamily("leadbridge_hook_events", words, labels=["provider", "what"])
        for labels, count in sorted(self._told.items()):
            family.add_metric(labels, count)
        yield family


def _gauge(name: str, words: str, samples: Iterable[tuple[dict[str, str], float]]) -> Metric:
    rows = list(samples)
    labels = sorted({label for given, _ in rows for label in given})
    family = GaugeMetricFamily(f"leadbridge_{name}", words, labels=labels)
    for given, value in rows:
        family.add_metric([given[label] for label in labels], value)
    return family


def _labelled(label: str, counts: Mapping[str, int]) -> list[tuple[dict[str, str], float]]:
    return [({label: name}, count) for name, count in counts.items()]


def _notices(counts: dict[tuple[str, str, bool], int]) -> list[tuple[dict[str, str], float]]:
    return [
        ({"source": source, "trouble": trouble, "attributed": "yes" if attributed else "no"}, count)
        for (source, trouble, attributed), count in counts.items()
    ]


def _age(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since else 0.0
