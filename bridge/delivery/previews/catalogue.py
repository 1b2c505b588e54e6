"""Which mails there are, and how each is written to somebody who was invented."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from difflib import get_close_matches

from jinja2 import TemplateError

from bridge import i18n
from bridge.delivery import letters
from bridge.delivery.articles import sample_articles
from bridge.delivery.jinja import template_folder
from bridge.delivery.letters import Letter, Recipient
from bridge.delivery.links import Links
from bridge.delivery.meetings import sample_meeting
from bridge.delivery.nurture_mails import nurture
from bridge.delivery.previews.people import (
    EMAIL,
    MAIL,
    NAMED,
    OPERATOR,
    SOMEBODY,
    Sample,
    digest_facts,
    first_form,
)
from bridge.delivery.sales_mails import code_letter, sales_letter
from bridge.delivery.tokens import Tokens
from bridge.errors import LeadbridgeError
from bridge.nurture.announced import announced
from bridge.program.model import Form, MailTemplate, Program, Text
from bridge.program.sequences import FIRST, Sequence, Step


class Unwritable(LeadbridgeError):
    """A mail whose text has a mistake."""


Write = Callable[["Desk"], Letter]


@dataclass(frozen=True, slots=True)
class Desk:
    """What a mail is written with. program: speaks the language of the preview. sender: a name and an address."""

    program: Program
    links: Links
    sender: str
    now: datetime

    @property
    def sample(self) -> Sample:
        """Somebody of whom a mail can speak."""
        return Sample(self.program, self.now)

    @property
    def recipient(self) -> Recipient:
        """Somebody who allowed everything."""
        return Recipient(SOMEBODY, EMAIL, NAMED, self.program.language, tracked=True)

    @property
    def message(self) -> str:
        """A Message-ID."""
        return self.links.tokens.message_ids.write(MAIL, self.sender)


@dataclass(frozen=True, slots=True)
class Preview:
    """One mail. name: family and mail, such as "sales/handover". idle: nothing sends it yet.

    Families are mail, program, series, sales and operator.
    """

    name: str
    _write: Write
    idle: bool = False

    def letter(self, program: Program, links: Links, sender: str, language: str, now: datetime) -> Letter:
        """The mail in a language, as it would leave now. Raises Unwritable for a mistake in the marketer's text."""
        try:
            return self._write(Desk(replace(program, language=language), links, sender, now))
        except TemplateError as error:
            raise Unwritable(f"{self.name} cannot be written: {error}; see “leadbridge check”") from error


@dataclass(frozen=True, slots=True)
class Group:
    """Mails that stand together. family: as in their names. title: of the series that they belong to; else empty."""

    family: str
    title: Text
    previews: tuple[Preview, ...]


def grouped(program: Program) -> list[Group]:
    """The mails for people who look at all of them: those of a series at their place in it, and nowhere else."""
    in_series = {
        mail for series in program.sequences.values() for step in series.steps for mail in step.mails
    }
    alone = [one for one in _of_the_programme(program) if one.name.partition("/")[2] not in in_series]
    groups = [
        Group("mail", {}, tuple(_to_people(program))),
        *(
            Group("series", one.title or {"en": one.id}, tuple(_of_a_series(program, one)))
            for one in program.sequences.values()
        ),
        Group("program", {}, tuple(alone)),
        Group("sales", {}, tuple(_to_sales(program))),
        Group("operator", {}, tuple(_to_the_operator())),
    ]
    return [group for group in groups if group.previews]


def previews(program: Program) -> list[Preview]:
    """All mails: to people, those of the programme, to sales, to the operator."""
    return [
        *_to_people(program),
        *_of_the_programme(program),
        *_of_the_series(program),
        *_to_sales(program),
        *_to_the_operator(),
    ]


def preview_links(public_url: str) -> Links:
    """Links for previews: signed with a key that everybody can read here, so that none of them leads anywhere."""
    return Links(public_url, Tokens(["no link of a preview leads anywhere"]))


def find_preview(program: Program, name: str) -> Preview | None:
    """The mail of that name; the family may be left out when no other mail has the name. None for an unknown one."""
    known = {preview.name: preview for preview in previews(program)}
    alike = [preview for preview in known.values() if preview.name.partition("/")[2] == name]
    return known.get(name) or (alike[0] if len(alike) == 1 else None)


def similar_names(program: Program, name: str) -> list[str]:
    """Names of mails that may have been meant, the likeliest first; the family may be left out."""
    names = {
        short: full.name for full in previews(program) for short in (full.name, full.name.partition("/")[2])
    }
    return list(dict.fromkeys(names[one] for one in get_close_matches(name, names)))


def _to_people(program: Program) -> Iterator[Preview]:
    yield Preview("mail/confirm", _confirmation)
    for name, channel, download in (
        ("mail/receipt", "sales", False),
        ("mail/receipt-download", "marketing", True),
    ):
        if first_form(program, channel, download=download):
            yield Preview(name, _receipt(channel, download=download))
    if _events(program):
        yield Preview("mail/receipt-event", _receipt_of_event)
    if _gated(program):
        yield Preview("mail/download", _download, idle=not any(form.link_expires for form in _gated(program)))
    yield Preview("mail/erase", _erasure)


def _of_the_programme(program: Program) -> Iterator[Preview]:
    idle = program.idle_mails
    for template in program.mails.values():
        yield Preview(f"program/{template.id}", _nurture(template), idle=template.id in idle)


def _of_the_series(program: Program) -> Iterator[Preview]:
    for series in program.sequences.values():
        yield from _of_a_series(program, series)


