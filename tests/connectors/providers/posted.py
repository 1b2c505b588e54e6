"""Requests as each provider makes them, proven with keys that are made here."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from connectors.providers.hook import HookRequest

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
DELIVERY = UUID("0199a5f2-8d3e-7c41-9b1a-2f60c3d4e5f6")
MESSAGE_ID = f"<{DELIVERY}.abcdefgh234567ij@example.com>"
ANNA = "anna@beispiel.example"
PUBLIC_URL = "https://leads.example.com"

LOGIN = "leadbridge:a-password-of-the-tests"
TOKEN = "a-token-that-is-long-and-random"
SIGNING_KEY = "fedcba9876543210fedcba9876543210"
ACCOUNT = "environment-1234"
TOPIC = "arn:aws:sns:eu-central-1:123456789012:leadbridge"
CERTIFICATE = "https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem"
KEY_NAME = "one._domainkey.copernica.com"


def request(provider: str, body: bytes, **headers: str) -> HookRequest:
    """A POST. headers: with underscores where their names have dashes."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return HookRequest(f"/hooks/{provider}", {"host": "leads.example.com", **given}, body, NOW)


def as_json(content: Any) -> bytes:
    """JSON as it is sent."""
    return json.dumps(content).encode()


# Postmark and Brevo: a login


def logged_in(provider: str, content: Any, login: str = LOGIN) -> HookRequest:
    """With HTTP basic authentication, or with a bearer token where there is no colon."""
    given = f"Basic {base64.b64encode(login.encode()).decode()}" if ":" in login else f"Bearer {login}"
    body = content if isinstance(content, bytes) else as_json(content)
    return request(provider, body, authorization=given, content_type="application/json")


# Mailgun: HMAC of time and token


def mailgun(event: Any, *, at: datetime = NOW, token: str = "a" * 50, key: str = SIGNING_KEY) -> HookRequest:
    """An event beside its signature."""
    time = str(int(at.timestamp()))
    digest = hmac.new(key.encode(), f"{time}{token}".encode(), hashlib.sha256).hexdigest()
    signature = {"timestamp": time, "token": token, "signature": digest}
    return request(
        "mailgun", as_json({"signature": signature, "event-data": event}), content_type="application/json"
    )


# SendGrid: ECDSA over time and body


@cache
def sendgrid_key() -> ec.EllipticCurvePrivateKey:
    """SendGrid's key."""
    return ec.generate_private_key(ec.SECP256R1())


def shown(key: ec.EllipticCurvePrivateKey) -> str:
    """The public half as SendGrid shows it."""
    der = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(der).decode()


def sendgrid(
    events: Any, *, at: datetime = NOW, key: ec.EllipticCurvePrivateKey | None = None
) -> HookRequest:
    """A list of events, signed."""
    body, time = events if isinstance(events, bytes) else as_json(events), str(int(at.timestamp()))
    signature = (key or sendgrid_key()).sign(time.encode() + body, ec.ECDSA(SHA256()))
    return request(
        "sendgrid",
        body,
        x_twilio_email_event_webhook_signature=base64.b64encode(signature).decode(),
        x_twilio_email_event_webhook_timestamp=time,
        content_type="application/json",
    )


# SES through SNS: RSA with a certificate


@cache
def rsa_key(number: int = 1, size: int = 2048) -> rsa.RSAPrivateKey:
    """An RSA key, the same for the same number."""
    del number
    return rsa.generate_private_key(65537, size)


def certificate(
    key: rsa.RSAPrivateKey, *, name: str = "sns.amazonaws.com", until: datetime = NOW + timedelta(days=90)
) -> bytes:
    """A certificate as SNS hands it out, signed by an authority of its own."""
    authority = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "An authority")])
    made = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(authority)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(until - timedelta(days=365))
        .not_valid_after(until)
        .sign(rsa_key(2), SHA256())
    )
    return made.public_bytes(Encoding.PEM)


@dataclass
class Web:
    """What the internet answers, and what was asked. answers: address → status and body, or an error."""

    answers: dict[str, tuple[int, bytes] | Exception] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def __call__(self, address: str) -> tuple[int, bytes]:
        """The seam."""
        self.asked.append(address)
        answer = self.answers.get(address, (404, b""))
        if isinstance(answer, Exception):
            raise answer
        return answer


def amazon() -> Web:
    """The internet with SNS's certificate in it."""
    return Web({CERTIFICATE: (200, _its_certificate())})


