"""How words are compared: in small letters without accents, the same in Python and in PostgreSQL.

The expressions for PostgreSQL depend on no locale, so that a column may be made of them.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import reduce

LETTERS_FOR_TWO = {"ß": "ss", "ẞ": "ss", "æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe"}
UMLAUTS = {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "ae", "Ö": "oe", "Ü": "ue"}
"""Letters with an accent that people also write as two: Müller, Mueller."""
BARRED, BARE = "ØøĐđŁłĦħŦŧı", "ooddllhhtti"
"""Letters that Unicode does not take apart, and what they are without their stroke or dot."""
ACCENTS = r"[\u0300-\u036f]"

_BARE = str.maketrans(BARRED, BARE)
_ACCENTS = re.compile(ACCENTS)


def folded(text: str) -> str:
    """The text as it is compared."""
    bare = _replaced(text, LETTERS_FOR_TWO).translate(_BARE)
    return _ACCENTS.sub("", unicodedata.normalize("NFD", bare)).lower()


def spelt_out(text: str) -> str:
    """The text with umlauts as two letters each."""
    return _replaced(unicodedata.normalize("NFC", text), UMLAUTS)


def folded_sql(text: str) -> str:
    """The same for an expression of PostgreSQL."""
    bare = f"translate({_replaced_sql(text, LETTERS_FOR_TWO)}, '{BARRED}', '{BARE}')"
    return rf"lower(regexp_replace(normalize({bare}, NFD), '{ACCENTS}', '', 'g'))"


def spelt_out_sql(text: str) -> str:
    """The same for an expression of PostgreSQL."""
    return _replaced_sql(f"normalize({text}, NFC)", UMLAUTS)


def has_umlauts_sql(text: str) -> str:
    """Whether it would be another text."""
    return f"normalize({text}, NFC) ~ '[{''.join(UMLAUTS)}]'"


def _replaced(text: str, pairs: Mapping[str, str]) -> str:
    return reduce(lambda so_far, pair: so_far.replace(*pair), pairs.items(), text)


def _replaced_sql(text: str, pairs: Mapping[str, str]) -> str:
    return reduce(lambda so_far, pair: f"replace({so_far}, '{pair[0]}', '{pair[1]}')", pairs.items(), text)
