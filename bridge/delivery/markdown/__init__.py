"""The marketer's Markdown, once as plain text that reads well and once as HTML for the mail frame."""

from dataclasses import dataclass

from bridge.delivery.markdown.addresses import Addresses, MarketerLink, Rewrite
from bridge.delivery.markdown.hypertext import html_blocks
from bridge.delivery.markdown.plain import EDGE, text_blocks
from bridge.delivery.markdown.source import (
    WrittenLink,
    lonely_columns,
    stands_in_words,
    unknown_blocks,
    written_links,
)
from bridge.delivery.markdown.tree import BLOCKS, SCHEMES, parsed

__all__ = [
    "BLOCKS",
    "EDGE",
    "SCHEMES",
    "MarketerLink",
    "MarketerText",
    "WrittenLink",
    "lonely_columns",
    "stands_in_words",
    "unknown_blocks",
    "write",
    "written_links",
]


@dataclass(frozen=True, slots=True)
class MarketerText:
    """What became of the Markdown. links: one per different address, by number."""

    text: str
    html: str
    links: tuple[MarketerLink, ...]


def write(markdown: str, rewrite: Rewrite = lambda link: link.url) -> MarketerText:
    """Text, HTML and links of a Markdown source; `rewrite` gives the address to print for each link."""
    tree = parsed(markdown)
    addresses = Addresses(rewrite)
    addresses.collect(tree)
    text = "\n\n".join(text_blocks(tree.children, addresses))
    html = "\n".join(html_blocks(tree.children, addresses))
    return MarketerText(text, html, tuple(addresses.links.values()))
