"""Private keys for DKIM: RSA, and Ed25519 beside it. Only who signs needs this file and its cryptography."""

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Literal

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

SHORTEST_RSA_KEY = 2048
"""Bits; verifiers need not believe shorter ones, and may refuse those below 1024 (RFC 8301)."""

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_SELECTOR = re.compile(rf"{_LABEL}(?:\.{_LABEL})*", re.IGNORECASE)

Algorithm = Literal["rsa", "ed25519"]
PrivateKey = RSAPrivateKey | Ed25519PrivateKey


@dataclass(frozen=True, slots=True)
class DkimKey:
    """A private key and the selector under which the DNS shows its public half."""

    selector: str
    private: PrivateKey = field(repr=False)

    @classmethod
    def read(cls, file: Path) -> "DkimKey":
        """The key in a PEM file; the file's name without its ending is the selector.

        Raises ValueError with a sentence that quotes nothing of the key, OSError when the file cannot be read.
        """
        selector = checked_selector(file.stem)
        try:
            private = load_pem_private_key(file.read_bytes(), password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            raise ValueError(f"{file} holds no private key in PEM without a password") from None
        if isinstance(private, RSAPrivateKey):
            if private.key_size < SHORTEST_RSA_KEY:
                raise ValueError(
                    f"{file} has {private.key_size} bits, at least {SHORTEST_RSA_KEY} are needed"
                )
        elif not isinstance(private, Ed25519PrivateKey):
            raise ValueError(f"{file} is neither an RSA nor an Ed25519 key")  # noqa: TRY004, a fault of the file
        return cls(selector, private)

    @classmethod
    def generate(cls, selector: str, algorithm: Algorithm) -> "DkimKey":
        """A new key: RSA with 2048 bits, which still fits every name server, or Ed25519.

        Raises ValueError for a selector that cannot be one.
        """
        if algorithm == "ed25519":
            return cls(checked_selector(selector), Ed25519PrivateKey.generate())
        return cls(checked_selector(selector), generate_private_key(65537, SHORTEST_RSA_KEY))

    @property
    def algorithm(self) -> Algorithm:
        """`rsa` or `ed25519`, as the DNS record calls it."""
        return "rsa" if isinstance(self.private, RSAPrivateKey) else "ed25519"

    @property
    def public(self) -> str:
        """The public half as the DNS record holds it, in base64 (RFC 6376 3.6.1, RFC 8463 4)."""
        form = (
            (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
            if self.algorithm == "rsa"
            else (Encoding.Raw, PublicFormat.Raw)
        )
        return base64.b64encode(self.private.public_key().public_bytes(*form)).decode("ascii")

    @property
    def pem(self) -> bytes:
        """The private key for a file, without a password."""
        return self.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    @property
    def record(self) -> str:
        """What the TXT record at its `place` says."""
        return f"v=DKIM1; k={self.algorithm}; p={self.public}"

    def place(self, domain: str) -> str:
        """The name in the DNS at which receivers look for the key of mails from a domain (RFC 6376 3.6.2.1)."""
        return f"{self.selector}._domainkey.{domain}"

    def sign(self, data: bytes) -> bytes:
        """The signature of canonical headers. Ed25519 signs their hash (RFC 8463 3)."""
        if isinstance(self.private, RSAPrivateKey):
            return self.private.sign(data, PKCS1v15(), SHA256())
        return self.private.sign(sha256(data).digest())


def checked_selector(text: str) -> str:
    """The selector in small letters. Raises ValueError when it cannot stand in the DNS (RFC 6376 3.1)."""
    if not _SELECTOR.fullmatch(text) or len(text) > 63:
        raise ValueError(f"“{text}” is no selector: letters, digits and hyphens are needed")
    return text.lower()


def read_keys(files: Sequence[Path]) -> tuple[DkimKey, ...]:
    """The keys of these files, none for no file.

    Raises ValueError for a file that holds no good key, for two with one selector, and when there is no RSA key:
    many verifiers know no other.
    """
    try:
        keys = tuple(DkimKey.read(file) for file in files)
    except OSError as error:
        raise ValueError(f"{error.filename} cannot be read: {error.strerror}") from None
    if len({key.selector for key in keys}) < len(keys):
        raise ValueError("two keys have the same selector")
    if keys and all(key.algorithm != "rsa" for key in keys):
        raise ValueError("Ed25519 alone is not enough, since many verifiers know RSA only")
    return keys
