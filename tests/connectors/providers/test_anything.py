"""Whatever is thrown at a provider's reader: told, shown to somebody, or refused, and never anything else."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.providers.hook import NotProven, Unreachable
from tests.connectors.providers import posted
from tests.connectors.providers.known import GOOD, provider
from tests.connectors.providers.posted import changed

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=8,
)
WORDS = """
    RecordType ID Type Email Details BouncedAt Metadata SuppressionReason Recipient Origin SuppressSending ChangedAt
    event email reason status type smtp-id sg_event_id timestamp severity message recipient delivery-status reject
    message-id ts_epoch notificationType eventType bounce complaint mail bouncedRecipients complainedRecipients
    bounceType feedbackId headers commonHeaders code extended description tags mime id time
    Bounce SpamComplaint SubscriptionChange HardBounce bounce failed hard_bounce failure abuse Complaint Reject
    dropped anna@beispiel.example 1795192434 1e400 nan
"""
NAMES = st.sampled_from(WORDS.split())
VALUES = NAMES | ANYTHING
EVENT = st.dictionaries(NAMES, VALUES | st.dictionaries(NAMES, VALUES, max_size=4), max_size=8)
QUIET = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@QUIET
@given(event=EVENT | ANYTHING)
def test_any_event_with_a_good_proof_is_told_or_shown(event: Any) -> None:
    form = {str(name): str(value) for name, value in event.items()} if isinstance(event, dict) else {"x": "y"}
    safe = {name: value.encode(errors="replace").decode() for name, value in form.items()}
    for name, request in {
        "postmark": posted.logged_in("postmark", [event]),
        "brevo": posted.logged_in("brevo", [event]),
        "mailgun": posted.mailgun(event),
        "sendgrid": posted.sendgrid([event, event]),
        "ses": posted.sns(event),
        "smtpeter": posted.smtpeter(safe or {"x": "y"}),
    }.items():
        told = provider(name).read(request)
        assert len(told.notices) + told.ignored + len(told.unreadable) >= 1
        assert all(notice.words.isprintable() and notice.key for notice in told.notices)


@QUIET
@given(body=st.binary(max_size=200) | EVENT.map(posted.as_json), noise=st.text(max_size=40))
def test_any_body_is_told_shown_or_refused(body: bytes, noise: str) -> None:
    for name, good in GOOD.items():
        for request in (
            changed(good, body=body),
            changed(good, authorization=noise, signature=noise, body=body),
        ):
            try:
                provider(name).read(request)
            except (NotProven, Unreachable):
                continue


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"a":' * 100_000, b"9" * 100_000, b"[]", b"\xff", b""])
def test_a_body_that_is_no_event_is_shown(body: bytes) -> None:
    told = provider("postmark").read(posted.logged_in("postmark", body))
    assert (told.notices, told.ignored) == ((), 0)
    assert len(told.unreadable) == (0 if body == b"[]" else 1)
    assert all(len(text) <= 10_000 for text in told.unreadable)
