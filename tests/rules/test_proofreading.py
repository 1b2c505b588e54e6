"""Every mail is read before anybody gets it."""

from dataclasses import replace

import pytest

from bridge.delivery.proofreading import proofread
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
        ("Guten Tag,\n\nHallo {{ vorname }}", "line 3: the text cannot be filled in: 'vorname' is undefined"),
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
        ("Wort " * 30_000, "larger than 100 kB"),
    ],
)
def test_a_mistake_is_said_with_its_mail(text: str, said: str) -> None:
    (mistake,) = mistakes_of(text)
    assert mistake.startswith("mails/welcome.de.md")
    assert said in mistake


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
    assert "'firma' is undefined" in str(mistake)
