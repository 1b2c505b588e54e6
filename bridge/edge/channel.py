"""Where somebody who sends a form came from: campaign and page."""

from urllib.parse import parse_qs, urlsplit

from flask import request

from bridge.edge.network import origin_of
from bridge.intake.validation import clean

NAMES = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "page_url")
"""Hidden fields of a form that tell where it was filled in; they are no answers."""

UTM = ("source", "medium", "campaign", "term", "content")
LONGEST_URL = 2000
LONGEST_UTM = 200


def channel_facts() -> dict[str, str]:
    """Name → value for those of NAMES that are known.

    Hidden fields and the address of the form come first, then what the referring page says. Our own pages send
    no referrer, so a hosted form carries these facts along as hidden fields.
    """
    referrer = clean(request.headers.get("Referer", ""))[:LONGEST_URL]
    said = parse_qs(_query(referrer)) | {"page_url": [referrer]}
    given = request.values
    found = {name: clean(given.get(name) or said.get(name, [""])[0]) for name in NAMES}
    return {name: value[: _longest(name)] for name, value in found.items() if value}


def script_facts() -> dict[str, str]:
    """What our script added to a form: its browser's id and the page before. An address cannot say that."""
    found = {name: clean(request.form.get(name, "")) for name in ("_visitor", "_referrer")}
    return {name: value[:LONGEST_URL] for name, value in found.items() if value}


def utm_of(address: str) -> dict[str, str]:
    """The campaign that an address names: source, medium …"""
    said = parse_qs(_query(address))
    found = {name: clean(said[f"utm_{name}"][0])[:LONGEST_UTM] for name in UTM if f"utm_{name}" in said}
    return {name: value for name, value in found.items() if value}


def bare(address: str) -> str:
    """Scheme, host and path of a web address, for the rest may say more than anybody wants to know; "" if none."""
    origin = origin_of(address)
    return clean(origin + (urlsplit(address).path or "/"))[:LONGEST_URL] if origin else ""


def _longest(name: str) -> int:
    return LONGEST_URL if name == "page_url" else LONGEST_UTM


def _query(address: str) -> str:
    try:
        return urlsplit(address).query
    except ValueError:
        return ""
