"""Traces played over HTTP against a real web server, with journal, ingest, PostgreSQL and scoring behind it.

Only the clock is ours: it stands at the moment of each request, as the trace tells it.
"""

import http.client
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from sqlalchemy import Row, select, update

from bridge.app import create_wsgi
from bridge.delivery.links import HIDDEN_NUMBER, AskTarget, ClickTarget
from bridge.flow.score_profiles import score_profiles
from bridge.flow.sweep import GRACE, sweep
from bridge.ids import derived_id
from bridge.judgement.traces import Step, Trace
from bridge.profiles.address import parse_address
from bridge.program.events import HITS
from bridge.settings import Settings
from bridge.store import mails, profiles, submissions
from bridge.store.mails import Content, MailRow
from bridge.store.tables import events, handovers, ledger
from bridge.store.tables import mails as letters
from bridge.wiring import Services
from bridge.worker.ingest import Ingest
from tests import make
from tests.conftest import Servers
from tests.edge.site import environment
from tests.house import Clock
from tests.web_server import answering

ACCEPTED = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
WEBSITE = "https://www.example.com"
PROGRAMME = make.EXACT + f'\n[website]\norigins = ["{WEBSITE}"]\n\n[verdicts]\nhidden_link = true\n'


@contextmanager
def served(folder: Path, servers: Servers, clock: Clock) -> Iterator["Stage"]:
    """The web behind one proxy, listening on a free port, until the block ends."""
    program = folder / "program.toml"
    program.write_text(PROGRAMME, encoding="utf-8")
    settings = environment(
        folder,
        DATABASE_URL=servers.database_url,
        REDIS_URL=servers.redis_url,
        PROGRAM=str(program),
        TRUSTED_PROXIES="1",
    )
    services = Services(Settings.from_env(settings), clock)
    try:
        with answering(create_wsgi(services)) as port:
            yield Stage(services, clock, port)
    finally:
        services.journal.close()
        services.engine.dispose()
        services.page_engine.dispose()
        services.redis.close()


