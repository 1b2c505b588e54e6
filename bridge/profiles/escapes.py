"""What a text says where somebody's program escaped it: JSON, addresses of the web, mails."""

import re
from collections.abc import Iterator

HIDDEN = r"(\\u|[%=])[0-9a-f]{2}|=[ \t]?\\+[rn]"
"""Stands, in small or capital letters, in JSON whose texts may say something else than they seem to."""

ROUNDS = 3
"""So often are escapes undone that stand within each other."""

_JSON = re.compile(r"(?<!\\)\\+(?:u([0-9a-fA-F]{4})|[nrt])")
_PERCENT = re.compile(r"(?:%[0-9a-fA-F]{2})+")
_QUOTED = re.compile(r"(?:=[0-9a-fA-F]{2})+")
_BROKEN_LINE = re.compile(r"=[ \t]?[\r\n]{1,2}")
_WORD = re.compile(r"[^\s\"'<>]+")


def readings(text: str) -> Iterator[str]:
    """A text as JSON, an address of the web (also one in a form, where + is a blank) or a mail may mean it.

    At most 2 + 2 * ROUNDS of them, each in proportion to the text's length; the first is the text where it escapes
    nothing.
    """
    plain = _from_json(text)
    yield plain
    if (quoted := _from_mail(plain)) != plain:
        yield quoted
    for begun in {plain: None, _with_blanks(plain): None}:
        yield from _from_web(begun)


def _from_web(text: str) -> Iterator[str]:
    for _ in range(ROUNDS):
        undone = _from_json(_PERCENT.sub(lambda found: _decoded(found[0], "%"), text))
        if undone == text:
            return
        yield undone
        text = undone


def _from_json(text: str) -> str:
    """The backslash may itself be escaped, any number of times, as it is in JSON within JSON."""
    undone = _JSON.sub(lambda found: chr(int(found[1], 16)) if found[1] else "\n", text)
    return undone.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _from_mail(text: str) -> str:
    """Quoted-printable (RFC 2045)."""
    return _QUOTED.sub(lambda found: _decoded(found[0], "="), _BROKEN_LINE.sub("", text))


def _with_blanks(text: str) -> str:
    """A form escapes the @, so that + stands for a blank only in words that have none."""
    return _WORD.sub(lambda found: found[0] if "@" in found[0] else found[0].replace("+", " "), text)


def _decoded(escaped: str, sign: str) -> str:
    content = bytes.fromhex(escaped.replace(sign, ""))
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content.decode("latin-1")
