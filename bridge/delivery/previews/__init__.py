"""Every mail as somebody would get it, written to invented people by what writes the real ones."""

from bridge.delivery.previews.catalogue import (
    Preview,
    Unwritable,
    find_preview,
    preview_links,
    previews,
    similar_names,
)
from bridge.delivery.previews.reading import preview_line

__all__ = [
    "Preview",
    "Unwritable",
    "find_preview",
    "preview_line",
    "preview_links",
    "previews",
    "similar_names",
]
