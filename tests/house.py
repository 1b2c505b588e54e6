"""The whole house in one process: real PostgreSQL, a clock that is moved, and ways out that are listened to."""

import json
import re
from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from marshmallow import RAISE
from sqlalchemy import Engine, Row, Table, select

from bridge.delivery.letters import Letter
from bridge.delivery.links import (
    Links,
    read_click,
    read_confirm,
    read_download,
    read_lead,
    read_open,
    read_unsubscribe,
)
from bridge.delivery.payloads import PAYLOADS
from bridge.delivery.tokens import Tokens
from bridge.delivery.webhooks import WebhookRequest
from bridge.flow.accept_submission import accept_submission
from bridge.flow.confirm_address import confirm_address
from bridge.flow.erase_profile import Traces, erase_profile
from bridge.flow.expire_points import expire_points
from bridge.flow.export_profile import export_profile
from bridge.flow.object_to_scoring import allow_scoring, object_to_scoring
from bridge.flow.record_hits import record_hits
from bridge.flow.record_visits import forget_browsers, record_visits
from bridge.flow.retention import forget_expired
from bridge.flow.sales.await_answers import await_answers
from bridge.flow.sales.give_back import return_lost
from bridge.flow.sales.record_outcome import record_outcome
from bridge.flow.sales.release_leads import release_as_room_returns
from bridge.flow.save_preferences import Preferences, save_preferences
from bridge.flow.score_profiles import score_profiles
from bridge.flow.sending.deliver import Connectors, Sender
from bridge.flow.sequences.notice_ignored import notice_ignored
from bridge.flow.show_profile import show_profile
from bridge.flow.sweep import sweep
from bridge.flow.unit import Settle, Unit, World, unit_of_work
from bridge.flow.unsubscribe import unsubscribe
from bridge.ids import new_id
from bridge.intake.records import Hit, Record, Request, Submission, Visit, Withdrawal
from bridge.profiles import proofs
from bridge.profiles.address import parse_address
from bridge.profiles.consent import standing
from bridge.profiles.overview import Profile360
from bridge.program.model import Program
from bridge.qualification.outcomes import Answer
from bridge.store import consent_proofs, consents, handovers, outbox, profiles
from bridge.store.outbox import Delivery
from bridge.store.tables import stage_changes
from connectors.contract import Answer as Reply
from connectors.contract import Receipt
from tests import make

PUBLIC = "https://leads.example.com"
KEY = "a-key-that-only-tests-know"
ANNA = "anna@beispiel.example"
BROWSER = "0123456789abcdef" * 2
"""The id that Anna's browser has given itself."""


@dataclass
class Clock:
    """A clock that stands until it is moved."""

    now: datetime = make.NOON

    def __call__(self) -> datetime:
        return self.now

    def move(self, **span: float) -> None:
        """Move on by `seconds=…`, `days=…` …"""
        self.now += timedelta(**span)


