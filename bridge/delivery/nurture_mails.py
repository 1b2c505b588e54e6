"""Nurture mails: the marketer's words for one person, watched only where that person allows it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from bridge import i18n
from bridge.delivery.articles import address_of, as_variables
from bridge.delivery.feedback import feedback_id
from bridge.delivery.jinja import Personal, RenderedMail, Trusted, as_words, one_line, render_marketer_text
from bridge.delivery.letters import Letter, Recipient, letter, salutation
from bridge.delivery.links import HIDDEN_NUMBER, AskTarget, ClickTarget, DownloadTarget, Links
from bridge.delivery.markdown import MarketerLink, write
from bridge.delivery.meetings import Meeting, as_variable
from bridge.delivery.moulds import has_stand_in, parted, stand_in
from bridge.delivery.nurture_moulds import (
    HIDDEN,
    PIXEL,
    Frame,
    NurtureMould,
    link_name,
    mould_of,
    render_whole,
)
from bridge.nurture.articles import Article
from bridge.program.model import Form, MailTemplate, Program


@dataclass(frozen=True, slots=True)
class NurtureMail:
    """A nurture mail as written for one person, with the links it contains."""

    letter: Letter
    links: tuple[Mapping[str, Any], ...]


@dataclass
class Tracker:
    """Replaces the content links of one mail by tracked ones, and remembers them.

    about: topics of addresses that need not be named where they stand.
    """

    frame: Frame
    links: Links
    mail: UUID
    tracked: bool
    about: Mapping[str, Sequence[str]] = field(default_factory=dict)
    counted: list[Mapping[str, Any]] = field(default_factory=list)

    def rewrite(self, link: MarketerLink) -> str:
        """The address to print for a link."""
        if not self.tracked or not self.frame.is_content(link.url):
            return link.url
        return self.track(link, link.label)

    def track(self, link: MarketerLink, label: str) -> str:
        """The tracked address of a link, which counts from now on. label: as this person reads it."""
        topics = link.topics or self.about.get(link.url, ())
        facts = {"number": link.number, "url": link.url, "label": label, "topics": list(topics)}
        self.counted.append(facts)
        return self.links.click(ClickTarget(self.mail, link.number, link.url))


def nurture(
    program: Program,
    links: Links,
    to: Recipient,
    template: MailTemplate,
    downloads: Sequence[Form],
    mail: UUID,
    message: str,
    now: datetime | None = None,
    articles: Sequence[Article] = (),
    meeting: Meeting | None = None,
) -> NurtureMail:
    """A mail of a sequence. Pixel and tracked links only when the person allowed it.

    now: from when on links count their age; None makes downloads without one, and links to nobody's own questions.
    articles: news that were picked for this person. meeting: the event that the series is about, if it is.
    """
    language = to.language if to.language in template.text else program.language
    frame = Frame.of(program, links.public_url)
    tracker = Tracker(frame, links, mail, to.tracked, {address_of(one): one.topics for one in articles})
    addresses = _addresses(frame, links, to, downloads, mail, now)
    forms = tuple(program.forms) if "forms" in template.text[language] else ()
    if forms or "questions_url" in template.text[language]:
        addresses |= _questions(links, to, forms, mail, now)
    news = as_variables(articles, language, program.timezone)
    event = as_variable(meeting, language, program.timezone)
    known = _Known(frame, language, to, downloads, forms, addresses, event, news)
    subject = one_line(render_marketer_subject(i18n.pick(template.subject, language), known.as_it_is()))
    rendered = _write(known, template.text[language], subject, tracker)
    feedback = feedback_id(template.id, program.name, "nurture", message)
    written = letter(to, rendered, message, None, feedback, known.addresses["unsubscribe"])
    return NurtureMail(written, tuple(tracker.counted))


def _write(known: "_Known", markdown: str, subject: str, tracker: Tracker) -> RenderedMail:
    """Put into what was made in advance where that is possible; the result is the same where it is not."""
    frame, language, values = known.frame, known.language, {**known.addresses, "subject": subject}
    others = tuple(known.written_by_others())
    if not (has_stand_in(markdown, *others) or any(frame.address_for("") in one for one in others)):
        words, variables = known.with_stand_ins()
        names = frozenset({*values, *words})
        mould = mould_of(frame, language, known.to.tracked, render_marketer_text(markdown, variables), names)
        if mould is not None:
            return _cast(mould, values | words, tracker)
    text = write(render_marketer_text(markdown, known.as_it_is()), tracker.rewrite)
    return render_whole(frame, language, text, values)


def _cast(mould: NurtureMould, values: dict[str, str], tracker: Tracker) -> RenderedMail:
    for link, label in mould.links:
        values[link_name(link)] = tracker.track(link, label.cast(values))
    return mould.cast(values)


@dataclass(frozen=True, slots=True)
class _Known:
    """What a marketer's text may name. forms: ids, if it names any. addresses: those of our own, by name.

    event, articles: stand there as they are, for many people get the same.
    """

    frame: Frame
    language: str
    to: Recipient
    downloads: Sequence[Form]
    forms: Sequence[str]
    addresses: Mapping[str, str]
    event: Mapping[str, str]
    articles: Sequence[Mapping[str, object]] = ()

    def written_by_others(self) -> Iterator[str]:
        """Everything that neither we nor the marketer wrote."""
        yield from self.to.fields.values()
        yield from (value for one in self.articles for value in one.values() if isinstance(value, str))

    def as_it_is(self) -> dict[str, object]:
        """Every value as this person has it."""
        return self._variables(self._words(), {name: Trusted(url) for name, url in self.addresses.items()})

    def with_stand_ins(self) -> tuple[dict[str, str], dict[str, object]]:
        """What is put in afterwards, by name, and every value with what stands for it meanwhile."""
        put_in, standing = {}, {}
        for name, value in self._words().items():
            head, put_in[name], tail = parted(one_line(value))
            words = f"{as_words(head)}{stand_in(name) if put_in[name] else ''}{as_words(tail)}"
            standing[name] = Personal.of(value, words)
        urls = {name: Personal.of(url, self.frame.address_for(name)) for name, url in self.addresses.items()}
        return put_in, self._variables(standing, urls)

    def _words(self) -> dict[str, str]:
        fields = self.to.fields
        return {
            "salutation": salutation(fields, self.language),
            **{name: fields.get(name, "") for name in ("first_name", "last_name", "company")},
        }

    def _variables(self, words: Mapping[str, str], urls: Mapping[str, str]) -> dict[str, object]:
        return {
            **words,
            "program_name": self.frame.name,
            "preferences_url": urls["preferences"],
            "questions_url": urls.get(_asks(""), ""),
            "forms": {form: urls[_asks(form)] for form in self.forms},
            "articles": self.articles,
            "event": self.event,
            "downloads": [
                {"title": i18n.pick(form.title, self.language), "url": urls[_file(form)]}
                for form in self.downloads
            ],
        }


def _addresses(
    frame: Frame, links: Links, to: Recipient, downloads: Sequence[Form], mail: UUID, now: datetime | None
) -> dict[str, str]:
    """The addresses of our own that the words of a mail, or what surrounds them, may need."""
    found = {
        "preferences": links.preferences(to.profile, mail),
        "unsubscribe": links.unsubscribe(to.profile, mail),
        "own-data": links.own_data(to.profile),
    }
    if to.tracked:
        found[PIXEL] = links.pixel(mail)
    if to.tracked and frame.hides:
        found[HIDDEN] = links.click(ClickTarget(mail, HIDDEN_NUMBER, frame.imprint))
    return found | {
        _file(form): links.download(DownloadTarget(to.profile, mail, form.id, now)) for form in downloads
    }


def _questions(
    links: Links, to: Recipient, forms: Sequence[str], mail: UUID, now: datetime | None
) -> dict[str, str]:
    """Where this person is asked what is open: by itself, and within each form."""
    if now is None:
        return {_asks(""): links.page("ask")} | {_asks(form): links.page(f"forms/{form}") for form in forms}
    return {_asks(form): links.ask(AskTarget(to.profile, mail, form), now) for form in ("", *forms)}


def _asks(form: str) -> str:
    return f"ask-{form}"


def _file(form: Form) -> str:
    return f"file-{form.id}"


def render_marketer_subject(source: str, variables: Mapping[str, object]) -> str:
    """A subject with its values filled in; it is plain text, so nothing is escaped."""
    return render_marketer_text(source, {key: _plain(value) for key, value in variables.items()})


def _plain(value: object) -> object:
    if isinstance(value, str):
        return Trusted(value)
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list) else value
