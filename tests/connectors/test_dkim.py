"""Signatures, verified by a library that shares no code with ours, as receivers of mail do it."""

import base64
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import dsa, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.smtp import OutgoingMail, SmtpMailer, SmtpServer
from connectors.smtp.dkim import ONCE
from connectors.smtp.dkim_keys import DkimKey, read_keys
from connectors.smtp.letter import letter_from
from tests.connectors.test_smtp_mailer import Script, Serve, serve  # noqa: F401, a fixture

RSA, ED = DkimKey.generate("lb2026", "rsa"), DkimKey.generate("LB2026-ed", "ed25519")
MAIL = OutgoingMail(
    sender="Müller, Heinz <heinz@Firma.example>",
    recipient="anna@kunde.example",
    subject="Grüße, und eine Betreffzeile, die so lang ist, dass sie gefaltet werden muss – wirklich",
    text="Grüße\n.\nFrom here on\n\n  eingerückt \t \n" + "lang " * 300 + "\n\n\n",
    html="<p>Grüße</p>",
    message_id="0190-abc@firma.example",
    date=datetime(2026, 11, 3, 9, 30, tzinfo=UTC),
    language="de",
    reply_to="Vertrieb <vertrieb@firma.example>",
    list_unsubscribe_url="https://leads.firma.example/unsubscribe/" + "a" * 300,
    list_id="leadbridge.firma.example",
    auto_submitted="auto-generated",
    feedback_id="welcome:globe-next:nurture:firma-example",
)


def the_dns(name: bytes, timeout: int = 5) -> bytes | None:
    """What the domain's zone says."""
    zone = {f"{key.selector}._domainkey.firma.example.": key.record for key in (RSA, ED)}
    return zone[name.decode()].encode() if name.decode() in zone else None


def good(content: bytes, signature: int = 0) -> bool:
    """Whether dkimpy believes the signature, counted from the top."""
    try:
        return bool(dkim.DKIM(content).verify(signature, dnsfunc=the_dns))
    except dkim.ValidationError:  # how dkimpy says that the body is another one
        return False


def signed_bytes(mail: OutgoingMail = MAIL, *keys: DkimKey) -> bytes:
    return letter_from(mail, keys or (RSA,)).content


def signed_names(content: bytes) -> list[str]:
    found = re.search(rb"h=([^;]+);", content)
    assert found
    return "".join(found[1].decode().split()).split(":")


# --- what is signed ---------------------------------------------------------------------------------------


def test_an_independent_library_believes_the_signature() -> None:
    assert good(signed_bytes())


def test_both_signatures_are_believed_when_there_are_two_keys() -> None:
    content = signed_bytes(MAIL, RSA, ED)
    assert good(content, 0)
    assert good(content, 1)
    assert re.findall(rb"a=([a-z0-9-]+);", content) == [b"rsa-sha256", b"ed25519-sha256"]


def test_without_a_key_the_mail_leaves_as_it_is() -> None:
    assert letter_from(MAIL).content.startswith(b"From: ")


def test_the_domain_is_that_of_the_from_field() -> None:
    assert b"d=firma.example; s=lb2026; t=1793698200;" in signed_bytes()
    elsewhere = letter_from(replace(MAIL, sender="a@straße.example"), [RSA]).content
    assert b"d=xn--strae-oqa.example;" in elsewhere


def test_every_header_that_matters_is_signed() -> None:
    content = signed_bytes()
    head = content.partition(b"\r\n\r\n")[0].decode()
    present = {name.lower() for name in re.findall(r"^([A-Za-z-]+):", head, re.MULTILINE)} - {
        "dkim-signature"
    }
    assert present <= set(signed_names(content)) <= present | set(ONCE)
    assert {"list-unsubscribe", "list-unsubscribe-post", "list-id", "feedback-id"} <= present


