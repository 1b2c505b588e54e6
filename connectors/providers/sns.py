"""Amazon SNS: https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html

A message names the certificate that signed it. Only topics that a setting names are listened to, and only the host
of SNS in the topic's own region is asked for certificates and to confirm a subscription.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import SplitResult, parse_qs, urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, HashAlgorithm
from cryptography.x509.oid import NameOID

from connectors.providers.events import Event, Strange, json_of
from connectors.providers.familiar import Familiar
from connectors.providers.hook import HookRequest, NotProven, Unreachable
from connectors.providers.proof import from_base64
from connectors.providers.remembering import Remembering

Fetch = Callable[[str], tuple[int, bytes]]
"""GET an https address: status and body. Follows no redirects. Raises Unreachable."""

CERTIFICATE = re.compile(r"/SimpleNotificationService-[0-9A-Za-z]{1,64}\.pem")
SIGNED = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": (
        "Message",
        "MessageId",
        "SubscribeURL",
        "Timestamp",
        "Token",
        "TopicArn",
        "Type",
    ),
}
SIGNED["UnsubscribeConfirmation"] = SIGNED["SubscriptionConfirmation"]
SMALLEST_KEY = 2048


@dataclass(frozen=True, slots=True)
class Topics:
    """Proves messages of the topics with these ARNs."""

    arns: Sequence[str]
    fetch: Fetch
    certificates: Remembering[x509.Certificate]

    @classmethod
    def by(cls, arns: Sequence[str], fetch: Fetch, familiar: Familiar | None = None) -> "Topics":
        """Certificates are kept for a day. familiar: addresses that gave one out before."""
        kept = Remembering(lambda address: _certificate(address, fetch), keep=86_400, familiar=familiar)
        return cls(arns, fetch, kept)

    def proven(self, request: HookRequest) -> Event:
        """The message, signed by Amazon for a topic of ours. Raises NotProven, Unreachable."""
        try:
            message = Event.of(json_of(request.body))
        except Strange as error:
            raise NotProven(f"this is no message of SNS: {error}") from error
        if message.text("TopicArn") not in self.arns:
            raise NotProven("the message is of another topic, or of none")
        certificate = self.certificates(_certificate_address(message))
        _check_certificate(certificate, request.at)
        _check_signature(message, certificate)
        return message

    def confirm(self, message: Event) -> None:
        """Say to SNS that the subscription is wanted. message: proven. Raises NotProven, Unreachable."""
        address = message.text("SubscribeURL")
        parts = _parts(address)
        query = parse_qs(parts.query)
        ours = (parts.scheme, parts.netloc) == ("https", _host(message.text("TopicArn")))
        if not ours or query.get("Action") != ["ConfirmSubscription"]:
            raise NotProven("the address that confirms the subscription is not one of SNS")
        if query.get("TopicArn") != [message.text("TopicArn")]:
            raise NotProven("the address that confirms the subscription is of another topic")
        status, _ = self.fetch(address)
        if status != 200:
            raise Unreachable(f"SNS answered {status} to the confirmation of the subscription")


def _host(arn: str) -> str:
    _, partition, _, region, *_ = arn.split(":")
    return f"sns.{region}.amazonaws.com" + (".cn" if partition == "aws-cn" else "")


def _parts(address: str) -> SplitResult:
    try:
        return urlsplit(address)
    except ValueError as error:
        raise NotProven("an address in the message is none") from error


def _certificate_address(message: Event) -> str:
    address = message.text("SigningCertURL")
    parts = _parts(address)
    if (parts.scheme, parts.netloc) != ("https", _host(message.text("TopicArn"))):
        raise NotProven("the certificate does not come from SNS in the topic's region")
    if not CERTIFICATE.fullmatch(parts.path) or parts.query or parts.fragment:
        raise NotProven("the certificate's address is not one of SNS")
    return address


def _certificate(address: str, fetch: Fetch) -> x509.Certificate:
    status, pem = fetch(address)
    if status >= 500 or status == 429:
        raise Unreachable(f"SNS answered {status} when asked for its certificate")
    if status != 200:
        raise NotProven(f"SNS answered {status} when asked for that certificate")
    try:
        certificate = x509.load_pem_x509_certificate(pem)
        certificate.public_key()
    except (ValueError, UnsupportedAlgorithm) as error:
        raise NotProven("what should be a certificate is none") from error
    return certificate


def _check_certificate(certificate: x509.Certificate, now: datetime) -> None:
    """Its term, its name and its key. Who issued it is not looked at: SNS itself gave it out, over TLS."""
    if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
        raise NotProven("the certificate is not valid at this time")
    names = [str(one.value) for one in certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    if not any(name.endswith((".amazonaws.com", ".amazonaws.com.cn")) for name in names):
        raise NotProven("the certificate is not one of Amazon")


def _check_signature(message: Event, certificate: x509.Certificate) -> None:
    key = certificate.public_key()
    if not isinstance(key, RSAPublicKey) or key.key_size < SMALLEST_KEY:
        raise NotProven("the certificate's key is not strong enough")
    try:
        key.verify(
            from_base64(message.text("Signature")), _signed_text(message), PKCS1v15(), _digest(message)
        )
    except InvalidSignature as error:
        raise NotProven("the signature is wrong") from error


def _digest(message: Event) -> HashAlgorithm:
    match message.text("SignatureVersion"):
        case "1":
            return SHA1()  # noqa: S303  # it is SNS that signs so, unless the topic says otherwise
        case "2":
            return SHA256()
    raise NotProven("the signature is of an unknown version")


def _signed_text(message: Event) -> bytes:
    names = SIGNED.get(message.text("Type"))
    if names is None:
        raise NotProven("the message is of an unknown type")
    present = (name for name in names if isinstance(message.values.get(name), str))
    return "".join(f"{name}\n{message.values[name]}\n" for name in present).encode(errors="replace")
