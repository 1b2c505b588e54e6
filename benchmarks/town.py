"""A big database and what goes on in it: small campaigns to whoever lives there, and sales that look at people.

Each turn leaves the database as full as it was.
"""

import random
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.client import HTTPConnection
from itertools import islice
from time import perf_counter
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ARRAY, Uuid, bindparam, cast, column, delete, func, insert, select, true, update

from benchmarks.contest import Sample
from benchmarks.histogram import Histogram
from benchmarks.population import LINKED, Population
from bridge.flow.record_hits import record_hits
from bridge.flow.sales.sign_in import DEVICE_LIVES
from bridge.flow.score_profiles import score_profiles
from bridge.flow.sweep import sweep
from bridge.flow.unit import Unit, unit_of_work
from bridge.ids import new_id
from bridge.intake.records import Hit, Record, Request
from bridge.store import devices
from bridge.store.devices import Device
from bridge.store.tables import events, ledger, mails, profile_links, profiles
from bridge.wiring import Services
from bridge.wiring.queues import MOST_IDS

RECIPIENTS = 400
"""Of a campaign."""
AT_ONCE = 500
"""Hits that are stored together."""
LITTLE = 4
"""Points of whoever is written to: what follows takes nobody to sales."""
AN_HOUR = timedelta(hours=1)
ACTIVE = 10
"""So many of those that sales looks at are the most active people of all; each tenth look is at one of them."""
TARGET = "https://www.example.com/preise"
LINK = {"number": 1, "url": TARGET, "label": "Preise", "topics": ["sepa"]}
BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:147.0) Gecko/20100101 Firefox/147.0"
HEADERS = {"accept": "text/html,*/*;q=0.8", "accept-language": "de-DE,de;q=0.9", "sec-fetch-mode": "navigate"}


@dataclass(frozen=True, slots=True)
class Page:
    """path: with its token. cookie: of the device that opens it."""

    path: str
    cookie: str


@dataclass(frozen=True, slots=True)
class Campaign:
    """Mail → to whom it went. records: what they did with it."""

    recipients: dict[UUID, UUID]
    records: list[tuple[Record, Hit]]


