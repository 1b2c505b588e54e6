"""Read every mail of a programme as people will get it: a mistake is found before anybody does."""

import hashlib
import re
import traceback
from collections.abc import Iterable, Iterator
from dataclasses import replace
from uuid import UUID

from jinja2 import TemplateError, TemplateSyntaxError

from bridge import i18n
from bridge.delivery.articles import sample_articles
from bridge.delivery.letters import Recipient
from bridge.delivery.links import Links
from bridge.delivery.markdown import BLOCKS, unknown_blocks, written_links
from bridge.delivery.meetings import sample_meeting
from bridge.delivery.nurture_mails import nurture
from bridge.delivery.sample_readers import READERS
from bridge.delivery.tokens import Tokens
from bridge.delivery.unknown_names import explained
from bridge.errors import Mistake
from bridge.program.model import MailTemplate, Program
from bridge.program.sequences import Step

SOMEBODY = UUID(int=0)
SAMPLES: tuple[dict[str, str], ...] = tuple(dict(reader.fields) for reader in READERS)
_CODE = re.compile(r"\{[{%].*?[%}]\}", re.DOTALL)
_ARTICLES = re.compile(r"\barticles\b")
Complaint = tuple[int | None, str, str]
"""Line of the text, what is wrong, what was expected."""
LARGEST = 100_000
"""Bytes of HTML: beyond that mail programs cut a mail off."""


def fingerprint(program: Program) -> str:
    """Changes with whatever `proofread` looks at, and stays as long as nothing of that changes."""
    texts = [
        f"{one.id}\0{language}\0{one.text[language]}"
        for one in program.mails.values()
        for language in one.text
    ]
    return hashlib.sha256("\0".join([program.version, *texts]).encode()).hexdigest()


def proofread(program: Program) -> list[Mistake]:
    """Mistakes in the texts of mails: unknown names, broken placeholders, unknown topics, too much text."""
    links = Links("https://leads.example.com", Tokens(["proofreading-only"]))
    found = [
        mistake
        for template in program.mails.values()
        for language in template.text
        for mistake in _read(program, links, template, language)
    ]
    return [*found, *_other_subjects(program, links)]


def _other_subjects(program: Program, links: Links) -> Iterator[Mistake]:
    """What is wrong with the subjects that wordings of a step have instead of their mail's."""
    steps = [(series.id, step) for series in program.sequences.values() for step in series.steps]
    for series, step in steps:
        for variant in step.variants:
            place = f"sequences[{series}].steps[{step.id}].variants[{variant.id}].subject"
            for language, subject in (variant.subject or {}).items():
                alone = replace(
                    program.mails[step.mail or ""], subject={language: subject}, text={language: ""}
                )
                for _, message, expected in _filled(program, links, alone):
                    yield Mistake(f"{place}, “{language}”", None, message, expected)


def _read(program: Program, links: Links, template: MailTemplate, language: str) -> Iterator[Mistake]:
    place, file = f"mails[{template.id}]", template.files.get(language, "")
    subject, text = {language: template.subject.get(language, "")}, {language: template.text[language]}
    for _, message, expected in _filled(
        program, links, replace(template, subject=subject, text={language: ""})
    ):
        yield Mistake(f"{place}.subject, “{language}”", None, message, expected)
    written = [*_links(program, template.text[language]), *_blocks(template.text[language])]
    filled = _filled(program, links, replace(template, subject={language: "–"}, text=text))
    found = [*written, *_news(program, template, language), *filled]
    for line, message, expected in sorted(found, key=lambda one: (one[0] or 0, one[1])):
        yield Mistake(f"{place}.text, “{language}”", line, message, expected, file)


def _filled(program: Program, links: Links, template: MailTemplate) -> set[Complaint]:
    """What is wrong with a mail in one language, whoever gets it."""
    (language,) = template.text
    return {one for fields in SAMPLES for one in _try(program, links, template, language, fields)}


def _links(program: Program, markdown: str) -> Iterator[Complaint]:
    """What is wrong with links as they are written."""
    for link in written_links(markdown):
        if link.is_lost and "{{" not in link.url and "%7B%7B" not in link.url:
            expected = "an address that begins with https://, mailto: or tel:"
            yield link.line, f"the link to “{link.url}” would vanish", expected
        yield from _unknown_topics(program, link.label, link.topics, link.line)


def _blocks(markdown: str) -> Iterator[Complaint]:
    for line, name in unknown_blocks(markdown):
        yield line, f"there is no block “[!{name}]”", " or ".join(f"[!{known}]" for known in BLOCKS)


def _unknown_topics(
    program: Program, label: str, topics: Iterable[str], line: int | None = None
) -> Iterator[Complaint]:
    for topic in sorted(set(topics) - set(program.topics)):
        yield line, f"the link “{label}” has the unknown topic “{topic}”", ", ".join(program.topics)


def _try(
    program: Program, links: Links, template: MailTemplate, language: str, fields: dict[str, str]
) -> Iterator[Complaint]:
    """What is wrong with the mail that somebody with these fields gets."""
    downloads = [form for form in program.forms.values() if form.download] if fields else []
    to = Recipient(SOMEBODY, "anna.berg@example.com", fields, language, tracked=True)
    news = sample_articles(program, language) if fields or always_has_news(program, template) else []
    event = sample_meeting(program, template)
    try:
        mail = nurture(
            program, links, to, template, downloads, SOMEBODY, "<1@example.com>", articles=news, meeting=event
        )
    except TemplateSyntaxError as error:
        yield error.lineno, f"the text cannot be read: {error.message}", "{{ name }} or {% if … %}"
        return
    except TemplateError as error:
        words, expected = explained(error, program, template.subject[language] + template.text[language])
        yield _line_of(error), f"the text cannot be filled in: {words}", expected
        return
    told = {topic for link in written_links(template.text[language]) for topic in link.topics}
    for link in mail.links:
        yield from _unknown_topics(program, link["label"], set(link["topics"]) - told)
    if len(mail.letter.html.encode()) > LARGEST:
        yield None, f"the mail is larger than {LARGEST // 1000} kB", "a shorter text"


def always_has_news(program: Program, template: MailTemplate) -> bool:
    """Whether nothing sends a mail without any article."""
    steps = _steps(program, template)
    return bool(steps) and all(step.needs_articles for step in steps)


def _news(program: Program, template: MailTemplate, language: str) -> Iterator[Complaint]:
    """Whether a mail shows the articles that its steps pick, and a step picks those that it shows."""
    steps = _steps(program, template)
    words = template.text[language], i18n.pick(template.subject, language)
    shows = any(_ARTICLES.search(part) for text in words for part in _CODE.findall(text))
    picks = [step for step in steps if step.articles]
    if picks and not shows:
        expected = "{% for article in articles %} … {% endfor %}"
        yield None, f"the step “{picks[0].id}” picks articles, and the text shows none", expected
    elif steps and shows and not picks:
        yield (
            None,
            "it shows articles, and no step picks any",
            "articles = 3 in one of its [[sequences.steps]]",
        )


def _steps(program: Program, template: MailTemplate) -> list[Step]:
    return [
        step for series in program.sequences.values() for step in series.steps if template.id in step.mails
    ]


def _line_of(error: TemplateError) -> int | None:
    """The line of a text at which it could not be filled in: Jinja names templates from strings “<template>”."""
    frames = traceback.extract_tb(error.__traceback__)
    return next((frame.lineno for frame in reversed(frames) if frame.filename == "<template>"), None)
