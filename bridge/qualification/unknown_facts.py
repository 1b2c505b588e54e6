"""What is not known of somebody, though territories ask for it: why none of them may fit."""

from collections.abc import Iterator, Mapping

from bridge import i18n
from bridge.profiles.countries import country_of
from bridge.program.desk import Territory
from bridge.program.model import Program

_WORDS = {"country": "country", "postcode": "postcode", "industry": "industry", "employees": "company size"}
"""Questions that territories ask for → what they are called."""


def unknown_facts(program: Program, fields: Mapping[str, str], language: str) -> str:
    """What is unknown of somebody who answered that, but might put them into a territory; "" for nothing.

    Topics and conditions are not looked at.
    """
    known = {name: fields.get(name, "").strip() for name in _WORDS} | {"country": country_of(fields)}
    unknown = {
        name
        for territory in program.desk.territories.values()
        for name in _unknown_to(territory, known)
        if all(holds for _, holds in _asked(territory, known))
    }
    say = i18n.translations(language).gettext
    return ", ".join(say(words) for name, words in _WORDS.items() if name in unknown)


def _unknown_to(territory: Territory, known: Mapping[str, str]) -> list[str]:
    return [name for name, _ in _asked(territory, known) if not known[name]]


def _asked(territory: Territory, known: Mapping[str, str]) -> Iterator[tuple[str, bool]]:
    """Each question that it asks for, and whether the answer is right, or may be."""
    if territory.countries:
        yield "country", known["country"] in ("", *territory.countries)
    if territory.postcodes:
        postcode = known["postcode"]
        yield "postcode", not postcode or any(one.hold(postcode) for one in territory.postcodes)
    if territory.industries:
        yield "industry", known["industry"] in ("", *territory.industries)
    if territory.sizes:
        yield "employees", known["employees"] in ("", *territory.sizes)