def test_a_missing_reply_to_cannot_be_added() -> None:
    content = signed_bytes(replace(MAIL, reply_to=None))
    assert good(content)
    assert not good(b"Reply-To: thief@else.example\r\n" + content)


@pytest.mark.parametrize("name", ONCE)
def test_a_second_field_put_in_front_breaks_it(name: str) -> None:
    assert not good(f"{name}: x@else.example\r\n".encode() + signed_bytes())


@pytest.mark.parametrize("name", ["Cc", "Sender", "List-Unsubscribe", "List-Id", "Auto-Submitted"])
def test_what_a_mail_does_not_have_cannot_be_added(name: str) -> None:
    plain = replace(MAIL, list_unsubscribe_url=None, list_id=None, auto_submitted=None)
    content = signed_bytes(plain)
    assert good(content)
    assert not good(f"{name}: x@else.example\r\n".encode() + content)


def test_lines_stay_short_and_end_in_crlf() -> None:
    content = signed_bytes(MAIL, RSA, ED).replace(MAIL.list_unsubscribe_url.encode(), b"")  # type: ignore[union-attr]
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", content)
    assert max(map(len, content.split(b"\r\n"))) <= 80


@pytest.mark.parametrize(
    "change",
    [
        (b"kunde.example", b"kunde2.example"),
        (
            b"List-Unsubscribe-Post: List-Unsubscribe=One-Click",
            b"List-Unsubscribe-Post: List-Unsubscribe=Two",
        ),
        (b"leads.firma.example/unsubscribe", b"leads.dieb.example/unsubscribe"),
        (b"From here on", b"From here off"),
        (b"Subject: ", b"Subject: Re: "),
        (b"t=1793698200", b"t=1793698201"),
        (b"<p>", b"<p class='x'>"),
    ],
)
def test_whoever_changes_the_mail_breaks_the_signature(change: tuple[bytes, bytes]) -> None:
    content = signed_bytes()
    assert change[0] in content
    assert not good(content.replace(change[0], change[1], 1))


def test_relays_may_fold_headers_and_trim_lines() -> None:
    content = signed_bytes()
    head, _, body = content.partition(b"\r\n\r\n")
    head = head.replace(b"List-Id: <", b"List-ID:\r\n   <").replace(b"To: ", b"to:\t\t")
    assert good(b"Received: from a by b; now\r\n" + head + b"\r\n\r\n" + body + b"\r\n\r\n")


# --- every kind of mail -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "mail",
    [
        replace(MAIL, html=None),
        replace(MAIL, text="", html=None),
        replace(MAIL, text="\n\n\n", html=None),
        replace(MAIL, text="ASCII only\n"),
        replace(MAIL, subject=""),
        replace(MAIL, subject="x" * 900),
        replace(MAIL, subject="日本語の件名" * 20),
        replace(MAIL, sender='"Berg, Anna" <anna@firma.example>'),
        replace(MAIL, sender="heinz@firma.example"),
        replace(MAIL, recipient="jörg@kunde.example"),
        replace(MAIL, sender="jörg@firma.example", recipient="anna@straße.example"),
        replace(MAIL, text="a" * 5000),
        replace(MAIL, text="trailing \t\n \n\t\n"),
    ],
    ids=lambda mail: repr((mail.subject[:5], mail.sender[:8], mail.recipient[:5], mail.text[:8])),
)
def test_whatever_the_mail_is_the_signature_is_believed(mail: OutgoingMail) -> None:
    content = signed_bytes(mail, RSA, ED)
    assert good(content, 0)
    assert good(content, 1)


words = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=200)
bodies = st.text(st.characters(exclude_categories=["Cs"]), max_size=500)


