"""Mail addresses as SMTP and the header fields want them."""

import re
import unicodedata
from email.headerregistry import Address

_NAMED = re.compile(r"(?P<name>[^<>]*)<(?P<address>[^<>]+)>")


ENCODED = "=?"
"""How an encoded word begins (RFC 2047). The standard library decodes those that somebody typed, line breaks too."""


def unencoded(text: str) -> str:
    """The text for a header, in which no encoded word stands: it is shown nearly as it was typed."""
    return text.replace(ENCODED, "= ?")


def mailbox(text: str) -> Address:
    """Read `Name <a@b.example>` or `a@b.example`; the domain comes back in ASCII (RFC 5890).

    The name may hold commas, quoted or not. Raises ValueError when there is no single address, or when
    the text holds a line break or another control character, or hides one in an encoded word.
    """
    named = _NAMED.fullmatch(text.strip())
    name, address = (named["name"], named["address"]) if named else ("", text.strip())
    local, _, domain = address.rpartition("@")
    if (
        not text.isprintable()
        or ENCODED in address
        or not local
        or not domain
        or re.search(r'[\s"<>,;:@()\\]', local + domain)
    ):
        raise ValueError(f"{text!r} is no mail address")
    return Address(unencoded(_unquoted(name.strip())), username=local, domain=ascii_domain(domain))


def needs_smtputf8(address: Address) -> bool:
    """Whether only a server with SMTPUTF8 (RFC 6531) can carry this address."""
    return not address.username.isascii()


def ascii_domain(domain: str) -> str:
    """`müller.example` → `xn--mller-kva.example`; ASCII domains come back untouched.

    Labels are taken as valid IDNA 2008 U-labels, whose A-label is their punycode: the standard library's
    own "idna" codec still follows IDNA 2003 and would send mail for `straße` to `strasse`.
    """
    return domain if domain.isascii() else ".".join(_ascii_label(label) for label in domain.split("."))


def _ascii_label(label: str) -> str:
    if label.isascii():
        return label
    return "xn--" + unicodedata.normalize("NFC", label.lower()).encode("punycode").decode("ascii")


def _unquoted(name: str) -> str:
    if len(name) >= 2 and name[0] == name[-1] == '"':
        return re.sub(r"\\(.)", r"\1", name[1:-1])
    return name
