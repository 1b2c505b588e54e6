"""Signed HTTP requests as in draft-cavage-http-signatures, with a digest of the body (RFC 3230, RFC 5843)."""

import base64
import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256

from connectors.providers.hook import HookRequest, NotProven
from connectors.providers.proof import from_base64, is_one_of

TARGET = "(request-target)"


@dataclass(frozen=True, slots=True)
class Signature:
    """What the header `Signature` says. covers: names in small letters, in the order in which they were signed."""

    key_id: str
    covers: tuple[str, ...]
    value: bytes


def signature_of(request: HookRequest) -> Signature:
    """The signature of a request, not yet checked. Raises NotProven."""
    said = _parameters(request.headers.get("signature", ""))
    if said.get("algorithm", "").lower() != "rsa-sha256":
        raise NotProven("the request is not signed by rsa-sha256")
    return Signature(
        said.get("keyId", ""),
        tuple(said.get("headers", "").lower().split()),
        from_base64("".join(said.get("signature", "").split())),
    )


def prove_digest(request: HookRequest) -> None:
    """Whether the header `Digest` is that of the body. Raises NotProven."""
    algorithm, _, digest = request.headers.get("digest", "").partition("=")
    expected = base64.b64encode(hashlib.sha256(request.body).digest())
    if algorithm.lower() != "sha-256" or not is_one_of(digest.encode(), [expected]):
        raise NotProven("the digest is missing, or that of another body")


def prove_signature(request: HookRequest, signature: Signature, target: str, key: RSAPublicKey) -> None:
    """Whether the key signed the request. target: path and query as the signer knows them. Raises NotProven."""
    try:
        key.verify(signature.value, _signed(request, signature, target), PKCS1v15(), SHA256())
    except InvalidSignature as error:
        raise NotProven("the signature is wrong") from error


def _parameters(header: str) -> dict[str, str]:
    """Name → value of `name="value"`, by commas. No value holds a quotation mark, so that splitting there will do."""
    pieces = header.split('"')
    names = (piece.rstrip().removesuffix("=").rpartition(",")[2].strip() for piece in pieces[::2])
    return dict(zip(names, pieces[1::2], strict=False))


def _signed(request: HookRequest, signature: Signature, target: str) -> bytes:
    known = {**request.headers, TARGET: f"post {target}"}
    lines = (f"{name}: {known.get(name, '').strip()}" for name in signature.covers)
    return "\n".join(lines).encode(errors="replace")
