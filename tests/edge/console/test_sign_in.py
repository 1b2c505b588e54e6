"""Signing in to the console: who is let in, what a session is worth, and what other websites cannot do."""

import re
from threading import Thread

import pytest
from argon2 import PasswordHasher, extract_parameters

from bridge.app import create_app
from bridge.edge.console.frame import form_token, safe_next
from bridge.edge.limits import Door, sign_in_limits
from bridge.errors import InvalidFields, SessionOver
from bridge.flow.accounts.console_accounts import (
    NOBODYS,
    Role,
    account_of,
    add_account,
    begin_session,
    change_password,
    check_password,
    complete_session,
    renew_session,
    session_of,
    set_password,
)
from bridge.flow.accounts.manage_accounts import change_account, follow_provider
from bridge.store.tables import accounts, audit_log, console_sessions
from tests.edge.console.conftest import PASSWORD, SignIn
from tests.edge.site import CSP, Site, with_cookies
from tests.edge.test_pages import snapshot
from tests.house import House
from tests.statements import statements

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


@pytest.mark.parametrize(
    ("role", "asked", "goes"),
    [
        ("sales", "", "/console/handovers"),
        ("sales", "/console", "/console/handovers"),
        ("sales", "//evil.example.net", "/console/handovers"),
        ("sales", "/console?per=year", "/console?per=year"),
        ("sales", "/console/profiles?q=a", "/console/profiles?q=a"),
        ("marketing", "", "/console"),
        ("admin", "/console/outbox", "/console/outbox"),
    ],
)
def test_the_day_of_sales_begins_on_the_board_unless_another_page_was_asked_for(
    site: Site, house: House, role: Role, asked: str, goes: str
) -> None:
    with house.unit() as unit:
        add_account(unit, KIM, "Kim Beispiel", role, PASSWORD)
    assert site.post("/console/sign-in", RIGHT | {"next": asked}).headers["Location"] == goes
    assert site.get(goes).status_code == 200


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


WRONG = {"email": KIM, "password": "something else entirely"}
RIGHT = {"email": KIM, "password": PASSWORD}


def from_network(site: Site, number: int, sent: dict[str, str]) -> int:
    """The status of a try that comes from one of many networks, in a browser that nobody knows."""
    there = {"REMOTE_ADDR": f"203.0.113.{number}"}
    return with_cookies(site).post("/console/sign-in", data=sent, environ_overrides=there).status_code


def exceeded(site: Site, door: Door, networks: int, tries: int, account: str = KIM) -> list[bool]:
    """Whether it was too much each time, for an account that so many networks try so often each."""
    app, found = create_app(site.services), []
    for number in range(networks):
        for _ in range(tries):
            with app.test_request_context(environ_base={"REMOTE_ADDR": f"198.51.100.{number}"}):
                found.append(sign_in_limits().exceeded(door, account))
    return found


@pytest.mark.usefixtures("known")
def test_who_fails_in_one_network_keeps_nobody_in_another_from_signing_in_and_fills_no_table(
    site: Site, house: House
) -> None:
    assert [from_network(site, 1, WRONG) for _ in range(60)] == [422] * 10 + [429] * 50
    assert from_network(site, 2, RIGHT) == 303
    assert [one.what for one in house.rows(audit_log)] == ["account.sign_in_failed"] * 10 + [
        "account.signed_in"
    ]


@pytest.mark.usefixtures("known")
def test_who_fails_in_many_networks_keeps_nobody_out_of_a_browser_that_is_known(site: Site) -> None:
    assert site.post("/console/sign-in", RIGHT).status_code == 303
    site.client.delete_cookie("__Host-leadbridge")
    assert exceeded(site, "sign-in", networks=6, tries=10).count(False) == 49, "with the one that was right"
    assert from_network(site, 100, RIGHT) == 429
    assert site.post("/console/sign-in", RIGHT).status_code == 303
    for _ in range(10):
        site.post("/console/sign-in", WRONG)
    assert site.post("/console/sign-in", RIGHT).status_code == 429, "it may fail as often as a network"


@pytest.mark.parametrize(("door", "most"), [("sign-in", 50), ("link", 50), ("code", 10), ("password", 10)])
def test_each_door_counts_by_itself_and_codes_are_tried_least(site: Site, door: Door, most: int) -> None:
    for other in ("sign-in", "link", "code", "password"):
        if other != door:
            exceeded(site, other, networks=6, tries=12)
    assert exceeded(site, door, networks=6, tries=12).count(False) == most
    assert exceeded(site, door, networks=1, tries=60, account="lea@example.com").count(False) == 10


def test_tries_for_nobodys_address_are_noted_up_to_a_bound(site: Site) -> None:
    with create_app(site.services).app_context():
        assert [sign_in_limits().is_told("nobody") for _ in range(120)].count(True) == 100


