"""Mails to people, as they are written: subject, text, HTML and the headers that matter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from bridge import i18n
from bridge.delivery.jinja import RenderedMail, Trusted, render_mail, render_marketer_text
from bridge.delivery.links import ClickTarget, DownloadTarget, Links
from bridge.delivery.markdown import MarketerLink, write
from bridge.program.model import Form, MailTemplate, Program


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail to one recipient, ready to be handed to a connector.

    auto_submitted: RFC 3834. list_unsubscribe_url: RFC 8058; nurture mail only.
    """

    recipient: str
    subject: str
    text: str
    html: str
    message_id: str
    language: str
    auto_submitted: Literal["auto-generated", "auto-replied"] | None = None
    list_unsubscribe_url: str | None = None
    list_id: str | None = None
    reply_to: str | None = None


@dataclass(frozen=True, slots=True)
class Recipient:
    """To whom a mail goes, as far as its words need to know."""

    profile: UUID
    email: str
    fields: Mapping[str, str]
    language: str
    tracked: bool = False


@dataclass(frozen=True, slots=True)
class NurtureMail:
    """A nurture mail as written for one person, with the links it contains."""

    letter: Letter
    links: tuple[Mapping[str, Any], ...]


def message_id(mail: UUID, sender: str) -> str:
    """The Message-ID of a mail: the same at every attempt."""
    domain = sender.rpartition("@")[2].strip("> ") or "localhost"
    return f"<{mail}@{domain}>"


def salutation(fields: Mapping[str, str], language: str) -> str:
    """“Guten Tag Anna Berg,”; no guess at anybody's gender."""
    name = " ".join(part for part in (fields.get("first_name"), fields.get("last_name")) if part)
    greeting = i18n.translations(language).gettext("Good day")
    return f"{greeting} {name}," if name else f"{greeting},"


def confirmation(
    program: Program, links: Links, to: Recipient, form: Form, submission: UUID, message: str, now: datetime
) -> Letter:
    """The mail that asks for confirmation. Nothing that the sender of the form typed stands in it."""
    rendered = render_mail(
        "mail/confirm",
        to.language,
        program=program,
        now=now,
        form_title=i18n.pick(form.title, to.language),
        confirm_url=links.confirm(submission, now),
    )
    return _letter(to, rendered, message, "auto-replied")


def receipt(
    program: Program,
    links: Links,
    to: Recipient,
    form: Form,
    answers: Sequence[tuple[str, str]],
    message: str,
    now: datetime,
) -> Letter:
    """What somebody asked for, word for word, with the download it was about."""
    download = links.download(DownloadTarget(to.profile, None, form.id)) if form.download else None
    rendered = render_mail(
        "mail/receipt",
        to.language,
        program=program,
        now=now,
        form_title=i18n.pick(form.title, to.language),
        answers=answers,
        download_url=download,
        sales=form.channel == "sales",
    )
    return _letter(to, rendered, message, "auto-replied")


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
    preferences, unsubscribe = links.preferences(to.profile), links.unsubscribe(to.profile, mail)
    variables = {
        "salutation": salutation(to.fields, language),
        "first_name": to.fields.get("first_name", ""),
        "last_name": to.fields.get("last_name", ""),
        "company": to.fields.get("company", ""),
        "program_name": program.name,
        "preferences_url": Trusted(preferences),
        "downloads": [
            {
                "title": i18n.pick(form.title, language),
                "url": Trusted(links.download(DownloadTarget(to.profile, mail, form.id))),
            }
            for form in downloads
        ],
    }
    counted: list[MarketerLink] = []

    def rewrite(link: MarketerLink) -> str:
        if not to.tracked or not _is_content(link.url, program, links):
            return link.url
        counted.append(link)
        return links.click(ClickTarget(mail, link.number, link.url))

    text = write(render_marketer_text(template.text[language], variables), rewrite)
    subject = render_marketer_subject(i18n.pick(template.subject, language), variables)
    rendered = render_mail(
        "mail/nurture",
        language,
        program=program,
        now=now,
        subject=subject,
        text=text.text,
        html=text.html,
        preheader=text.text.split("\n\n")[1][:120] if "\n\n" in text.text else "",
        pixel_url=links.pixel(mail) if to.tracked else None,
        preferences_url=preferences,
        unsubscribe_url=unsubscribe,
    )
    letter = _letter(to, rendered, message, None, unsubscribe)
    return NurtureMail(letter, tuple(_facts(link) for link in counted))


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


def _letter(
    to: Recipient,
    rendered: RenderedMail,
    message: str,
    auto_submitted: Literal["auto-generated", "auto-replied"] | None,
    unsubscribe: str | None = None,
) -> Letter:
    return Letter(
        recipient=to.email,
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        message_id=message,
        language=to.language,
        auto_submitted=auto_submitted,
        list_unsubscribe_url=unsubscribe,
        list_id=f"leadbridge.{message.strip('<>').partition('@')[2]}" if unsubscribe else None,
    )