@dataclass
class Stage:
    """A running system, and the people of one trace."""

    services: Services
    clock: Clock
    port: int
    _arrivals: dict[tuple[str, str, str], str] = field(default_factory=dict)
    _ingest: Ingest = field(init=False)

    def __post_init__(self) -> None:
        self._ingest = Ingest(self.services)

    def play(self, trace: Trace) -> None:
        """Everybody gets the mail; then the trace happens, and all of it settles."""
        self.clock.now = ACCEPTED - timedelta(hours=1)
        for name in dict.fromkeys(step.to for step in trace.hits):
            self._welcome(name, trace.links)
        settings = self.services.settings
        rests = (settings.settle_counts, settings.settle_hands_over)
        looks = {_at(step) + rest for step in trace.hits for rest in rests}
        happenings: list[tuple[datetime, Step | None]] = [(_at(step), step) for step in trace.hits]
        happenings += [(moment, None) for moment in looks]
        for moment, step in sorted(happenings, key=lambda one: (one[0], one[1] is None)):
            self.clock.now = moment
            if step is not None:
                self._request(step)
            self._settle()

    def press(self, step: Step, form: str, boxes: Mapping[str, str]) -> int:
        """Somebody presses the button of a form behind the mail's own link, and all of it settles; the status."""
        self.clock.now = _at(step)
        target = AskTarget(self._person(step.to), _mail(step.to), form)
        path = urlsplit(self.services.world.links.ask(target, ACCEPTED)).path
        typed = {"Content-Type": "application/x-www-form-urlencoded"}
        status, _ = self._exchange("POST", path, {**_headers(step), **typed}, urlencode(boxes))
        self._settle()
        self.clock.move(minutes=5)
        self._settle()
        return status

    # What comes out

    def hits(self, name: str) -> list[Row[Any]]:
        """What was stored of a person's hits, by time."""
        return [row for row in self._of(events, name) if row.kind in HITS]

    def points(self, name: str, event: UUID) -> int:
        """The points that stand for an event."""
        return sum(row.points for row in self._of(ledger, name) if row.event_id == event and not row.topic)

    def handovers(self, name: str) -> list[Row[Any]]:
        """A person's hand-overs."""
        return self._of(handovers, name)

    def _of(self, table: Any, name: str) -> list[Row[Any]]:
        order = [table.c.at, table.c.id]
        with self.services.engine.connect() as connection:
            return list(
                connection.execute(
                    select(table).where(table.c.profile_id == self._person(name)).order_by(*order)
                )
            )

    def _person(self, name: str) -> UUID:
        with self.services.engine.connect() as connection:
            return profiles.by_address(connection, parse_address(_address(name))).id

    # How people get there

    def _welcome(self, name: str, links: int) -> None:
        """Somebody sends the form and confirms; the mail with so many links is accepted at ACCEPTED."""
        fields = {"email": _address(name), "consent_email": "1", "consent_tracking": "1"}
        self._post("/forms/download", fields, {})
        self._settle()
        person = self._person(name)
        with self.services.engine.connect() as connection:
            submission = submissions.of_profile(connection, person)[0].id
        token = self.services.world.links.confirm(submission, self.clock()).rpartition("/")[2]
        self._post(f"/confirm/{token}", {}, {})
        self._settle()
        row = MailRow(
            _mail(name), person, "welcome", "de", f"<{name}@example.com>", self.clock(), "welcome", 0
        )
        listed = [
            {"number": n + 1, "url": f"{WEBSITE}/{n}", "label": str(n), "topics": []} for n in range(links)
        ]
        with self.services.unit() as unit:
            mails.add(unit.connection, [row])
            before = ACCEPTED - timedelta(hours=1)
            mails.handed(unit.connection, before, [Content(row.id, "Trace", True, listed)])
            unit.connection.execute(update(letters).where(letters.c.id == row.id).values(sent_at=ACCEPTED))

    # What happens

    def _request(self, step: Step) -> None:
        if step.proof:
            self._prove(step)
            return
        links, mail = self.services.world.links, _mail(step.to)
        if step.open:
            path = links.pixel(mail)
        elif step.link == "unsubscribe":
            path = links.unsubscribe(self._person(step.to), mail)
        elif step.link == "preferences":
            path = links.preferences(self._person(step.to), mail)
        else:
            number = HIDDEN_NUMBER if step.link == "hidden" else 1
            path = links.click(ClickTarget(mail, number, f"{WEBSITE}/{step.link}"))
        location = self._send(step.method, urlsplit(path).path, _headers(step))
        if step.link:
            self._arrivals[step.to, step.link, str(step.agent)] = location.partition("#lb=")[2]
            self._arrivals[step.to, step.link, ""] = location.partition("#lb=")[2]

    def _prove(self, step: Step) -> None:
        """A form, a button of ours, or a page of the website that is used, all over HTTP."""
        if step.proof == "form":
            fields = {"email": _address(step.to), "company": f"Firma {step.after}"}
            self._post("/forms/download", fields, _headers(step))
        elif step.proof == "button":
            path = urlsplit(self.services.world.links.preferences(self._person(step.to))).path
            self._post(path, {"consent_email": "1", "consent_tracking": "1"}, _headers(step))
        else:
            known = self._arrivals.get((step.to, str(step.link), str(step.agent)))
            arrival = known or self._arrivals.get((step.to, str(step.link), ""), "")
            told = {
                "visitor": _mail(step.to).hex,
                "page_url": f"{WEBSITE}/{step.link}",
                "arrival": arrival,
                "used": True,
            }
            headers = {**_headers(step), "Origin": WEBSITE, "Content-Type": "text/plain"}
            self._send("POST", "/t/p", headers, json.dumps(told))

    def _post(self, path: str, fields: Mapping[str, str], headers: Mapping[str, str]) -> None:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        self._send("POST", path, {**headers, **form}, urlencode(fields))

    def _send(self, method: str, path: str, headers: Mapping[str, str], body: str = "") -> str:
        """One request with exactly these headers; where it leads."""
        status, location = self._exchange(method, path, headers, body)
        assert status < 400, f"{method} {path}: {status}"
        return location

    def _exchange(
        self, method: str, path: str, headers: Mapping[str, str], body: str = ""
    ) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.putrequest(method, path, skip_accept_encoding=True)
            for name, value in headers.items():
                connection.putheader(name, value)
            if body:
                connection.putheader("Content-Length", str(len(body.encode())))
            connection.endheaders(body.encode() or None)
            answer = connection.getresponse()
            answer.read()
            return answer.status, answer.getheader("Location") or ""
        finally:
            connection.close()

    def _settle(self) -> None:
        """What ingest and a worker for scores do at that moment."""
        while self._ingest.once():
            pass

        def wake(kind: str, ids: Iterable[UUID]) -> None:
            if kind == "score":
                with self.services.unit() as unit:
                    score_profiles(unit, ids)

        sweep(self.services.engine, wake, self.clock() + GRACE)


def _at(step: Step) -> datetime:
    return ACCEPTED + timedelta(seconds=step.after)


def _headers(step: Step) -> dict[str, str]:
    own = {"X-Forwarded-For": step.network or "192.0.2.1"} | dict(step.headers or {})
    return own | ({"User-Agent": step.agent} if step.agent else {})


def _address(name: str) -> str:
    return f"{name}@firma.example"


def _mail(name: str) -> UUID:
    return derived_id("trace", "mail", name)