@cache
def _its_certificate() -> bytes:
    return certificate(rsa_key())


def sns(
    message: Any, *, version: str = "2", key: rsa.RSAPrivateKey | None = None, **more: Any
) -> HookRequest:
    """A message of SNS, signed. message: what SES says, as JSON or text. more: further or other fields."""
    content = {
        "Type": "Notification",
        "MessageId": "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
        "TopicArn": TOPIC,
        "Message": message if isinstance(message, str) else json.dumps(message),
        "Timestamp": "2026-11-21T11:59:58.123Z",
        "SignatureVersion": version,
        "SigningCertURL": CERTIFICATE,
        "UnsubscribeURL": "https://sns.eu-central-1.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=x",
    } | more
    digest = SHA1() if version == "1" else SHA256()  # noqa: S303  # version 1 is still what SNS does by default
    signature = (key or rsa_key()).sign(_sns_text(content), PKCS1v15(), digest)
    body = as_json({"Signature": base64.b64encode(signature).decode()} | content)
    return request("ses", body, content_type="text/plain; charset=UTF-8")


def _sns_text(content: dict[str, Any]) -> bytes:
    """By the documentation: other fields where a subscription is to be confirmed."""
    names = ["Message", "MessageId", "Subject", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"]
    if content["Type"] == "Notification":
        names = [name for name in names if name not in {"SubscribeURL", "Token"}]
    else:
        names.remove("Subject")
    return "".join(f"{name}\n{content[name]}\n" for name in names if name in content).encode()


def wants_confirmation(**more: Any) -> HookRequest:
    """A subscription that waits to be confirmed."""
    url = f"https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn={TOPIC}&Token=abc"
    return sns(
        "You have chosen to subscribe to the topic …",
        **({"Type": "SubscriptionConfirmation", "Token": "abc", "SubscribeURL": url} | more),
    )


# SMTPeter: a signed request, the key in the DNS


def dkim_record(key: rsa.RSAPrivateKey) -> str:
    """A public key as the DNS holds it."""
    der = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return f"v=DKIM1; k=rsa; p={base64.b64encode(der).decode()}"


@dataclass
class Dns:
    """What the DNS answers, and what was asked."""

    records: dict[str, list[str] | Exception] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def __call__(self, name: str) -> list[str]:
        """The seam."""
        self.asked.append(name)
        answer = self.records.get(name, [])
        if isinstance(answer, Exception):
            raise answer
        return answer


def copernica() -> Dns:
    """The DNS with Copernica's key in it."""
    return Dns({KEY_NAME: [dkim_record(rsa_key())]})


COVERED = "(request-target) host date content-length content-type x-copernica-id digest x-nonce"


def smtpeter(
    fields: dict[str, str] | bytes,
    *,
    at: datetime = NOW,
    covers: str = COVERED,
    key_name: str = KEY_NAME,
    change: Callable[[HookRequest], HookRequest] = lambda made: made,
    **headers: str,
) -> HookRequest:
    """A form, signed. headers: others than usual. change: what is done before it is signed."""
    body = fields if isinstance(fields, bytes) else urlencode(fields).encode()
    given = {
        "date": format_datetime(at, usegmt=True),
        "content_type": "application/x-www-form-urlencoded",
        "content_length": str(len(body)),
        "x_copernica_id": ACCOUNT,
        "x_nonce": "fsd9f2",
        "digest": "SHA-256=" + base64.b64encode(hashlib.sha256(body).digest()).decode(),
    } | headers
    made = change(request("smtpeter", body, **given))
    known = dict(made.headers) | {"(request-target)": f"post {made.target}"}
    text = "\n".join(f"{name}: {known.get(name, '')}" for name in covers.lower().split())
    value = base64.b64encode(rsa_key().sign(text.encode(), PKCS1v15(), SHA256())).decode()
    signature = f'keyId="{key_name}",algorithm="rsa-sha256",headers="{covers}",signature="{value}"'
    return replace(made, headers={**made.headers, "signature": signature})


# Afterwards


def changed(
    made: HookRequest, *, body: bytes | None = None, target: str | None = None, **headers: str | None
) -> HookRequest:
    """A request that somebody changed on its way. headers: None takes one out."""
    given = dict(made.headers) | {name.replace("_", "-"): value for name, value in headers.items()}
    return replace(
        made,
        body=made.body if body is None else body,
        target=target or made.target,
        headers={name: value for name, value in given.items() if value is not None},
    )
