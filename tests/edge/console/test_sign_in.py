"""Signing in to the console: who is let in, what a session is worth, and what other websites cannot do."""

import pytest

from bridge.edge.console.frame import safe_next
from bridge.flow.console_accounts import add_account
from bridge.store.tables import audit_log, console_sessions
from tests.edge.console.conftest import PASSWORD, SignIn
from tests.edge.site import CSP, Site
from tests.house import House

KIM = "kim@example.com"


@pytest.fixture
def known(house: House) -> None:
    """Kim has an account."""
    with house.unit() as unit:
        add_account(unit, KIM, "Kim Beispiel", "viewer", PASSWORD)


@pytest.mark.usefixtures("known")
def test_whoever_knows_the_password_is_let_in_and_that_is_noted(site: Site, house: House) -> None:
    answer = site.post("/console/sign-in", {"email": "KIM@example.com", "password": PASSWORD})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/console")
    cookie = answer.headers["Set-Cookie"]
    for part in ("__Host-leadbridge=", "Secure", "HttpOnly", "Path=/", "SameSite=Lax"):
        assert part in cookie
    page = site.get("/console", headers={"Cookie": cookie.partition(";")[0]})
    assert page.status_code == 200
    assert page.headers["Content-Security-Policy"] == CSP
    assert page.headers["Cache-Control"] == "no-store"
    [noted] = house.rows(audit_log)
    assert (noted.who, noted.what) == (KIM, "account.signed_in")


@pytest.mark.usefixtures("known")
def test_an_unknown_address_and_a_wrong_password_get_the_same_answer(site: Site) -> None:
    answers = [
        site.post("/console/sign-in", {"email": email, "password": "something else entirely"})
        for email in (KIM, "lea@example.com")
    ]
    assert {answer.status_code for answer in answers} == {422}
    assert answers[0].text.replace(KIM, "") == answers[1].text.replace("lea@example.com", "")


@pytest.mark.usefixtures("known")
def test_guessing_is_stopped_even_with_the_right_password(site: Site) -> None:
    for _ in range(10):
        site.post("/console/sign-in", {"email": KIM, "password": "something else entirely"})
    assert site.post("/console/sign-in", {"email": KIM, "password": PASSWORD}).status_code == 429


def test_nobody_sees_a_page_without_signing_in(site: Site) -> None:
    answer = site.get("/console?days=30")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/console/sign-in")


def test_a_session_ends_with_the_working_day_and_with_two_idle_hours(sign_in: SignIn, house: House) -> None:
    kim = sign_in()
    for _ in range(6):
        house.clock.move(minutes=119)
        assert kim.get("/console").status_code == 200
    house.clock.move(minutes=10)
    assert kim.get("/console").status_code == 303, "twelve hours"


def test_whoever_is_idle_signs_in_again(sign_in: SignIn, house: House) -> None:
    kim = sign_in()
    house.clock.move(minutes=121)
    assert kim.get("/console").status_code == 303


def test_signing_out_ends_the_session_for_good(sign_in: SignIn, house: House) -> None:
    kim = sign_in()
    kim.post("/console/sign-out")
    assert house.rows(console_sessions) == []
    assert kim.get("/console").status_code == 303


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example.net"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}]
)
def test_posts_of_other_websites_are_refused(sign_in: SignIn, headers: dict[str, str]) -> None:
    kim = sign_in()
    assert kim.post("/console/sign-out", headers=headers).status_code == 403
    assert kim.get("/console").status_code == 200


@pytest.mark.parametrize(
    ("asked", "goes"),
    [
        ("/console/profiles?q=a", "/console/profiles?q=a"),
        ("https://evil.example.net/console", "/console"),
        ("//evil.example.net/console", "/console"),
        ("/\\evil.example.net", "/console"),
        ("javascript:alert(1)", "/console"),
        ("//[", "/console"),
        (None, "/console"),
    ],
)
def test_after_signing_in_one_goes_to_pages_of_the_console_only(asked: str | None, goes: str) -> None:
    assert safe_next(asked) == goes
