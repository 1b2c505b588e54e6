"""SMTPeter: signed requests whose key lies in the DNS."""

import base64
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from connectors.providers.cavage import prove_digest, prove_signature, signature_of
from connectors.providers.hook import HookRequest, NotProven, Report, Unreachable
from connectors.providers.smtpeter import SmtPeter
from tests.connectors.providers import posted
from tests.connectors.providers.known import SMTPETER
from tests.connectors.providers.posted import Dns, changed


def peter(dns: Dns, request: HookRequest) -> Report:
    """What is told by that request, with that DNS around."""
    return SmtPeter([posted.ACCOUNT], posted.PUBLIC_URL, dns).read(request)


@pytest.mark.parametrize(
    "headers",
    [
        {"x_copernica_id": "environment-1235"},
        {"host": "other.example.com"},
        {"digest": "SHA-256=" + base64.b64encode(b"x" * 32).decode()},
        {"digest": "MD5=AAAA"},
        {"date": "Sat, 21 Nov 2026 11:00:00 GMT"},
        {"date": "yesterday"},
        {"date": "Sat, 21 Nov 2026 12:00:00 -0000"},
    ],
)
def test_a_signed_header_must_be_right_as_well(headers: dict[str, Any]) -> None:
    dns = posted.copernica()
    with pytest.raises(NotProven):
        peter(dns, posted.smtpeter({"type": "open"}, **headers))
    assert dns.asked == []


@pytest.mark.parametrize(
    "headers",
    [{"date": "Sat, 21 Nov 2026 12:00:01 GMT"}, {"x_nonce": "other"}, {"content_type": "text/plain"}],
)
def test_no_signed_header_can_be_changed(headers: dict[str, Any]) -> None:
    with pytest.raises(NotProven, match="the signature is wrong"):
        peter(posted.copernica(), changed(SMTPETER, **headers))


def test_the_path_is_signed_as_well() -> None:
    with pytest.raises(NotProven, match="the signature is wrong"):
        peter(posted.copernica(), changed(SMTPETER, target="/hooks/smtpeter?x=1"))


def test_below_a_path_the_whole_address_is_signed() -> None:
    below = SmtPeter([posted.ACCOUNT], posted.PUBLIC_URL + "/bridge", posted.copernica())
    signed = posted.smtpeter(
        {"type": "open"}, change=lambda made: replace(made, target="/bridge/hooks/smtpeter")
    )
    assert below.read(changed(signed, target="/hooks/smtpeter")).ignored == 1


@pytest.mark.parametrize("name", ["(request-target)", "host", "date", "x-copernica-id", "digest"])
def test_what_must_be_signed_is_named(name: str) -> None:
    covers = " ".join(one for one in posted.COVERED.split() if one != name)
    dns = posted.copernica()
    with pytest.raises(NotProven, match="does not cover"):
        peter(dns, posted.smtpeter({"type": "open"}, covers=covers))
    assert dns.asked == []


@pytest.mark.parametrize(
    "name",
    [
        "one._domainkey.copernica.com.evil.example",
        "evil.example",
        "copernica.com",
        "",
        "a.evilcopernica.com",
        "x y",
    ],
)
def test_keys_of_others_are_not_asked_for(name: str) -> None:
    dns = Dns({name: [posted.dkim_record(posted.rsa_key())]})
    with pytest.raises(NotProven):
        peter(dns, posted.smtpeter({"type": "open"}, key_name=name))
    assert dns.asked == []


@pytest.mark.parametrize(
    "records",
    [[], ["v=DKIM1; p="], ["v=DKIM1; p=AAAA"], ["something else"], [posted.dkim_record(posted.rsa_key(3))]],
)
def test_a_key_that_is_none_or_another_proves_nothing(records: list[str]) -> None:
    with pytest.raises(NotProven):
        peter(Dns({posted.KEY_NAME: records}), SMTPETER)


def test_a_silent_dns_refuses_nobody() -> None:
    with pytest.raises(Unreachable):
        peter(Dns({posted.KEY_NAME: Unreachable("silence")}), SMTPETER)


def test_the_example_of_the_draft_is_understood() -> None:
    """draft-cavage-http-signatures-12, C.3: key, request and signature are not ours."""
    pem = (
        b"-----BEGIN PUBLIC KEY-----\n"
        b"MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDCFENGw33yGihy92pDjZQhl0C3\n"
        b"6rPJj+CvfSC8+q28hxA161QFNUd13wuCTUcq0Qd2qsBe/2hFyc2DCJJg0h1L78+6\n"
        b"Z4UMR7EOcpfdUE9Hf3m/hs+FUR45uBJeDK1HSFHD8bHKD6kv8FPGfJTotc+2xjJw\n"
        b"oYi+1hqp1fIekaxsyQIDAQAB\n"
        b"-----END PUBLIC KEY-----\n"
    )
    signature = (
        'keyId="Test",algorithm="rsa-sha256",headers="(request-target) host date content-type digest content-length",'
        'signature="vSdrb+dS3EceC9bcwHSo4MlyKS59iFIrhgYkz8+oVLEEzmYZZvRs8rgOp+63LEM3v+MFHB32NfpB2bEKBIvB1q52LaEU'
        'HFv120V01IL+TAD48XaERZFukWgHoBTLMhYS2Gb51gWxpeIq8knRmPnYePbF5MOkR0Zkly4zKH7s1dE="'
    )
    request = posted.request(
        "?",
        b'{"hello": "world"}',
        host="example.com",
        date="Sun, 05 Jan 2014 21:31:40 GMT",
        content_type="application/json",
        digest="SHA-256=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=",
        content_length="18",
        signature=signature,
    )
    key = load_pem_public_key(pem)
    assert key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo) == pem
    prove_digest(request)
    prove_signature(request, signature_of(request), "/foo?param=value&pet=dog", key)  # type: ignore[arg-type]
