"""What routes of several groups have in common."""

from bridge.edge.openapi.answers import GONE, NO_DATABASE, NO_TOKEN, PAGE
from bridge.edge.openapi.operations import Asked, Operation

AGAIN = Asked("If-None-Match", "What the browser keeps.", "header")
DAYS = Asked("days", "Only people who entered so many days ago at most: 30, 90 or 365.")
OF_A_PERSON = {404: NO_TOKEN, 410: GONE, 503: NO_DATABASE}


def page_of(group: str, *asks: Asked) -> Operation:
    """A page that is always there."""
    return Operation(group, {200: PAGE}, asks)
