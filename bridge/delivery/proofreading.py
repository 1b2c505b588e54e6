"""Read every mail of a programme as people will get it: a mistake is found before anybody does."""

import hashlib
from collections.abc import Iterator
from uuid import UUID

from jinja2 import TemplateError, TemplateSyntaxError

from bridge.delivery.letters import Recipient
from bridge.delivery.links import Links
from bridge.delivery.markdown import lost_links
from bridge.delivery.nurture_mails import nurture
from bridge.delivery.tokens import Tokens
from bridge.errors import Mistake
from bridge.program.model import MailTemplate, Program

SOMEBODY = UUID(int=0)
SAMPLES: tuple[dict[str, str], ...] = (
    {},
    {"first_name": "Anna", "last_name": "Berg", "company": "Beispiel GmbH"},
)
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
    return [
        mistake
        for template in program.mails.values()
        for language in template.text
        for mistake in _read(program, links, template, language)
    ]


def _read(program: Program, links: Links, template: MailTemplate, language: str) -> Iterator[Mistake]:
    place = f"mails[{template.id}].text, “{language}”"
    known = {mistake for fields in SAMPLES for mistake in _try(program, links, template, language, fields)}
    for line, message, expected in sorted(known, key=lambda one: one[0] or 0):
        yield Mistake(place, line, message, expected)


def _try(
    program: Program, links: Links, template: MailTemplate, language: str, fields: dict[str, str]
) -> Iterator[tuple[int | None, str, str]]:
    downloads = [form for form in program.forms.values() if form.download] if fields else []
    to = Recipient(SOMEBODY, "anna.berg@example.com", fields, language, tracked=True)
    try:
        mail = nurture(program, links, to, template, downloads, SOMEBODY, "<1@example.com>")
    except TemplateSyntaxError as error:
        yield error.lineno, f"the text cannot be read: {error.message}", "{{ name }} or {% if … %}"
        return
    except TemplateError as error:
        yield None, f"the text cannot be filled in: {error.message}", "the names that the documentation lists"
        return
    for url in lost_links(template.text[language]):
        if "{{" not in url and "%7B%7B" not in url:
            yield (
                None,
                f"the link to “{url}” would vanish",
                "an address that begins with https://, mailto: or tel:",
            )
    for link in mail.links:
        for topic in set(link["topics"]) - set(program.topics):
            yield (
                None,
                f"the link “{link['label']}” has the unknown topic “{topic}”",
                ", ".join(program.topics),
            )
    if len(mail.letter.html.encode()) > LARGEST:
        yield None, f"the mail is larger than {LARGEST // 1000} kB", "a shorter text"
