"""A text as plain text: written, not stripped of its markup."""

from collections.abc import Iterable

from markdown_it.tree import SyntaxTreeNode

from bridge.delivery.markdown.addresses import Addresses, lonely_link
from bridge.delivery.markdown.tree import BOX, COLUMN, block_of, break_of, url_of, words_of

EDGE = "| "
"""What stands before each line of a box."""


def text_blocks(nodes: Iterable[SyntaxTreeNode], addresses: Addresses) -> list[str]:
    """The blocks, to be put under each other with an empty line between."""
    return [block for node in nodes if (block := _text_block(node, addresses))]


def _text_block(node: SyntaxTreeNode, addresses: Addresses) -> str:
    if node.type == "heading":
        return _text_heading(node, addresses)
    if node.type == "paragraph":
        return _text_paragraph(node, addresses)
    if node.type in ("bullet_list", "ordered_list"):
        return _text_list(node, addresses)
    if node.type == "blockquote":
        return _text_quotation(node, addresses)
    if node.type == "hr":
        return "– – –"
    return _indented(node.content.rstrip(), "    ", "    ")


def _text_quotation(node: SyntaxTreeNode, addresses: Addresses) -> str:
    """A box has an edge; columns stand under each other, as they do on a telephone."""
    inside = "\n\n".join(text_blocks(node.children, addresses))
    if block_of(node) == COLUMN:
        return inside
    edge = EDGE if block_of(node) == BOX else "> "
    return "\n".join(f"{edge}{line}".rstrip() for line in inside.split("\n")) if inside else ""


def _text_heading(node: SyntaxTreeNode, addresses: Addresses) -> str:
    words = _text_inline(node.children[0].children, addresses)
    return f"{words}\n{('=' if node.tag == 'h1' else '-') * min(len(words), 68)}"


def _text_paragraph(node: SyntaxTreeNode, addresses: Addresses) -> str:
    link = lonely_link(node, addresses)
    if link is None:
        return _text_inline(node.children[0].children, addresses)
    return f"{words_of(link.children)}:\n  {addresses.of(link)}"


def _text_list(node: SyntaxTreeNode, addresses: Addresses) -> str:
    first = int(node.attrs.get("start", 1))
    ordered = node.type == "ordered_list"
    items = []
    for number, item in enumerate(node.children, first):
        mark = f"{number}. " if ordered else "– "
        items.append(_indented("\n".join(text_blocks(item.children, addresses)), mark, " " * len(mark)))
    return "\n".join(items)


def _indented(text: str, first: str, rest: str) -> str:
    return first + text.replace("\n", f"\n{rest}")


def _text_inline(nodes: Iterable[SyntaxTreeNode], addresses: Addresses) -> str:
    return "".join(_text_span(node, addresses) for node in nodes).strip()


def _text_span(node: SyntaxTreeNode, addresses: Addresses) -> str:
    if node.type == "link" and addresses.of(node):
        label = words_of(node.children)
        return addresses.of(node) if label == url_of(node) else f"{label} ({addresses.of(node)})"
    return break_of(node) or node.content or "".join(_text_span(n, addresses) for n in node.children)
