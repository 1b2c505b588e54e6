"""What a file about a person is called that somebody keeps."""

import re
import unicodedata

LONGEST = 60
_OTHER = re.compile(r"[^a-z0-9]+")
_SPELT = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "oe", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d"}
)


def file_name(what: str, who: str, ending: str) -> str:
    """Such as brief-katharina-wiesboeck.pdf: small letters, digits and hyphens, which every system can keep.

    who: a name as it is written; left out where none of its signs has such a spelling.
    """
    words = (_plain(what), _plain(who)[:LONGEST].strip("-"))
    return f"{'-'.join(word for word in words if word)}.{ending}"


def _plain(text: str) -> str:
    whole = unicodedata.normalize("NFC", text).lower().translate(_SPELT)
    return _OTHER.sub("-", unicodedata.normalize("NFKD", whole).encode("ascii", "ignore").decode()).strip("-")
