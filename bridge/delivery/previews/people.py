"""Invented people for previews, and what is known about them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from bridge import i18n
from bridge.profiles.overview import (
    Colleague,
    HandoverLine,
    LedgerLine,
    MeasureLine,
    Profile360,
    SubmissionLine,
    TopicScore,
)
from bridge.program.model import Form, Program, SalesPerson
from bridge.program.periods import Period
from bridge.program.standing import Aim, Elsewhere, Line
from bridge.qualification.working_hours import due_after, end_of_day

SOMEBODY = UUID("01900000-0000-7000-8000-000000000001")
MAIL = UUID("01900000-0000-7000-8000-000000000002")
EMAIL = "anna.berg@beispiel.example"
NAMED = {"first_name": "Anna", "last_name": "Berg", "company": "Beispiel GmbH"}

OPERATOR: Mapping[str, dict[str, Any]] = {
    "account": {
        "name": "Kim Beispiel",
        "email": "kim.beispiel@beispiel.example",
        "first": True,
        "asked": False,
        "elsewhere": None,
        "by": "Lea Muster",
        "url": "https://leads.example.com/console/password/a-link-that-leads-nowhere",
        "until": datetime(2026, 11, 25, 9, 30, tzinfo=UTC),
    },
    "digest": {
        "week": Period("week", date(2026, 3, 2)),
        "first": date(2026, 3, 2),
        "last": date(2026, 3, 8),
        "lines": [
            Line("visitors", 1240, 1180),
            Line("leads", 38, 31),
            Line("confirmed", 27, 24),
            Line("marketing_qualified", 19, 21),
            Line("handed_over", 8, 6),
            Line("accepted", 5, 4),
            Line("rejected", 2, 2),
            Line("won", 4, 2),
            Line("turnover", 42_400, 21_000),
        ],
        "elsewhere": [Elsewhere("USD", 1, Decimal(1200))],
        "best": [("form", "SEPA", 3), ("channel", "google / cpc", 2), ("reason", "no-budget", 2)],
        "aims": [Aim("leads", Period("month", date(2026, 3, 1)), 46, 140)],
        "url": "https://leads.example.com/console?of=2026-W10",
    },
    "form_held": {"form": "rueckruf", "because": "too fast"},
    "mail_refused": {
        "status": "5.7.1",
        "domain": "beispiel.example",
        "answer": "550 5.7.1 Our system has detected that this message is likely unsolicited mail.",
    },
    "sales_unreachable": {
        "person": "mira",
        "answer": "550 5.1.1 The email account that you tried to reach does not exist.",
        "ours": False,
    },
    "lead_waiting": {"person": "mira"},
    "webhook_disabled": {
        "endpoint": "crm",
        "host": "crm.example.com",
        "because": "410 Gone",
        "refused": 3,
    },
}
"""What each mail to the operator, or to somebody who signs in, speaks of."""

_WORDS = {
    "de": {
        "role": "Leiterin Finanzen",
        "it": "IT-Leiter",
        "message": "Wir stellen im Sommer um und brauchen ein Angebot für 40 Plätze.\nBitte vormittags anrufen.",
        "clicks": "Zwei verschiedene Links in „Willkommen“ angeklickt",
        "click": "Klick auf „SEPA-Checkliste“ in „Willkommen“",
        "another": "Klick auf „Mahnwesen“ in „Willkommen“",
        "form": "Formular „{title}“ gesendet",
    },
    "en": {
        "role": "Head of Finance",
        "it": "Head of IT",
        "message": "We are switching this summer and need an offer for 40 users.\nPlease call in the morning.",
        "clicks": "Clicked two different links in “Welcome”",
        "click": "Clicked “SEPA checklist” in “Welcome”",
        "another": "Clicked “Dunning” in “Welcome”",
        "form": "Sent the form “{title}”",
    },
}

_ANNA = Profile360(
    id=SOMEBODY,
    email=EMAIL,
    name="Anna Berg",
    role=None,
    company=NAMED["company"],
    phone="+49 30 23125 010",
    language="en",
    stage="sales_qualified",
    excluded=False,
    objected=False,
    confirmed=True,
    suppressed=None,
    score=0,
    threshold=0,
    fit=70,
    created_at=datetime(2026, 3, 2, tzinfo=UTC),
    paused_until=None,
    owner=None,
    source="google / cpc / sepa",
    fields=NAMED,
    labelled=(),
    permitted={"email": "consent", "phone": "request"},
    also_given=(),
    topics=(),
    strongest=(),
    ledger=(),
    timeline=(),
    consents=(),
    mails=(),
    handovers=(),
    submissions=(),
    colleagues=(),
    accesses=(),
)
"""A lead, without what the programme says and what happened; see `Sample.lead`."""


def digest_facts(program: Program) -> Mapping[str, Any]:
    """What the weekly mail speaks of: a form and a reason of the programme, and channels that have as much."""
    say = i18n.translations(program.language).gettext
    form = next(iter(program.forms.values()), None)
    reason = next(iter(program.reasons.values()), None)
    named = (
        ("form", i18n.pick(form.title, program.language) if form else "", 3),
        ("channel", say("%(alike)s channels alike, %(count)s each") % {"alike": 2, "count": 2}, None),
        ("reason", i18n.pick(reason.label, program.language) if reason else "", 2),
    )
    return OPERATOR["digest"] | {"best": [one for one in named if one[1]]}


def first_form(program: Program, channel: str, *, download: bool = False) -> Form | None:
    """The programme's first form of that channel. download: one with a file."""
    forms = (form for form in program.forms.values() if form.channel == channel)
    return next((form for form in forms if form.download or not download), None)


