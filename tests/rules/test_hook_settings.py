"""How a setting says what proves a mail provider's events."""

import base64
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bridge.errors import InvalidSetting
from bridge.settings import Settings
from bridge.settings.reading import SECRETS
from connectors.providers.marks import HEADERS
from connectors.providers.words import WORDS
from tests.edge.site import environment


def hooks(folder: Path, **settings: str) -> dict[str, tuple[str, ...]]:
    """Providers by name, with their words."""
    named = {f"HOOK_{name}": value for name, value in settings.items()}
    return dict(Settings.from_env(environment(folder, **named)).hooks)


def der(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> str:
    """A public key as base64."""
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(public).decode()


def test_nobody_is_heard_without_a_setting(tmp_path: Path) -> None:
    assert hooks(tmp_path) == {}
    assert hooks(tmp_path, POSTMARK="") == {}


@pytest.mark.parametrize("provider", WORDS)
def test_every_example_stands_in_the_message_and_works_unless_it_is_a_secret(
    tmp_path: Path, provider: str
) -> None:
    with pytest.raises(InvalidSetting) as caught:
        hooks(tmp_path, **{provider.upper(): "?"})
    assert str(caught.value).startswith(f"LEADBRIDGE_HOOK_{provider.upper()} is wrong: expected ")
    example = caught.value.example
    if f"HOOK_{provider.upper()}" in SECRETS:
        with pytest.raises(InvalidSetting, match="not the example"):
            hooks(tmp_path, **{provider.upper(): example})
        example += "-of-our-own"
    assert hooks(tmp_path, **{provider.upper(): example}) == {provider: (example,)}
    assert hooks(tmp_path, **{provider.upper(): f"{example} , {example},"}) == {provider: (example, example)}


@pytest.mark.parametrize(
    ("provider", "words"),
    [
        ("POSTMARK", "postmark"),
        ("POSTMARK", "postmark:short"),
        ("POSTMARK", ":our-own-long-password"),
        ("POSTMARK", "a-long-token-without-a-colon"),
        ("POSTMARK", "postmark:with spaces that are long"),
        ("POSTMARK", "postmark:our-own-long-password,x"),
        ("BREVO", "short"),
        ("BREVO", "brevo:short"),
        ("MAILGUN", "short"),
        ("SES", "leadbridge"),
        ("SES", "arn:aws:sqs:eu-central-1:123456789012:leadbridge"),
        ("SES", "arn:aws:sns:eu-central-1:123456789012:leadbridge/x"),
        ("SES", "arn:aws:sns:evil.example/:123456789012:leadbridge"),
        ("SES", "arn:aws:sns::123456789012:leadbridge"),
        ("SENDGRID", "AAAA"),
        ("SMTPETER", "1234"),
        ("SMTPETER", "environment-"),
    ],
)
def test_what_could_prove_nothing_stops_the_start(tmp_path: Path, provider: str, words: str) -> None:
    with pytest.raises(InvalidSetting):
        hooks(tmp_path, **{provider: words})


def test_a_key_of_another_kind_stops_the_start(tmp_path: Path) -> None:
    for key in (rsa.generate_private_key(65537, 2048), ec.generate_private_key(ec.SECP384R1())):
        with pytest.raises(InvalidSetting):
            hooks(tmp_path, SENDGRID=der(key))


@pytest.mark.parametrize("words", ["postmark:geheim", "geheim", ":geheim-geheim-geheim"])
def test_what_is_wrong_with_a_secret_is_said_without_the_secret(tmp_path: Path, words: str) -> None:
    with pytest.raises(InvalidSetting) as caught:
        hooks(tmp_path, POSTMARK=words)
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:sns:us-gov-west-1:123456789012:a.fifo",
        "arn:aws-us-gov:sns:us-gov-west-1:123456789012:a_b-c",
        "arn:aws-cn:sns:cn-north-1:123456789012:a",
        "arn:aws:sns:ap-southeast-2:123456789012:A",
    ],
)
def test_topics_of_every_region(tmp_path: Path, arn: str) -> None:
    assert hooks(tmp_path, SES=arn) == {"ses": (arn,)}


def test_a_token_may_prove_what_brevo_sends(tmp_path: Path) -> None:
    assert hooks(tmp_path, BREVO="a-long-random-token") == {"brevo": ("a-long-random-token",)}


@pytest.mark.parametrize(
    ("provider", "words"),
    [
        ("POSTMARK", "postmark:put-a-long-random-password-here"),
        ("POSTMARK", "leadbridge:a-long-random-password"),
        ("POSTMARK", "postmark:a-password-of-ours, leadbridge:a-long-random-password"),
        ("BREVO", "a-long-random-password"),
        ("MAILGUN", "a-long-random-password"),
    ],
)
def test_the_password_of_an_example_is_refused_however_it_is_written(
    tmp_path: Path, provider: str, words: str
) -> None:
    with pytest.raises(InvalidSetting, match="not the example"):
        hooks(tmp_path, **{provider: words})


def test_words_do_not_appear_when_settings_are_printed(tmp_path: Path) -> None:
    settings = Settings.from_env(environment(tmp_path, HOOK_POSTMARK="postmark:another-random-password"))
    assert "another-random-password" not in repr(settings)


def test_marks_are_known_for_known_providers_only() -> None:
    assert set(HEADERS) <= set(WORDS)
