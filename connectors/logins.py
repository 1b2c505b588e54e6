"""Server and login in an address such as `smtps://user:password@host:465`. No error quotes what may be a password."""

from urllib.parse import SplitResult, unquote, urlsplit


def split_address(text: str) -> tuple[SplitResult, int | None]:
    """An address and its port. Raises ValueError."""
    try:
        parts = urlsplit(text.strip())
        return parts, parts.port
    except ValueError:
        raise ValueError("host or port cannot be read; in a password write / as %2F and @ as %40") from None


def decoded(text: str) -> str:
    """A user or a password. Servers take ASCII, and smtplib and imaplib fail in the middle of a login that is not.

    Raises ValueError.
    """
    plain = unquote(text, errors="replace")
    if not (plain.isascii() and plain.isprintable()):
        raise ValueError("user and password must be printable ASCII, percent-encoded where needed")
    return plain
