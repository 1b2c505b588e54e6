"""The market: invented people, the real system on a real database, and a clock that strikes every twelve hours.

At each stroke: what was done in mails since the last one comes out of the journal; people press their buttons and
send forms; sales answers; everybody is scored and mailed until nothing is left to do; then cron has its turn, and
everybody is scored and mailed once more.
"""

import heapq
import re
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, Row, event, select

from bridge.delivery.letters import Letter
from bridge.delivery.links import Links, read_click, read_confirm, read_download, read_open
from bridge.delivery.tokens import Tokens
from bridge.delivery.webhooks import WebhookRequest
from bridge.flow.accept_submission import accept_submissions
from bridge.flow.confirm_address import confirm_address
from bridge.flow.expire_points import expire_points
from bridge.flow.record_hits import record_hits
from bridge.flow.sales.give_back import return_lost
from bridge.flow.sales.record_outcome import record_outcome
from bridge.flow.save_preferences import Preferences, save_preferences
from bridge.flow.score_profiles import score_profiles
from bridge.flow.sending.begun import Begun
from bridge.flow.sending.deliver import Connectors, Sender
from bridge.flow.sending.take_notice import take_notice
from bridge.flow.sequences.notice_ignored import notice_ignored
from bridge.flow.sequences.wake_sleepers import begin_series
from bridge.flow.sweep import GRACE, sweep
from bridge.flow.unit import Settle, Unit, World, unit_of_work
from bridge.flow.unsubscribe import unsubscribe
from bridge.ids import derived_id
from bridge.intake.records import GivenConsent, Hit, Record, Request, Submission
from bridge.profiles.address import parse_address
from bridge.profiles.consent import standing
from bridge.program.model import Program
from bridge.qualification.outcomes import Answer as Outcome
from bridge.store import consents, profiles
from bridge.store.tables import enrolments, events, handovers, ledger, mails
from bridge.store.tables import profiles as people_table
from connectors.contract import Answer as Reply
from connectors.contract import Notice, Receipt
from tests.make import A_BROWSER
from tests.simulation.history import BEGIN, STROKE, History
from tests.simulation.people import HITS, Act, Answer, Person
from tests.simulation.programme import LINKS

PUBLIC = "https://leads.example.com"
A_BATCH = 200
"""People who are scored in one job, and mails that are begun together."""


class Killed(BaseException):
    """A worker dies: nothing of its transaction is left, and nobody catches it."""


