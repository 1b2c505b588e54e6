"""What somebody looks for among all people: words as they are typed, and what is chosen beside them."""

import re
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from bridge.profiles.catchwords import BETWEEN, DIGITS
from bridge.profiles.folding import folded, spelt_out
from bridge.program.figures import DIRECT

Order = Literal["newest", "score", "alive"]
"""By when they came, by their points, or by when they did something last."""
ORDERS: tuple[Order, ...] = ("newest", "score", "alive")
MOST_WORDS = 8
LONGEST = 200
LONGEST_KEPT = 2_046
"""Bytes of a word; PostgreSQL refuses a question for a longer one."""

_BETWEEN = re.compile(BETWEEN)
_NUMBER = re.compile(r"[\d\s+/().-]+", re.ASCII)
_BEGINNING = re.compile(r"'(?:[^']|'')*':\*")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What people have to be like. words, source: as typed.

    marks: what is chosen, such as "topic:sepa" (they chose it) or "shown:sepa" (they have points in it).
    held: they wait for a decision whether they are handed over. owner: who looks after them; also: who is theirs as
    well, since they wait for the owner's answer, see `store.asked_of`.
    """

    words: str = ""
    source: str = ""
    stage: str | None = None
    marks: frozenset[str] = frozenset()
    score_from: int | None = None
    score_to: int | None = None
    held: bool = False
    owner: str | None = None
    also: frozenset[UUID] = frozenset()

    @property
    def query(self) -> str:
        """All that is looked up by words, in the language of PostgreSQL's tsquery; "" for nothing."""
        typed = _typed(self.words[:LONGEST])
        marks = self.marks | {f"owner:{self.owner}"} if self.owner else self.marks
        chosen = [_lexeme(mark, False) for mark in sorted(marks)]
        return " & ".join(one for one in (typed, *_came_by(self.source[:LONGEST]), *chosen) if one)

    @property
    def beginnings(self) -> list[str]:
        """The parts of the query that words may go on from."""
        return _BEGINNING.findall(self.query)


def parts_of(text: str) -> list[str]:
    """The words of a text as they are compared: small letters without accents."""
    return [part for part in _BETWEEN.split(folded(text)) if part]


def _came_by(source: str) -> list[str]:
    """Words of the first touch; or that it named no channel."""
    parts = parts_of(source)[:MOST_WORDS]
    if parts == [DIRECT]:
        return [_lexeme(f"is:{DIRECT}", False)]
    return [_lexeme(f"from:{part}", _begins(part, parts)) for part in parts]


def _typed(text: str) -> str:
    """People to whom each word fits, or whose telephone number that is."""
    words = " & ".join(term for term in map(_term, text.split()[:MOST_WORDS]) if term)
    number = _number(text)
    return f"({words} | {number})" if words and number else words


def _number(text: str) -> str:
    """People whose telephone number ends like that; "" for what is no number."""
    digits = re.sub("[^0-9]", "", text)
    if not _NUMBER.fullmatch(text) or len(digits) < DIGITS[0]:
        return ""
    last = digits[-DIGITS[1] :]
    return _lexeme(f"phone:{last[::-1]}", len(last) < DIGITS[1])


def _term(word: str) -> str:
    """People one of whose words begins like that; an address or a domain counts as one word, too."""
    bare, parts = word.lower().replace("\\", "").strip("@.,;"), parts_of(word)
    whole = _lexeme(bare, True) if bare else ""
    spellings = zip(parts, parts_of(spelt_out(word)), strict=True)
    each = " & ".join(_either(two, "." not in word and _begins(two[0], parts)) for two in spellings)
    return whole if "@" in word else f"({whole} | ({each}))" if len(parts) > 1 else each


def _either(spellings: tuple[str, str], begins: bool) -> str:
    """A word that is written like that, or with its umlauts as two letters each."""
    one, other = (_lexeme(spelling, begins) for spelling in spellings)
    return one if one == other else f"({one} | {other})"


def _begins(part: str, parts: list[str]) -> bool:
    """Whether a word may go on: the last of several, and no single letter; half the world begins like that."""
    return part == parts[-1] and len(part) > 1


def _lexeme(text: str, begins: bool) -> str:
    """A word as a tsquery has it. No word that is kept is longer than LONGEST_KEPT bytes."""
    kept = text.encode()[:LONGEST_KEPT].decode(errors="ignore")
    quoted = kept.replace("\\", "\\\\").replace("'", "''")
    return f"'{quoted}'{':*' if begins else ''}"
