"""The marketer's Markdown, once as plain text that reads well and once as HTML for the mail frame."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from html import escape
from urllib.parse import quote

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

SCHEMES = ("https://", "http://", "mailto:", "tel:")
_TOPICS = "topics="
_PARSER = MarkdownIt("commonmark", {"html": False})


@dataclass(frozen=True, slots=True)
class MarketerLink:
    """A link as the marketer wrote it. number: 1 for the first address in the mail, and so on.

    topics: ids from the link's title (`[label](url "topics=a,b")`).
    """

    number: int
    url: str
    label: str
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MarketerText:
    """What became of the Markdown. links: one per different address, by number."""

    text: str
    html: str
    links: tuple[MarketerLink, ...]


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
    for block in SyntaxTreeNode(_PARSER.parse(markdown)).walk():
        if block.type == "inline" and block.map:
            for node in block.walk():
                if node.type == "link":
                    url = _url(node)
                    line = next((n for n in range(*block.map) if url in lines[n]), block.map[0]) + 1
                    lost = not url.startswith(SCHEMES)
                    yield WrittenLink(line, url, _words(node.children), _topics(node), lost)


def stands_in_words(markdown: str, sign: str) -> bool:
    """Whether a sign stands among running words wherever it stands: in no heading, address, code or picture."""
    tree = SyntaxTreeNode(_PARSER.parse(markdown))
    return markdown.count(sign) == sum(_count_in_words(node, sign) for node in tree.children)


def _count_in_words(node: SyntaxTreeNode, sign: str) -> int:
    attributes = " ".join(map(str, node.attrs.values()))
    if node.type in ("heading", "image") or sign in attributes or quote(sign) in attributes:
        return 0
    if node.type == "text":
        return node.content.count(sign)
    return sum(_count_in_words(child, sign) for child in node.children)


Rewrite = Callable[[MarketerLink], str]


def write(markdown: str, rewrite: Rewrite = lambda link: link.url) -> MarketerText:
    """Text, HTML and links of a Markdown source; `rewrite` gives the address to print for each link."""
    tree = SyntaxTreeNode(_PARSER.parse(markdown))
    addresses = _Addresses(rewrite)
    addresses.collect(tree)
    text = "\n\n".join(_text_blocks(tree.children, addresses))
    html = "\n".join(_html_block(node, addresses) for node in tree.children)
    return MarketerText(text, html, tuple(addresses.links.values()))


@dataclass(slots=True)
class _Addresses:
    """The links of one text, and what to print for each."""

    rewrite: Rewrite
    links: dict[str, MarketerLink] = field(default_factory=dict)
    printed: dict[str, str] = field(default_factory=dict)

    def collect(self, tree: SyntaxTreeNode) -> None:
        for node in tree.walk():
            url = _url(node)
            if node.type == "link" and url.startswith(SCHEMES) and url not in self.links:
                link = MarketerLink(len(self.links) + 1, url, _words(node.children), _topics(node))
                self.links[url] = link
                self.printed[url] = self.rewrite(link)

    def of(self, node: SyntaxTreeNode) -> str:
        """The address to print; "" for a kind of address that has no place in a mail."""
        return self.printed.get(_url(node), "")


def _url(node: SyntaxTreeNode) -> str:
    return str(node.attrs.get("href", "")) if node.type == "link" else ""


def _topics(link: SyntaxTreeNode) -> tuple[str, ...]:
    title = str(link.attrs.get("title", "")).strip()
    if not title.startswith(_TOPICS):
        return ()
    return tuple(topic for part in title.removeprefix(_TOPICS).split(",") if (topic := part.strip()))


def _words(nodes: Iterable[SyntaxTreeNode]) -> str:
    """The bare words of inline nodes."""
    return "".join(_breaks(node) or node.content or _words(node.children) for node in nodes)


def _breaks(node: SyntaxTreeNode) -> str:
    return {"softbreak": " ", "hardbreak": "\n"}.get(node.type, "")


def _lonely_link(paragraph: SyntaxTreeNode, addresses: _Addresses) -> SyntaxTreeNode | None:
    """The link with words of its own that is all there is in a paragraph."""
    inline = [n for n in paragraph.children[0].children if n.type != "text" or n.content.strip()]
    link = inline[0] if len(inline) == 1 and addresses.of(inline[0]) else None
    return link if link and _words(link.children) != _url(link) else None


# Plain text


def _text_blocks(nodes: Iterable[SyntaxTreeNode], addresses: _Addresses) -> list[str]:
    return [block for node in nodes if (block := _text_block(node, addresses))]


def _text_block(node: SyntaxTreeNode, addresses: _Addresses) -> str:
    if node.type == "heading":
        return _text_heading(node, addresses)
    if node.type == "paragraph":
        return _text_paragraph(node, addresses)
    if node.type in ("bullet_list", "ordered_list"):
        return _text_list(node, addresses)
    if node.type == "blockquote":
        return _indented("\n\n".join(_text_blocks(node.children, addresses)), "> ", "> ")
    if node.type == "hr":
        return "– – –"
    return _indented(node.content.rstrip(), "    ", "    ")


def _text_heading(node: SyntaxTreeNode, addresses: _Addresses) -> str:
    words = _text_inline(node.children[0].children, addresses)
    return f"{words}\n{('=' if node.tag == 'h1' else '-') * min(len(words), 68)}"


def _text_paragraph(node: SyntaxTreeNode, addresses: _Addresses) -> str:
    link = _lonely_link(node, addresses)
    if link is None:
        return _text_inline(node.children[0].children, addresses)
    return f"{_words(link.children)}:\n  {addresses.of(link)}"


def _text_list(node: SyntaxTreeNode, addresses: _Addresses) -> str:
    first = int(node.attrs.get("start", 1))
    ordered = node.type == "ordered_list"
    items = []
    for number, item in enumerate(node.children, first):
        mark = f"{number}. " if ordered else "– "
        items.append(_indented("\n".join(_text_blocks(item.children, addresses)), mark, " " * len(mark)))
    return "\n".join(items)


def _indented(text: str, first: str, rest: str) -> str:
    return first + text.replace("\n", f"\n{rest}")


def _text_inline(nodes: Iterable[SyntaxTreeNode], addresses: _Addresses) -> str:
    return "".join(_text_span(node, addresses) for node in nodes).strip()


def _text_span(node: SyntaxTreeNode, addresses: _Addresses) -> str:
    if node.type == "link" and addresses.of(node):
        label = _words(node.children)
        return addresses.of(node) if label == _url(node) else f"{label} ({addresses.of(node)})"
    return _breaks(node) or node.content or "".join(_text_span(n, addresses) for n in node.children)


# HTML


def _html_block(node: SyntaxTreeNode, addresses: _Addresses) -> str:
    if node.type == "paragraph":
        return _html_paragraph(node, addresses)
    if node.type == "hr":
        return "<hr>"
    if node.type in ("fence", "code_block"):
        return f"<pre>{escape(node.content)}</pre>"
    if node.type == "inline":
        return _html_inline(node.children, addresses)
    inside = "".join(_html_block(child, addresses) for child in node.children)
    return f"<{node.tag}{_start(node)}>{inside}</{node.tag}>"


def _start(node: SyntaxTreeNode) -> str:
    return f' start="{int(node.attrs["start"])}"' if "start" in node.attrs else ""


def _html_paragraph(node: SyntaxTreeNode, addresses: _Addresses) -> str:
    in_list = node.parent is not None and node.parent.type == "list_item"
    link = None if in_list else _lonely_link(node, addresses)
    if link is None:
        inside = _html_inline(node.children[0].children, addresses)
        return inside if node.hidden else f"<p>{inside}</p>"
    label = _html_inline(link.children, addresses)
    return f'<p class="deed"><a class="button" href="{escape(addresses.of(link))}">{label}</a></p>'


def _html_inline(nodes: Iterable[SyntaxTreeNode], addresses: _Addresses) -> str:
    return "".join(_html_span(node, addresses) for node in nodes)


def _html_span(node: SyntaxTreeNode, addresses: _Addresses) -> str:
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
    return escape(_breaks(node) or node.content) if node.type != "image" else _html_image(node)


def _html_image(node: SyntaxTreeNode) -> str:
    source = str(node.attrs.get("src", ""))
    alt = escape(node.content)
    return f'<img src="{escape(source)}" alt="{alt}">' if source.startswith("https://") else alt
