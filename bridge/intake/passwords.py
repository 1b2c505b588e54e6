"""Whether a password is one that guessers try early: too short, common, or made of what is known of its owner."""

import re
from collections.abc import Collection, Iterable, Iterator
from itertools import permutations

SHORTEST, LONGEST = 12, 200
STUDIED = 72
"""Characters that are looked at; more of them make no password worse."""
GOOD_ENOUGH = 3
"""Of zxcvbn's scores, 0 to 4: more than a hundred million guesses by whoever knows how people choose."""
PARTS = 8
"""Of names and addresses, that are put together in every order, two or three of them."""


def mistake_in(password: str, known: Iterable[str]) -> str | None:
    """What is wrong with a chosen password, in English for the page; None when nothing is.

    known: what anybody would try for that account, such as its address and name. zxcvbn guesses as crackers do: by
    lists of common passwords, keys beside each other, repetitions, dates and names (Wheeler, USENIX Security 2016).
    What remains of a password without the parts of these has to be good as well: they are the first that is tried.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        return "Please choose a password of 12 to 200 characters."
    texts = [text.casefold() for text in known]
    parts = _parts(texts)
    words = [*texts, *parts, *_joined(parts)]
    if _is_guessed_early(password, words) or _is_guessed_early(_without(password, parts), words):
        return (
            "This password would be guessed early: it is common, regular, or close to your name or address. "
            "Please take another one, such as four words that do not belong together."
        )
    return None


def _is_guessed_early(password: str, words: Collection[str]) -> bool:
    from zxcvbn import zxcvbn  # its lists take a moment to load, and few choose a password

    return bool(not password or zxcvbn(password[:STUDIED], user_inputs=list(words))["score"] < GOOD_ENOUGH)


def _parts(texts: Iterable[str]) -> list[str]:
    """The words and letters of names and addresses, each once."""
    return list(dict.fromkeys(part for text in texts for part in re.split(r"[\W_]+", text) if part))


def _joined(parts: Collection[str]) -> Iterator[str]:
    """What they make together: “ninaneu”, “neunina”, “nneu”."""
    for many in (2, 3):
        yield from map("".join, permutations(list(parts)[:PARTS], many))


def _without(password: str, parts: Iterable[str]) -> str:
    """What remains when those parts are taken out that are more than initials, the longest first."""
    taken = sorted((part for part in parts if len(part) > 2), key=len, reverse=True)
    return re.sub("|".join(map(re.escape, taken)), "", password, flags=re.IGNORECASE) if taken else password
