"""Nurture mails: the marketer's words for one person, watched only where that person allows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from textwrap import shorten
from typing import Any
from uuid import UUID

from bridge import i18n
from bridge.delivery.feedback import feedback_id
from bridge.delivery.jinja import RenderedMail, Trusted, render_mail, render_marketer_text
from bridge.delivery.letters import Letter, Recipient, letter, salutation
from bridge.delivery.links import HIDDEN_NUMBER, ClickTarget, DownloadTarget, Links
from bridge.delivery.markdown import MarketerLink, MarketerText, write
from bridge.program.model import Form, MailTemplate, Program

_PREVIEW_LENGTH = 120
"""Characters: more than any inbox shows beside a subject."""


@dataclass(frozen=True, slots=True)
class NurtureMail:
    """A nurture mail as written for one person, with the links it contains."""

    letter: Letter
    links: tuple[Mapping[str, Any], ...]


@dataclass
class Tracker:
    """Replaces the content links of one mail by tracked ones, and remembers them."""

    program: Program
    links: Links
    mail: UUID
    tracked: bool
    counted: list[MarketerLink] = field(default_factory=list)

    def rewrite(self, link: MarketerLink) -> str:
        """The address to print for a link."""
        if not self.tracked or not _is_content(link.url, self.program, self.links):
            return link.url
        self.counted.append(link)
        return self.links.click(ClickTarget(self.mail, link.number, link.url))


def nurture(
    program: Program,
    links: Links,
    to: Recipient,
    template: MailTemplate,
    downloads: Sequence[Form],
    mail: UUID,
    message: str,
    now: datetime,
) -> NurtureMail:
    """A mail of a sequence. Pixel and tracked links only when the person allowed it."""
    language = to.language if to.language in template.text else program.language
    variables = _variables(program, links, to, downloads, mail, language)
    tracker = Tracker(program, links, mail, to.tracked)
    text = write(render_marketer_text(template.text[language], variables), tracker.rewrite)
    subject = render_marketer_subject(i18n.pick(template.subject, language), variables)
    rendered = _render(program, links, to, mail, language, subject, text, now)
    feedback = feedback_id(template.id, program.name, "nurture", message)
    written = letter(to, rendered, message, None, feedback, links.unsubscribe(to.profile, mail))
    return NurtureMail(written, tuple(_facts(link) for link in tracker.counted))


def _variables(
    program: Program, links: Links, to: Recipient, downloads: Sequence[Form], mail: UUID, language: str
) -> dict[str, object]:
    """What a marketer's text may name."""
    return {
        "salutation": salutation(to.fields, language),
        "first_name": to.fields.get("first_name", ""),
        "last_name": to.fields.get("last_name", ""),
        "company": to.fields.get("company", ""),
        "program_name": program.name,
        "preferences_url": Trusted(links.preferences(to.profile, mail)),
        "downloads": [
            {
                "title": i18n.pick(form.title, language),
                "url": Trusted(links.download(DownloadTarget(to.profile, mail, form.id))),
            }
            for form in downloads
        ],
    }


def _render(
    program: Program,
    links: Links,
    to: Recipient,
    mail: UUID,
    language: str,
    subject: str,
    text: MarketerText,
    now: datetime,
) -> RenderedMail:
    return render_mail(
        "mail/nurture",
        language,
        program=program,
        now=now,
        subject=subject,
        text=text.text,
        html=text.html,
        preheader=_preview_line(text.text),
        pixel_url=links.pixel(mail) if to.tracked else None,
        hidden_url=_hidden(program, links, mail) if to.tracked else None,
        preferences_url=links.preferences(to.profile, mail),
        unsubscribe_url=links.unsubscribe(to.profile, mail),
        own_data_url=links.own_data(to.profile),
    )


def _preview_line(text: str) -> str:
    """The first sentences behind the salutation, without headings, lists and addresses; whole words only."""
    paragraphs = text.split("\n\n")[1:]
    plain = (one for one in paragraphs if "\n" not in one and "://" not in one and not one.startswith("–"))
    return shorten(next(plain, ""), _PREVIEW_LENGTH, placeholder=" …")


def _hidden(program: Program, links: Links, mail: UUID) -> str | None:
    """A link that only machines follow, where the programme wants one; it leads to the imprint."""
    if not program.verdicts.hidden_link:
        return None
    return links.click(ClickTarget(mail, HIDDEN_NUMBER, program.imprint))


def _is_content(url: str, program: Program, links: Links) -> bool:
    """Whether a link says something about interest: not our own pages, nor imprint and privacy."""
    if not url.startswith("http") or url.startswith(links.public_url + "/"):
        return False
    page, legal = _page(url), (_page(program.imprint), _page(program.privacy))
    return page not in legal and not page.startswith(
        tuple(f"{one}{query}" for one in legal for query in ("?", "/?"))
    )


def _page(url: str) -> str:
    return url.partition("#")[0].rstrip("/")


def render_marketer_subject(source: str, variables: Mapping[str, object]) -> str:
    """A subject with its values filled in; it is plain text, so nothing is escaped."""
    plain = {key: Trusted(value) if isinstance(value, str) else value for key, value in variables.items()}
    return render_marketer_text(source, plain)


def _facts(link: MarketerLink) -> dict[str, Any]:
    return {"number": link.number, "url": link.url, "label": link.label, "topics": list(link.topics)}
