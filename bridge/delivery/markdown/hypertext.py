"""A text as HTML for mail programs: tables where they know nothing better, and styles from the mail's frame."""

from collections.abc import Iterable, Iterator
from html import escape

from markdown_it.tree import SyntaxTreeNode

from bridge.delivery.markdown.addresses import Addresses, lonely_link
from bridge.delivery.markdown.tree import BOX, COLUMN, block_of, break_of

_TABLE = 'role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"'
_BOX = f'<table {_TABLE} class="block"><tr><td class="block-cell"><table {_TABLE}><tr><td class="box">'
_BOX_ENDS = "</td></tr></table></td></tr></table>"
_COLUMNS = (
    f'<div class="columns"><!--[if mso]><table {_TABLE}><tr><td width="50%" valign="top"><![endif]-->'
    '<div class="column-left">'
)
_NEXT = '</div><!--[if mso]></td><td width="50%" valign="top"><![endif]--><div class="column-right">'
_COLUMNS_END = "</div><!--[if mso]></td></tr></table><![endif]--></div>"
"""Two columns that fall under each other where there is no room, also in programs that read no media queries.

Outlook, which knows no inline blocks, gets a table.
"""


def html_blocks(nodes: Iterable[SyntaxTreeNode], addresses: Addresses) -> Iterator[str]:
    """The blocks, one after another; two columns are one."""
    left: str | None = None
    for node in nodes:
        is_column = block_of(node) == COLUMN
        block = _inside(node, addresses) if is_column else _html_block(node, addresses)
        if left is not None:
            yield f"{_COLUMNS}{left}{_NEXT}{block}{_COLUMNS_END}" if is_column else left
            left = None
            if is_column:
                continue
        if is_column:
            left = block
        else:
            yield block
    if left is not None:
        yield left


def _inside(node: SyntaxTreeNode, addresses: Addresses) -> str:
    return "".join(html_blocks(node.children, addresses))


def _html_block(node: SyntaxTreeNode, addresses: Addresses) -> str:
    if node.type == "paragraph":
        return _html_paragraph(node, addresses)
    if node.type == "hr":
        return "<hr>"
    if node.type in ("fence", "code_block"):
        return f"<pre>{escape(node.content)}</pre>"
    if node.type == "inline":
        return _html_inline(node.children, addresses)
    inside = _inside(node, addresses)
    if block_of(node) == BOX:
        return f"{_BOX}{inside}{_BOX_ENDS}" if inside else ""
    return f"<{node.tag}{_start(node)}>{inside}</{node.tag}>"


def _start(node: SyntaxTreeNode) -> str:
    return f' start="{int(node.attrs["start"])}"' if "start" in node.attrs else ""


def _html_paragraph(node: SyntaxTreeNode, addresses: Addresses) -> str:
    in_list = node.parent is not None and node.parent.type == "list_item"
    link = None if in_list else lonely_link(node, addresses)
    if link is None:
        inside = _html_inline(node.children[0].children, addresses)
        return inside if node.hidden else f"<p>{inside}</p>"
    label = _html_inline(link.children, addresses)
    return f'<p class="deed"><a class="button" href="{escape(addresses.of(link))}">{label}</a></p>'


def _html_inline(nodes: Iterable[SyntaxTreeNode], addresses: Addresses) -> str:
    return "".join(_html_span(node, addresses) for node in nodes)


def _html_span(node: SyntaxTreeNode, addresses: Addresses) -> str:
    inside = _html_inline(node.children, addresses)
    if node.type == "link":
        url = addresses.of(node)
        return f'<a href="{escape(url)}">{inside}</a>' if url else inside
    if node.type in ("strong", "em"):
        return f"<{node.tag}>{inside}</{node.tag}>"
    if node.type == "code_inline":
        return f"<code>{escape(node.content)}</code>"
    if node.type == "hardbreak":
        return "<br>"
    return escape(break_of(node) or node.content) if node.type != "image" else _html_image(node)


def _html_image(node: SyntaxTreeNode) -> str:
    source = str(node.attrs.get("src", ""))
    alt = escape(node.content)
    return f'<img src="{escape(source)}" alt="{alt}">' if source.startswith("https://") else alt
