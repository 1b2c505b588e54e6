"""The id of a browser, and whether a form may say that it was sent from there."""

import re
from collections.abc import Mapping
from typing import Any, TypeGuard

from bridge.intake.records import GivenConsent


def is_visitor(text: object) -> TypeGuard[str]:
    """Whether that is an id as browsers with consent make it: 128 random bits in hex."""
    return isinstance(text, str) and re.fullmatch(r"[0-9a-f]{32}", text) is not None


def recognisable(context: Mapping[str, Any], consents: Mapping[str, GivenConsent]) -> dict[str, Any]:
    """Channel facts without the browser's id where it is none, or where the tracking box was left empty."""
    box = consents.get("tracking")
    if is_visitor(context.get("visitor")) and (box is None or box.given):
        return dict(context)
    return {name: value for name, value in context.items() if name != "visitor"}
