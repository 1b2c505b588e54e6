"""Where somebody who sends a form came from: campaign and page."""

from urllib.parse import parse_qs, urlsplit

from flask import request

from bridge.intake.validation import clean

NAMES = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "page_url")
"""Hidden fields of a form that tell where it was filled in; they are no answers."""

LONGEST_URL = 2000
LONGEST_UTM = 200


def channel_facts() -> dict[str, str]:
    """Name → value for those of NAMES that are known.

    Hidden fields and the address of the form come first, then what the referring page says. Our own pages send
    no referrer, so a hosted form carries these facts along as hidden fields.
    """
    referrer = clean(request.headers.get("Referer", ""))[:LONGEST_URL]
    said = parse_qs(_query(referrer)) | {"page_url": [referrer]}
    found = {name: clean(request.values.get(name) or said.get(name, [""])[0]) for name in NAMES}
    return {name: value[: _longest(name)] for name, value in found.items() if value}


def _longest(name: str) -> int:
    return LONGEST_URL if name == "page_url" else LONGEST_UTM


def _query(address: str) -> str:
    try:
        return urlsplit(address).query
    except ValueError:
        return ""
