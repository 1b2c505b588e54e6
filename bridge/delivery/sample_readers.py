"""People who were invented so that each mail is read as very different ones get it."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody. who: for messages."""

    who: str
    fields: Mapping[str, str]


READERS = (
    Reader("a new person", {}),
    Reader("somebody without a name", {"company": "Beispiel GmbH"}),
    Reader("somebody well known", {"first_name": "Anna", "last_name": "Berg", "company": "Beispiel GmbH"}),
    Reader(
        "somebody with a long name",
        {
            "first_name": "Maximiliane-Friederike",
            "last_name": "von Hohenlohe-Schillingsfürst",
            "company": "Vereinigte Süddeutsche Maschinenbau- und Anlagentechnik GmbH & Co. KG",
        },
    ),
)
