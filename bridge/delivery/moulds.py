"""Mails as far as they are the same for many people: written once, and what is personal put in afterwards.

While a mail is written a stand-in takes the place of each personal value: two characters for private use around a
name. Whoever gets the mail makes no difference to its Markdown then, nor to its frame, nor to its styles, so that
all of these are done once for all who get the same words. Values that could make a difference stand there as they
are: see `stand_in`.
"""

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass
from html import escape

OPENS, CLOSES = "\ue000", "\ue001"
_STAND_IN = re.compile(f"{OPENS}([^{OPENS}{CLOSES}]*){CLOSES}")
_ENDS = re.compile(r"(?P<head>[\W_]*)(?P<core>.*?)(?P<tail>[\W_]*)", re.DOTALL)
_HALF_AN_ENTITY = re.compile(f"&(?:#[xX]?)?{OPENS}")
_A_REFERENCE = re.compile(r"^[ >]*\[[^\]]+\]:", re.MULTILINE)


def stand_in(name: str) -> str:
    """What takes the place of a value until it is put in."""
    return f"{OPENS}{name}{CLOSES}"


def has_stand_in(*texts: str) -> bool:
    """Whether somebody wrote what could be taken for a stand-in."""
    return any(OPENS in text or CLOSES in text for text in texts)


def parted(value: str) -> tuple[str, str, str]:
    """A value as what may be put in afterwards, between what stands before and behind it.

    What is put in begins and ends with a letter or a digit, as its stand-in does for Markdown: what surrounds words
    decides how signs beside them are read. It is empty where the value itself could be read otherwise than its
    stand-in: as the number of a list, or for signs that nobody sees.
    """
    found = _ENDS.fullmatch(value)
    if found is None or found["core"].isdecimal() or not value.isprintable():
        return value, "", ""
    return found["head"], found["core"], found["tail"]


def is_readable(markdown: str) -> bool:
    """Whether Markdown is sure to read stand-ins in it as words, apart from where they stand."""
    return not (_HALF_AN_ENTITY.search(markdown) or _A_REFERENCE.search(markdown))


@dataclass(frozen=True, slots=True)
class Mould:
    """A text with stand-ins, taken apart. parts: text and the name of a value, in turn; the last is text."""

    parts: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> "Mould":
        """The mould of a text with stand-ins."""
        return cls(tuple(_STAND_IN.split(text)))

    def is_of(self, names: Set[str]) -> bool:
        """Whether it needs no other values than these, and nothing in its text looks like half a stand-in."""
        return set(self.parts[1::2]) <= names and not has_stand_in(*self.parts[::2])

    def cast(self, values: Mapping[str, str]) -> str:
        """The text with its values. Raises KeyError for one that is missing."""
        filled = list(self.parts)
        filled[1::2] = [values[name] for name in self.parts[1::2]]
        return "".join(filled)


def as_html(values: Mapping[str, str]) -> dict[str, str]:
    """The values as HTML that was read and written again has them, between tags and as addresses in quotes."""
    return {name: escape(value, quote=False) for name, value in values.items()}
