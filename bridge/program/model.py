"""The programme: what a marketer configured, parsed once and frozen.

Every text that people see is a `Text`: language code to words. Expressions are compiled by the loader.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from bridge.program.desk import NO_BRAKE, Absence, Brake, Desk, Results
from bridge.program.downloads import file_in
from bridge.program.expressions import Expression
from bridge.program.feeds import Feed
from bridge.program.mailing import Mailing
from bridge.program.profiling import FitRule, Profiling, version_of
from bridge.program.retention import Retention
from bridge.program.sequences import Sequence
from bridge.program.verdicts import Thresholds

Text = Mapping[str, str]
FieldType = Literal["text", "choice", "number", "date", "phone", "email", "textarea"]
FormKind = Literal["download", "event", "contact", "callback", "order", "other"]
Channel = Literal["marketing", "sales"]
SalesLink = Literal["device", "open", "login"]
"""What opens a profile page: the link on a device that proved whose it is, the link alone, or with a sign-in."""
Effect = Literal["nurture", "fit_down", "reroute", "exclude", "block"]
Once = Literal["link", "mail", "form", "file", "page_day", "day", "profile"]


@dataclass(frozen=True, slots=True)
class Topic:
    """A subject that people can be interested in."""

    id: str
    title: Text


@dataclass(frozen=True, slots=True)
class Field:
    """A question that a form can ask. `choices` is empty unless `type` is "choice"."""

    id: str
    type: FieldType
    label: Text
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FormField:
    """A field as one form asks it."""

    field: Field
    required: bool


@dataclass(frozen=True, slots=True)
class Form:
    """A form of the website. `channel` "sales" means: straight to sales, whatever the score.

    consents: purposes whose boxes it shows. download: name of a file in the programme's folder `files/`, or the
    address of one. link_expires: how long a link to it works; None is for ever.
    thanks: where the browser goes afterwards, or None for the programme's page.
    """

    id: str
    kind: FormKind
    channel: Channel
    title: Text
    fields: tuple[FormField, ...]
    consents: tuple[str, ...]
    topics: tuple[str, ...]
    download: str | None
    thanks: str | None
    link_expires: timedelta | None = None

    def link_is_over(self, since: datetime | None, now: datetime) -> bool:
        """Whether a link to its file that was made at that moment works no more; one that does not say when does."""
        return bool(self.link_expires and since and now - since > self.link_expires)


@dataclass(frozen=True, slots=True)
class Rule:
    """Turns an event of kind `on` into points.

    points: an integer, or an expression that gives one. when: a condition, None means always. once: how often it may
    count; None means once per event. max_per_day, max_per_week, max_per_month (of the calendar) and max_total: caps
    on the sum of its points, as positive numbers. expires: after that time an entry takes the points back.
    """

    id: str
    on: str
    points: int | Expression
    when: Expression | None = None
    once: Once | None = None
    max_per_day: int | None = None
    max_total: int | None = None
    expires: timedelta | None = None
    max_per_week: int | None = None
    max_per_month: int | None = None
    reason: Text = field(default_factory=dict)

    @property
    def is_capped(self) -> bool:
        """Whether what it gave before limits what it gives."""
        caps = (self.max_per_day, self.max_per_week, self.max_per_month, self.max_total)
        return any(cap is not None for cap in caps)


@dataclass(frozen=True, slots=True)
class Stages:
    """When a profile moves up. `requires`: fields that must be filled for marketing-qualified."""

    requires: tuple[str, ...]
    marketing_when: Expression
    threshold: int
    sales_when: Expression | None


@dataclass(frozen=True, slots=True)
class MailTemplate:
    """A mail written by the marketer: subject and Markdown body per language.

    files: where each body stands, from the programme's folder. topics: what it is about.
    """

    id: str
    subject: Text
    text: Text
    files: Text = field(default_factory=dict)
    topics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SalesPerson:
    """Somebody who receives hand-overs. territories: by their ids; the team's are theirs as well."""

    id: str
    name: str
    email: str
    phone: str | None = None
    territories: tuple[str, ...] = ()
    team: str | None = None
    brake: Brake = NO_BRAKE
    away: tuple[Absence, ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """Why sales sends a lead back, and what follows.

    back_after: months until nurturing resumes. asks: what the page asks for besides ("date", "note" or None).
    """

    id: str
    label: Text
    effect: Effect = "nurture"
    back_after: int = 0
    asks: Literal["date", "note"] | None = None


EVERYTHING = "*"
"""Instead of the types that a webhook asks for: all, also those that come later."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """An endpoint that wants to be told. secrets: newest first. events: types, or EVERYTHING.

    unset: variables that hold more of its secrets, in an environment that was not asked or does not have them.
    """

    id: str
    url: str
    secrets: tuple[str, ...]
    events: tuple[str, ...]
    unset: tuple[str, ...] = ()

    def wants(self, kind: str) -> bool:
        """Whether it asked for that type."""
        return kind in self.events or EVERYTHING in self.events


@dataclass(frozen=True, slots=True)
class Program:
    """A whole programme. `folder` holds its mails and files; `version` changes whenever the file does.

    origins: the websites whose pages may talk to us, as browsers name them: scheme, host, port. fit_version: changes
    when fits have to be judged anew, and is empty where no rule judges them.
    """

    name: str
    language: str
    timezone: ZoneInfo
    imprint: str
    privacy: str
    thanks: str
    origins: frozenset[str]
    topics: Mapping[str, Topic]
    consents: Mapping[str, Text]
    fields: Mapping[str, Field]
    forms: Mapping[str, Form]
    stages: Stages
    verdicts: Thresholds
    mailing: Mailing
    retention: Retention
    rules: tuple[Rule, ...]
    profiling: Profiling
    fit: tuple[FitRule, ...]
    feeds: Mapping[str, Feed]
    mails: Mapping[str, MailTemplate]
    sequences: Mapping[str, Sequence]
    people: Mapping[str, SalesPerson]
    reasons: Mapping[str, Reason]
    desk: Desk
    results: Results
    webhooks: tuple[Webhook, ...]
    sales_link: SalesLink
    reply_to_lead: bool
    response_hours: int
    folder: Path
    version: str
    _rules_by_id: Mapping[str, Rule] = field(init=False, repr=False, compare=False)
    _rules_by_kind: Mapping[str, tuple[Rule, ...]] = field(init=False, repr=False, compare=False)
    fit_version: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_kind: dict[str, tuple[Rule, ...]] = {}
        for rule in self.rules:
            by_kind[rule.on] = (*by_kind.get(rule.on, ()), rule)
        object.__setattr__(self, "_rules_by_id", {rule.id: rule for rule in self.rules})
        object.__setattr__(self, "_rules_by_kind", by_kind)
        object.__setattr__(self, "fit_version", version_of(self.fit, self.fields))

    def chosen(self, interests: Iterable[str]) -> tuple[str, ...]:
        """Of the topics that somebody chose those that are there still: what is gone was no choice."""
        return tuple(topic for topic in interests if topic in self.topics)

    def path_of(self, download: str) -> Path | None:
        """Where the file of a gated download lies; None when there is none, or it is outside of the folder."""
        return file_in(self.folder, download)

    def person_name(self, person_id: str) -> str:
        """The name of somebody in sales; the id of somebody who is not there any more."""
        person = self.people.get(person_id)
        return person.name if person else person_id

    @property
    def idle_mails(self) -> tuple[str, ...]:
        """Mails that no sequence names, so that nothing sends them."""
        steps = (step for sequence in self.sequences.values() for step in sequence.steps)
        named = {mail for step in steps for mail in step.mails}
        return tuple(mail for mail in self.mails if mail not in named)

    def rules_for(self, kind: str) -> tuple[Rule, ...]:
        """The rules for one kind of event, in file order."""
        return self._rules_by_kind.get(kind, ())

    def rule(self, rule_id: str) -> Rule | None:
        """A rule by its id, if there is such a one (still)."""
        return self._rules_by_id.get(rule_id)

    @property
    def weighs_topics(self) -> bool:
        """Whether a condition or formula looks at the scores of topics."""
        rules = (one for rule in self.rules for one in (rule.when, rule.points))
        conditions = (self.stages.marketing_when, self.stages.sales_when)
        known = [one for one in (*rules, *conditions) if isinstance(one, Expression)]
        return any("topics" in expression.variables for expression in known)
