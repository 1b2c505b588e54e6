"""Expressions in plain words, for whoever reads a programme and not CEL.

Only what is commonly written is told: comparisons of names, numbers and texts, joined by && and ||. Of all else
nothing is told, for half a translation would be a wrong one.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bridge import i18n
from bridge.program.cel_words import COMPARISONS, EXTREMES, FACTS, METHODS, NOUNS, SUMS, VALUES
from bridge.program.model import Program

_TOKEN = re.compile(
    r"""\s*(?:(?P<text>'[^'\\]*'|"[^"\\]*")|(?P<number>\d+)|(?P<name>[A-Za-z_][\w.]*)"""
    r"""|(?P<sign>&&|\|\||[=!<>]=|[-+*/<>!(),\[\]]))"""
)
_EMPTY = ("“”", "„“")
_TO_A_SCORE = re.compile(r"(.+?)\s*-\s*score")


class _Unspeakable(Exception):
    """Something that is not told in words."""


def spoken(program: Program, source: str, language: str) -> str | None:
    """A condition or formula in words, such as “the score is less than the threshold”; None when it is not told."""
    try:
        return _Speaker(_tokens(source), program, language).whole()
    except _Unspeakable:
        return None


def spoken_points(program: Program, source: str, language: str) -> str | None:
    """A formula for points in words: “new score: 6” for one that leads to a certain score."""
    goal = _TO_A_SCORE.fullmatch(source.strip())
    words = spoken(program, goal[1], language) if goal else spoken(program, source, language)
    if words is None or goal is None:
        return words
    return i18n.translations(language).gettext("new score: %(goal)s") % {"goal": words}


def titles_in(program: Program) -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """Name → what its values are called, of what the programme names itself."""
    forms = {one.id: one.title for one in program.forms.values()}
    series = {one.id: one.title for one in program.sequences.values() if one.title}
    mails = {one.id: one.subject for one in program.mails.values()}
    return {
        "event.form": forms,
        "lead.form": forms,
        "event.sequence": series,
        "mail.sequence": series,
        "mail.id": mails,
        "mail.template": mails,
        "event.field": {one.id: one.label for one in program.fields.values()},
        "event.reason": {one.id: one.label for one in program.reasons.values()},
        "lead.territory": {one.id: one.title for one in program.desk.territories.values()},
    }


def _tokens(source: str) -> list[tuple[str, str]]:
    """Kind and text of each; a kind is "text", "number", "name" or "sign"."""
    found, at = [], 0
    while at < len(source.rstrip()):
        match = _TOKEN.match(source, at)
        if match is None:
            raise _Unspeakable
        found.append((str(match.lastgroup), match[str(match.lastgroup)]))
        at = match.end()
    return found