@dataclass
class Town:
    """port: where our pages answer."""

    services: Services
    population: Population
    port: int
    _chance: random.Random = field(default_factory=lambda: random.Random(1))

    @property
    def name(self) -> str:
        """How full it is."""
        return f"{self.population.events:,} events"

    def store(self, seconds: float) -> Sample:
        """Take over the hits of campaigns, as ingest does, until that took so long."""
        done, took = 0, 0.0
        while took < seconds:
            with self._campaign() as campaign:
                took += _seconds_of(lambda: self._take_over(campaign))
                done += len(campaign.records)
        return Sample(done / took)

    def score(self, seconds: float) -> Sample:
        """Score the hits of campaigns, as a worker does, until that took so long."""
        done, took = 0, 0.0
        while took < seconds:
            with self._campaign() as campaign:
                self._take_over(campaign)
                took += _seconds_of(lambda: self._score(campaign))
                done += len(campaign.records)
        return Sample(done / took)

    def show(self, seconds: float) -> Sample:
        """Open profile pages as sales does, one after another."""
        pages, latencies = self._pages(), [0.0]
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=10)) as connection:
            for page in islice(pages, ACTIVE):
                _open(connection, page)
            while sum(latencies) < seconds:
                latencies.append(_seconds_of(lambda: _open(connection, next(pages))))
        return Sample((len(latencies) - 1) / sum(latencies), Histogram.of(latencies[1:]))

    # Campaigns

    @contextmanager
    def _campaign(self) -> Iterator[Campaign]:
        """A mail to each of some people, and what they do with it; afterwards it never was."""
        people = self._some_people()
        sent_at = self.services.clock() - timedelta(days=self._chance.uniform(2, 6))
        recipients = {uuid4(): person for person in people}
        with self.services.engine.begin() as connection:
            rows = [_mail(mail, person, sent_at) for mail, person in recipients.items()]
            connection.execute(insert(mails), rows)
        yield Campaign(recipients, list(_records(recipients, sent_at)))
        with self.services.engine.begin() as connection:
            happened = select(events.c.id).where(events.c.mail_id.in_(recipients))
            caused = list(connection.scalars(happened))
            theirs = ledger.c.profile_id.in_(people)
            connection.execute(delete(ledger).where(theirs, ledger.c.event_id.in_(caused)))
            connection.execute(delete(events).where(events.c.id.in_(caused)))
            connection.execute(delete(mails).where(mails.c.id.in_(recipients)))
            was = [{"person": person, "was": score} for person, score in people.items()]
            same = update(profiles).where(profiles.c.id == bindparam("person"))
            connection.execute(same.values(score=bindparam("was"), recheck_at=None), was)
        sweep(
            self.services.engine, lambda kind, ids: None, self.services.clock()
        )  # as cron does all the time

    def _some_people(self) -> dict[UUID, int]:
        """Person → score, of people with few points, no two of one company: the same at each size."""
        starts = [UUID(int=self._chance.getrandbits(128)) for _ in range(3 * RECIPIENTS)]
        somewhere = (
            func.unnest(cast(starts, ARRAY(Uuid))).table_valued(column("start", Uuid)).render_derived()
        )
        near = (
            select(profiles.c.id, profiles.c.score, profiles.c.company_domain)
            .where(profiles.c.id >= somewhere.c.start)
            .order_by(profiles.c.id)
            .limit(1)
            .lateral()
        )
        found: dict[UUID | str, tuple[UUID, int]] = {}
        with self.services.engine.connect() as connection:
            for row in connection.execute(select(near).select_from(somewhere).join(near, true())):
                if row.score <= LITTLE:
                    found.setdefault(row.company_domain or row.id, (row.id, row.score))
        return dict(list(found.values())[:RECIPIENTS])

    def _take_over(self, campaign: Campaign) -> None:
        for start in range(0, len(campaign.records), AT_ONCE):
            with self._unit() as unit:
                record_hits(unit, campaign.records[start : start + AT_ONCE])

    def _score(self, campaign: Campaign) -> None:
        people, together = sorted(campaign.recipients.values()), MOST_IDS["score"]
        for start in range(0, len(people), together):
            with self._unit() as unit:
                score_profiles(unit, people[start : start + together])

    def _unit(self) -> AbstractContextManager[Unit]:
        """Nobody is woken: what follows is done here."""
        return unit_of_work(
            self.services.engine, self.services.world, self.services.clock, lambda kind, ids: None
        )

    # Pages

    def _pages(self) -> Iterator[Page]:
        """Pages to look at, without end."""
        now, cookies = self.services.clock(), self._sign_in()
        with self.services.engine.connect() as connection:
            links = {row.id: row.sales_person for row in connection.execute(select(profile_links))}
        active = [self.population.id_of("link", LINKED * number) for number in range(ACTIVE)]
        everybody = sorted(links)
        while True:
            link = self._chance.choice(active if self._chance.random() < 1 / ACTIVE else everybody)
            url = self.services.world.links.lead(link, now)
            yield Page(url.removeprefix(self.services.settings.public_url), cookies[links[link]])

    def _sign_in(self) -> dict[str, str]:
        """Sales person → the cookie of a device that may see their leads."""
        now, cookies = self.services.clock(), {}
        with self.services.engine.begin() as connection:
            for person in self.services.program.people:
                secret = uuid4().hex
                devices.add(connection, Device(new_id(), person, now, now + DEVICE_LIVES), secret)
                cookies[person] = f"leadbridge-device-{person}={secret}"
        return cookies


def _seconds_of(do: Callable[[], object]) -> float:
    began = perf_counter()
    do()
    return perf_counter() - began


def _open(connection: HTTPConnection, page: Page) -> None:
    connection.request("GET", page.path, headers={"Cookie": page.cookie})
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200 or b"person" not in body:
        raise RuntimeError(f"{answer.status} instead of a profile page")


def _mail(mail: UUID, person: UUID, sent_at: datetime) -> dict[str, Any]:
    return {
        "id": mail,
        "profile_id": person,
        "template": "welcome",
        "subject": "Willkommen",
        "language": "de",
        "tracked": True,
        "links": [LINK],
        "message_id": f"<{mail}@example.com>",
        "created_at": sent_at,
        "handed_at": sent_at,
        "sent_at": sent_at,
    }


def _records(recipients: Iterable[UUID], sent_at: datetime) -> Iterator[tuple[Record, Hit]]:
    """Each opens the mail and follows its link, one after another."""
    for number, mail in enumerate(recipients):
        request = Request(f"198.51.{number % 100}.{number % 251}", BROWSER, "GET", None, HEADERS)
        at = sent_at + AN_HOUR + number * timedelta(milliseconds=10)
        yield _record(at, Hit("mail.opened", mail, None, request))
        at += timedelta(seconds=30)
        yield _record(at, Hit("link.clicked", mail, None, request, 1, TARGET))


def _record(at: datetime, hit: Hit) -> tuple[Record, Hit]:
    return Record(new_id(int(at.timestamp() * 1000)), at, hit), hit
