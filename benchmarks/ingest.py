"""P3: what waits in the journal, taken over by one ingest process, against `COPY` of the rows that came of it."""

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from uuid import uuid4

from sqlalchemy import Table

from benchmarks.campaign import hits, send_campaign
from benchmarks.contest import Contest, Contestant, Sample, Say, Scale, play
from benchmarks.copying import copy_back, empty, rows_of, settle
from benchmarks.ground import Ground, fresh_ground
from benchmarks.outcomes import Outcome
from bridge.ids import derived_id
from bridge.intake.records import Body, GivenConsent, Request, Submission, kind_of, to_body
from bridge.store.tables import (
    consent_proofs,
    consents,
    events,
    mails,
    outbox,
    profiles,
    stage_changes,
    submissions,
)

GOAL = 0.25
FORMS = 2_000
APART = timedelta(milliseconds=1)
"""Between two records: a campaign in full swing."""
OF_A_FORM = (profiles, submissions, consents, consent_proofs, events, outbox, stage_changes)


def measure(scale: Scale, say: Say) -> Iterator[Outcome]:
    """P3, with hits; and where there is time the same with forms, of which nothing is promised."""
    many = 8_000 if scale.is_quick else 50_000
    with fresh_ground() as ground:
        if not scale.is_quick:
            forms = _Backlog(ground, [_form(n) for n in range(FORMS)], OF_A_FORM)
            what = "forms, taken over from the journal"
            yield play(_contest(what, "forms/s", forms, None), scale.rounds, say)
            empty(ground.services.engine, [profiles, mails])
        people = send_campaign(ground.services.engine, many)
        settle(ground.services.engine)
        clicks = _Backlog(ground, list(islice(hits(people), many)), [events])
        yield play(_contest("hits, taken over from the journal", "hits/s", clicks, GOAL), scale.rounds, say)


def _contest(what: str, unit: str, backlog: "_Backlog", goal: float | None) -> Contest:
    copy = Contestant("COPY of its rows", backlog.copy, goal)
    return Contest("P3", what, unit, Contestant("ours", backlog.take_over), [copy])


@dataclass
class _Backlog:
    """Records that wait, and the tables that become fuller by them. `copy` writes what `take_over` wrote last."""

    ground: Ground
    records: Sequence[Body]
    tables: Sequence[Table]
    _rows: Mapping[Table, bytes] = field(default_factory=dict)

    def take_over(self) -> Sample:
        """Lay them into the journal, and let an ingest process take them over."""
        empty(self.ground.services.engine, self.tables)
        _journal(self.ground, self.records)
        told = _ingested(self.ground)
        assert told["records"] == len(self.records)
        self._rows = rows_of(self.ground.services.engine, self.tables)
        return Sample(told["records"] / told["seconds"])

    def copy(self) -> Sample:
        """The same rows by COPY, in one transaction."""
        empty(self.ground.services.engine, self.tables)
        return Sample(len(self.records) / copy_back(self.ground.services.engine, self._rows))


def _journal(ground: Ground, records: Iterable[Body]) -> None:
    """As web processes write it down, one after another; the newest came just now."""
    many = list(records)
    began = datetime.now(UTC) - len(many) * APART
    for number, record in enumerate(many):
        ground.services.journal.append(
            kind_of(record), to_body(record), began + number * APART, durable=False
        )


def _ingested(ground: Ground) -> dict[str, float]:
    argv = [sys.executable, "-m", "benchmarks.ingesting"]
    done = subprocess.run(argv, env=dict(ground.environ), capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-3000:])
    return dict(json.loads(done.stdout.splitlines()[-1]))


def _form(number: int) -> Submission:
    """Of a website, by somebody new, with every box ticked."""
    key, address = str(uuid4()), f"anna.beispiel{number}@firma{number % 50}.example"
    return Submission(
        id=derived_id("submission", "api", key),
        form="globe-next-download",
        source="api",
        key=key,
        at=datetime.now(UTC),
        fields={"email": address, "first_name": "Anna", "last_name": "Beispiel", "company": "Beispiel GmbH"},
        consents={purpose: GivenConsent(True, f"Ja zu {purpose}") for purpose in ("email", "tracking")},
        context={"language": "de", "page_url": "https://www.example.com/", "utm": {"source": "google"}},
        request=Request("203.0.113.7", "Mozilla/5.0", "POST"),
    )
