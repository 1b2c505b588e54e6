"""Mails to people, as they are written: subject, text, HTML and the headers that matter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from bridge import i18n
from bridge.delivery.feedback import feedback_id
from bridge.delivery.jinja import RenderedMail, render_mail
from bridge.delivery.links import DownloadTarget, Links
from bridge.delivery.meetings import Meeting, as_variable
from bridge.delivery.message_ids import named_in
from bridge.nurture.announced import Announced
from bridge.profiles.fields import full_name
from bridge.program.model import Form, Program


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail to one recipient, ready to be handed to a connector.

    auto_submitted: RFC 3834. list_unsubscribe_url: RFC 8058, and list_id: RFC 2919; nurture mail only.
    feedback_id: by which a provider tells us which of our mails people call spam; it names no person.
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
    feedback_id: str | None = None
    reply_to: str | None = None

    @property
    def delivery(self) -> UUID | None:
        """What this letter is in the outbox; None when its Message-ID names no delivery."""
        return named_in(self.message_id)


@dataclass(frozen=True, slots=True)
class Recipient:
    """To whom a mail goes, as far as its words need to know."""

    profile: UUID
    email: str
    fields: Mapping[str, str]
    language: str
    tracked: bool = False


def salutation(fields: Mapping[str, str], language: str) -> str:
    """“Guten Tag Anna Berg,”; no guess at anybody's gender."""
    name = full_name(fields)
    say = i18n.translations(language).gettext
    return say("Hello %(name)s,") % {"name": name} if name else say("Hello,")


def confirmation(
    program: Program, links: Links, to: Recipient, form: Form, submission: UUID, message: str, now: datetime
) -> Letter:
    """The mail that asks for confirmation. Nothing that the sender of the form typed stands in it."""
    facts = {
        "form_title": i18n.pick(form.title, to.language),
        "confirm_url": links.confirm(submission, now),
    }
    return _answer(program, links, to, "confirm", facts, message, now)


def receipt(
    program: Program,
    links: Links,
    to: Recipient,
    form: Form,
    answers: Sequence[tuple[str, str]],
    message: str,
    now: datetime,
    event: Announced | None = None,
) -> Letter:
    """What somebody asked for, word for word, with the download or the event it was about."""
    facts = {
        "form_title": i18n.pick(form.title, to.language),
        "answers": answers,
        "download_url": _download(links, to, form, now) if form.download else None,
        "sales": form.channel == "sales",
        "event": _event(program, event, to.language) if event else None,
    }
    return _answer(program, links, to, "receipt", facts, message, now)


def _event(program: Program, event: Announced, language: str) -> dict[str, object]:
    words = as_variable(Meeting(event.at, event.place), language, program.timezone)
    return {**words, "access": event.access, "is_over": event.is_over}


def download(
    program: Program, links: Links, to: Recipient, form: Form, message: str, now: datetime
) -> Letter:
    """A new link to what somebody asked for, after the one before has expired."""
    facts = {
        "form_title": i18n.pick(form.title, to.language),
        "download_url": _download(links, to, form, now),
        "days": form.link_expires.days if form.link_expires else None,
    }
    return _answer(program, links, to, "download", facts, message, now)


def _download(links: Links, to: Recipient, form: Form, now: datetime) -> str:
    return links.download(DownloadTarget(to.profile, None, form.id, now))


def erasure(program: Program, links: Links, to: Recipient, message: str, now: datetime) -> Letter:
    """The mail that asks whether everything is to be erased. Nothing that anybody typed stands in it."""
    return _answer(program, links, to, "erase", {"erase_url": links.erase(to.profile, now)}, message, now)


def _answer(
    program: Program,
    links: Links,
    to: Recipient,
    mail: str,
    facts: Mapping[str, object],
    message: str,
    now: datetime,
) -> Letter:
    """A mail of the folder `templates/mail/` that answers what somebody did. facts: what its words speak of."""
    own_data = links.own_data(to.profile)
    rendered = render_mail(
        f"mail/{mail}", to.language, program=program, now=now, own_data_url=own_data, **facts
    )
    feedback = feedback_id(mail, program.name, "answer", message)
    return letter(to, rendered, message, "auto-replied", feedback)


def letter(
    to: Recipient,
    rendered: RenderedMail,
    message: str,
    auto_submitted: Literal["auto-generated", "auto-replied"] | None,
    feedback: str,
    unsubscribe: str | None = None,
) -> Letter:
    """Put a rendered mail into an envelope. unsubscribe: for advertising, the address of one click."""
    return Letter(
        recipient=to.email,
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        message_id=message,
        language=to.language,
        auto_submitted=auto_submitted,
        list_unsubscribe_url=unsubscribe,
        feedback_id=feedback,
        list_id=f"leadbridge.{message.strip('<>').partition('@')[2]}" if unsubscribe else None,
    )


def staff_letter(
    program: Program,
    template: str,
    to: str,
    facts: Mapping[str, object],
    message: str,
    now: datetime,
    reply_to: str | None = None,
) -> Letter:
    """A mail to somebody of ours, in the programme's language.

    template: such as "sales/handover", "operator/mail_refused". facts: what its words speak of.
    """
    rendered = render_mail(template, program.language, program=program, now=now, **facts)
    return Letter(
        recipient=to,
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        message_id=message,
        language=program.language,
        auto_submitted="auto-generated",
        reply_to=reply_to,
    )