@pytest.mark.usefixtures("known")
def test_beyond_that_bound_the_same_is_done_for_nobody_as_for_somebody_and_nothing_is_kept(
    site: Site, house: House
) -> None:
    exceeded_tellings(site)
    said: list[list[str]] = []
    for email in (KIM, "lea@example.com"):
        with statements(site.services.page_engine) as lines:
            from_network(site, 8, WRONG | {"email": email})
        said.append([one for one in lines if not one.startswith(("RELEASE", "ROLLBACK TO"))])
    assert said[0] == said[1]
    assert any("INSERT INTO audit_log" in one for one in said[0])
    assert [one.who for one in house.rows(audit_log)] == [KIM]


def exceeded_tellings(site: Site) -> None:
    """As many tries for nobody's address as are told."""
    with create_app(site.services).app_context():
        for _ in range(101):
            sign_in_limits().is_told("nobody")


def test_a_password_is_compared_with_nobodys_at_the_price_of_today_and_never_right() -> None:
    assert extract_parameters(NOBODYS) == extract_parameters(PasswordHasher().hash(PASSWORD))
    assert not check_password(None, PASSWORD)


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize("change", ["another account", "made up", "too old"])
def test_a_note_for_something_else_makes_no_browser_known(site: Site, house: House, change: str) -> None:
    with house.unit() as unit:
        add_account(unit, "lea@example.com", "Lea", "viewer", PASSWORD)
    site.post(
        "/console/sign-in",
        {"email": "lea@example.com" if change == "another account" else KIM, "password": PASSWORD},
    )
    if change == "made up":
        site.client.set_cookie("__Host-leadbridge-known", "bWFkZSB1cA.bWFkZSB1cA")
    if change == "too old":
        house.clock.move(days=181)
    for _ in range(10):
        site.post("/console/sign-in", WRONG)
    site.client.set_cookie("__Host-leadbridge-known", "")
    assert site.post("/console/sign-in", RIGHT).status_code == 429, "they counted for the network"


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize("here", [True, False])
def test_a_browser_is_known_by_the_password_that_is_there(site: Site, house: House, here: bool) -> None:
    new = "another long and quiet sentence"
    site.post("/console/sign-in", RIGHT)
    secret = site.client.get_cookie("__Host-leadbridge")
    assert secret
    if here:
        sent = {"_token": form_token(secret.value), "present": PASSWORD, "password": new}
        assert site.post("/console/account/password", sent).status_code == 303
    else:
        with house.unit() as unit:
            set_password(unit, account_of(unit, KIM), new)
    site.client.delete_cookie("__Host-leadbridge")
    exceeded(site, "sign-in", networks=6, tries=10)
    tried = from_network(site, 100, RIGHT | {"password": new})
    assert tried == 429
    statuses = {site.post("/console/sign-in", WRONG).status_code for _ in range(5)}
    assert statuses == ({422} if here else {429})


@pytest.mark.usefixtures("known")
def test_what_is_tried_elsewhere_does_not_count_as_a_try_to_sign_in(site: Site) -> None:
    assert {site.post("/console/password", {"email": KIM}).status_code for _ in range(12)} == {303, 429}
    assert site.post("/console/sign-in", RIGHT).status_code == 303


@pytest.mark.usefixtures("known")
def test_wrong_passwords_are_noted_and_what_nobody_has_is_not_kept(site: Site, house: House) -> None:
    from_network(site, 7, WRONG)
    from_network(site, 7, {"email": "my-password-in-the-wrong-field", "password": ""})
    noted = [(one.who, one.what, one.account_id is None, one.ip) for one in house.rows(audit_log)]
    assert noted == [
        (KIM, "account.sign_in_failed", False, "203.0.113.7"),
        ("unknown", "account.sign_in_failed", True, "203.0.113.7"),
    ]
    assert "wrong-field" not in str(house.rows(audit_log))


@pytest.mark.usefixtures("known")
def test_a_hash_of_former_days_is_made_anew_when_the_password_is_shown(site: Site, house: House) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8192).hash(PASSWORD)
    with house.unit() as unit:
        unit.connection.execute(accounts.update().values(password_hash=weak))
    assert site.post("/console/sign-in", RIGHT).status_code == 303
    [row] = house.rows(accounts)
    assert row.password_hash != weak
    assert not PasswordHasher().check_needs_rehash(row.password_hash)
    assert site.post("/console/sign-in", RIGHT).status_code == 303


@pytest.mark.usefixtures("known")
def test_signing_in_makes_a_session_of_its_own_whatever_the_browser_brings(site: Site, house: House) -> None:
    site.client.set_cookie("__Host-leadbridge", "a secret that somebody else knows")
    answer = site.post("/console/sign-in", RIGHT)
    assert "a secret that somebody else knows" not in answer.headers["Set-Cookie"]
    site.client.set_cookie("__Host-leadbridge", "a secret that somebody else knows")
    assert site.get("/console").status_code == 303


