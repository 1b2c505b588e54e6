"""Every mail as somebody would get it, written to invented people by what writes the real ones."""

from bridge.delivery.previews.catalogue import (
    Group,
    Preview,
    Unwritable,
    find_preview,
    grouped,
    preview_links,
    previews,
    similar_names,
)
from bridge.delivery.previews.reading import preview_line

__all__ = [
    "Group",
    "Preview",
    "Unwritable",
    "find_preview",
    "grouped",
    "preview_line",
    "preview_links",
    "previews",
    "similar_names",
]
