"""Amazon SNS: certificates come from where they must, and only our topic is heard."""

import base64
import json
from datetime import timedelta
from typing import Any

import pytest

from connectors.providers.hook import HookRequest, NotProven, Report, Unreachable
from connectors.providers.ses import Ses
from tests.connectors.providers import posted
from tests.connectors.providers.known import SES
from tests.connectors.providers.posted import NOW, Web


def sns(web: Web, request: HookRequest, *topics: str) -> Report:
    """What is told by that request, with that internet around."""
    return Ses(topics or [posted.TOPIC], web).read(request)


@pytest.mark.parametrize("version", ["1", "2"])
@pytest.mark.parametrize("more", [{}, {"Subject": "Amazon SES Email Event Notification"}])
def test_both_versions_of_signatures_are_understood(version: str, more: dict[str, Any]) -> None:
    assert sns(posted.amazon(), posted.sns({"eventType": "Open"}, version=version, **more)).ignored == 1


@pytest.mark.parametrize("days", [8, 40, -1])
def test_what_was_signed_long_ago_or_will_be_is_refused(days: int) -> None:
    signed = (NOW - timedelta(days=days)).isoformat()
    for request in (
        posted.sns({"eventType": "Open"}, Timestamp=signed),
        posted.wants_confirmation(Timestamp=signed),
    ):
        web = posted.amazon()
        with pytest.raises(NotProven, match="too old or still to come"):
            sns(web, request)
        assert len(web.asked) == 1


def test_what_was_signed_some_days_ago_is_heard() -> None:
    signed = (NOW - timedelta(days=6)).isoformat()
    assert sns(posted.amazon(), posted.sns({"eventType": "Open"}, Timestamp=signed)).ignored == 1


@pytest.mark.parametrize(
    "more",
    [
        {"TopicArn": posted.TOPIC + "2"},
        {"TopicArn": posted.TOPIC.replace("123456789012", "210987654321")},
        {"TopicArn": posted.TOPIC.replace("eu-central-1", "us-east-1")},
        {"TopicArn": ""},
        {"TopicArn": ["x"]},
    ],
)
def test_another_topic_is_refused_before_anybody_is_asked(more: dict[str, Any]) -> None:
    web = posted.amazon()
    with pytest.raises(NotProven, match="another topic"):
        sns(web, posted.sns({}, **more))
    assert web.asked == []


@pytest.mark.parametrize(
    "address",
    [
        "http://sns.eu-central-1.amazonaws.com/SimpleNotificationService-01.pem",
        "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-01.pem",
        "https://sns.eu-central-1.amazonaws.com.evil.example/SimpleNotificationService-01.pem",
        "https://evil.example/sns.eu-central-1.amazonaws.com/SimpleNotificationService-01.pem",
        "https://sns.eu-central-1.amazonaws.com@evil.example/SimpleNotificationService-01.pem",
        "https://sns.eu-central-1.amazonaws.com:8443/SimpleNotificationService-01.pem",
        "https://bucket.s3.eu-central-1.amazonaws.com/SimpleNotificationService-01.pem",
        "https://sns.eu-central-1.amazonaws.com/a/SimpleNotificationService-01.pem",
        "https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-01.pem?x=1",
        "https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-01.pem#x",
        "https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-01.pem%0d%0a",
        "https://sns.eu-central-1.amazonaws.com/?Action=Publish",
        "https://[",
        "",
    ],
)
def test_a_certificate_comes_from_sns_in_the_topics_region_or_not_at_all(address: str) -> None:
    web = posted.amazon()
    with pytest.raises(NotProven):
        sns(web, posted.sns({}, SigningCertURL=address))
    assert web.asked == []


def test_in_china_amazon_has_another_name() -> None:
    topic = "arn:aws-cn:sns:cn-north-1:123456789012:leadbridge"
    address = "https://sns.cn-north-1.amazonaws.com.cn/SimpleNotificationService-01.pem"
    web = Web({address: (200, posted.certificate(posted.rsa_key()))})
    request = posted.sns({"eventType": "Open"}, TopicArn=topic, SigningCertURL=address)
    assert sns(web, request, topic).ignored == 1