@dataclass
class Market:
    """A market under a programme. deaths: one statement of so many is some worker's last; 0 kills nobody."""

    engine: Engine
    program: Program
    people: list[Person]
    deaths: int = 0
    now: datetime = BEGIN
    killed: int = 0
    _agenda: list[tuple[datetime, int, Person, Act, Letter | None]] = field(default_factory=list)
    _woken: dict[str, set[UUID]] = field(default_factory=lambda: defaultdict(set))
    _arrived: list[Letter] = field(default_factory=list)
    _sales: list[tuple[datetime, int, UUID, Answer]] = field(default_factory=list)
    _known_handovers: set[UUID] = field(default_factory=set)
    _planned: int = 0
    _at_work: bool = False
    _profiles: dict[int, UUID] = field(default_factory=dict)
    _people: dict[UUID, Person] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.tokens = Tokens(["a-key-that-only-tests-know"])
        settle = Settle(timedelta(seconds=20), timedelta(seconds=120))
        self.world = World(self.program, Links(PUBLIC, self.tokens), settle, "Markt <hello@example.com>")
        connectors = Connectors(self._take_letter, self._take_webhook)
        self.sender = Sender(self.engine, self.world, self.clock, self.wake, connectors)
        self._by_address = {one.email: one for one in self.people}
        self._chance = Random(self.deaths)
        self._nth: Counter[int] = Counter()
        self._confirmations: dict[int, str] = {}
        self.rests: dict[UUID, Counter[tuple[str, str]]] = defaultdict(Counter)
        for one in self.people:
            signs_up = BEGIN + one.signs_up * STROKE
            for act in (Act(0, "form", which=one.form), *one.later):
                self._plan(signs_up, one, act, None)

    def clock(self) -> datetime:
        """The market's time."""
        return self.now

    def wake(self, kind: str, ids: Iterable[UUID]) -> None:
        """The port that flows call. Where workers die, wake-ups get lost, too."""
        if not self.deaths or self._chance.random() < 0.5:
            self._woken[kind].update(ids)

    def unit(self) -> AbstractContextManager[Unit]:
        """One transaction."""
        return unit_of_work(self.engine, self.world, self.clock, self.wake)

    def walk(self, days: int) -> "Market":
        """Let so many days pass."""
        event.listen(self.engine, "before_cursor_execute", self._maybe_die)
        try:
            for number in range(int(timedelta(days=days) / STROKE)):
                self.now = BEGIN + number * STROKE
                self._stroke()
        finally:
            event.remove(self.engine, "before_cursor_execute", self._maybe_die)
        return self

    # What happens at a stroke of the clock

    def _stroke(self) -> None:
        hits, buttons = self._take_from_agenda()
        self._record(hits)
        self._send_forms([(one, act) for one, act, _ in buttons if act.what == "form"])
        for one, act, letter in buttons:
            if act.what != "form":
                self._until_done(self._press, one, act, letter)
                if act.what == "confirm":
                    self._confirmations.pop(one.number, None)
        self._let_sales_answer()
        self._work()
        self._until_done(self._cron)
        self._work()
        self._read_post()
        if self.now.hour == BEGIN.hour:
            self._see_who_rests()

    def _take_from_agenda(self) -> tuple[list[tuple[Record, Hit]], list[tuple[Person, Act, Letter | None]]]:
        hits: list[tuple[Record, Hit]] = []
        buttons: list[tuple[Person, Act, Letter | None]] = []
        while self._agenda and self._agenda[0][0] <= self.now:
            at, _, one, act, letter = heapq.heappop(self._agenda)
            if act.what in HITS and letter is not None:
                hit_id = derived_id("hit", letter.message_id, act.what, at)
                hits += [(Record(hit_id, at, hit), hit) for hit in self._hit(one, act, letter)]
            else:
                buttons.append((one, act, letter))
        return hits, buttons

    def _record(self, hits: list[tuple[Record, Hit]]) -> None:
        for some in _in_batches(hits):
            self._until_done(self._in_unit, record_hits, some)

    def _send_forms(self, sent: list[tuple[Person, Act]]) -> None:
        if sent:
            forms = [(self._submission(one, act.which), self.now) for one, act in sent]
            self._until_done(self._in_unit, accept_submissions, forms)
            self._know(one for one, _ in sent)

    def _let_sales_answer(self) -> None:
        while self._sales and self._sales[0][0] <= self.now:
            _, _, handover, said = heapq.heappop(self._sales)
            on = self.now.date() + timedelta(days=said.days) if said.days else None
            answer = Outcome(said.outcome, said.reason or None, on=on, note="Herr Nachfolger")
            self._until_done(self._in_unit, record_outcome, handover, answer)
            self._see_handovers()

    def _cron(self) -> None:
        """What cron does, one duty after another."""
        self._in_unit(expire_points)
        return_lost(self.unit)
        deque(notice_ignored(self.unit), maxlen=0)
        deque(begin_series(self.unit, self.program), maxlen=0)

    def _work(self) -> None:
        """Workers score, and send once nobody is left to be scored, until the sweeper finds nothing any more."""
        while self._sweep():
            if people := self._woken.pop("score", set()):
                for some in _in_batches(sorted(people)):
                    self._job(self._in_unit, score_profiles, some)
            else:
                self._deliver(self._woken.pop("deliver", set()))
        self._see_handovers()

    def _sweep(self) -> bool:
        found: dict[str, Iterable[UUID]] = {}
        self._until_done(sweep, self.engine, found.__setitem__, self.now + GRACE)
        for kind, ids in found.items():
            self._woken[kind].update(ids)
        return any(self._woken.values())

    # Mail

    def _deliver(self, waiting: set[UUID]) -> None:
        """Whoever gets several mails gets them in the order that the system knows, however they come to it.

        When a worker dies the rest is left to the sweeper.
        """
        for some in _in_batches(sorted(waiting)):
            if not self._job(self._send_together, some):
                return

    def _send_together(self, ids: list[UUID]) -> None:
        together = self.sender.begin_together(ids)
        if together.begun:
            for begun in together.begun:
                self.sender.send(begun)
            left = [begun.delivery for begun in together.begun]
            self._until_done(self.sender.conclude_sent, left, self.wake)
        for one in together.left:
            self._send_alone(one)

    def _send_alone(self, one: UUID) -> None:
        begun = self.sender.begin(one)
        if isinstance(begun, Begun):
            answer = self.sender.send(begun)
            self._until_done(self.sender.conclude, begun, answer)

    def _take_letter(self, letter: Letter) -> Reply:
        self._arrived.append(letter)
        return Receipt("250 ok")

    def _take_webhook(self, request: WebhookRequest) -> Reply:
        raise AssertionError(f"nobody asked for {request.url}")

    def _read_post(self) -> None:
        """What arrived is in people's hands, in the order of the programme: they know what they will do with it."""
        order = list(LINKS)
        for letter in sorted(
            self._arrived, key=lambda one: order.index(one.subject) if one.subject in order else -1
        ):
            one = self._by_address.get(letter.recipient)
            if one is None:
                continue
            if letter.list_unsubscribe_url:
                self._nth[one.number] += 1
                for act in one.does_on(letter.subject, self._nth[one.number]):
                    self._plan(self.now, one, act, letter)
            elif button := re.search(rf"{PUBLIC}/confirm/([^\s\"<>)]+)", letter.text):
                self._confirmations[one.number] = button[1]
        self._arrived.clear()

    def _plan(self, since: datetime, one: Person, act: Act, letter: Letter | None) -> None:
        self._planned += 1
        heapq.heappush(self._agenda, (since + act.delay, self._planned, one, act, letter))

    # What people do

    def _hit(self, one: Person, act: Act, letter: Letter) -> Iterator[Hit]:
        """The hit of an act, if the mail has what it takes: pixel, link, or file."""
        request = Request(f"10.{one.number // 250}.{one.number % 250}.7", A_BROWSER)
        if act.what == "open" and (pixel := re.search(r"/t/o/([^\"]+)\.gif", letter.html)):
            yield Hit("mail.opened", read_open(self.tokens, pixel[1]), None, request)
        if act.what == "click":
            links = list(dict.fromkeys(re.findall(rf"{PUBLIC}/t/c/([^\s\"<>)]+)", letter.text)))
            if act.number <= len(links):
                to = read_click(self.tokens, links[act.number - 1])
                yield Hit("link.clicked", to.mail, None, request, to.number, to.url)
        if act.what == "download" and (file := re.search(rf"{PUBLIC}/d/([^\s\"<>)]+)", letter.text)):
            got = read_download(self.tokens, file[1])
            yield Hit("file.downloaded", got.mail, got.profile, request, form=got.form)

    def _press(self, one: Person, act: Act, letter: Letter | None) -> None:
        request, profile = Request("203.0.113.7", A_BROWSER, "POST"), self._profiles[one.number]
        with self.unit() as unit:
            if act.what == "confirm":
                if token := self._confirmations.get(one.number):
                    confirm_address(unit, read_confirm(self.tokens, token, self.now), request)
            elif act.what == "unsubscribe" and letter:
                cause = derived_id("unsubscribed", letter.message_id)
                unsubscribe(unit, cause, profile, letter.delivery, "one-click", request, self.now)
            elif act.what == "complain" and letter:
                notice = Notice("postmark", letter.message_id, "complaint", letter.delivery, at=self.now)
                take_notice(unit, notice, self.now)
            else:
                save_preferences(unit, profile, self._wish(unit, one, act), request)

    def _wish(self, unit: Unit, one: Person, act: Act) -> Preferences:
        """The page as it is, with one thing changed."""
        shown = profiles.get(unit.connection, profile := self._profiles[one.number])
        topics, frequency, until = shown.interests, shown.frequency, shown.pause_until
        match act.what:
            case "topics":
                topics = tuple(act.which.split())
            case "pause":
                frequency, until = "paused", _day_in(self.now, act.number)
            case _:
                frequency, until = act.what, None
        states = standing(consents.of_profile(unit.connection, profile))
        allowed = {purpose: states.get(purpose) == "given" for purpose in ("email", "tracking")}
        return Preferences(tuple(topics), frequency, until, "de", allowed, frozenset())

    def _submission(self, one: Person, form: str) -> Submission:
        key = f"{one.number}-{form}-{self.now:%j-%H}"
        fields = {
            "email": one.email,
            "company": f"Firma {one.number}" if one.company else "",
            "phone": "030 1",
        }
        asked = self.program.forms[form]
        named = {field.field.id for field in asked.fields}
        ticked = {"email": True, "tracking": one.tracked}
        return Submission(
            id=derived_id("submission", "api", key),
            form=form,
            source="api",
            key=key,
            at=self.now,
            fields={name: value for name, value in fields.items() if value and name in named},
            consents={
                purpose: GivenConsent(ticked[purpose], f"Ja zu {purpose}") for purpose in asked.consents
            },
            context={"language": "de"},
            request=Request("203.0.113.7", A_BROWSER, "POST"),
        )

    def _know(self, them: Iterable[Person]) -> None:
        with self.engine.connect() as connection:
            for one in them:
                if one.number not in self._profiles:
                    found = profiles.by_address(connection, parse_address(one.email)).id
                    self._profiles[one.number], self._people[found] = found, one

    def _see_handovers(self) -> None:
        """Whoever of sales got a lead knows what they will say to it."""
        with self.engine.connect() as connection:
            new = list(
                connection.execute(
                    select(handovers).where(handovers.c.at == self.now).order_by(handovers.c.id)
                )
            )
        for row in new:
            if row.id in self._known_handovers:
                continue
            self._known_handovers.add(row.id)
            for said in self._people[row.profile_id].answers[row.crossing - 1 : row.crossing]:
                for one in said:
                    self._planned += 1
                    at = row.at + timedelta(hours=one.after)
                    heapq.heappush(self._sales, (at, self._planned, row.id, one))

    # Work, and workers that die

    def _in_unit(self, do: Callable[..., object], *about: object) -> None:
        with self.unit() as unit:
            do(unit, *about)

    def _job(self, do: Callable[..., object], *about: object) -> bool:
        """A job that dies is not done again: the sweeper finds what it left. False when it died."""
        self._at_work = True
        try:
            do(*about)
        except Killed:
            self.killed += 1
            return False
        finally:
            self._at_work = False
        return True

    def _until_done(self, do: Callable[..., object], *about: object) -> None:
        """Whoever asked for this asks again: a browser, ingest, cron."""
        while not self._job(do, *about):
            pass

    def _maybe_die(self, *_: object) -> None:
        if self._at_work and self.deaths and self._chance.randrange(self.deaths) == 0:
            raise Killed

    # What one can see

    def _see_who_rests(self) -> None:
        statement = select(enrolments.c.profile_id, enrolments.c.sequence, enrolments.c.rests_because).where(
            enrolments.c.state == "active", enrolments.c.rests_because.is_not(None)
        )
        with self.engine.connect() as connection:
            for owner, sequence, why in connection.execute(statement):
                self.rests[owner][sequence, why] += 1

    def histories(self) -> dict[int, History]:
        """Everybody's history, by number."""
        found = {one.number: History() for one in self.people}
        with self.engine.connect() as connection:
            read = _Reader(lambda query: connection.execute(query).all(), self._people, found)
            read.everything()
        for owner, rests in self.rests.items():
            found[self._people[owner].number].rests = rests
        return found


