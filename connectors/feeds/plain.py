"""Words of strangers, and nothing but words."""

import re
from html import unescape
from textwrap import shorten
from unicodedata import category

import nh3

_MARKUP = frozenset({"text/html", "application/xhtml+xml"})
_BLOCK = re.compile(r"(?=</?(?:p|div|br|hr|li|ul|ol|dl|dt|dd|h[1-6]|tr|td|th|table|blockquote|pre)\b)", re.I)
_DROPPED = frozenset({"script", "style", "title", "noscript", "template"})
_JOINERS = "\u200c\u200d"
"""Characters that nobody sees and that writing needs, in Persian or in pictures of people."""
_MOST_READ = 50_000
"""Characters: of what is longer, nobody reads the end."""


def plain(text: str, kind: str, most: int) -> str:
    """One line of at most `most` characters, without markup and without characters that nobody sees.

    kind: "text/html", "application/xhtml+xml"; in anything else a tag is a word. Many feeds escape twice, so what
    still looks like an entity is one.
    """
    words = text[:_MOST_READ]
    if kind in _MARKUP:
        words = nh3.clean(_BLOCK.sub(" ", words), tags=set(), clean_content_tags=set(_DROPPED))
    return _within(" ".join("".join(map(_seen, unescape(words))).split()), most)


def _seen(char: str) -> str:
    """Private characters and those that turn the direction of others are no words."""
    if char.isprintable() or char in _JOINERS:
        return char
    return "" if category(char) == "Cf" else " "


def _within(line: str, most: int) -> str:
    """As many whole words as fit; of a word that does not fit alone, its beginning."""
    if len(line) <= most:
        return line
    short = shorten(line, most, placeholder=" …")
    return short if len(short) > 2 else line[: most - 1] + "…"
