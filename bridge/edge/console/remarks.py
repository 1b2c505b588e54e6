"""What `check` says of a programme, in the reader's language: our own sentences; what is none of them, as it is.

Mistakes and doubts are written in English, as the command tells them. Whoever writes a new doubt adds it here.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from bridge.errors import Mistake, ended

SENTENCES = (
    "the event was on %(day)s and is over: who signs up now is not reminded of it any more",
    "the next date, or “every” for one that takes place again and again",
    "“%(first)s” is about the same topic and always goes before: “%(name)s” begins only when that is over",
    "a “when” that lets people past “%(first)s”, or one series for the topic",
    "nothing leads to the step “%(name)s”: every step before it goes on elsewhere",
    "its name in a “next” or “otherwise”, or no such step",
    "these steps lead back to each other without waiting: %(names)s. People go round there once a day",
    "an “after” in one of them, or a way out",
    "“%(name)s” says exactly what “%(first)s” says, so nothing is compared",
    "another mail or another subject",
    "on %(day)s all of these are away and stand in for each other: %(names)s",
    "somebody instead who is there",
    "%(count)s on a day never come: after %(most)s the week is full",
    "at most max_per_week, %(most)s",
    "nobody has “%(name)s”, so its leads go by other territories, or to whoever has none",
    "its name among the “territories” of a person, or of a team with people",
    "“%(name)s” has the same address: whoever reads that mailbox gets the leads and codes of both",
    "an address for each of them",
    "no text in “%(language)s”; %(readers)s readers see “%(text)s”",
    '{…, %(language)s = "…"}',
    "“%(name)s” is never “%(text)s”; did you mean “%(near)s”?",
    "“%(name)s” is never “%(text)s”",
    "one of %(names)s … and %(count)s more",
    "one of %(names)s",
    "the subject has %(count)s characters for %(reader)s",
    "%(count)s at most, or telephones cut it off",
    "inboxes show no words beside the subject for %(reader)s",
    "a sentence behind the salutation, before lists, boxes and links",
    "there is no “%(name)s” in “%(language)s”, which other mails have",
    "a subject and a text; until then everybody gets it in “%(language)s”",
    "a column has none beside it, so it takes the whole width",
    "another > [!column] after an empty line",
    "the mail program is given no address for unsubscribing",
    "the plain text has no link for unsubscribing",
    "the HTML has no link for unsubscribing",
    "the frame of mails with its footer",
)
"""What is wrong, and what was expected."""

VALUES: Mapping[str, Mapping[str, str]] = {
    "readers": {"German": "German", "English": "English"},
    "reader": {
        "a new person": "a new person",
        "somebody without a name": "somebody without a name",
        "somebody well known": "somebody well known",
        "somebody with a long name": "somebody with a long name",
    },
}
"""What stands in a gap → its words."""

_GAP = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True, slots=True)
class Said:
    """Words as a sentence. ours: whether they are one that we say in every language, and are in the reader's."""

    words: str
    ours: bool


@dataclass(frozen=True, slots=True)
class Remark:
    """Where something stands, what is wrong with it, and what was expected there, if that is known."""

    place: str
    wrong: Said
    expected: Said | None


def remark(mistake: Mistake, say: Callable[[str], str]) -> Remark:
    """A mistake or a doubt for somebody who reads."""
    line = say("line %(number)s") % {"number": mistake.line} if mistake.line else ""
    path = mistake.path.replace("” and “", f"” {say('and')} “")
    where = (mistake.file, line) if mistake.file else (line or say("programme"), path)
    expected = in_words(mistake.expected, say) if mistake.expected else None
    return Remark(", ".join(filter(None, where)), in_words(mistake.message, say), expected)


def in_words(said: str, say: Callable[[str], str]) -> Said:
    """What check says, in words of ours; what we do not know as such stays as it is: code, names, what Jinja says."""
    for sentence in SENTENCES:
        if found := _pattern(sentence).fullmatch(said):
            gaps = {name: _value(name, value, say) for name, value in found.groupdict().items()}
            return Said(ended(say(sentence) % gaps), ours=True)
    return Said(ended(said), ours=False)


def _value(name: str, value: str, say: Callable[[str], str]) -> str:
    words = VALUES.get(name, {}).get(value)
    return say(words) if words else value


@cache
def _pattern(sentence: str) -> re.Pattern[str]:
    """Recognizes a sentence, whatever stands in its gaps."""
    parts = _GAP.split(sentence)
    words = (f"(?P<{part}>.+?)" if place % 2 else re.escape(part) for place, part in enumerate(parts))
    return re.compile("".join(words), re.DOTALL)