def _of_a_series(program: Program, series: Sequence) -> Iterator[Preview]:
    """Each step that sends a mail, in each of its wordings."""
    for step in series.steps:
        for variant, template in _wordings(program, step):
            name = ".".join(filter(None, (series.id, step.id, variant)))
            topics = template.topics or ((series.topic,) if series.topic else ())
            yield Preview(f"series/{name}", _nurture(replace(template, topics=topics), step.articles))


def _wordings(program: Program, step: Step) -> Iterator[tuple[str, MailTemplate]]:
    """The step's own wording, without a name unless there are others, and the others by theirs."""
    own = program.mails.get(step.mail or "")
    if own is None:
        return
    yield (FIRST if step.variants else ""), own
    for variant in step.variants:
        template = program.mails[variant.mail] if variant.mail else own
        yield variant.id, replace(template, subject=variant.subject or template.subject)


def _to_sales(program: Program) -> Iterator[Preview]:
    if first_form(program, "sales"):
        yield Preview("sales/handover", _sales("sales/handover", "sales"))
    yield Preview("sales/handover-by-points", _sales("sales/handover", "marketing"))
    if first_form(program, "sales"):
        yield Preview("sales/new_request", _sales("sales/new_request", "sales"))
    yield Preview("sales/forwarded", _sales("sales/forwarded", "marketing"))
    yield Preview("sales/taken_over", _sales("sales/taken_over", "marketing", state="accepted"))
    yield Preview("sales/reminder", _sales("sales/reminder", "sales"))
    yield Preview("sales/escalation", _sales("sales/escalation", "sales"))
    yield Preview("sales/expired", _sales("sales/expired", "marketing", state="expired"))
    yield Preview("sales/ask", _sales("sales/ask", "marketing", state="accepted"))
    yield Preview("sales/withdrawn", _sales("sales/withdrawn", "marketing", state="withdrawn"))
    yield Preview("sales/withdrawn-accepted", _sales("sales/withdrawn", "marketing", state="accepted"))
    yield Preview("sales/code", _code)


def _to_the_operator() -> Iterator[Preview]:
    for folder in sorted((template_folder() / "operator").iterdir()):
        if folder.is_dir():
            yield Preview(f"operator/{folder.name}", _operator(folder.name))


def _confirmation(desk: Desk) -> Letter:
    form = next(iter(desk.program.forms.values()))
    return letters.confirmation(
        desk.program, desk.links, desk.recipient, form, SOMEBODY, desk.message, desk.now
    )


def _receipt(channel: str, *, download: bool) -> Write:
    def write(desk: Desk) -> Letter:
        form = first_form(desk.program, channel, download=download)
        submission = desk.sample.submission(channel)
        if form is None or submission is None:
            raise LookupError(f"the programme has no form for {channel}")
        label = i18n.pick(desk.program.fields["message"].label, desk.program.language)
        answers = [*submission.answers, *([(label, submission.message)] if submission.message else [])]
        return letters.receipt(
            desk.program, desk.links, desk.recipient, form, answers, desk.message, desk.now
        )

    return write


def _events(program: Program) -> list[Form]:
    known = {sequence.form for sequence in program.sequences.values() if sequence.kind == "event"}
    return [form for form in program.forms.values() if form.id in known]


def _receipt_of_event(desk: Desk) -> Letter:
    form = _events(desk.program)[0]
    event = announced(desk.program, form, desk.now)
    return letters.receipt(desk.program, desk.links, desk.recipient, form, (), desk.message, desk.now, event)


def _gated(program: Program) -> list[Form]:
    return [form for form in program.forms.values() if form.download]


def _download(desk: Desk) -> Letter:
    form = _gated(desk.program)[0]
    dated = replace(form, link_expires=form.link_expires or timedelta(days=30))
    return letters.download(desk.program, desk.links, desk.recipient, dated, desk.message, desk.now)


def _erasure(desk: Desk) -> Letter:
    return letters.erasure(desk.program, desk.links, desk.recipient, desk.message, desk.now)


def _nurture(template: MailTemplate, articles: int | None = None) -> Write:
    """articles: how many a step picks at most; None for as many as there are samples."""

    def write(desk: Desk) -> Letter:
        program = desk.program
        if program.language not in template.text:
            program = replace(program, language=next(iter(template.text)))
        downloads = _gated(program)
        news = sample_articles(program, program.language, desk.now, template.topics)[:articles]
        to, message = desk.recipient, desk.message
        event = sample_meeting(program, template, desk.now)
        written = nurture(
            program, desk.links, to, template, downloads, MAIL, message, articles=news, meeting=event
        )
        return written.letter

    return write


def _sales(template: str, channel: str, state: str = "open") -> Write:
    def write(desk: Desk) -> Letter:
        return sales_letter(
            desk.program,
            template,
            desk.sample.sales_person,
            desk.sample.lead(),
            desk.sample.handover(state),
            desk.sample.submission(channel),
            desk.links.lead(SOMEBODY, desk.now),
            desk.message,
            desk.now,
            about=desk.sample.colleague,
        )

    return write


def _code(desk: Desk) -> Letter:
    return code_letter(
        desk.program,
        desk.sample.sales_person,
        "204518",
        "Safari",
        timedelta(minutes=10),
        desk.message,
        desk.now,
    )


def _operator(name: str) -> Write:
    def write(desk: Desk) -> Letter:
        template = f"operator/{name}"
        facts = digest_facts(desk.program) if name == "digest" else OPERATOR[name]
        return letters.staff_letter(
            desk.program, template, "operator@example.com", facts, desk.message, desk.now
        )

    return write
