"""Whether a password is one that guessers try early: too short, common, or made of what is known of its owner."""

from collections.abc import Iterable

SHORTEST, LONGEST = 12, 200
STUDIED = 72
"""Characters that are looked at; more of them make no password worse."""
GOOD_ENOUGH = 3
"""Of zxcvbn's scores, 0 to 4: more than a hundred million guesses by whoever knows how people choose."""


def mistake_in(password: str, known: Iterable[str]) -> str | None:
    """What is wrong with a chosen password, in English for the page; None when nothing is.

    known: what anybody would try for that account, such as its address and name. zxcvbn guesses as crackers do: by
    lists of common passwords, keys beside each other, repetitions, dates and names (Wheeler, USENIX Security 2016).
    """
    if not SHORTEST <= len(password) <= LONGEST:
        return "Please choose a password of 12 to 200 characters."
    from zxcvbn import zxcvbn  # its lists take a moment to load, and few choose a password

    if zxcvbn(password[:STUDIED], user_inputs=list(_words(known)))["score"] < GOOD_ENOUGH:
        return (
            "This password would be guessed early: it is common, regular, or close to your name or address. "
            "Please take another one, such as four words that do not belong together."
        )
    return None


def _words(known: Iterable[str]) -> Iterable[str]:
    for text in known:
        yield text
        yield from (part for part in text.replace("@", " ").replace(".", " ").split() if len(part) > 2)
