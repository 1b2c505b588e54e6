"""In which country somebody is: as they wrote it, else by the telephone number."""

from collections.abc import Mapping
from functools import cache

import phonenumbers
from babel import Locale

_ALSO_CALLED = {
    "a": "AT",
    "brd": "DE",
    "d": "DE",
    "deutschl.": "DE",
    "england": "GB",
    "holland": "NL",
    "oesterreich": "AT",
    "uk": "GB",
    "usa": "US",
}
"""As people write them in forms, besides what they are called."""


def country_of(fields: Mapping[str, str]) -> str:
    """ISO 3166 code of two letters: of the answer to `country`, else of an international number; "" when unknown.

    An answer that names no country counts as none.
    """
    return country_named(fields.get("country", "")) or _by_number(fields.get("phone", ""))


def country_named(words: str) -> str:
    """The code of a country that is named by its code, or in German or English; "" for what is none."""
    return _names().get(" ".join(words.split()).casefold(), "")


@cache
def _names() -> dict[str, str]:
    known = dict(_ALSO_CALLED)
    for language in ("de", "en"):
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha():
                known |= {str(name).casefold(): code, code.casefold(): code}
    return known


def _by_number(phone: str) -> str:
    bare = phone.strip()
    number = f"+{bare[2:]}" if bare.startswith("00") else bare
    if not number.startswith("+"):
        return ""
    try:
        region = phonenumbers.region_code_for_number(phonenumbers.parse(number))
    except phonenumbers.NumberParseException:
        return ""
    return region if region and region.isalpha() else ""