@settings(max_examples=120, deadline=None)
@given(subject=words, name=words, text=bodies, html=st.none() | bodies)
def test_whatever_anybody_writes_the_signature_is_believed(
    subject: str, name: str, text: str, html: str | None
) -> None:
    sender = f"{re.sub('[<>]', '', name)} <heinz@firma.example>"
    try:
        letter = letter_from(replace(MAIL, subject=subject, sender=sender, text=text, html=html), [RSA])
    except ValueError:
        return  # such as a name that is nothing but a half of something; refused before anything is signed
    assert good(letter.content)


@pytest.mark.parametrize("recipient", ["anna@kunde.example", "jörg@kunde.example"])
def test_the_signature_survives_a_real_smtp_conversation(serve: Serve, recipient: str) -> None:  # noqa: F811
    script = Script()
    server = serve(script, enable_SMTPUTF8=True)
    mailer = SmtpMailer(SmtpServer.from_url(f"smtp://127.0.0.1:{server.port}?timeout=20"), keys=[RSA, ED])
    mailer.send(replace(MAIL, recipient=recipient))
    mailer.close()
    [(_, _, content)] = script.mails
    assert good(content, 0)
    assert good(content, 1)


# --- keys -------------------------------------------------------------------------------------------------


@pytest.fixture
def keep(tmp_path: Path) -> Callable[..., Path]:
    """Writes a private key into a PEM file."""

    def written(name: str, private: object, password: bytes | None = None) -> Path:
        lock = BestAvailableEncryption(password) if password else NoEncryption()
        pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock)  # type: ignore[attr-defined]
        file = tmp_path / name
        file.write_bytes(pem)
        return file

    return written


def test_a_files_name_is_the_selector(keep: Callable[..., Path]) -> None:
    keys = read_keys([keep("lb2026.pem", RSA.private), keep("Lb2026-Ed.pem", ED.private)])
    assert [(key.selector, key.algorithm) for key in keys] == [("lb2026", "rsa"), ("lb2026-ed", "ed25519")]
    assert [key.record for key in keys] == [RSA.record, ED.record]


def test_the_record_says_what_verifiers_need() -> None:
    assert RSA.record.startswith("v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A")
    assert re.fullmatch(r"v=DKIM1; k=ed25519; p=[A-Za-z0-9+/]{43}=", ED.record)
    assert len(base64.b64decode(ED.public)) == 32


def test_bad_keys_are_refused_in_words(keep: Callable[..., Path], tmp_path: Path) -> None:
    short = keep("short.pem", rsa.generate_private_key(65537, 1024))  # noqa: S505, the point
    other = keep("other.pem", dsa.generate_private_key(1024))  # noqa: S505, the point
    locked = keep("locked.pem", RSA.private, b"geheim")
    strange = keep("über uns.pem", RSA.private)
    (tmp_path / "b").mkdir()
    empty = tmp_path / "empty.pem"
    empty.write_text("-----BEGIN PRIVATE KEY-----\ngeheim\n")
    for file, words_of_it in (
        (short, "1024 bits, at least 2048"),
        (other, "neither an RSA nor an Ed25519 key"),
        (locked, "no private key in PEM without a password"),
        (empty, "no private key in PEM without a password"),
        (strange, "“über uns” is no selector: letters, digits and hyphens"),
        (tmp_path / "b", "cannot be read"),
        (tmp_path / "none.pem", "cannot be read"),
    ):
        with pytest.raises(ValueError, match=words_of_it) as caught:
            read_keys([file])
        assert "geheim" not in str(caught.value)


def test_ed25519_alone_is_not_enough(keep: Callable[..., Path]) -> None:
    with pytest.raises(ValueError, match="Ed25519 alone"):
        read_keys([keep("ed.pem", ED.private)])
    assert read_keys([]) == ()


def test_two_keys_need_two_selectors(keep: Callable[..., Path], tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    with pytest.raises(ValueError, match="same selector"):
        read_keys([keep("lb.pem", RSA.private), keep("b/LB.pem", RSA.private)])


def test_a_key_does_not_show_itself() -> None:
    assert "RSAPrivateKey" not in repr(RSA)
