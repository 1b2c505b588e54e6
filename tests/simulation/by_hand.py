"""The same months by hand: one person at a time, one stroke of the clock after another, in plain words.

It shares no rule with the product: the programme's numbers stand here once more, the presets' rules as plain code.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

from bridge.ids import derived_id
from tests.simulation.history import BEGIN, STROKE, History
from tests.simulation.people import HITS, Act, Answer, Person

BERLIN = ZoneInfo("Europe/Berlin")
DAY = timedelta(days=1)
END = "end"
THRESHOLD = {"exact": 12, "artegic": 101}
TIRED_AT = {"exact": -6, "artegic": -30}
MOST_A_DAY, MOST_A_WEEK = 2, 3
QUIET_FROM, QUIET_UNTIL = time(19, 30), time(7)
IGNORED_AFTER, NOTICED_AFTER = 7 * DAY, timedelta(minutes=10)
FORM_TOPIC = {"guide": "sepa", "checklist": "erp", "webinar": "bi", "callback": None}
LINKS = {
    "welcome": "sepa erp bi",
    "welcome-more": "sepa erp bi",
    "sepa-one": "sepa erp",
    "sepa-two": "sepa bi sepa",
    "sepa-three": "sepa sepa",
    "erp-one": "erp sepa",
    "erp-two": "erp erp bi",
    "erp-nudge": "erp bi",
    "erp-last": "erp erp",
    "bi-one": "bi bi bi",
    "bi-two": "bi sepa",
    "webinar-soon": "bi",
    "webinar-tomorrow": "bi erp",
    "webinar-thanks": "bi sepa",  # the first by what the mail is about
    "wake": "sepa erp bi",
    "wake-again": "sepa bi",
}
ABOUT = {"sepa-two": ("sepa",), "webinar-thanks": ("bi",), "wake": ("erp",)}
MONTHS_AWAY = {
    "only-informing": 0, "not-reached": 1, "no-need": 6, "not-entitled": 0, "does-not-fit": 0, "competitor": 0,
    "no-contact": 0,
}  # fmt: skip


@dataclass
class Mail:
    """A mail to the person, and what they did with it."""

    series: str
    template: str
    position: int
    prepared: datetime
    id: UUID
    round: int = 0
    sent: datetime | None = None
    tracked: bool = False
    opened: bool = False
    clicked: set[int] = field(default_factory=set)
    files: bool = False
    touched: list[datetime] = field(default_factory=list)
    ignored: bool = False


@dataclass
class Place:
    """The person's place in a series."""

    series: str
    started: datetime
    due: datetime | None
    waits_since: datetime
    round: int = 0
    step: int = 0
    state: str = "active"
    because: str = ""
    rests: str = ""
    ended: datetime | None = None
    listens: bool = False


@dataclass
class Step:
    """A step: its mail, when it is due, and whether it is for this person."""

    id: str
    mail: bool = True
    after: timedelta = timedelta(0)
    before_date: timedelta | None = None
    after_date: timedelta | None = None
    until: str = ""
    when: "Callable[[Life, Mail], bool]" = lambda life, mail: True
    then: str = ""
    otherwise: str = ""


SERIES = {
    "welcome": [
        Step("welcome"),
        Step("welcome-more", after=4 * DAY, until="click", when=lambda life, mail: not mail.clicked),
    ],
    "sepa": [Step("sepa-one"), Step("sepa-two", after=7 * DAY), Step("sepa-three", after=7 * DAY)],
    "erp": [
        Step("erp-one"),
        Step("read-it", False, 3 * DAY, when=lambda life, mail: mail.opened, otherwise="erp-nudge"),
        Step("erp-two", after=2 * DAY, then="erp-last"),
        Step("erp-nudge", after=4 * DAY),
        Step("erp-last", after=7 * DAY),
    ],
    "bi": [
        Step("bi-one"),
        Step("bi-two", after=10 * DAY, when=lambda life, mail: life.score >= 0, otherwise=END),
    ],
    "webinar": [
        Step("webinar-soon", before_date=7 * DAY),
        Step("webinar-tomorrow", before_date=DAY),
        Step("webinar-thanks", after_date=DAY),
    ],
    "wake-up": [Step("wake"), Step("wake-again", after=14 * DAY, when=lambda life, mail: not mail.opened)],
}
FOLLOW_UPS = ("sepa", "erp", "bi")
AGAIN = {"bi": 35 * DAY, "wake-up": 30 * DAY}
SILENCE = 21 * DAY
NO_MAIL = Mail("", "", 0, BEGIN, UUID(int=0))


