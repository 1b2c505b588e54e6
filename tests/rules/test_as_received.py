"""Every mail is read as very different people receive it, before any of them does."""

from dataclasses import replace
from pathlib import Path

import pytest

from bridge.delivery.as_received import read_as_received, way_out_fault
from bridge.delivery.letters import Letter
from bridge.delivery.proofreading import proofread
from bridge.errors import Mistake
from bridge.program.loading import load_program
from bridge.program.model import MailTemplate, Program
from bridge.program.places import located
from tests import make

GREETING = "{{ salutation }}\n\nschön, dass Sie da sind.\n"
URL = "https://leads.example.com/unsubscribe/x"


def programme(*mails: MailTemplate) -> Program:
    """One with these mails."""
    return replace(make.program(), mails={mail.id: mail for mail in mails})


def mail(
    subject: str = "Willkommen", text: str = GREETING, id: str = "welcome", *languages: str
) -> MailTemplate:
    """A mail in some languages."""
    known = languages or ("de",)
    files = {language: f"mails/{id}.{language}.md" for language in known}
    return MailTemplate(id, dict.fromkeys(known, subject), dict.fromkeys(known, text), files)


def doubts(*mails: MailTemplate) -> list[str]:
    """What may not be meant."""
    found = read_as_received(programme(*mails))
    assert found.mistakes == ()
    return [str(one) for one in found.doubts]


def test_a_mail_in_order_raises_no_doubt() -> None:
    assert doubts(mail()) == []
    found = read_as_received(make.demo_program())
    assert (found.mistakes, found.doubts) == ((), ())


def test_a_subject_that_is_long_for_some_is_doubted_for_them() -> None:
    [said] = doubts(mail("{{ first_name }}, hier sind Ihre Unterlagen für den Umstieg"))
    assert "mails[welcome].subject, “de”: the subject has 65 characters for somebody with a long name" in said
    [said] = doubts(mail("Wort " * 20))
    assert "99 characters" in said


def test_sixty_characters_are_not_too_many() -> None:
    assert doubts(mail("x" * 60)) == []
    assert len(doubts(mail("x" * 61))) == 1


@pytest.mark.parametrize(
    "text",
    [
        "{{ salutation }}\n\n- eins\n- zwei",
        "{{ salutation }}",
        "{{ salutation }}\n\n[Mehr](https://www.example.com/)",
        "{{ salutation }}\n\n> [!box]\n> Angebot",
        "{{ salutation }}\n\n{% if company %}Für {{ company }}.{% endif %}",
    ],
)
def test_a_mail_without_words_beside_its_subject_is_doubted(text: str) -> None:
    [said] = doubts(mail(text=text))
    assert said.startswith("mails/welcome.de.md: inboxes show no words beside the subject")


def test_a_language_that_other_mails_have_is_missed_by_name() -> None:
    [said] = doubts(mail("A", GREETING, "both", "de", "en"), mail(id="one"))
    assert "there is no “one” in “en”, which other mails have" in said
    assert "everybody gets it in “de”" in said


def test_a_column_alone_is_doubted_with_its_line() -> None:
    [said] = doubts(mail(text=f"{GREETING}\n> [!column]\n> allein"))
    assert said.startswith("mails/welcome.de.md, line 5: a column has none beside it")


def test_a_mail_that_cannot_be_written_is_left_to_the_proofreader() -> None:
    broken = programme(mail(text="{{ nobody }}"))
    assert read_as_received(broken).mistakes == ()
    assert len(proofread(broken)) == 1


def test_an_unknown_block_is_a_mistake_with_its_line() -> None:
    [mistake] = proofread(programme(mail(text=f"{GREETING}\n> [!kasten]\n> innen")))
    assert str(mistake) == (
        "mails/welcome.de.md, line 5: there is no block “[!kasten]”. Expected: [!box] or [!column]."
    )


# Unsubscribing


def letter(text: str = f"Abmelden: {URL}", html: str = f'<a href="{URL}">', url: str | None = URL) -> Letter:
    """A mail with these ways out."""
    return Letter("anna@beispiel.example", "x", text, html, "<1@example.com>", "de", list_unsubscribe_url=url)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (letter(), None),
        (letter(url=None), "the mail program is given no address"),
        (letter(text="Abmelden: hier"), "the plain text has no link"),
        (letter(html="<p>Abmelden</p>"), "the HTML has no link"),
    ],
)
def test_nobody_is_written_to_without_a_way_out(written: Letter, said: str | None) -> None:
    fault = way_out_fault(written)
    assert fault is None if said is None else said in str(fault)


# Where it stands

SERIES = """
[[mails]]
id = "welcome"
subject = "Willkommen"
text = "welcome.md"

[[sequences]]
id = "welcome"
kind = "welcome"
starts = "address.confirmed"
[[sequences.steps]]
mail = "welcome"
[[sequences.steps.variants]]
id = "b"
subject = "{{ first_name }}: ein sehr langer Betreff, der auf keinem Telefon ganz zu lesen ist"
"""


@pytest.fixture
def with_series(tmp_path: Path) -> Program:
    """One with a step in two wordings."""
    (tmp_path / "welcome.md").write_text(GREETING)
    (tmp_path / "program.toml").write_text(make.EXACT + SERIES)
    return load_program(tmp_path)


def line_in_file(found: Mistake) -> str:
    """What stands on the line of a mistake."""
    [mistake] = located(make.EXACT + SERIES, [found])
    return (make.EXACT + SERIES).splitlines()[(mistake.line or 0) - 1]


def test_the_subject_of_a_variant_is_read_too_and_found_in_the_file(with_series: Program) -> None:
    found = read_as_received(with_series).doubts
    assert {one.path for one in found} == {
        f"sequences[welcome].steps[welcome].variants[b].subject, “{language}”" for language in ("de", "en")
    }
    assert line_in_file(found[0]).startswith('subject = "{{ first_name }}')


def test_what_has_no_line_of_its_own_gets_that_of_what_it_belongs_to(with_series: Program) -> None:
    [mistake] = proofread(replace(with_series, mails={"welcome": mail("{{ nobody }}")}))
    assert line_in_file(mistake) == 'subject = "Willkommen"'
