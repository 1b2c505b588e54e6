"""Every mail is read before anybody gets it."""

from dataclasses import replace

import pytest

from bridge.delivery.proofreading import proofread
from bridge.program.model import MailTemplate
from tests import make


def mistakes_of(text: str) -> list[str]:
    """What is said about a mail with that text."""
    mail = MailTemplate("welcome", {"de": "Willkommen"}, {"de": text})
    return [str(mistake) for mistake in proofread(replace(make.program(), mails={"welcome": mail}))]


def test_the_demo_has_no_mistakes() -> None:
    assert proofread(make.demo_program()) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Hallo {{ vorname }}", "'vorname' is undefined"),
        ("eins\nzwei {% if company %}", "line 2"),
        ("{{ ''.__class__.__mro__ }}", "cannot be filled in"),
        ('[Mehr](https://www.example.com/ "topics=sepa,handel")', "unknown topic “handel”"),
        ("[Mehr](www.example.com/sepa)", "the link to “www.example.com/sepa” would vanish"),
        ("Wort " * 30_000, "larger than 100 kB"),
    ],
)
def test_a_mistake_is_said_with_its_mail(text: str, said: str) -> None:
    (mistake,) = mistakes_of(text)
    assert "mails[welcome].text, “de”" in mistake
    assert said in mistake
