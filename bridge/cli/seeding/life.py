"""One invented life: the normal use cases on a clock that is moved, in one transaction.

Nothing leaves, and a running system cannot interfere:

- All steps of a life share one database transaction. Until it commits, no worker, sweeper or page sees any of
  its rows; when it commits, everything that came due up to the present moment has been done.
- What a step puts into the outbox is claimed, written and marked as sent right after it, in the same
  transaction, by the functions that a worker uses – only that no connector is asked (see aftermath). So no
  row that is due is left for a worker, and a mail has the time, the links and the `mail.sent` event it would
  have had.
- What lies in the future (the next mail of a sequence) stays as it is: the running system does it when its
  time comes, as for everybody.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from random import Random
from uuid import UUID

from msgspec import structs
from sqlalchemy import Connection

from bridge.cli.seeding.aftermath import A_SECOND, NOT_SENT, follow_up, next_due, take_up
from bridge.cli.seeding.people import Invented, submission_of
from bridge.cli.seeding.silence import next_step
from bridge.flow.accept_submission import accept_submission
from bridge.flow.confirm_address import confirm_address
from bridge.flow.record_hits import record_hits
from bridge.flow.sales.await_answers import take_step
from bridge.flow.sales.record_outcome import record_outcome
from bridge.flow.save_preferences import Preferences, save_preferences
from bridge.flow.sequences.wake_sleepers import wake_one, wakes_by_silence
from bridge.flow.unit import Unit, World
from bridge.flow.unsubscribe import unsubscribe
from bridge.ids import derived_id
from bridge.intake.records import Hit, Record, Request
from bridge.profiles.consent import standing
from bridge.qualification.outcomes import Answer
from bridge.qualification.working_hours import next_opening
from bridge.store import consents, handovers, held_leads, mails
from bridge.store.handovers import HandoverRow
from bridge.store.held_leads import HeldLead
from bridge.store.mails import MailRow
from connectors.contract import Answer as Reply

BROWSERS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:144.0) Gecko/20100101 Firefox/144.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 "
    "Safari/537.36 Edg/141.0.0.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 "
    "Safari/605.1.15",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.6 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile "
    "Safari/537.36",
)
DECIDES, DECIDES_AS = "marketing@example.com", "Marlene Kern"
"""Who looks after what is held: address and name of the demo's marketer."""
A_SCANNER = Request("198.51.100.25", None)
JUST_NOW = timedelta(minutes=4)
"""When the life of somebody begins who came today."""
NEVER_ASLEEP = timedelta(days=3650)
MORNING, NIGHT, A_NIGHT = time(7), time(21), timedelta(hours=3)


class StillToCome(Exception):
    """The next step of a story lies in the future: it stops here."""