@dataclass
class _Reader:
    """Writes what the database knows into histories."""

    ask: Callable[[Any], Iterable[Row[Any]]]
    people: dict[UUID, Person]
    found: dict[int, History]

    def everything(self) -> None:
        for row in self.ask(select(people_table)):
            self._of(row.id).score, self._of(row.id).stage = row.score, row.stage
        for row in self.ask(select(mails).where(mails.c.sent_at.is_not(None))):
            self._of(row.profile_id).mails.append((row.sent_at, row.template))
        for row in self.ask(select(ledger)):
            one = self._of(row.profile_id)
            if row.topic:
                one.topics[row.topic] = one.topics.get(row.topic, 0) + row.points
            else:
                one.points.append((row.at, row.rule, row.points))
        for row in self.ask(select(handovers)):
            self._of(row.profile_id).handovers.append((row.at, row.cause, row.state))
        for row in self.ask(select(enrolments)):
            place = (row.sequence, row.round, row.state, row.ended_because or "")
            self._of(row.profile_id).places.append(place)
        ignored = select(events.c.profile_id, mails.c.template).join(mails, mails.c.id == events.c.mail_id)
        for row in self.ask(ignored.where(events.c.kind == "mail.ignored")):
            self._of(row.profile_id).ignored.append(row.template)

    def _of(self, profile: UUID) -> History:
        return self.found[self.people[profile].number]


def _in_batches(many: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(many), A_BATCH):
        yield many[start : start + A_BATCH]


def _day_in(now: datetime, days: int) -> date | None:
    return now.date() + timedelta(days=days) if days else None
