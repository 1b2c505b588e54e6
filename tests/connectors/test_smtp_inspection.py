"""A look at mail servers without a mail: who lets us in, and how well the line is protected."""

import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from bridge.cli.diagnosis.mail import line
from connectors.smtp import SmtpServer
from connectors.smtp.inspection import Inspection, inspect
from tests.connectors.test_smtp_mailer import Script, Serve, serve  # noqa: F401, a fixture

NOW = datetime(2026, 3, 12, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate for 127.0.0.1 that ends in 30 days, with its key."""
    file, key = tmp_path_factory.mktemp("tls") / "both.pem", generate_private_key(SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    today = datetime.now(UTC).replace(microsecond=0)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(made.public_bytes(Encoding.PEM) + private)
    return file


@pytest.fixture
def tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture
def trust(certificate: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=certificate)


def look(
    port: int, trust: ssl.SSLContext | None = None, scheme: str = "smtp", options: str = ""
) -> Inspection:
    server = SmtpServer.from_url(f"{scheme}://127.0.0.1:{port}?timeout=20{options}")
    return inspect(server, trust)


def test_a_server_in_the_clear(serve: Serve) -> None:  # noqa: F811
    assert look(serve(Script()).port) == Inspection(None)


def test_starttls_shows_how_long_the_certificate_lasts(
    serve: Serve,  # noqa: F811
    tls: ssl.SSLContext,
    trust: ssl.SSLContext,
) -> None:
    server = serve(Script(), tls_context=tls)
    seen = look(server.port, trust)
    assert (seen.complaint, seen.protocol) == (None, "TLSv1.3")
    assert seen.expires is not None
    assert timedelta(days=29) < seen.expires - datetime.now(UTC) <= timedelta(days=30)
    assert look(server.port, trust, options="&starttls=never") == Inspection(None, offers_tls=True)


def test_implicit_tls_does_the_same(serve: Serve, tls: ssl.SSLContext, trust: ssl.SSLContext) -> None:  # noqa: F811
    seen = look(serve(Script(), ssl_context=tls).port, trust, "smtps")
    assert (seen.complaint, seen.protocol, seen.expires is not None) == (None, "TLSv1.3", True)


def test_what_is_wrong_is_said_in_words(serve: Serve, tls: ssl.SSLContext) -> None:  # noqa: F811
    untrusted = look(serve(Script(), tls_context=tls).port)
    assert "certificate that is not trusted" in (untrusted.complaint or "")
    assert "accepts no connection" in (look(1).complaint or "")
    missing = look(serve(Script()).port, options="&starttls=require")
    assert "lacks what the configuration asks for" in (missing.complaint or "")


@pytest.mark.parametrize(
    ("seen", "local", "ok", "words", "advice"),
    [
        (Inspection(None), True, True, "on this machine", ""),
        (Inspection(None), False, False, "offers no TLS", "STARTTLS"),
        (Inspection(None, offers_tls=True), False, False, "although TLS is on offer", "starttls=never"),
        (Inspection(None, "TLSv1.3", NOW + timedelta(days=60)), False, True, "ends in 60 days", ""),
        (Inspection(None, "TLSv1.3", NOW + timedelta(days=13)), False, False, "ends in 13 days", "renewed"),
    ],
)
def test_the_doctor_says_what_to_do(seen: Inspection, local: bool, ok: bool, words: str, advice: str) -> None:
    finding = line(seen, local, NOW)
    assert (finding.ok, bool(finding.advice)) == (ok, bool(advice))
    assert words in finding.found
    assert advice in finding.advice
