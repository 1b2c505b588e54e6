"""Where a letter goes: the address that somebody gave, as it stands on an envelope."""

from collections.abc import Mapping

from bridge.profiles.fields import full_name

STREET, POSTCODE, CITY, COUNTRY = "street", "postcode", "city", "country"
"""The fields of the programme that hold it."""


def postal_address(fields: Mapping[str, str]) -> tuple[str, ...]:
    """Company, name, street, postcode with town, country, each in one line; nothing when one cannot send there."""
    known = {name: " ".join(value.split()) for name, value in fields.items()}
    if not (known.get(STREET) and known.get(CITY)):
        return ()
    town = " ".join(part for part in (known.get(POSTCODE), known[CITY]) if part)
    lines = (known.get("company"), full_name(known), known[STREET], town, known.get(COUNTRY))
    return tuple(line for line in lines if line)