@pytest.mark.parametrize(
    "pem",
    [
        posted.certificate(posted.rsa_key(3)),
        posted.certificate(posted.rsa_key(), until=NOW - timedelta(seconds=1)),
        posted.certificate(posted.rsa_key(), until=NOW + timedelta(days=366)),
        posted.certificate(posted.rsa_key(), name="sns.evil.example"),
        b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        b"<html>",
        b"",
    ],
    ids=["another key", "expired", "not yet valid", "another name", "broken", "a page", "nothing"],
)
def test_a_certificate_that_is_not_right_proves_nothing(pem: bytes) -> None:
    with pytest.raises(NotProven):
        sns(Web({posted.CERTIFICATE: (200, pem)}), SES)


def test_a_weak_key_proves_nothing() -> None:
    key = posted.rsa_key(4, 1024)
    with pytest.raises(NotProven, match="not strong enough"):
        sns(Web({posted.CERTIFICATE: (200, posted.certificate(key))}), posted.sns({}, key=key))


@pytest.mark.parametrize("answer", [(503, b""), (429, b""), Unreachable("silence")])
def test_an_amazon_that_is_away_refuses_nobody(answer: tuple[int, bytes] | Exception) -> None:
    with pytest.raises(Unreachable):
        sns(Web({posted.CERTIFICATE: answer}), SES)


def test_a_certificate_is_fetched_once() -> None:
    web = posted.amazon()
    reader = Ses([posted.TOPIC], web)
    for _ in range(5):
        reader.read(SES)
    assert web.asked == [posted.CERTIFICATE]


def test_strangers_cannot_make_us_ask_again_and_again() -> None:
    web = posted.amazon()
    reader = Ses([posted.TOPIC], web)
    reader.read(SES)
    for number in range(30):
        address = posted.CERTIFICATE.replace("0123", f"{number:04}")
        with pytest.raises((NotProven, Unreachable)):
            reader.read(posted.sns({}, SigningCertURL=address))
    assert len(web.asked) == 10
    assert reader.read(SES).ignored == 1


@pytest.mark.parametrize("version", ["", "0", "3", "2.0"])
def test_an_unknown_version_or_type_is_refused(version: str) -> None:
    with pytest.raises(NotProven):
        sns(posted.amazon(), posted.sns({}, version=version))
    with pytest.raises(NotProven):
        sns(posted.amazon(), posted.sns({}, Type="Something"))


def test_a_subscription_is_confirmed_once_it_is_proven() -> None:
    web = posted.amazon()
    request = posted.wants_confirmation()
    address = json.loads(request.body)["SubscribeURL"]
    web.answers[address] = (200, b"<ConfirmSubscriptionResponse/>")
    assert sns(web, request).ignored == 1
    assert web.asked == [posted.CERTIFICATE, address]


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/?Action=ConfirmSubscription",
        "http://169.254.169.254/latest/meta-data/",
        f"http://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn={posted.TOPIC}",
        f"https://sns.eu-central-1.amazonaws.com/?Action=DeleteTopic&TopicArn={posted.TOPIC}",
        f"https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn={posted.TOPIC}2",
        f"https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn={posted.TOPIC}",
        "https://[",
        "",
    ],
)
def test_a_subscription_is_confirmed_at_sns_only(address: str) -> None:
    web = posted.amazon()
    with pytest.raises(NotProven):
        sns(web, posted.wants_confirmation(SubscribeURL=address))
    assert web.asked == [posted.CERTIFICATE]


def test_an_unproven_subscription_is_not_confirmed() -> None:
    web = posted.amazon()
    with pytest.raises(NotProven):
        sns(web, posted.wants_confirmation(Signature=base64.b64encode(b"x" * 256).decode()))
    assert web.asked == [posted.CERTIFICATE]


def test_a_confirmation_that_fails_is_asked_for_again() -> None:
    with pytest.raises(Unreachable):
        sns(posted.amazon(), posted.wants_confirmation())


def test_that_events_will_not_come_any_more_is_said_aloud(caplog: pytest.LogCaptureFixture) -> None:
    web = posted.amazon()
    assert sns(web, posted.wants_confirmation(Type="UnsubscribeConfirmation")).ignored == 1
    assert web.asked == [posted.CERTIFICATE]
    assert "events will not come any more" in caplog.text