@dataclass
class Life:
    """What one person does, and what follows. now: moved by waiting; today: the present, where it ends.

    reply: what the mail server says that takes their mails.
    """

    connection: Connection
    world: World
    person: Invented
    today: datetime
    reply: Reply = NOT_SENT
    chance: Random = field(init=False)
    now: datetime = field(init=False)
    browser: Request = field(init=False)
    profile_id: UUID = field(init=False)
    _hits: int = 0

    def __post_init__(self) -> None:
        self.chance = Random(f"leadbridge {self.person.email}")  # noqa: S311 - invented, no secret
        self.browser = Request(f"203.0.113.{self.chance.randint(1, 254)}", self.chance.choice(BROWSERS))
        ago = timedelta(days=self.person.days_ago)
        self.now = self._by_day(self.today - ago) if ago else self.today - JUST_NOW

    # Time

    def wait(self, shortest: timedelta, longest: timedelta) -> None:
        """Let a while pass; who would be at it by night goes on in the morning.

        Raises StillToCome when it would reach beyond today.
        """
        moment = self.now + shortest + (longest - shortest) * self.chance.random()
        local = moment.astimezone(self.world.program.timezone)
        self._go_on_to(moment if MORNING <= local.time() < NIGHT else self._by_day(moment + A_NIGHT))

    def wait_days(self, fewest: int, most: int) -> None:
        """Go on some days later, between morning and evening. Raises StillToCome."""
        self._go_on_to(self._by_day(self.now + timedelta(days=self.chance.randint(fewest, most))))

    def wait_until_days_ago(self, fewest: int, most: int) -> None:
        """Go on so many days before today, at once when that is over. Raises StillToCome."""
        days = timedelta(days=self.chance.randint(fewest, most))
        self._go_on_to(max(self.now, self._by_day(self.today - days)))

    def wait_until_just_now(self, minutes: float) -> None:
        """Go on so many minutes before the present, by day or night."""
        self._go_on_to(max(self.now, self.today - timedelta(minutes=minutes)))

    def reach_today(self) -> None:
        """Do everything that came due up to today."""
        self._pass_time(self.today)
        with self._step() as unit:
            take_up(unit, self.profile_id)

    def _go_on_to(self, moment: datetime) -> None:
        if moment >= self.today:
            raise StillToCome
        self._pass_time(moment)

    def _by_day(self, day: datetime) -> datetime:
        zone = self.world.program.timezone
        hour, minute, second = (
            self.chance.randint(8, 17),
            self.chance.randint(0, 59),
            self.chance.randint(0, 59),
        )
        moment = datetime.combine(day.astimezone(zone).date(), time(hour, minute, second), tzinfo=zone)
        return moment.astimezone(self.today.tzinfo)

    def _pass_time(self, moment: datetime) -> None:
        """What workers and cron would have done up to a moment, each thing at its time."""
        while (due := min(self._next_due(), silence := self._next_of_sales())) <= moment:
            is_asleep = due >= self.now + self._silence
            self.now = max(self.now, due)
            with self._step() as unit:
                if is_asleep:
                    wake_one(unit, self.profile_id)
                take_up(unit, self.profile_id)
            if silence <= self.now:
                self._sales_is_silent()
        self.now = max(self.now, moment)

    def _next_due(self) -> datetime:
        """When something is due of itself, at the latest when whoever did nothing since may have to be woken."""
        due = next_due(self.connection, self.profile_id)
        asleep = self.now + self._silence
        return min(due, asleep) if due else asleep

    def _next_of_sales(self) -> datetime:
        """When something follows from what sales did not do; in the far future when nothing does."""
        row = self.handover()
        step = next_step(self.world.program, row) if row else None
        return step.at if step else self.today + NEVER_ASLEEP

    def _sales_is_silent(self) -> None:
        """Remind sales, tell its head, take a lead back, ask: as cron would, when due."""
        row = self.handover()
        step = next_step(self.world.program, row) if row else None
        if row and step and step.at <= self.now:
            with self._step() as unit:
                take_step(unit, step.what, {row.id: self.profile_id})

    @property
    def _silence(self) -> timedelta:
        """After how much of it somebody is woken, and a little more, since to the second nobody is."""
        series = [one for one in self.world.program.sequences.values() if wakes_by_silence(one)]
        return min((one.silence for one in series), default=NEVER_ASLEEP) + A_SECOND

    @contextmanager
    def _step(self) -> Iterator[Unit]:
        """One use case, and all that follows from it at once."""
        unit = Unit(self.connection, self.world, self.now)
        yield unit
        for do in unit.afterwards:
            do(unit)
        follow_up(unit, self.reply)
        unit.write_collected()
        self.now = unit.now

    # What the person does

    def send_form(self, form: str, *boxes: str) -> UUID:
        """Send a form with these boxes ticked; gives the submission's id."""
        request = structs.replace(self.browser, method="POST")
        sent = submission_of(self.world.program, self.person, form, set(boxes), self.now, request)
        if form == self.person.form:
            self.profile_id = derived_id("profile", sent.id)
        with self._step() as unit:
            accept_submission(unit, sent, self.now)
        return sent.id

    def confirm(self, submission: UUID) -> None:
        """Press the button behind the confirmation mail."""
        with self._step() as unit:
            confirm_address(unit, submission, self.browser)

    def choose(self, *topics: str, frequency: str = "normal") -> None:
        """Save the preference centre; what was allowed stays allowed."""
        states = standing(consents.of_profile(self.connection, self.profile_id))
        allowed = {purpose: state == "given" for purpose, state in states.items()}
        wishes = Preferences(topics, frequency, None, self.person.language, allowed, frozenset())
        with self._step() as unit:
            save_preferences(unit, self.profile_id, wishes, self.browser)

    def open(self, mail: MailRow) -> None:
        """Read a mail, so that its pixel is loaded."""
        self._hit(Hit("mail.opened", mail.id, None, self.browser))

    def click(self, mail: MailRow, link: int) -> None:
        """Follow a tracked link of a mail, counted from 0; after the last one comes the first."""
        target = mail.links[link % len(mail.links)]
        self._hit(Hit("link.clicked", mail.id, None, self.browser, target["number"], target["url"]))

    def download(self, form: str, mail: MailRow | None = None) -> None:
        """Fetch the file of a form, by the link in a mail or by the one on the page."""
        source = mail.id if mail else None
        self._hit(Hit("file.downloaded", source, self.profile_id, self.browser, form=form))

    def scan(self, mail: MailRow) -> None:
        """The company's mail server follows every link before anybody reads."""
        for target in mail.links:
            self._hit(Hit("link.clicked", mail.id, None, A_SCANNER, target["number"], target["url"]))
            self.now += A_SECOND / 5

    def unsubscribe(self, mail: MailRow) -> None:
        """One click in the mail program."""
        cause = derived_id("invented", self.person.email, "unsubscribe")
        with self._step() as unit:
            unsubscribe(unit, cause, self.profile_id, mail.id, "one-click", self.browser, self.now)

    def _hit(self, hit: Hit) -> None:
        self._hits += 1
        record = Record(derived_id("invented", self.person.email, "hit", self._hits), self.now, hit)
        with self._step() as unit:
            record_hits(unit, [(record, hit)])

    def decide(self, deed: Callable[[Unit, UUID, str, str | None, str | None], object], note: str) -> None:
        """Marketing decides what becomes of the lead that is held. Nothing, where none is."""
        if row := self.held():
            with self._step() as unit:
                deed(unit, row.id, DECIDES, note, DECIDES_AS)

    # What sales does

    def sales_says(self, answer: Answer) -> None:
        """Sales answers the newest hand-over, when it works. Without one there is nothing to answer.

        Raises StillToCome when it is not at work again before today.
        """
        program = self.world.program
        opens = next_opening(self.now.astimezone(program.timezone), program.desk.hours)
        if opens > self.now:
            self._go_on_to(opens.astimezone(self.now.tzinfo) + A_SECOND * self.chance.randint(300, 5000))
        row = self.handover()
        if row is not None:
            with self._step() as unit:
                record_outcome(unit, row.id, answer)

    # What one can see

    def newest_mail(self, links: int = 0) -> MailRow | None:
        """The newest nurture mail with so many links."""
        known = (mail for mail, _ in mails.of_profile(self.connection, self.profile_id))
        return next((mail for mail in known if len(mail.links) >= links), None)

    def held(self) -> HeldLead | None:
        """The lead that is held, if one is."""
        return held_leads.waiting_of(self.connection, [self.profile_id]).get(self.profile_id)

    def handover(self) -> HandoverRow | None:
        """The newest hand-over."""
        return next(iter(handovers.of_profile(self.connection, self.profile_id)), None)
