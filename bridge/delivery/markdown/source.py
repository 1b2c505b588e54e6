"""What stands in a source, and on which line: for whoever proofreads it."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from markdown_it.tree import SyntaxTreeNode

from bridge.delivery.markdown.tree import (
    BLOCKS,
    COLUMN,
    SCHEMES,
    bare_tree,
    mark_of,
    topics_of,
    url_of,
    words_of,
)


@dataclass(frozen=True, slots=True)
class WrittenLink:
    """A link as it stands in a source. line: from 1. is_lost: its kind of address has no place in a mail."""

    line: int
    url: str
    label: str
    topics: tuple[str, ...]
    is_lost: bool


def written_links(markdown: str) -> Iterator[WrittenLink]:
    """Every link of a source, lost ones, such as one without https://, included."""
    lines = markdown.splitlines()
    for block in bare_tree(markdown).walk():
        if block.type == "inline" and block.map:
            for node in block.walk():
                if node.type == "link":
                    url = url_of(node)
                    line = next((n for n in range(*block.map) if url in lines[n]), block.map[0]) + 1
                    lost = not url.startswith(SCHEMES)
                    yield WrittenLink(line, url, words_of(node.children), topics_of(node), lost)


def unknown_blocks(markdown: str) -> Iterator[tuple[int, str]]:
    """Line and word of every mark that is none of ours."""
    for node in bare_tree(markdown).walk():
        if node.type == "blockquote" and node.map:
            mark = mark_of(node)
            if mark is not None and mark not in BLOCKS:
                yield node.map[0] + 1, mark


def lonely_columns(markdown: str) -> Iterator[int]:
    """The lines of columns that have no other one beside them."""
    for parent in bare_tree(markdown).walk():
        row: list[SyntaxTreeNode] = []
        for node in [*parent.children, None]:
            if node is not None and node.type == "blockquote" and mark_of(node) == COLUMN:
                row.append(node)
            else:
                if len(row) % 2 and row[-1].map:
                    yield row[-1].map[0] + 1
                row = []


def stands_in_words(markdown: str, sign: str) -> bool:
    """Whether a sign stands among running words wherever it stands: in no heading, address, code or picture."""
    tree = bare_tree(markdown)
    return markdown.count(sign) == sum(_count_in_words(node, sign) for node in tree.children)


def _count_in_words(node: SyntaxTreeNode, sign: str) -> int:
    attributes = " ".join(map(str, node.attrs.values()))
    if node.type in ("heading", "image") or sign in attributes or quote(sign) in attributes:
        return 0
    if node.type == "text":
        return node.content.count(sign)
    return sum(_count_in_words(child, sign) for child in node.children)