def webinar_after(moment: datetime) -> datetime:
    """When the next webinar takes place: every 28 days from 26 March on, at ten o'clock in Berlin."""
    at = datetime(2026, 3, 26, 10, tzinfo=BERLIN)
    while at < moment:
        at += 28 * DAY
    return at


@dataclass
class Life:
    """One person's months under a preset."""

    person: Person
    preset: str
    now: datetime = BEGIN
    history: History = field(default_factory=History)
    score: int = 0
    stage: str = ""
    confirmed: datetime | None = None
    email: str = ""
    tracking: str = ""
    asked: bool = False
    suppressed: bool = False
    excluded: bool = False
    frequency: str = "normal"
    pause_until: date | None = None
    resumes: datetime | None = None
    interests: tuple[str, ...] = ()
    topics: Counter[str] = field(default_factory=Counter)
    forms: set[str] = field(default_factory=set)
    given: set[object] = field(default_factory=set)
    places: dict[str, Place] = field(default_factory=dict)
    mails: list[Mail] = field(default_factory=list)
    plans: list[tuple[datetime, int, Act, Mail | None]] = field(default_factory=list)
    events: list[tuple[datetime, int, str, object]] = field(default_factory=list)
    handovers: list[list[object]] = field(default_factory=list)
    sales: list[tuple[datetime, int, int, Answer]] = field(default_factory=list)
    last_reaction: datetime = BEGIN
    numbered: int = 0
    read: int = 0

    def lived(self, days: int) -> History:
        """The person's history after so many days."""
        self._plan(
            BEGIN + self.person.signs_up * STROKE,
            (Act(0, "form", which=self.person.form), *self.person.later),
        )
        for number in range(int(days * DAY / STROKE)):
            self.now = BEGIN + number * STROKE
            if self.stage or any(at <= self.now for at, _, _, _ in self.plans):
                self._stroke()
        return self._told()

    def _stroke(self) -> None:
        """What was done in mails, forms, buttons, sales; then everything follows; then cron, and what follows."""
        self._person_acts()
        for answer in sorted(one for one in self.sales if one[0] <= self.now):
            self.sales.remove(answer)
            self._sales_says(answer[2], answer[3])
        self._follow()
        self._cron()
        self._follow()
        self._read_post()
        if self.now.hour == BEGIN.hour:
            for place in self.places.values():
                if place.state == "active" and place.rests:
                    self.history.rests[place.series, place.rests] += 1

    def _follow(self) -> None:
        """Count and move, and send once nothing else is left to do."""
        while self._count() or self._send():
            pass

    # What the person does

    def _person_acts(self) -> None:
        due = sorted(plan for plan in self.plans if plan[0] <= self.now)
        self.plans = [plan for plan in self.plans if plan[0] > self.now]
        for at, _, act, mail in due:
            if act.what in HITS and mail:
                self._hit(at, act, mail)
        for _, _, act, _ in due:
            if act.what == "form":
                self._send_form(act.which)
        for _, _, act, mail in due:
            if act.what not in HITS and act.what != "form":
                self._press(act, mail)

    def _plan(self, since: datetime, acts: tuple[Act, ...], mail: Mail | None = None) -> None:
        for act in acts:
            self.numbered += 1
            self.plans.append((since + act.delay, self.numbered, act, mail))

    def _happens(self, at: datetime, what: str, about: object = None) -> None:
        self.numbered += 1
        self.events.append((at, self.numbered, what, about))

    def _hit(self, at: datetime, act: Act, mail: Mail) -> None:
        """Mails are watched only with consent; a file may be fetched by whoever asked for it."""
        is_watched = mail.tracked and self.tracking == "given"
        if act.what == "download" and mail.files:
            self._happens(at, "download", mail)
        elif is_watched and (act.what == "open" or act.number <= len(LINKS[mail.template].split())):
            self._happens(at, act.what, (mail, act.number))

    def _send_form(self, form: str) -> None:
        self.stage = self.stage or "prospect"
        self.forms.add(form)
        if form != "callback" and self.email != "given":
            self.email, self.asked = "asked", not (self.suppressed or self.excluded)
            self.tracking = "asked" if self.person.tracked and self.tracking != "given" else self.tracking
        self._happens(self.now, "form", form)

    def _press(self, act: Act, mail: Mail | None) -> None:
        match act.what:
            case "confirm":
                self._confirm()
            case "unsubscribe":
                self._leave()
            case "complain":
                self.suppressed = True
                if mail:
                    mail.touched.append(self.now)  # whoever calls it spam has not ignored it
            case "topics":
                self.interests = tuple(act.which.split())
                self._leave_out_the_others()
                self._happens(self.now, "preferences")
            case "pause":
                self.frequency = "paused"
                self.pause_until = self.now.date() + act.number * DAY if act.number else None
                self._happens(self.now, "preferences")
            case _:
                self.frequency, self.pause_until = act.what, None
                self._happens(self.now, "preferences")

    def _confirm(self) -> None:
        """The button of a confirmation mail, if one came; pressing twice is pressing once."""
        if self.asked:
            self.email, self.tracking = "given", "given" if self.tracking else ""
            self.confirmed, self.asked = self.confirmed or self.now, False
            self._happens(self.now, "confirmed")

    def _leave(self) -> None:
        """Whoever unsubscribes is in no series any more."""
        self.email = "withdrawn"
        for place in self.places.values():
            self._end(place, "no consent")

    def _leave_out_the_others(self) -> None:
        """Whoever chose topics gets follow-ups about these alone; also consent brings no other back."""
        for place in self.places.values():
            if self.interests and place.series in FOLLOW_UPS and place.series not in self.interests:
                self._end(place, "not chosen")
                place.because = place.because.replace("no consent", "not chosen")

    @property
    def may_be_mailed(self) -> bool:
        """With consent, and nothing against it."""
        return self.email == "given" and not self.suppressed and not self.excluded

    @property
    def _is_before_sales(self) -> bool:
        return self.stage in ("prospect", "marketing_qualified")

    # What it counts

    def _count(self) -> bool:
        """Let what happened count; then stages, series and steps."""
        happened, self.events = sorted(self.events, key=lambda one: one[:2]), []
        asks_sales = False
        for at, _, what, about in happened:
            self._weigh(at, what, about)
            asks_sales |= (what, about) == ("form", "callback") and not self.excluded
            self._begin_by(at, what, about)
            if what == "sent" and isinstance(about, Mail):
                self._may_complete(at, about)
            if what in ("open", "click", "download", "form", "preferences", "confirmed"):
                self.last_reaction = max(self.last_reaction, at)
        self._qualify()
        if asks_sales and not (self.handovers and self.handovers[-1][2] in ("open", "accepted")):
            self._hand_over("form")
        if self._is_before_sales and not self.excluded and self.score >= THRESHOLD[self.preset]:
            self._hand_over("points")
        return bool(happened) | self._look_at_places() | self._choose_follow_up()

    def _gives(
        self, at: datetime, rule: str, points: int, once: object, topics: tuple[str, ...] = ()
    ) -> None:
        if points and (rule, once) not in self.given:
            self.given.add((rule, once))
            self.score += points
            self.history.points.append((at, rule, points))
            self.topics.update(dict.fromkeys(topics, points))

    def _weigh(self, at: datetime, what: str, about: object) -> None:
        """Points by the preset."""
        once = self.numbered + len(self.history.points)
        if isinstance(about, tuple):
            mail, link = about
            mail.touched.append(at)
            if what == "open":
                mail.opened = True
                self._gives(
                    at,
                    "mail-opened",
                    {"exact": 1, "artegic": 5}[self.preset],
                    id(mail),
                    ABOUT.get(mail.template, ()),
                )
            else:
                self._weigh_click(at, mail, link)
        elif what == "download":
            assert isinstance(about, Mail)
            about.touched.append(at)
            self._gives(at, "file-downloaded", {"exact": 2, "artegic": 20}[self.preset], "guide", ("sepa",))
        elif self.preset == "exact":
            self._weigh_exactly(at, what, about)
        elif what == "ignored":
            self._gives(at, "mail-ignored", -10, id(about))
        elif what == "completed" and about in FOLLOW_UPS:
            self._gives(at, "sequence-completed", 30, ("completed", once))
        elif what in ("rejected", "lost") and self.score > 0:
            self._gives(at, f"sales-{what}", min(self.score // 2, 50) - self.score, ("sales", once))

    def _weigh_click(self, at: datetime, mail: Mail, link: int) -> None:
        topic = (LINKS[mail.template].split()[link - 1],)
        mail.clicked.add(link)
        self._gives(at, "link-clicked", {"exact": 2, "artegic": 10}[self.preset], (id(mail), link), topic)
        if self.preset == "exact" and len(mail.clicked) >= 2 and self.score < 12:
            self._gives(at, "several-clicks", 12 - self.score, id(mail), topic)

    def _weigh_exactly(self, at: datetime, what: str, about: object) -> None:
        once = self.numbered + len(self.history.points)
        if what == "form":
            topic = FORM_TOPIC[str(about)]
            self._gives(at, "form-submitted", 2, about, (topic,) if topic else ())
            if about == "callback":
                self._gives(at, "callback-requested", 8, about)
        elif what == "preferences" and self.interests:
            self._gives(at, "preferences-saved", 2, "person", self.interests)
        elif what == "sent" and isinstance(about, Mail) and about.tracked and self.score > -6:
            self._gives(at, "mail-sent", -1, ("sent", once))
        elif what in ("rejected", "lost") and self.score > 6:
            self._gives(at, f"sales-{what}", 6 - self.score, ("sales", once))

    # Sales

    def _qualify(self) -> None:
        enough = self.score >= {"exact": -1000, "artegic": 20}[self.preset]
        if self.stage == "prospect" and self.confirmed and self.person.company and enough:
            self.stage = "marketing_qualified"

    def _hand_over(self, cause: str) -> None:
        self.stage = "sales_qualified"
        for one in self.person.answers[len(self.handovers) : len(self.handovers) + 1]:
            for answer in one:
                self.numbered += 1
                at = self.now + timedelta(hours=answer.after)
                self.sales.append((at, self.numbered, len(self.handovers), answer))
        self.handovers.append([self.now, cause, "open"])

    def _sales_says(self, number: int, said: Answer) -> None:
        self._count()
        self.handovers[number][2] = said.outcome
        if said.outcome in ("accepted", "won"):
            self.stage = said.outcome
            return
        if said.reason == "wrong-territory":
            self._hand_over("rerouted")
            return
        self.resumes = self.now + relativedelta(months=MONTHS_AWAY.get(said.reason, 0))
        if said.days:
            named = datetime.combine(self.now.date() + said.days * DAY, time(8), tzinfo=BERLIN)
            self.resumes = max(self.now, named - 42 * DAY)
        self.excluded |= said.reason in ("competitor", "no-contact")
        if said.reason == "no-contact":
            self.suppressed, self.email, self.tracking = True, "withdrawn", "withdrawn"
        self._happens(self.now, said.outcome)
        self._count()
        if said.outcome == "lost":
            self.stage = "lost"
        else:
            self._comes_back()

    def _comes_back(self) -> None:
        """What rested while sales had the person is looked at at once."""
        self.stage = "marketing_qualified" if self.confirmed else "prospect"
        for place in self.places.values():
            if place.state == "active" and place.rests == "sales":
                place.due = self.now

    # Series

    def _begin_by(self, at: datetime, what: str, about: object) -> None:
        """Series that begin with an event, places that wait for one, and those who come back."""
        if what == "confirmed":
            for place in self.places.values():
                is_over = place.series == "webinar" and webinar_after(place.started) <= self.now
                if place.state == "ended" and place.because == "no consent" and not is_over:
                    place.state, place.because, place.ended = "active", "", None
                    place.due = max(place.due or self.now, self.now)
            if "welcome" not in self.places:
                self._begin("welcome", at)
        if (what, about) == ("form", "webinar"):
            former = self.places.get("webinar")
            if former is None or webinar_after(former.started) <= at:
                self._begin("webinar", at)
        for place in self.places.values():
            step = SERIES[place.series][place.step] if place.state == "active" else None
            if step and place.listens and step.until == what and at >= place.waits_since:
                place.due = self.now

    def _begin(self, series: str, at: datetime) -> None:
        former = self.places.get(series)
        number = former.round + 1 if former else 0
        if former and former.because == "not chosen":  # goes on where it was
            former.state, former.because, former.ended, former.round = "active", "", None, number
            former.due = max(former.due or self.now, self.now)
            return
        self.places[series] = place = Place(series, at, self.now, at, round=number)
        self._stand_before(place, 0, at)
        place.due = max(place.due or self.now, self.now)

    def _stand_before(self, place: Place, number: int, since: datetime) -> None:
        """The place waits for a step; the one before was done at that moment."""
        step = SERIES[place.series][number]
        place.step, place.waits_since, place.rests, place.listens = number, since, "", bool(step.until)
        place.due = since + step.after
        if step.before_date is not None:
            place.due = max(since, webinar_after(place.started) - step.before_date)
        if step.after_date is not None:
            place.due = max(since, webinar_after(place.started) + step.after_date)

    def _go_on(self, place: Place, way: str) -> None:
        """To the step of that name, or the one behind."""
        steps = SERIES[place.series]
        names = [step.id for step in steps]
        number = names.index(way) if way in names else len(steps) if way == END else place.step + 1
        if number < len(steps):
            self._stand_before(place, number, self.now)
            return
        place.state, place.ended, place.rests = "completed", self.now, ""

    def _may_complete(self, at: datetime, mail: Mail) -> None:
        """A series is completed when its last mail has left, not while it waits."""
        place = self.places[mail.series]
        is_last = place.state == "completed" and (place.round, place.step) == (mail.round, mail.position)
        if is_last:
            self._happens(at, "completed", place.series)

    def _end(self, place: Place, because: str) -> None:
        if place.state == "active":
            place.state, place.because, place.ended, place.rests = "ended", because, self.now, ""

    def _look_at_places(self) -> bool:
        """Whatever is due; goals and hand-overs end a place at any time."""
        moved = False
        for place in sorted(self.places.values(), key=self._turn):
            if place.state != "active":
                continue
            is_due = place.due is not None and place.due <= self.now
            if is_due and not self.may_be_mailed:
                self._end(place, "no consent")
            elif place.series == "erp" and not self._is_before_sales:
                self._end(place, "handover")
            elif place.series == "erp" and self.topics["erp"] >= THRESHOLD[self.preset] // 2:
                self._end(place, "goal")
            elif is_due:
                self._walk(place)
            else:
                continue
            moved = True
        return moved

    def _turn(self, place: Place) -> tuple[datetime, UUID]:
        """Whose time came first is looked at first; among equals the smaller id: it decides nothing but who waits."""
        return place.due or self.now, self._place_id(place)

    def _place_id(self, place: Place) -> UUID:
        form = f"{self.person.number}-{self.person.form}-{BEGIN + self.person.signs_up * STROKE:%j-%H}"
        profile = derived_id("profile", derived_id("submission", "api", form))
        return derived_id("enrolment", profile, place.series)

    def _walk(self, place: Place) -> None:
        """Rest; or pass over and wait, until one mail goes out or the place has to wait."""
        for _ in SERIES[place.series]:
            rest, until = self._rest(place)
            if rest:
                place.rests, place.due, place.listens = rest, min(until, self.now + DAY), False
                return
            place.rests = ""
            step = SERIES[place.series][place.step]
            position = place.step
            of_series = [mail for mail in self.mails if mail.series == place.series]
            is_over = step.before_date is not None and webinar_after(place.started) <= self.now
            if is_over or not step.when(self, of_series[-1] if of_series else NO_MAIL):
                self._go_on(place, step.otherwise)
            else:
                self._go_on(place, step.then)
                if step.mail:
                    mail_id = derived_id("mail", self._place_id(place), place.round, step.id)
                    self.mails.append(Mail(place.series, step.id, position, self.now, mail_id, place.round))
                    return
            if place.state == "completed":
                self._happens(self.now, "completed", place.series)
            if place.state != "active" or place.due is None or place.due > self.now:
                return

    def _rest(self, place: Place) -> tuple[str, datetime]:
        """Why no mail may be prepared, and until when; of several reasons that which lasts longest."""
        tomorrow = self.now + DAY
        if not self._is_before_sales:
            return "sales", tomorrow
        reasons = []
        if self.frequency == "paused":
            reasons.append((self._pause_ends, "paused"))
        if self.resumes:
            reasons.append((self.resumes, "after_sales"))
        if self.frequency == "monthly" and self.mails and place.series != "webinar":
            reasons.append((max(mail.prepared for mail in self.mails) + 30 * DAY, "monthly"))
        if self.score <= TIRED_AT[self.preset] and place.series not in ("webinar", "wake-up"):
            reasons.append((tomorrow, "fatigue"))
        until, why = max((one for one in reasons if one[0] > self.now), default=(self.now, ""))
        return why, until

    def _choose_follow_up(self) -> bool:
        """The topic with most points, of those that were chosen, or without a choice of those with enough points."""
        if not self._is_free() or self._is_in("welcome", *FOLLOW_UPS):
            return False
        wanted = [
            (-self.topics[topic], place, topic)
            for place, topic in enumerate(FOLLOW_UPS)
            if (topic in self.interests if self.interests else self.topics[topic] >= 2)
            and self._may_begin(topic)
        ]
        if wanted:
            self._begin(min(wanted)[2], self.now)
        return bool(wanted)

    def _is_free(self) -> bool:
        return bool(self.confirmed) and self.may_be_mailed and self._is_before_sales

    def _is_in(self, *series: str) -> bool:
        return any(one in self.places and self.places[one].state == "active" for one in series)

    def _may_begin(self, series: str) -> bool:
        former = self.places.get(series)
        if former is None or former.because == "not chosen":
            return True
        return former.state != "active" and series in AGAIN and self.now - former.started >= AGAIN[series]

    # The post

    @property
    def _pause_ends(self) -> datetime:
        return datetime.combine(self.pause_until or date(2999, 1, 1), time(8), tzinfo=BERLIN)

    @property
    def _is_paused(self) -> bool:
        return self.frequency == "paused" and self._pause_ends > self.now

    def _send(self) -> bool:
        """Events first, then what was prepared first, of one moment the earlier step, then by the mails' ids.

        At night nothing leaves, nor more than enough a day and a week.
        """
        sent = False
        waiting = [mail for mail in self.mails if mail.sent is None and mail.template]
        for mail in sorted(waiting, key=lambda m: (m.series != "webinar", m.prepared, m.position, m.id)):
            if not self.may_be_mailed or self._comes_too_late(mail) or self._is_out_of_place(mail):
                mail.template = ""  # taken back
            elif not self._is_paused and not self._is_with_sales and self._may_leave(mail):
                sent = True
                self._leaves(mail)
        return sent

    def _comes_too_late(self, mail: Mail) -> bool:
        """A reminder of what is over."""
        is_reminder = SERIES[mail.series][mail.position].before_date is not None
        return is_reminder and webinar_after(self.places[mail.series].started) <= self.now

    def _is_out_of_place(self, mail: Mail) -> bool:
        """A series that reached its goal, or ended because sales has the person, says nothing more."""
        place = self.places[mail.series]
        ended = place.state == "ended" and place.because in ("goal", "handover")
        return ended and place.round == mail.round

    @property
    def _is_with_sales(self) -> bool:
        """While sales talks to somebody, and until they want to hear again, mails wait."""
        return not self._is_before_sales or bool(self.resumes and self.resumes > self.now)

    def _may_leave(self, mail: Mail) -> bool:
        here = self.now.astimezone(BERLIN)
        at_night = here.time() >= QUIET_FROM or here.time() < QUIET_UNTIL
        just_confirmed = mail.template == "welcome" and mail.prepared == self.now
        today = datetime.combine(here.date(), time(), tzinfo=BERLIN)
        monday = datetime.combine(here.date() - here.weekday() * DAY, time(), tzinfo=BERLIN)
        left = [one.sent for one in self.mails if one.sent]
        is_much = (
            sum(at > today for at in left) >= MOST_A_DAY or sum(at > monday for at in left) >= MOST_A_WEEK
        )
        return not (at_night and not just_confirmed) and not is_much

    def _read_post(self) -> None:
        """What came just now is read in the order of the programme."""
        came = [mail for mail in self.mails if mail.sent == self.now]
        for mail in sorted(came, key=lambda mail: list(LINKS).index(mail.template)):
            self.read += 1
            self._plan(self.now, self.person.does_on(mail.template, self.read), mail)

    def _leaves(self, mail: Mail) -> None:
        mail.sent, mail.tracked = self.now, self.tracking == "given"
        mail.files = mail.template == "welcome" and "guide" in self.forms
        self.history.mails.append((self.now, mail.template))
        self._happens(self.now, "sent", mail)

    # Cron

    def _cron(self) -> None:
        """Who was lost comes back, ignored mails are noticed, who sleeps is woken, who is interested is served."""
        if self.stage == "lost" and self.resumes and self.resumes <= self.now:
            self._comes_back()
        for mail in self.mails:
            over = mail.sent + IGNORED_AFTER if mail.sent else None
            if not mail.ignored and over and over + NOTICED_AFTER <= self.now and mail.tracked:
                mail.ignored = True
                if not any(at <= over for at in mail.touched) and self.tracking == "given":
                    self._happens(over, "ignored", mail)
                    self.history.ignored.append(mail.template)
        self._choose_follow_up()
        if self._is_free() and self._sleeps() and self._may_begin("wake-up"):
            self._begin("wake-up", self.now)

    def _sleeps(self) -> bool:
        """No reaction for long, counted from the latest of these; nothing under way, and no pause after sales."""
        others = [place for place in self.places.values() if place.series != "wake-up"]
        if any(place.state == "active" and not self._gave_up(place) for place in others):
            return False
        if self.resumes and self.resumes > self.now:
            return False
        ends = [place.ended for place in self.places.values() if place.ended]
        since = [self.last_reaction, self.confirmed, self.resumes, *ends]
        return max(at for at in since if at) + SILENCE <= self.now

    def _gave_up(self, place: Place) -> bool:
        """A place that rests for fatigue, and did nothing for so long, would rest for ever."""
        return place.rests == "fatigue" and place.waits_since + SILENCE <= self.now

    def _told(self) -> History:
        self.history.score, self.history.stage = self.score, self.stage
        self.history.topics = dict(self.topics)
        self.history.handovers = [(at, cause, state) for at, cause, state in self.handovers]  # type: ignore[misc]
        self.history.places = [
            (place.series, place.round, place.state, place.because) for place in self.places.values()
        ]
        return self.history


def by_hand(people: list[Person], preset: str, days: int) -> dict[int, History]:
    """Everybody's history, by number."""
    return {one.number: Life(one, preset).lived(days) for one in people}
