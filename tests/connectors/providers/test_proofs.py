"""Who is believed: nothing that was changed, is stale, or was proven by somebody else."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from connectors.providers.hook import HookRequest, NotProven, Report
from connectors.providers.mailgun import Mailgun
from connectors.providers.postmark import Postmark
from connectors.providers.sendgrid import SendGrid
from connectors.providers.smtpeter import SmtPeter
from tests.connectors.providers import posted
from tests.connectors.providers.known import GOOD, POSTMARK, SENDGRID, provider
from tests.connectors.providers.posted import NOW, changed


def why_refused(name: str, request: HookRequest) -> str:
    """Why a request is refused, that must not be believed."""
    with pytest.raises(NotProven) as caught:
        provider(name).read(request)
    return str(caught.value)


def is_heard(name: str, request: HookRequest) -> bool:
    """Whether a request is believed."""
    try:
        provider(name).read(request)
    except NotProven:
        return False
    return True


@pytest.mark.parametrize("name", GOOD)
def test_who_proves_it_is_heard(name: str) -> None:
    assert provider(name).read(GOOD[name]) == Report(ignored=1)


@pytest.mark.parametrize("name", GOOD)
def test_who_proves_nothing_is_not(name: str) -> None:
    body = {"mailgun": b'{"event-data": {}}', "ses": b'{"Type": "Notification"}'}.get(name, GOOD[name].body)
    assert why_refused(name, HookRequest(f"/hooks/{name}", {}, body, NOW))


@pytest.mark.parametrize("name", ["sendgrid", "ses", "smtpeter", "mailgun"])
def test_no_byte_of_a_signed_body_can_be_changed(name: str) -> None:
    request = GOOD[name]
    kept = [
        at
        for at in range(len(request.body))
        if is_heard(name, changed(request, body=_flipped(request.body, at)))
    ]
    assert kept == [] or name in UNSIGNED
    assert all(request.body[at : at + 1] in UNSIGNED[name](request.body, at) for at in kept)


def _flipped(body: bytes, at: int) -> bytes:
    return body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :]


UNSIGNED: dict[str, Callable[[bytes, int], bytes]] = {
    # Mailgun signs time and token only: the event, which comes last, is its word alone
    "mailgun": lambda body, at: body[at : at + 1] if at > body.index(b'"event-data"') else b"",
    # SNS does not sign how to leave, nor the name of that field
    "ses": lambda body, at: body[at : at + 1] if at > body.index(b'"UnsubscribeURL"') else b"",
}


# Logins


@pytest.mark.parametrize("name", ["postmark", "brevo"])
@pytest.mark.parametrize(
    "login",
    [
        "leadbridge:another-long-password",
        "somebody:a-password-of-the-tests",
        "leadbridge:",
        ":",
        "leadbridge",
    ],
)
def test_another_login_is_refused(name: str, login: str) -> None:
    assert why_refused(name, posted.logged_in(name, {}, login)) == "the login is missing or wrong"


@pytest.mark.parametrize(
    "given", ["", "Basic", "Basic %", "Basic ü", "Digest x", "Bearer", "Basic " + "A" * 99]
)
def test_nonsense_is_no_login(given: str) -> None:
    why_refused("postmark", changed(POSTMARK, authorization=given))


def test_a_token_is_a_login_where_the_provider_sends_one() -> None:
    assert is_heard("brevo", posted.logged_in("brevo", {"event": "delivered"}, posted.TOKEN))
    assert not is_heard("brevo", posted.logged_in("brevo", {"event": "delivered"}, posted.TOKEN[:-1]))


def test_logins_and_keys_are_rotated_without_a_refused_event() -> None:
    new = "leadbridge:the-next-long-password"
    both = Postmark([new, posted.LOGIN])
    for login in (new, posted.LOGIN):
        assert both.read(posted.logged_in("postmark", {"RecordType": "Open"}, login)).ignored == 1
    other = ec.generate_private_key(ec.SECP256R1())
    keys = SendGrid([posted.shown(other), posted.shown(posted.sendgrid_key())])
    for key in (other, posted.sendgrid_key()):
        assert keys.read(posted.sendgrid([{"event": "open"}], key=key)).ignored == 1
    signing = Mailgun(["the-next-signing-key", posted.SIGNING_KEY])
    for secret in ("the-next-signing-key", posted.SIGNING_KEY):
        assert signing.read(posted.mailgun({"event": "opened"}, key=secret)).ignored == 1


# Times


@pytest.mark.parametrize(
    ("name", "made", "oldest"),
    [
        ("mailgun", lambda at: posted.mailgun({"event": "opened"}, at=at), timedelta(hours=9)),
        ("sendgrid", lambda at: posted.sendgrid([{"event": "open"}], at=at), timedelta(hours=25)),
        ("smtpeter", lambda at: posted.smtpeter({"type": "open"}, at=at), timedelta(minutes=5)),
    ],
)
def test_what_is_stale_or_still_to_come_is_refused(
    name: str, made: Callable[[datetime], HookRequest], oldest: timedelta
) -> None:
    second = timedelta(seconds=1)
    assert is_heard(name, made(NOW - oldest + second))
    assert not is_heard(name, made(NOW - oldest - second))
    assert is_heard(name, made(NOW + timedelta(seconds=299)))
    assert not is_heard(name, made(NOW + timedelta(seconds=301)))


# Replays


@pytest.mark.parametrize("moved", [1, 2, 3])
def test_what_mailgun_signed_cannot_be_cut_elsewhere(moved: int) -> None:
    event = {"event": "complained", "recipient": "anna@beispiel.example"}
    asked = posted.mailgun(event, token="e0" + "1" * 48)
    said = json.loads(asked.body)
    time, token = said["signature"]["timestamp"], said["signature"]["token"]
    cut = {"timestamp": time + token[:moved], "token": token[moved:]}
    forged = json.dumps(said | {"signature": said["signature"] | cut}).encode()
    assert Mailgun([posted.SIGNING_KEY]).read(asked).notices
    with pytest.raises(NotProven):
        Mailgun([posted.SIGNING_KEY]).read(replace(asked, body=forged))


def test_mailguns_token_makes_one_notice_whatever_stands_beside_it_the_second_time() -> None:
    """The event is not signed: whoever saw a request could put another event beside its signature."""
    first = {"event": "failed", "severity": "permanent", "recipient": posted.ANNA}
    second = {"event": "complained", "recipient": "hugo@beispiel.example"}
    keys = {
        Mailgun([posted.SIGNING_KEY]).read(posted.mailgun(event)).notices[0].key for event in (first, second)
    }
    assert len(keys) == 1
    other = Mailgun([posted.SIGNING_KEY]).read(posted.mailgun(first, token="b" * 50))
    assert other.notices[0].key not in keys


def test_what_is_told_twice_has_the_same_key() -> None:
    bounce = {"type": "failure", "id": "1", "recipient": posted.ANNA, "time": "1795192434", "code": "550"}
    reader = SmtPeter([posted.ACCOUNT], posted.PUBLIC_URL, posted.copernica())
    first = reader.read(posted.smtpeter(bounce)).notices
    again = reader.read(posted.smtpeter(bounce, at=NOW - timedelta(minutes=1), x_nonce="other")).notices
    assert [one.key for one in first] == [one.key for one in again]


# SendGrid


def test_another_key_or_time_is_refused() -> None:
    other = ec.generate_private_key(ec.SECP256R1())
    why_refused("sendgrid", posted.sendgrid([{"event": "open"}], key=other))
    later = str(int(NOW.timestamp()) + 1)
    why_refused("sendgrid", changed(SENDGRID, x_twilio_email_event_webhook_timestamp=later))
    for nonsense in ("", "%", "AAAA", "ü"):
        why_refused("sendgrid", changed(SENDGRID, x_twilio_email_event_webhook_signature=nonsense))


def test_a_request_that_sendgrid_itself_signed_is_believed() -> None:
    """The example of its own libraries (github.com/sendgrid), which cannot be put into other words: it is signed."""
    key = (
        "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE83T4O/n84iotIvIW4mdBgQ/7dAfSmpqIM8kF9mN1flpVKS3GRqe62gw+2fNN"
        "RaINXvVpiglSI8eNEc6wEA3F+g=="
    )
    event = {
        "email": "hello@world.com",
        "event": "dropped",
        "reason": "Bounced Address",
        "sg_event_id": "ZHJvcC0xMDk5NDkxOS1MUnpYbF9OSFN0T0doUTRrb2ZTbV9BLTA",
        "sg_message_id": "LRzXl_NHStOGhQ4kofSm_A.filterdrecv-p3mdw1-756b745b58-kmzbl-18-5F5FC76C-9.0",
        "smtp-id": "<LRzXl_NHStOGhQ4kofSm_A@ismtpd0039p1iad1.sendgrid.net>",
        "timestamp": 1600112492,
    }
    signature = (
        "MEUCIGHQVtGj+Y3LkG9fLcxf3qfI10QysgDWmMOVmxG0u6ZUAiEAyBiXDWzM+uOe5W0JuG+luQAbPIqHh89M15TluLtEZtM="
    )
    request = posted.request(
        "sendgrid",
        json.dumps([event], separators=(",", ":")).encode() + b"\r\n",
        x_twilio_email_event_webhook_signature=signature,
        x_twilio_email_event_webhook_timestamp="1600112502",
    )
    then = replace(request, at=datetime(2020, 9, 14, 19, 41, 45, tzinfo=UTC))
    [notice] = SendGrid([key]).read(then).notices
    assert (notice.trouble, notice.key) == ("hard", event["sg_event_id"])