@dataclass
class _Speaker:
    """Reads the tokens from the left and says them. Each method says the longest part that begins here."""

    tokens: list[tuple[str, str]]
    program: Program
    language: str
    at: int = 0

    def whole(self) -> str:
        """All of them."""
        said = self.either()
        if self.at < len(self.tokens):
            raise _Unspeakable
        return said

    def either(self) -> str:
        """Parts joined by ||; those of several parts in brackets."""
        parts = [self.both()]
        while self.takes("||"):
            parts.append(self.both())
        told = [self.joined(one, "%(left)s and %(right)s") for one in parts]
        if len(parts) > 1:
            told = [f"({said})" if len(one) > 1 else said for one, said in zip(parts, told, strict=True)]
        return self.joined(told, "%(left)s or %(right)s")

    def both(self) -> list[str]:
        """Parts joined by &&."""
        parts = [self.compared()]
        while self.takes("&&"):
            parts.append(self.compared())
        return parts

    def compared(self) -> str:
        """A fact, or a comparison."""
        if self.takes("!"):
            return self.denied()
        if self.takes("("):
            return self.in_brackets()
        if fact := FACTS.get(self.name()):
            self.at += 1
            return self.say(fact[0])
        name = self.name()
        return self.comparison(name, self.sum())

    def denied(self) -> str:
        """What stands behind a !."""
        if fact := FACTS.get(self.name()):
            self.at += 1
            return self.say(fact[1])
        if self.takes("("):
            return self.put("not %(left)s", self.in_brackets())
        raise _Unspeakable

    def in_brackets(self) -> str:
        """A condition up to its closing bracket."""
        said = self.either()
        self.must(")")
        return f"({said})"

    def comparison(self, name: str, left: str) -> str:
        """What is said of something that was named, by that name or otherwise."""
        sign = self.sign()
        if sign in COMPARISONS:
            self.at += 1
            return self.equation(sign, left, self.value(name) or self.sum())
        if self.name() == "in":
            self.at += 1
            return self.among(name, left)
        return left

    def equation(self, sign: str, left: str, right: str) -> str:
        """Two sides. The empty text is no text."""
        if right in _EMPTY:
            return self.put("%(left)s is not known" if sign == "==" else "%(left)s is known", left)
        return self.put(COMPARISONS[sign], left, right)

    def among(self, name: str, left: str) -> str:
        """What stands behind "in": a list, or a name."""
        if not self.takes("["):
            return self.put("%(left)s is among %(right)s", left, self.named())
        values = [self.value(name) or self.primary()]
        while self.takes(","):
            values.append(self.value(name) or self.primary())
        self.must("]")
        return self.put("%(left)s is one of: %(right)s", left, ", ".join(values))

    def value(self, name: str) -> str:
        """The title of the value that stands here, for what has that name; "" for what has no title."""
        kind, text = self.tokens[self.at] if self.at < len(self.tokens) else ("", "")
        title = self.title_of(name, text[1:-1]) if kind == "text" else None
        self.at += title is not None
        return self.quoted(title) if title else ""

    def title_of(self, name: str, value: str) -> Mapping[str, str] | None:
        """What a value is called on pages: by us, or by the programme."""
        if title := VALUES.get(name, {}).get(value):
            return {self.language: self.say(title)}
        return titles_in(self.program).get(name, {}).get(value)

    def sum(self) -> str:
        """Numbers and names, with signs between them."""
        said = self.primary()
        while self.sign() in SUMS:
            sign = self.tokens[self.at][1]
            self.at += 1
            said = self.put(SUMS[sign], said, self.primary())
        return said

    def primary(self) -> str:
        """A number, a text or a name."""
        if self.takes("-"):
            return f"−{self.primary()}"
        kind, text = self.tokens[self.at] if self.at < len(self.tokens) else ("", "")
        if kind == "number":
            self.at += 1
            return i18n.format_number(int(text), self.language)
        if kind == "text":
            self.at += 1
            return f"“{text[1:-1]}”" if self.language == "en" else f"„{text[1:-1]}“"
        return self.named()

    def named(self) -> str:
        """A name, with what is done to it."""
        name = self.name()
        if name in EXTREMES or name in {"size", "int"}:
            return self.called(name)
        owner, _, method = name.rpartition(".")
        if method in METHODS:
            return self.asked(owner, method)
        self.at += 1
        return self.noun(name)

    def called(self, name: str) -> str:
        """A function with its arguments."""
        self.at += 1
        self.must("(")
        if name == "size":
            inner = self.name()
            self.at += 1
            self.must(")")
            return self.noun(f"size({inner})")
        left = self.sum()
        if name in EXTREMES:
            self.must(",")
            left = self.put(EXTREMES[name], left, self.sum())
        self.must(")")
        return left

    def asked(self, owner: str, method: str) -> str:
        """What a text is asked: whether it contains another one."""
        self.at += 1
        self.must("(")
        right = self.primary()
        self.must(")")
        return self.put(METHODS[method], self.noun(owner), right)

    def noun(self, name: str) -> str:
        """What a name stands for. Fields and topics are called as the programme calls them."""
        if name in NOUNS:
            return self.say(NOUNS[name])
        owner, _, member = name.partition(".")
        if owner == "profile" and member in self.program.fields:
            return self.quoted(self.program.fields[member].label)
        if owner == "topics" and member in self.program.topics:
            return self.put("the score in %(left)s", self.quoted(self.program.topics[member].title))
        raise _Unspeakable

    def quoted(self, text: Mapping[str, str]) -> str:
        """A title in the reader's language."""
        words = i18n.pick(text, self.language)
        return f"“{words}”" if self.language == "en" else f"„{words}“"

    def joined(self, parts: list[str], words: str) -> str:
        """Several with the same word between them."""
        said = parts[0]
        for part in parts[1:]:
            said = self.put(words, said, part)
        return said

    def put(self, words: str, left: str, right: str = "") -> str:
        """Words in the reader's language with both sides put in."""
        return self.say(words) % {"left": left, "right": right}

    def say(self, words: str) -> str:
        """Words in the reader's language."""
        return i18n.translations(self.language).gettext(words)

    def name(self) -> str:
        """The name that stands here, "" for something else."""
        kind, text = self.tokens[self.at] if self.at < len(self.tokens) else ("", "")
        return text if kind == "name" else ""

    def sign(self) -> str:
        """The sign that stands here, "" for something else."""
        kind, text = self.tokens[self.at] if self.at < len(self.tokens) else ("", "")
        return text if kind == "sign" else ""

    def takes(self, sign: str) -> bool:
        """Whether that sign stands here; then it is read."""
        found = self.sign() == sign
        self.at += found
        return found

    def must(self, sign: str) -> None:
        """That sign stands here."""
        if not self.takes(sign):
            raise _Unspeakable