@dataclass(frozen=True, slots=True)
class Sample:
    """Somebody of whom a mail can speak. program: speaks the language of the preview."""

    program: Program
    now: datetime

    @property
    def _words(self) -> dict[str, str]:
        return _WORDS.get(self.program.language, _WORDS["en"])

    @property
    def sales_person(self) -> SalesPerson:
        """The first of the sales team."""
        someone = SalesPerson("sales", "Mira Steinfeld", "mira.steinfeld@example.com")
        return next(iter(self.program.people.values()), someone)

    @property
    def colleague(self) -> str:
        """The name of somebody else there."""
        return next((one.name for one in reversed([*self.program.people.values()])), "Jonas Achterberg")

    def lead(self) -> Profile360:
        """A lead of whom much is known."""
        ledger = self._ledger()
        return replace(
            _ANNA,
            role=self._words["role"],
            language=self.program.language,
            score=sum(line.points for line in ledger),
            threshold=self.program.stages.threshold,
            created_at=self.now - timedelta(days=3),
            owner=self.sales_person.name,
            topics=self._topics(),
            strongest=ledger[:3],
            ledger=ledger,
            colleagues=(
                Colleague("Jens Öztürk", "j.oeztuerk@beispiel.example", "prospect", self._words["it"]),
            ),
        )

    def _topics(self) -> tuple[TopicScore, ...]:
        titles = [
            (id, i18n.pick(one.title, self.program.language)) for id, one in self.program.topics.items()
        ]
        return tuple(TopicScore(id, title, score) for (id, title), score in zip(titles, (6, 2), strict=False))

    def _ledger(self) -> tuple[LedgerLine, ...]:
        """Two clicks lift somebody who sent a form just over the threshold; the strongest reason first."""
        form = self._words["form"].format(title=self.title(first_form(self.program, "marketing")))
        rows = (
            (2, "several-clicks", self.program.stages.threshold - 4, self._words["clicks"]),
            (2, "link-clicked", 2, self._words["click"]),
            (2, "link-clicked", 2, self._words["another"]),
            (72, "form", 2, form),
        )
        return tuple(
            LedgerLine(self.now - timedelta(hours=hours), rule, points, reason, None, undone=False)
            for hours, rule, points, reason in rows
        )

    def handover(self, state: str = "open") -> HandoverLine:
        """A hand-over of yesterday."""
        at = self.now - timedelta(hours=2)
        due = due_after(at, self.program.response_hours, self.program.timezone, self.program.desk.hours)
        empty = (None, None, None, None, None)
        measure = MeasureLine(
            "call_today", "", end_of_day(at, self.program.timezone, self.program.desk.hours)
        )
        name = self.sales_person.name
        return HandoverLine(SOMEBODY, state, "form", name, at, due, *empty, measure=measure, since=at)

    def title(self, form: Form | None) -> str:
        """What a form is called."""
        return i18n.pick(form.title, self.program.language) if form else ""

    def submission(self, channel: str) -> SubmissionLine | None:
        """A form that was sent an hour ago; None when the programme has none of the kind."""
        form = first_form(self.program, channel)
        if form is None:
            return None
        label = i18n.pick(self.program.fields["company"].label, self.program.language)
        asked = self._words["message"] if channel == "sales" else None
        at, page = self.now - timedelta(hours=2), "https://www.example.com/"
        answers = ((label, "Beispiel GmbH"),)
        return SubmissionLine(at, form.id, self.title(form), channel, answers, asked, page, None, None)
