"""Every mail is read before anybody gets it."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from bridge.delivery.proofreading import proofread
from bridge.delivery.unknown_names import VARIABLES
from bridge.program.model import MailTemplate
from bridge.program.sequences import Sequence, Step, Variant
from tests import make


def mistakes_of(text: str) -> list[str]:
    """What is said about a mail with that text."""
    return said_of(MailTemplate("welcome", {"de": "Willkommen"}, {"de": text}, {"de": "mails/welcome.de.md"}))


def said_of(mail: MailTemplate) -> list[str]:
    """What is said about a mail."""
    return [str(mistake) for mistake in proofread(replace(make.program(), mails={"welcome": mail}))]


def test_the_demo_has_no_mistakes() -> None:
    assert proofread(make.demo_program()) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "Guten Tag,\n\nHallo {{ vorname }}",
            "line 3: the text cannot be filled in: there is no “vorname”; did you mean “first_name”?",
        ),
        ("eins\nzwei {% if company %}", "line 2: "),
        ("{{ ''.__class__.__mro__ }}", "cannot be filled in"),
        (
            '[Mehr](https://www.example.com/ "topics=sepa,handel")',
            "line 1: the link “Mehr” has the unknown topic",
        ),
        (
            "Lesen\nSie [Mehr](www.example.com/sepa)",
            "line 2: the link to “www.example.com/sepa” would vanish",
        ),
        ("{{ event.dat }}", "“event” has no “dat”; did you mean “date”? Expected: one of date, time, place."),
        ("{{ date }}", "there is no “date”; did you mean “event.date”?"),
        ("{{ forms.downlod }}", "“forms” has no “downlod”; did you mean “download”?"),
        ("{% for a in articles %}{{ a.titel }}{% endfor %}", "“a” has no “titel”; did you mean “title”?"),
        ("{{ articel }}", "there is no “articel”; did you mean “articles”?"),
        ("{{ company.name }}", "“company” is a text and has no “name”. Expected: {{ company }}."),
        ("eins\n{{ company() }}", "line 2: the text cannot be filled in: 'Personal' object is not callable"),
        ("{{ company + 1 }}", "line 1: the text cannot be filled in: "),
        (
            '[Mehr für {{ company }}](https://www.example.com/ "topics=handel")',
            "line 1: the link “Mehr für {{ company }}” has the unknown topic “handel”",
        ),
        ("Wort " * 30_000, "larger than 100 kB"),
    ],
)
def test_a_mistake_is_said_with_its_mail(text: str, said: str) -> None:
    (mistake,) = mistakes_of(text)
    assert mistake.startswith("mails/welcome.de.md")
    assert said in mistake


def test_the_documented_variables_are_those_that_are_suggested() -> None:
    documented = (Path(__file__).parents[2] / "docs" / "programme.md").read_text(encoding="utf-8")
    table = documented.partition("### Variables")[2].partition("A name that is not in this list")[0]
    assert set(re.findall(r"\{\{ (\w+)", table)) == set(VARIABLES)


def test_all_mistakes_of_a_text_are_said_at_once() -> None:
    found = mistakes_of('[Eins](www.example.com "topics=handel")\n\n- [Zwei](example.com)\n- {{ nobody }}')
    assert [one.partition(": ")[0] for one in found] == [
        "mails/welcome.de.md, line 1",
        "mails/welcome.de.md, line 1",
        "mails/welcome.de.md, line 3",
        "mails/welcome.de.md, line 4",
    ]


def test_a_mistake_of_the_subject_is_not_said_of_the_text() -> None:
    (mistake,) = said_of(MailTemplate("welcome", {"de": "{{ nobody }}"}, {"de": "Hallo"}, {"de": "a.md"}))
    assert mistake.startswith("programme, mails[welcome].subject, “de”: ")


def test_the_subject_of_another_wording_is_read_too() -> None:
    wordings = tuple(Variant(name, None, {"de": f"Für {{{{ {name} }}}}"}) for name in ("company", "firma"))
    series = Sequence(
        "hello", "welcome", "address.confirmed", (Step("welcome", "welcome", variants=wordings),)
    )
    mail = MailTemplate("welcome", {"de": "Willkommen"}, {"de": "Guten Tag"})
    program = replace(make.program(), mails={"welcome": mail}, sequences={"hello": series})
    (mistake,) = proofread(program)
    assert mistake.path == "sequences[hello].steps[welcome].variants[firma].subject, “de”"
    assert "there is no “firma”; did you mean “company”?" in str(mistake)