@dataclass
class House:
    """Use cases one after another, as ingest and workers call them.

    tried: letters that were handed to the mail connector, every attempt. sent: those that it took.
    posted: webhooks. reply: what connectors answer. operator: who is told when something needs a hand.
    """

    engine: Engine
    program: Program = field(default_factory=make.demo_program)
    clock: Clock = field(default_factory=Clock)
    settle: Settle = field(default_factory=lambda: Settle(timedelta(seconds=20), timedelta(seconds=120)))
    tried: list[Letter] = field(default_factory=list)
    sent: list[Letter] = field(default_factory=list)
    posted: list[WebhookRequest] = field(default_factory=list)
    reply: Reply = field(default_factory=lambda: Receipt("250 ok"))
    operator: str | None = None
    _woken: list[tuple[str, list[UUID]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.tokens = Tokens([KEY])
        links = Links(PUBLIC, self.tokens)
        sender = "Exact <hello@example.com>"
        self.world = World(self.program, links, self.settle, sender, operator=self.operator)
        self.sender = Sender(
            self.engine, self.world, self.clock, self.wake, Connectors(self._send_letter, self._post_webhook)
        )

    def wake(self, kind: str, ids: Iterable[UUID]) -> None:
        """The port that flows call; `run` does the work."""
        self._woken.append((kind, list(ids)))

    def unit(self) -> AbstractContextManager[Unit]:
        """One transaction."""
        return unit_of_work(self.engine, self.world, self.clock, self.wake)

    def run(self) -> None:
        """Do everything that somebody was woken for, until nobody is."""
        while self._woken:
            kind, ids = self._woken.pop(0)
            if kind == "score":
                with self.unit() as unit:
                    score_profiles(unit, ids)
            else:
                for one in ids:
                    self.sender.deliver(one)

    def tick(self, **span: float) -> None:
        """Let time pass, then do what cron does, and all that follows."""
        self.clock.move(**span)
        for _ in expire_points(self.unit):
            pass
        return_lost(self.unit)
        for _ in notice_ignored(self.unit):
            pass
        for _ in await_answers(self.unit):
            pass
        for _ in release_as_room_returns(self.unit):
            pass
        sweep(self.engine, self.wake, self.clock() + timedelta(seconds=5))
        self.run()

    def retain(self, **span: float) -> None:
        """Let time pass, then forget what has been kept long enough, as cron does once a day."""
        self.clock.move(**span)
        for _ in forget_expired(self.unit, self.program.retention, self.clock()):
            pass
        self.run()

    # What people do

    def submit(self, submission: Submission | None = None, /, **facts: object) -> Submission:
        """Send a form (see make.submission) and do what follows."""
        sent = submission or make.submission(at=self.clock(), **facts)  # type: ignore[arg-type]
        with self.unit() as unit:
            accept_submission(unit, sent, self.clock())
        self.run()
        return sent

    def confirm(self, letter: Letter | None = None) -> None:
        """Press the button behind the newest confirmation mail, or behind that one."""
        mail = letter or next(one for one in reversed(self.sent) if "/confirm/" in one.text)
        submission = read_confirm(self.tokens, self.token(mail, "confirm"), self.clock())
        self.clock.move(seconds=1)
        with self.unit() as unit:
            confirm_address(unit, submission, _request())
        self.run()

    def save_preferences(self, email: str, *topics: str, **wishes: object) -> None:
        """Save the preference centre."""
        self.clock.move(seconds=1)
        known: dict[str, object] = {
            "frequency": "normal",
            "pause_until": None,
            "language": "de",
            "allowed": {p: s == "given" for p, s in self.consents(email).items()},
            "take": frozenset(),
        }
        with self.unit() as unit:
            profile = profiles.by_address(unit.connection, parse_address(email))
            save_preferences(unit, profile.id, Preferences(topics=topics, **(known | wishes)), _request())  # type: ignore[arg-type]
        self.run()

    def click(self, letter: Letter, number: int, **request: str | None) -> None:
        """Follow the nth tracked link of a mail, counted from 1. It counts only after the settle time."""
        self.follow(self.tracked_links(letter)[number - 1], **request)

    def follow(self, link: str, **request: str | None) -> None:
        """Follow a tracked link by its address."""
        target = read_click(self.tokens, link.rpartition("/")[2])
        self._hit(Hit("link.clicked", target.mail, None, _request(**request), target.number, target.url))

    def open_own_page(self, letter: Letter, page: str, **request: str | None) -> None:
        """Open a page of ours by its link in a mail."""
        profile, mail = read_unsubscribe(self.tokens, self.token(letter, page))
        self._hit(Hit("own-page.opened", mail, profile, _request(**request), url=page))

    def open(self, letter: Letter, **request: str | None) -> None:
        """Load the pixel of a mail."""
        token = re.search(r"/t/o/([^\"]+)\.gif", letter.html)
        assert token, "the mail has no pixel"
        self._hit(Hit("mail.opened", read_open(self.tokens, token[1]), None, _request(**request)))

    def download(self, letter: Letter, **request: str | None) -> None:
        """Follow the download link of a mail."""
        target = read_download(self.tokens, self.token(letter, "d"))
        self._hit(Hit("file.downloaded", target.mail, target.profile, _request(**request), form=target.form))

    def visit(self, path: str = "/sepa", browser: str = BROWSER, **facts: Any) -> Record:
        """A browser with consent looks at a page of the website."""
        seen = Visit(browser, f"https://www.example.com{path}", _request(method="POST"), **facts)
        record = Record(new_id(), self.clock(), seen)
        self.take_visits(record)
        return record

    def take_visits(self, *records: Record) -> None:
        """Visits come out of the journal."""
        with self.unit() as unit:
            record_visits(unit, [(one, one.body) for one in records if isinstance(one.body, Visit)])
        self.run()

    def withdraw(self, browser: str = BROWSER) -> None:
        """A browser withdraws its consent to visits being known."""
        withdrawal = Withdrawal(browser)
        with self.unit() as unit:
            forget_browsers(unit, [(Record(new_id(), self.clock(), withdrawal), withdrawal)])
        self.run()

    def unsubscribe(self, email: str) -> None:
        """One click in the mail program."""
        self.clock.move(seconds=1)
        with self.unit() as unit:
            profile = profiles.by_address(unit.connection, parse_address(email))
            unsubscribe(unit, new_id(), profile.id, None, "one-click", _request(), unit.now)
        self.run()

    def erase(self, email: str = ANNA) -> Traces:
        """Somebody has their data erased."""
        with self.unit() as unit:
            traces = erase_profile(unit, parse_address(email))
        self.run()
        return traces

    def export(self, email: str = ANNA) -> dict[str, Any]:
        """All that is stored about somebody, as they get it."""
        with self.unit() as unit:
            return export_profile(unit, parse_address(email))

    def objects(self, email: str = ANNA) -> None:
        """Somebody objects to being evaluated."""
        with self.unit() as unit:
            profile = profiles.by_address(unit.connection, parse_address(email))
            object_to_scoring(unit, profile.id, "own data page", _request())
        self.run()

    def takes_objection_back(self, email: str = ANNA) -> None:
        """Somebody does not object any more."""
        with self.unit() as unit:
            profile = profiles.by_address(unit.connection, parse_address(email))
            allow_scoring(unit, profile.id, "own data page", _request())
        self.run()

    def answer(self, letter: Letter, outcome: str, **facts: object) -> None:
        """Sales answers by the link in its mail."""
        link_id = read_lead(self.tokens, self.token(letter, "leads"), self.clock())
        with self.unit() as unit:
            link = handovers.link(unit.connection, link_id, unit.now)
            record_outcome(unit, link.handover_id, Answer(outcome, by=link.sales_person, **facts))  # type: ignore[arg-type]
        self.run()

    def lead_by_form(self, email: str = ANNA, **facts: object) -> Letter:
        """Somebody asks to be called; returns the mail to sales."""
        self.submit(form="rueckruf", email=email, phone="+49 30 23125 010", **({"allows": ()} | facts))
        return self.to_sales()[-1]

    def subscriber(self, email: str = ANNA, **facts: object) -> Letter:
        """Somebody sends a form and confirms; returns the welcome mail, a little after it came."""
        self.submit(email=email, **facts)
        self.confirm()
        self.clock.move(seconds=40)
        return self.mails_to(email)[-1]

    def lead_by_points(self, email: str = ANNA) -> Letter:
        """A subscriber clicks two links of the welcome mail; returns the mail to sales."""
        self.click_two(self.subscriber(email))
        return self.to_sales()[-1]

    def click_two(self, letter: Letter) -> None:
        """Two different links, half a minute apart; then everything settles."""
        self.click(letter, 1)
        self.clock.move(seconds=30)
        self.click(letter, 2)
        self.tick(seconds=150)

    def _hit(self, hit: Hit) -> None:
        with self.unit() as unit:
            record_hits(unit, [(Record(new_id(), self.clock(), hit), hit)])
        self.run()

    # What one can see

    def lead(self, email: str = ANNA) -> Profile360:
        """The whole picture of a person."""
        with self.engine.connect() as connection:
            profile = profiles.by_address(connection, parse_address(email))
            return show_profile(connection, self.world, profile)

    def points(self, email: str = ANNA) -> list[tuple[str, int]]:
        """Rule and points of every entry of the score, oldest first."""
        lines = reversed(self.lead(email).ledger)
        return [(line.rule, line.points) for line in lines if line.topic is None]

    def moves(self) -> list[tuple[str | None, str]]:
        """Every move between stages, oldest first."""
        return [(row.was, row.became) for row in sorted(self.rows(stage_changes), key=lambda row: row.at)]

    def outbox(self, *states: str) -> list[Delivery]:
        """What is in the outbox in these states, oldest first."""
        with self.engine.connect() as connection:
            return outbox.listing(connection, states or outbox.STATES)

    def rows(self, table: Table) -> list[Row[Any]]:
        """Everything in a table."""
        with self.engine.connect() as connection:
            return list(connection.execute(select(table)))

    def consents(self, email: str = ANNA) -> dict[str, str]:
        """Purpose → state."""
        with self.engine.connect() as connection:
            profile = profiles.by_address(connection, parse_address(email))
            return dict(standing(consents.of_profile(connection, profile.id)))

    def records(self, email: str = ANNA) -> tuple[proofs.Record, ...]:
        """What proves the consents of an address, newest first; also of people who are gone."""
        with self.engine.connect() as connection:
            return proofs.records(consent_proofs.of_address(connection, parse_address(email).key))

    def mails_to(self, address: str) -> list[Letter]:
        """The letters to an address, oldest first."""
        return [letter for letter in self.sent if letter.recipient == address]

    def to_sales(self) -> list[Letter]:
        """The letters to the sales team, oldest first."""
        team = {person.email for person in self.program.people.values()}
        return [letter for letter in self.sent if letter.recipient in team]

    def tracked_links(self, letter: Letter) -> list[str]:
        """The tracked links of a mail, in the order of its text."""
        return list(dict.fromkeys(re.findall(rf"{PUBLIC}/t/c/[^\s\"<>)]+", letter.text)))

    def target(self, link: str) -> str:
        """Where a tracked link leads."""
        return read_click(self.tokens, link.rpartition("/")[2]).url

    def token(self, letter: Letter, path: str) -> str:
        """The token of the first link of that kind in a mail."""
        found = re.search(rf"{PUBLIC}/{path}/([^\s\"<>)]+)", letter.text)
        assert found, f"no /{path}/ link in “{letter.subject}”"
        return found[1]

    def _send_letter(self, letter: Letter) -> Reply:
        self.tried.append(letter)
        if isinstance(self.reply, Receipt):
            self.sent.append(letter)
        return self.reply

    def _post_webhook(self, request: WebhookRequest) -> Reply:
        told = json.loads(request.body)
        PAYLOADS[told["type"]]().load(told["data"], unknown=RAISE)  # nothing is told that is not described
        if isinstance(self.reply, Receipt):
            self.posted.append(request)
        return self.reply


def _request(
    agent: str | None = make.A_BROWSER,
    method: str | None = "GET",
    purpose: str | None = None,
    ip: str | None = "203.0.113.7",
) -> Request:
    return Request(ip, agent, method or "GET", purpose)
