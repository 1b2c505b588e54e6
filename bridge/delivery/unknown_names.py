"""Names in the text of a mail that nothing has, and which were likely meant."""

import re
from collections.abc import Collection
from difflib import get_close_matches

from jinja2 import TemplateError

from bridge.program.model import Program

VARIABLES = (
    "salutation",
    "first_name",
    "last_name",
    "company",
    "downloads",
    "articles",
    "event",
    "program_name",
    "preferences_url",
    "questions_url",
    "forms",
)
"""What docs/programme.md lists."""
_WITH_MEMBERS = ("downloads", "articles", "event", "forms")
_OF_EVENT = ("date", "time", "place")
_OF_AN_ENTRY = ("title", "url", "summary", "topics", "published")
_OTHER_WORDS = {
    "anrede": "salutation",
    "vorname": "first_name",
    "firstname": "first_name",
    "nachname": "last_name",
    "lastname": "last_name",
    "name": "first_name",
    "firma": "company",
    "unternehmen": "company",
    "article": "articles",
    "download": "downloads",
}
_NAME = re.compile(r"'(\w+)' is undefined")
_MEMBER = re.compile(r"object' has no attribute '([^']+)'")


def explained(error: TemplateError, program: Program, source: str) -> tuple[str, str]:
    """What is wrong with a text that cannot be filled in, and what was expected."""
    said = error.message or type(error).__name__
    if name := _NAME.search(said):
        return f"there is no “{name[1]}”{_hint(_meant(name[1]))}", _one_of(VARIABLES)
    if member := _MEMBER.search(said):
        return _unknown_member(member[1], program, source)
    return said, "the names that the documentation lists"


def _meant(name: str) -> str:
    """The variable that was likely meant, "" for none."""
    if name in _OF_EVENT:
        return f"event.{name}"
    return _OTHER_WORDS.get(name.lower()) or _near(name, VARIABLES)


def _unknown_member(name: str, program: Program, source: str) -> tuple[str, str]:
    place = re.search(rf"""\b(\w+)\s*(?:\.\s*|\[\s*['"]){re.escape(name)}\b""", source)
    owner = place[1] if place else ""
    members = {"event": _OF_EVENT, "forms": tuple(program.forms)}.get(owner, _OF_AN_ENTRY)
    if owner in VARIABLES and owner not in _WITH_MEMBERS:
        return f"“{owner}” is a text and has no “{name}”", f"{{{{ {owner} }}}}"
    said = f"“{owner}” has no “{name}”" if owner else f"nothing here has a “{name}”"
    return f"{said}{_hint(_near(name, members))}", _one_of(members)


def _near(name: str, known: Collection[str]) -> str:
    return next(iter(get_close_matches(name, known, n=1)), "")


def _hint(near: str) -> str:
    return f"; did you mean “{near}”?" if near else ""


def _one_of(names: Collection[str]) -> str:
    return f"one of {', '.join(names)}" if names else ""
