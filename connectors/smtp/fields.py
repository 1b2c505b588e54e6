"""Header fields as RFC 5322 wants them: what needs folding or encoding, the standard library folds and encodes."""

import re
from email import policy
from email.headerregistry import Address, HeaderRegistry
from functools import lru_cache

_REGISTRY = HeaderRegistry()
_POLICY = policy.SMTP.clone(cte_type="7bit", header_factory=_REGISTRY)
_POLICY_UTF8 = _POLICY.clone(utf8=True)

_SHORT = 78
_BARE = re.compile(r"[A-Za-z0-9_+-]+(\.[A-Za-z0-9_+-]+)*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
"""An address that is written in one way only."""
_UNFOLDED = re.compile(r"\r\n(?![ \t])|\r(?!\n)|(?<!\r)\n")


def plain_field(name: str, value: str) -> bytes:
    """A field whose value, ASCII in one line, stands there as it is."""
    return f"{name}: {value}\r\n".encode("ascii")


def address_field(name: str, address: Address, *, utf8: bool = False) -> bytes:
    """A field with one address. utf8: letters outside ASCII stand there as they are (RFC 6532)."""
    text = str(address)
    if len(name) + len(text) + 2 <= _SHORT and _BARE.fullmatch(text):
        return plain_field(name, text)
    return folded_field(name, text, utf8=utf8)


@lru_cache(maxsize=256)
def folded_field(name: str, value: str, *, utf8: bool = False) -> bytes:
    """A field as the standard library folds and encodes it (RFC 2047), which takes it a while: the same is kept.

    Raises ValueError when its value holds a line break, once encoded words in it are decoded.
    """
    header = _REGISTRY(name, value)
    if set("\r\n") & set(str(header)):
        raise ValueError("a line break in a header, once it was decoded")
    chosen = _POLICY_UTF8 if utf8 else _POLICY
    folded: str = chosen.fold(name, header)
    if _UNFOLDED.search(folded.removesuffix("\r\n")):
        raise ValueError("a line break in a header, once it was folded")
    return folded.encode("utf-8" if utf8 else "ascii")
