"""Where a page of a list begins, as its address says."""

from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from bridge.store.paging import Place


def read_place(text: str | None) -> Place | None:
    """The place; None at the beginning, and for what nobody of ours wrote."""
    moment, _, identity = (text or "").partition("_")
    try:
        at = datetime.fromisoformat(moment)
        return Place(at, UUID(identity)) if at.tzinfo else None
    except ValueError:
        return None


def address(path: str, after: Place | None = None, **asked: str | None) -> str:
    """The address of a list: what is asked of it, and where it begins."""
    known = {name: value for name, value in asked.items() if value}
    if after is not None:
        known["after"] = f"{after.at.isoformat()}_{after.id}"
    return f"{path}?{urlencode(known)}" if known else path
