"""Markdown as a tree, and what stands in its nodes.

A quotation that begins with `[!box]` or `[!column]` is a block of ours. The mark is taken as it was written: a value
of a person that looks like one is escaped, and stays what it is.
"""

import re
from collections.abc import Iterable

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

SCHEMES = ("https://", "http://", "mailto:", "tel:")
BOX, COLUMN = "box", "column"
BLOCKS = (BOX, COLUMN)
MARK = re.compile(r"\[!([\w-]*)\](?:[ \t]*\n|[ \t]+|$)")
_PARSER = MarkdownIt("commonmark", {"html": False})
_TOPICS = "topics="


def parsed(markdown: str) -> SyntaxTreeNode:
    """The tree of a source, its blocks without their marks."""
    tree = bare_tree(markdown)
    for node in list(tree.walk()):
        if node.type == "blockquote" and mark_of(node) in BLOCKS:
            _take_mark(node)
    return tree


def bare_tree(markdown: str) -> SyntaxTreeNode:
    """The tree of a source as it stands there."""
    return SyntaxTreeNode(_PARSER.parse(markdown))


def mark_of(quotation: SyntaxTreeNode) -> str | None:
    """The word in the mark that a quotation begins with; None when it begins with something else."""
    first = quotation.children[0] if quotation.children else None
    found = MARK.match(first.children[0].content) if first and first.type == "paragraph" else None
    return found[1] if found else None


def block_of(node: SyntaxTreeNode) -> str | None:
    """Which block of ours a node of a parsed tree is, if it is one."""
    return node.meta.get("block") if node.type == "blockquote" else None


def _take_mark(quotation: SyntaxTreeNode) -> None:
    """Note the mark beside the quotation instead of in it."""
    quotation.meta["block"] = mark_of(quotation)
    inline = quotation.children[0].children[0]
    first, *rest = inline.children
    if token := first.token:
        token.content = token.content.partition("]")[2].lstrip()
    if not first.content:
        inline.children = rest[1:] if rest and rest[0].type in ("softbreak", "hardbreak") else rest
    if not inline.children:
        quotation.children = quotation.children[1:]


def url_of(node: SyntaxTreeNode) -> str:
    """Where a link leads; "" for what is none."""
    return str(node.attrs.get("href", "")) if node.type == "link" else ""


def topics_of(link: SyntaxTreeNode) -> tuple[str, ...]:
    """The topics in a link's title."""
    title = str(link.attrs.get("title", "")).strip()
    if not title.startswith(_TOPICS):
        return ()
    return tuple(topic for part in title.removeprefix(_TOPICS).split(",") if (topic := part.strip()))


def words_of(nodes: Iterable[SyntaxTreeNode]) -> str:
    """The bare words of inline nodes."""
    return "".join(break_of(node) or node.content or words_of(node.children) for node in nodes)


def break_of(node: SyntaxTreeNode) -> str:
    """What a break between lines is among words; "" for what is none."""
    return {"softbreak": " ", "hardbreak": "\n"}.get(node.type, "")
