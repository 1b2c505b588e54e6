"""E-mail addresses: the key by which a person is known."""

import hashlib
import hmac
import re
from dataclasses import dataclass
from typing import Any

from email_validator import EmailNotValidError, validate_email

from bridge.profiles.escapes import readings

FREE_PROVIDERS = frozenset(
    {
        "aol.com",
        "bluewin.ch",
        "freenet.de",
        "gmail.com",
        "gmx.at",
        "gmx.ch",
        "gmx.de",
        "gmx.net",
        "googlemail.com",
        "hotmail.com",
        "hotmail.de",
        "icloud.com",
        "live.com",
        "live.de",
        "mail.de",
        "mailbox.org",
        "me.com",
        "msn.com",
        "outlook.com",
        "outlook.de",
        "posteo.de",
        "proton.me",
        "protonmail.com",
        "t-online.de",
        "web.de",
        "yahoo.com",
        "yahoo.de",
    }
)
"""Domains that say nothing about a company."""

_BETWEEN_ADDRESSES = re.compile(r"[\s\"'<>(),;:\\]+")
_BETWEEN_FIELDS = re.compile(r"[=&?/#]+")
"""Of a form, or in an address of the web; in an address of mail they may stand, too."""
_ADDRESS_IN_TEXT = re.compile(r"[^\s<>()\"',;:@]+@[\w.-]+")


class InvalidAddress(ValueError):
    """Not an e-mail address; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Address:
    """An e-mail address. sending: local part as typed, domain lower-cased. key: for comparing."""

    sending: str
    key: str

    @property
    def company_domain(self) -> str | None:
        """The domain when it can stand for a company."""
        domain = self.key.rpartition("@")[2]
        return None if domain in FREE_PROVIDERS else domain


def parse_address(text: str) -> Address:
    """Read an address as a person typed it (RFC 5321, 6531). Raises InvalidAddress.

    The domain becomes lower-case IDNA; the local part is kept for sending and compared case-insensitively,
    by small letters: folding would make “straße” and “strasse”, two mailboxes, one person.
    """
    try:
        valid = validate_email(text.strip(), check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise InvalidAddress(str(error)) from error
    if "=?" in valid.local_part:  # an encoded word (RFC 2047): allowed there, used by nobody but attackers
        raise InvalidAddress("an encoded word is no mailbox")
    domain = (valid.ascii_domain or valid.domain).lower()
    return Address(f"{valid.local_part}@{domain}", f"{valid.local_part.lower()}@{domain}")


def key_of(typed: Any) -> str | None:
    """The key of an address as somebody typed it; None for what is none."""
    try:
        return parse_address(typed).key if isinstance(typed, str) else None
    except InvalidAddress:
        return None


def address_hash(key: str, secret: bytes) -> str:
    """A keyed hash of an address (HMAC-SHA256, hex): it survives erasure; only with the key can guesses be tried."""
    return hmac.new(secret, key.encode(), hashlib.sha256).hexdigest()


def mentions(text: str, address: Address) -> bool:
    """Whether an address stands in a text, however it is escaped, and not just as a part of a longer one."""
    names = "|".join(re.escape(one) for one in {address.key, address.sending.lower()})
    whole = re.compile(rf"(?<![\w.+-])(?:{names})(?![\w-]|\.\w)")
    return any(whole.search(words.lower()) for words in readings(text))


def addresses_in(text: str) -> set[str]:
    """The keys of all addresses in a text that stands for nothing else, however they are escaped."""
    words = {word for reading in readings(text) for word in _BETWEEN_ADDRESSES.split(reading) if "@" in word}
    parts = {part for word in words for part in _BETWEEN_FIELDS.split(word) if "@" in part}
    return {key for word in words | parts if (key := key_of(word.strip(".")))}


def masked(address: str) -> str:
    """An address that its owner recognises and nobody else learns: `a…a@e…e.com`."""
    local, _, domain = address.partition("@")
    name, _, ending = domain.rpartition(".")
    return f"{_short(local)}@{_short(name)}.{ending}"


def without_addresses(text: str, key: str = "") -> str:
    """A text about mails as it may be told apart from people: without what looks like an address.

    key: an address whose local part goes wherever else it stands.
    """
    local = key.rpartition("@")[0]
    named = re.sub(re.escape(local), "…", text, flags=re.IGNORECASE) if len(local) > 2 else text
    return _ADDRESS_IN_TEXT.sub("…", named)


def _short(word: str) -> str:
    return f"{word[:1]}…{word[-1:]}" if len(word) > 2 else f"{word[:1]}…"
