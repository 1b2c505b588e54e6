"""Events of mail providers over HTTP: who is heard, what is written down, what is answered."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from werkzeug.test import TestResponse

from bridge.clock import utc_now
from bridge.intake.reading import UnreadableRecord, parse_record
from bridge.wiring.hooks import Hooks
from connectors.providers.hook import HookRequest, Unreachable
from tests.connectors.providers import posted
from tests.connectors.providers.posted import Dns, Web
from tests.edge.conftest import Open
from tests.edge.site import Site
from tests.house import Clock

SETTINGS = {
    "HOOK_POSTMARK": posted.LOGIN,
    "HOOK_SES": posted.TOPIC,
    "HOOK_MAILGUN": posted.SIGNING_KEY,
    "HOOK_SENDGRID": posted.shown(posted.sendgrid_key()),
    "HOOK_BREVO": posted.LOGIN,
    "HOOK_SMTPETER": posted.ACCOUNT,
}
FAILED = {"event": "failed", "severity": "permanent", "reason": "bounce", "recipient": posted.ANNA}
BOUNCE = {"RecordType": "Bounce", "ID": 1, "Type": "HardBounce", "Email": posted.ANNA}
SES_BOUNCE = {
    "eventType": "Bounce",
    "bounce": {
        "bounceType": "Permanent",
        "bouncedRecipients": [{"emailAddress": posted.ANNA}],
        "feedbackId": "feed",
    },
}
BOUNCES: dict[str, Callable[[], HookRequest]] = {
    "postmark": lambda: posted.logged_in("postmark", BOUNCE),
    "ses": lambda: posted.sns(SES_BOUNCE),
    "mailgun": lambda: posted.mailgun(FAILED),
    "sendgrid": lambda: posted.sendgrid([{"event": "bounce", "sg_event_id": "1", "email": posted.ANNA}]),
    "brevo": lambda: posted.logged_in("brevo", {"event": "hard_bounce", "email": posted.ANNA}),
    "smtpeter": lambda: posted.smtpeter(
        {"type": "failure", "id": "1", "recipient": posted.ANNA, "code": "550", "description": "unknown user"}
    ),
}


def listening(open_one: Open, web: Web | None = None, dns: Dns | None = None, **settings: str) -> Site:
    """A site that listens to all providers, with neither database nor Redis, at the time of `posted`."""
    site = open_one(clock=Clock(posted.NOW), **(SETTINGS | settings))
    site.services.hooks = Hooks(site.services.settings, web or posted.amazon(), dns or posted.copernica())
    return site


PROOFS = {
    "postmark": ("Basic", "HTTP basic authentication with a user and password"),
    "ses": ("Signature", "a message that Amazon SNS signed within a week, of a topic"),
    "mailgun": ("Signature", "a signature in the body that is at most nine hours old, by a key"),
    "sendgrid": ("Signature", "a signed event webhook that is at most 25 hours old, by a key"),
    "brevo": ("Basic", "HTTP basic authentication with a user and password, or a bearer token,"),
    "smtpeter": ("Signature", "a request that Copernica signed within five minutes, for an account"),
}
"""By which each is asked to prove itself."""


@pytest.fixture
def site(open_one: Open) -> Site:
    """A site that listens to all providers."""
    return listening(open_one)


def post(site: Site, request: HookRequest) -> TestResponse:
    """Post what a provider posts."""
    return site.post(request.target, request.body, headers=dict(request.headers))


@pytest.mark.parametrize("provider", BOUNCES)
def test_a_bounce_is_on_the_disk_before_it_is_answered(site: Site, provider: str) -> None:
    response = post(site, BOUNCES[provider]())
    assert (response.status_code, response.json) == (200, {"taken": 1, "ignored": 0, "unreadable": 0})
    record = site.only_record()
    assert record["kind_of_record"] == "notice"
    assert (record["source"], record["trouble"], record["recipient"]) == (provider, "hard", posted.ANNA)


@pytest.mark.parametrize("provider", BOUNCES)
def test_what_is_not_proven_is_refused_so_that_it_is_tried_again(site: Site, provider: str) -> None:
    request = BOUNCES[provider]()
    broken = b'{"signature": {}, "event-data": {}}' if provider == "mailgun" else request.body[:-2] + b" }"
    forged = posted.changed(request, body=broken, authorization="Basic bm9ib2R5Om5vdGhpbmc=")
    response = post(site, forged)
    assert response.status_code == 401
    scheme, proof = PROOFS[provider]
    assert response.headers["WWW-Authenticate"] == f'{scheme} realm="leadbridge"'
    expected = f"expected {proof} from LEADBRIDGE_HOOK_{provider.upper()}"
    assert response.json == {"error": expected, "status": 401}
    assert site.journalled() == []


@pytest.mark.parametrize("provider", [*BOUNCES, "sparkpost", "x" * 300, "%00", "..%2Fpostmark"])
def test_who_is_not_named_by_a_setting_is_not_there(edge: Site, provider: str) -> None:
    response = edge.post(f"/hooks/{provider}", b"{}", headers=dict(posted.logged_in("postmark", {}).headers))
    assert response.status_code == 404
    assert response.mimetype == "application/json" or "/" in provider


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE"])
@pytest.mark.parametrize("provider", BOUNCES)
def test_hooks_are_for_posting(site: Site, method: str, provider: str) -> None:
    response = site.client.open(f"/hooks/{provider}", method=method)
    assert response.status_code == 405
    assert set(response.headers["Allow"].split(", ")) == {"OPTIONS", "POST"}


@pytest.mark.parametrize("method", ["GET", "PUT", "OPTIONS"])
@pytest.mark.parametrize("provider", ["ses", "sparkpost", ""])
def test_who_is_not_named_by_a_setting_is_not_there_by_any_method(
    edge: Site, method: str, provider: str
) -> None:
    assert edge.client.open(f"/hooks/{provider}", method=method).status_code == 404


@pytest.mark.parametrize("part", ["edge", "pages", "all"])
def test_every_web_part_listens(open_one: Open, part: Any) -> None:
    site = open_one(part=part, HOOK_POSTMARK=posted.LOGIN)
    assert post(site, BOUNCES["postmark"]()).status_code == 200


def test_when_nothing_can_be_written_the_provider_is_asked_to_come_again(site: Site) -> None:
    site.services.journal.close()
    response = post(site, BOUNCES["postmark"]())
    assert (response.status_code, response.headers["Retry-After"]) == (503, "5")
    opened = posted.logged_in("postmark", {"RecordType": "Open"})
    assert post(site, opened).status_code == 200  # there is nothing to be written


@pytest.mark.parametrize("provider", ["ses", "smtpeter"])
def test_when_the_proof_cannot_be_had_the_provider_is_asked_to_come_again(
    open_one: Open, provider: str
) -> None:
    away = Unreachable("silence")
    site = listening(open_one, Web({posted.CERTIFICATE: away}), Dns({posted.KEY_NAME: away}))
    response = post(site, BOUNCES[provider]())
    assert (response.status_code, response.headers["Retry-After"]) == (503, "5")
    assert site.journalled() == []


def test_many_events_are_written_at_once_or_not_at_all(site: Site) -> None:
    events = [{"event": "bounce", "sg_event_id": str(n), "email": f"p{n}@firma.example"} for n in range(1500)]
    response = post(site, posted.sendgrid(events))
    assert response.json == {"taken": 1500, "ignored": 0, "unreadable": 0}
    assert [record["key"] for record in site.journalled()] == [str(n) for n in range(1500)]


def test_up_to_a_megabyte_is_taken(site: Site) -> None:
    events = [{"event": "delivered", "sg_event_id": str(n), "padding": "x" * 1000} for n in range(900)]
    assert post(site, posted.sendgrid(events)).json == {"taken": 0, "ignored": 900, "unreadable": 0}
    assert post(site, posted.sendgrid(events * 2)).status_code == 413
    assert post(site, posted.sendgrid(b" " * (1024 * 1024 + 1))).status_code == 413


def test_other_routes_take_no_more_than_before(site: Site) -> None:
    assert site.post("/forms/rueckruf", b"x" * 70_000, content_type="text/plain").status_code == 413


STRANGE = [
    posted.logged_in("postmark", b"not json"),
    posted.logged_in("postmark", {"RecordType": "Bounce", "Type": "HardBounce"}),
    posted.logged_in("postmark", "\x00 \ud800"),
    posted.sendgrid([["?"]]),
    posted.mailgun(None),
    posted.sns("no JSON"),
    posted.smtpeter(b"nothing"),
]


@pytest.mark.parametrize("request_", STRANGE)
def test_what_is_proven_but_makes_no_sense_is_kept_for_somebody_to_look_at(
    site: Site, request_: HookRequest
) -> None:
    """Answered 200, for it would make no more sense the next time; ingest buries it."""
    response = post(site, request_)
    assert (response.status_code, response.json) == (200, {"taken": 0, "ignored": 0, "unreadable": 1})
    record = site.only_record()
    assert record["raw"]
    with pytest.raises(UnreadableRecord):
        parse_record(site.ids()[0], record.pop("kind_of_record"), utc_now(), json.dumps(record))


def test_the_journal_holds_nothing_that_ingest_could_not_read(site: Site) -> None:
    for make in BOUNCES.values():
        post(site, make())
    for record_id, record in zip(site.ids(), site.journalled(), strict=True):
        notice = parse_record(record_id, record.pop("kind_of_record"), utc_now(), json.dumps(record)).body
        assert notice.source in BOUNCES  # type: ignore[union-attr]


def test_refusals_are_logged_without_what_was_sent(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    post(site, posted.logged_in("postmark", BOUNCE, "somebody:with-another-password"))
    [line] = [record for record in caplog.records if record.name == "bridge.edge.hooks"]
    assert vars(line) | {"provider": "postmark", "reason": "the login is missing or wrong"} == vars(line)
    assert posted.ANNA not in caplog.text
    assert "another-password" not in caplog.text


def test_smtpeter_is_asked_by_the_address_that_people_use(open_one: Open) -> None:
    site = listening(open_one, PUBLIC_URL="https://leads.example.com/bridge")
    below = posted.smtpeter(
        {"type": "open"}, change=lambda made: replace(made, target="/bridge/hooks/smtpeter")
    )
    assert post(site, replace(below, target="/hooks/smtpeter")).status_code == 200


def test_events_are_counted_by_provider_and_meaning(site: Site) -> None:
    post(site, BOUNCES["postmark"]())
    post(site, posted.logged_in("postmark", {"RecordType": "Open"}))
    post(site, posted.logged_in("postmark", b"?"))
    post(site, posted.logged_in("postmark", {}, "somebody:with-another-password"))
    metrics = site.get("/metrics").get_data(as_text=True)
    for what in ("hard", "ignored", "unreadable", "refused"):
        assert f'leadbridge_hook_events_total{{provider="postmark",what="{what}"}} 1.0' in metrics


def test_nobody_learns_by_the_answer_which_half_of_a_login_was_right(site: Site) -> None:
    answers = {
        post(site, posted.logged_in("postmark", BOUNCE, login)).get_data()
        for login in ("leadbridge:with-another-password", "somebody:a-password-of-the-tests", "x:y")
    }
    assert len(answers) == 1
    assert json.loads(answers.pop())["status"] == 401
