"""Every sign has words in every language."""

import pytest

from bridge import i18n
from bridge.delivery.jinja import template_folder
from bridge.judgement import signs

ALL = sorted(words for name, words in vars(signs).items() if name.isupper() and isinstance(words, str))


@pytest.mark.parametrize("sign", ALL)
def test_every_sign_has_german_words(sign: str) -> None:
    assert i18n.translations("de").gettext(sign) != sign


def test_pages_know_every_sign() -> None:
    words = (template_folder() / "sales" / "words.html").read_text(encoding="utf-8")
    assert [sign for sign in ALL if f'"{sign}": _("{sign}")' not in words] == []


def test_a_sign_with_a_name_is_that_sign() -> None:
    assert signs.bare(signs.named(signs.KNOWN_AGENT, "curl")) == signs.KNOWN_AGENT
    assert signs.named(signs.KNOWN_AGENT, "") == signs.KNOWN_AGENT
