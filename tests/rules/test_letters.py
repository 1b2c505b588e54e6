"""Mails as they are written: what stands in them, and which links are counted."""

import re
from dataclasses import replace

import pytest
from jinja2 import UndefinedError

from bridge.delivery.feedback import feedback_id
from bridge.delivery.letters import Recipient, confirmation, receipt, salutation
from bridge.delivery.links import AskTarget, Links, read_ask, read_click
from bridge.delivery.nurture_mails import NurtureMail, nurture
from bridge.delivery.tokens import Tokens
from bridge.program.model import MailTemplate, Program
from tests import make

TOKENS = Tokens(["a-key-that-only-tests-know"])
LINKS = Links("https://leads.example.com", TOKENS)
ANNA = Recipient(
    make.some_id(), "anna@example.com", {"first_name": "Anna", "last_name": "Berg"}, "de", tracked=True
)
PROGRAM: Program = make.demo_program()


def _nurture(
    text: str, to: Recipient = ANNA, program: Program = PROGRAM, subject: str = "Neues"
) -> NurtureMail:
    template = MailTemplate("news", {"de": subject}, {"de": text})
    return nurture(program, LINKS, to, template, [], make.some_id(), "<m@example.com>")


def test_the_links_of_a_tracked_mail_lead_through_us_with_number_label_and_topics() -> None:
    mail = _nurture('Guten Tag\n\n[Checkliste](https://www.example.com/sepa "topics=sepa") und mehr')
    assert mail.links == (
        {"number": 1, "url": "https://www.example.com/sepa", "label": "Checkliste", "topics": ["sepa"]},
    )
    token = mail.letter.text.split("/t/c/")[1].split()[0].rstrip(").")
    assert read_click(TOKENS, token).url == "https://www.example.com/sepa"
    assert "/t/o/" in mail.letter.html


def test_without_consent_there_is_no_pixel_and_no_changed_link() -> None:
    mail = _nurture("[Checkliste](https://www.example.com/sepa) und mehr", replace(ANNA, tracked=False))
    assert mail.links == ()
    assert "https://www.example.com/sepa" in mail.letter.text
    for part in (mail.letter.text, mail.letter.html):
        assert "/t/c/" not in part
        assert "/t/o/" not in part


@pytest.mark.parametrize(
    "url",
    [
        "https://www.example.com/impressum",
        "https://www.example.com/datenschutz#cookies",
        "https://www.example.com/impressum/?lang=de",
        "https://leads.example.com/preferences/abc",
        "mailto:kontakt@example.com",
        "tel:+493023125010",
    ],
)
def test_legal_and_own_links_are_never_counted(url: str) -> None:
    mail = _nurture(f"[Hier]({url}) steht mehr.")
    assert mail.links == ()
    assert url in mail.letter.text


def test_a_page_whose_address_only_begins_like_a_legal_one_is_counted() -> None:
    program = replace(PROGRAM, imprint="https://www.example.com/", privacy="https://www.example.com/daten")
    mail = _nurture(
        "[A](https://www.example.com/sepa) [B](https://www.example.com/datenblatt)", program=program
    )
    assert [link["url"] for link in mail.links] == [
        "https://www.example.com/sepa",
        "https://www.example.com/datenblatt",
    ]


def test_a_nurture_mail_can_be_unsubscribed_by_one_click() -> None:
    letter = _nurture("Guten Tag").letter
    assert (letter.list_unsubscribe_url or "").startswith("https://leads.example.com/unsubscribe/")
    assert letter.auto_submitted is None
    assert "https://leads.example.com/preferences/" in letter.text


def test_a_mail_leads_to_questions_and_forms_of_ones_own() -> None:
    text = '[Fragen]({{ questions_url }}) [Webinar]({{ forms.webinar }}) [Neu]({{ forms["globe-next-download"] }})'
    template = MailTemplate("news", {"de": "Neues"}, {"de": text})
    mail = make.some_id()
    letter = nurture(PROGRAM, LINKS, ANNA, template, [], mail, "<m@example.com>", make.NOON).letter
    tokens = re.findall(r"https://leads\.example\.com/ask/([\w.~-]+)", letter.text)
    asked = [read_ask(TOKENS, token, make.NOON) for token in tokens]
    assert asked == [AskTarget(ANNA.profile, mail, form) for form in ("", "webinar", "globe-next-download")]
    assert all(f"/ask/{token}" in letter.html for token in tokens)


def test_a_form_that_the_programme_does_not_have_is_a_mistake() -> None:
    with pytest.raises(UndefinedError, match="no_such_form"):
        _nurture("[Mehr]({{ forms.no_such_form }})")


def test_a_subject_is_plain_text() -> None:
    to = replace(ANNA, fields={"first_name": "Anna & Co <b>"})
    assert (
        _nurture("Hallo", to, subject="Neues für {{ first_name }}").letter.subject
        == "Neues für Anna & Co <b>"
    )


def test_the_confirmation_shows_nothing_that_the_sender_of_the_form_typed() -> None:
    letter = confirmation(
        PROGRAM, LINKS, ANNA, PROGRAM.forms["webinar"], make.some_id(), "<m@example.com>", make.NOON
    )
    assert "Anna" not in letter.text + letter.html + letter.subject
    assert "/confirm/" in letter.text
    assert letter.auto_submitted == "auto-replied"
    assert letter.list_unsubscribe_url is None


def test_the_receipt_repeats_the_answers_and_carries_the_file() -> None:
    form = PROGRAM.forms["sepa-checkliste"]
    answers = [("Firma", "Beispiel & Söhne")]
    letter = receipt(PROGRAM, LINKS, ANNA, form, answers, "<m@example.com>", make.NOON)
    assert "Beispiel & Söhne" in letter.text
    assert "Beispiel &amp; Söhne" in letter.html
    assert "https://leads.example.com/d/" in letter.text


@pytest.mark.parametrize(
    ("fields", "language", "words"),
    [
        ({"first_name": "Anna", "last_name": "Berg"}, "de", "Guten Tag Anna Berg,"),
        ({"last_name": "Berg"}, "de", "Guten Tag Berg,"),
        ({}, "de", "Guten Tag,"),
        ({"first_name": "Anna"}, "en", "Hello Anna,"),
    ],
)
def test_nobodys_gender_is_guessed(fields: dict[str, str], language: str, words: str) -> None:
    assert salutation(fields, language) == words


@pytest.mark.parametrize(
    ("mail", "program", "message", "expected"),
    [
        ("welcome", "Exact Globe Next", "<1@example.com>", "welcome:exact-globe-next:nurture:example-com"),
        ("a:b", "Müller & Söhne", "<1@news.beispiel.example>", "a-b:muller-sohne:nurture:news-beispiel-e"),
        ("welcome", "日本", "1@example.com", "welcome:program:nurture:example-com"),
    ],
)
def test_complaints_can_be_counted_by_mail(mail: str, program: str, message: str, expected: str) -> None:
    assert feedback_id(mail, program, "nurture", message) == expected


def test_each_mail_says_what_it_is_and_none_says_who_gets_it() -> None:
    asked = confirmation(
        PROGRAM, LINKS, ANNA, PROGRAM.forms["webinar"], make.some_id(), "<m@example.com>", make.NOON
    )
    assert asked.feedback_id == "confirm:exact-globe-next:answer:example-com"
    written = _nurture("Guten Tag").letter
    assert written.feedback_id == "news:exact-globe-next:nurture:example-com"
    assert (asked.list_id, asked.list_unsubscribe_url) == (None, None)
    assert written.list_id == "leadbridge.example.com"