@pytest.mark.parametrize("by", ["password", "provider"])
def test_what_is_changed_while_a_password_is_compared_lets_nobody_in(
    sign_in: SignIn, house: House, by: str
) -> None:
    sign_in("admin", "lea@example.com")
    shown = sign_in("viewer").account
    found: list[object] = []

    def enter() -> None:
        with house.unit() as unit:
            found.append(begin_session(unit, shown, None))

    with house.unit() as unit:
        if by == "password":
            set_password(unit, shown, "another long and quiet sentence")
        else:
            follow_provider(unit, shown)
        entering = Thread(target=enter)
        entering.start()
        entering.join(timeout=0.3)
    entering.join(timeout=10)
    assert found == [None]
    assert [one.account_id for one in house.rows(console_sessions)].count(shown.id) == 0


def test_a_password_that_was_changed_meanwhile_changes_no_password(sign_in: SignIn, house: House) -> None:
    kim = sign_in()
    with house.unit() as unit:
        session = session_of(unit, kim.secret)
    assert session
    with house.unit() as unit:
        set_password(unit, kim.account, "another long and quiet sentence")
    with house.unit() as unit:
        with pytest.raises(InvalidFields):
            change_password(unit, session, PASSWORD, "a third and longer sentence")
        with pytest.raises(SessionOver):
            renew_session(unit, session)
        with pytest.raises(SessionOver):
            complete_session(unit, session)


@pytest.mark.usefixtures("known")
def test_signing_in_over_a_session_ends_it(site: Site, house: House) -> None:
    site.post("/console/sign-in", RIGHT)
    [first] = house.rows(console_sessions)
    site.post("/console/sign-in", RIGHT)
    [second] = house.rows(console_sessions)
    assert first.secret_hash != second.secret_hash
    site.post("/console/sign-in", WRONG)
    assert len(house.rows(console_sessions)) == 1, "who fails ends nothing"


def some(rule: str) -> str:
    """An address of that route."""
    known = re.sub(r"<any\('?([\w-]+).*?>", r"\1", rule)
    return re.sub(r"<[^>]*>", "0190a0b0-0000-7000-8000-000000000001", known)


def test_no_form_is_taken_without_the_token_of_the_session(sign_in: SignIn, site: Site, house: House) -> None:
    kim, lea = sign_in("admin"), sign_in("admin", "lea@example.com")
    app = create_app(site.services)
    rules = [one for one in app.url_map.iter_rules() if "POST" in (one.methods or ())]
    posts = [some(one.rule) for one in rules if hasattr(app.view_functions[one.endpoint], "needs")]
    assert len(posts) > 20
    before = snapshot(house.engine)
    for path in posts:
        for token in ("", form_token(lea.secret)):
            assert kim.post(path, _token=token).status_code == 400, path
    assert snapshot(house.engine) == before


def test_a_role_changes_at_once(sign_in: SignIn, house: House) -> None:
    kim = sign_in("marketing")
    assert kim.get("/console/held").status_code == 200
    with house.unit() as unit:
        change_account(unit, kim.account, "Kim", "viewer", None)
    assert kim.get("/console/held").status_code == 403


def test_no_browser_and_no_cache_keeps_a_page_and_no_other_website_learns_its_address(
    sign_in: SignIn, site: Site
) -> None:
    kim = sign_in("admin")
    rules = [one for one in create_app(site.services).url_map.iter_rules() if "/console" in one.rule]
    looked = [one.rule for one in rules if "GET" in (one.methods or ()) and not one.arguments]
    looked = [path for path in looked if path.startswith("/console")]
    assert len(looked) > 15
    for path in looked:
        for answer in (kim.get(path), with_cookies(site).get(path)):
            assert answer.headers["Cache-Control"] == "no-store", path
            assert answer.headers["Referrer-Policy"] == "same-origin", path
            assert answer.headers["X-Content-Type-Options"] == "nosniff", path


def test_nobody_sees_a_page_without_signing_in(site: Site) -> None:
    answer = site.get("/console")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/console/sign-in")
    answer = site.get("/console?per=year")
    assert answer.headers["Location"] == "/console/sign-in?next=%2Fconsole%3Fper%3Dyear"


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


def test_a_note_that_is_sent_when_the_session_is_over_is_shown_to_be_copied(
    sign_in: SignIn, house: House
) -> None:
    house.lead_by_form()
    handover, kim = house.lead().handovers[0], sign_in("marketing")
    url = f"/console/handovers/{handover.id}/outcome"
    house.clock.move(hours=3)
    answer = kim.post(url, outcome="note", note="Asks <b>us</b> in April")
    assert answer.status_code == 403
    assert "Your note was not kept; here it is, so that you can copy it:" in answer.text
    assert "Asks &lt;b&gt;us&lt;/b&gt; in April" in answer.text
    assert 'href="/console/sign-in"' in answer.text
    assert house.lead().handovers[0].note is None
    assert kim.post(url, outcome="accepted").headers["Location"] == "/console/sign-in"


@pytest.mark.parametrize("token", ["", "made up"])
def test_nobody_is_signed_out_by_a_form_that_is_not_of_their_session(sign_in: SignIn, token: str) -> None:
    kim = sign_in()
    assert kim.post("/console/sign-out", _token=token).status_code == 400
    assert kim.get("/console").status_code == 200


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
