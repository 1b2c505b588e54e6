"""What somebody looks for among all people: words as they are typed, and what is chosen beside them."""

import re
from dataclasses import dataclass
from typing import Literal

from bridge.profiles.catchwords import ACCENTED, BETWEEN, PLAIN

Order = Literal["newest", "score"]
ORDERS: tuple[Order, ...] = ("newest", "score")
MOST_WORDS = 8
LONGEST = 200

_FOLDED = str.maketrans(ACCENTED, PLAIN)
_BETWEEN = re.compile(BETWEEN)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What people have to be like. words, source: as typed. marks: what is chosen, such as "stage:won".

    held: they wait for a decision whether they are handed over.
    """

    words: str = ""
    source: str = ""
    marks: frozenset[str] = frozenset()
    score_from: int | None = None
    score_to: int | None = None
    held: bool = False

    @property
    def query(self) -> str:
        """All that is looked up by words, in the language of PostgreSQL's tsquery; "" for nothing."""
        typed = [_term(word) for word in self.words[:LONGEST].split()[:MOST_WORDS]]
        sources = [_lexeme(f"from:{part}", True) for part in parts_of(self.source[:LONGEST])[:MOST_WORDS]]
        chosen = [_lexeme(mark, False) for mark in sorted(self.marks)]
        return " & ".join(one for one in (*typed, *sources, *chosen) if one)

    @property
    def is_everybody(self) -> bool:
        """Whether nothing is asked for."""
        return not (self.query or self.held) and self.score_from is None and self.score_to is None


def parts_of(text: str) -> list[str]:
    """The words of a text as they are compared: small letters without accents."""
    return [part for part in _BETWEEN.split(_fold(text)) if part]


def _fold(text: str) -> str:
    return text.lower().translate(_FOLDED)


def _term(word: str) -> str:
    """A word, or an address or a domain as a whole: people whose words begin like that."""
    parts = parts_of(word)
    each = " & ".join(_lexeme(part, len(part) > 1) for part in parts)
    whole = word.lower().lstrip("@").replace("\\", "")
    return f"({_lexeme(whole, True)} | ({each}))" if len(parts) > 1 else each


def _lexeme(text: str, begins: bool) -> str:
    quoted = text.replace("\\", "\\\\").replace("'", "''")
    return f"'{quoted}'{':*' if begins else ''}"
