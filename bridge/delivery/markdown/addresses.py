"""The links of a text: which there are, and which address is printed for each."""

from collections.abc import Callable
from dataclasses import dataclass, field

from markdown_it.tree import SyntaxTreeNode

from bridge.delivery.markdown.tree import SCHEMES, topics_of, url_of, words_of


@dataclass(frozen=True, slots=True)
class MarketerLink:
    """A link as the marketer wrote it. number: 1 for the first address in the mail, and so on.

    topics: ids from the link's title (`[label](url "topics=a,b")`).
    """

    number: int
    url: str
    label: str
    topics: tuple[str, ...]


Rewrite = Callable[[MarketerLink], str]


@dataclass(slots=True)
class Addresses:
    """The links of one text, and what to print for each."""

    rewrite: Rewrite
    links: dict[str, MarketerLink] = field(default_factory=dict)
    printed: dict[str, str] = field(default_factory=dict)

    def collect(self, tree: SyntaxTreeNode) -> None:
        """Find them all."""
        for node in tree.walk():
            url = url_of(node)
            if node.type == "link" and url.startswith(SCHEMES) and url not in self.links:
                link = MarketerLink(len(self.links) + 1, url, words_of(node.children), topics_of(node))
                self.links[url] = link
                self.printed[url] = self.rewrite(link)

    def of(self, node: SyntaxTreeNode) -> str:
        """The address to print; "" for a kind of address that has no place in a mail."""
        return self.printed.get(url_of(node), "")


def lonely_link(paragraph: SyntaxTreeNode, addresses: Addresses) -> SyntaxTreeNode | None:
    """The link with words of its own that is all there is in a paragraph."""
    inline = [n for n in paragraph.children[0].children if n.type != "text" or n.content.strip()]
    link = inline[0] if len(inline) == 1 and addresses.of(inline[0]) else None
    return link if link and words_of(link.children) != url_of(link) else None
