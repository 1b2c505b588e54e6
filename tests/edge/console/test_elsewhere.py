"""Signing in at a provider: who is let in, with which role, and what no provider and no stranger can do."""

from collections.abc import Iterator
from threading import Thread
from time import monotonic, sleep
from typing import Any
from urllib.parse import urlencode

import pytest
from joserfc.jwk import RSAKey
from werkzeug.test import TestResponse

from bridge.errors import InvalidSetting, ProviderSignsIn
from bridge.flow.accounts.account_links import send_link
from bridge.flow.accounts.console_accounts import account_of, add_account, set_password
from bridge.flow.accounts.manage_accounts import change_account, close_account, follow_provider
from bridge.flow.accounts.sign_in_elsewhere import Arrival, arrive
from bridge.settings import Settings
from bridge.store.tables import accounts, audit_log, console_sessions
from tests.edge.conftest import Open
from tests.edge.console.conftest import PASSWORD
from tests.edge.console.provider import Provider, running
from tests.edge.site import Site, environment, with_cookies
from tests.house import House
from tests.together import at_once

CALLBACK = "/console/sign-in/callback"
LEAVE = "/console/sign-in/elsewhere"
FROM_HERE = {"Sec-Fetch-Site": "same-origin"}
COOKIE = "__Host-leadbridge-elsewhere"
ROLES = "groups:marketing=marketing;groups:it=admin"


@pytest.fixture(scope="module")
def one() -> Iterator[Provider]:
    """A provider for all tests here: its key takes a while to make."""
    with running(0) as provider:
        yield provider


@pytest.fixture
def provider(one: Provider, house: House) -> Provider:
    """The same, telling the truth again."""
    one.now, one.claims, one.alg, one.signs_with = int(house.clock().timestamp()), {}, "RS256", None
    one.asked.clear()
    return one


@pytest.fixture
def site(open_real: Open, provider: Provider) -> Site:
    """A site that knows it."""
    return open_real(**provider.settings, OIDC_ROLES=ROLES)


@pytest.fixture
def kim(house: House) -> None:
    """Kim has an account."""
    with house.unit() as unit:
        add_account(unit, "kim@example.com", "Kim Beispiel", "viewer")


def come_back(site: Site, provider: Provider, **changed: str) -> TestResponse:
    """Go there, sign in, and come back, with changes to what the provider sends along."""
    there = site.get(f"{LEAVE}?next=/console/account", headers=FROM_HERE)
    assert there.status_code == 303, there.text
    return site.get(f"{CALLBACK}?{urlencode(provider.visit(there.headers['Location']) | changed)}")


def noted(house: House) -> list[str]:
    """What stands in the audit log."""
    return [one.what for one in house.rows(audit_log)]


def is_in(site: Site) -> bool:
    """Whether this browser is signed in."""
    return site.get("/console/account").status_code == 200


@pytest.mark.usefixtures("kim")
def test_whoever_has_an_account_is_let_in_and_known_again_by_more_than_the_address(
    site: Site, provider: Provider, house: House
) -> None:
    answer = come_back(site, provider)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/console/account")
    assert is_in(site)
    [row] = house.rows(accounts)
    assert row.oidc_subject == f"{provider.issuer} 248289761001"
    assert (row.role, noted(house)) == ("viewer", ["account.linked", "account.signed_in"])
    provider.claims = {"email": "kim.new@example.com", "email_verified": False}
    assert come_back(site, provider).status_code == 303
    assert len(house.rows(accounts)) == 1


def test_the_day_of_sales_begins_on_the_board_also_for_whoever_signs_in_elsewhere(
    site: Site, provider: Provider, house: House
) -> None:
    with house.unit() as unit:
        add_account(unit, "kim@example.com", "Kim Beispiel", "sales")
    there = site.get(LEAVE, headers=FROM_HERE).headers["Location"]
    answer = site.get(f"{CALLBACK}?{urlencode(provider.visit(there))}")
    assert answer.headers["Location"] == "/console/handovers"


@pytest.mark.usefixtures("kim")
def test_signing_in_over_a_session_ends_it(site: Site, provider: Provider, house: House) -> None:
    come_back(site, provider)
    come_back(site, provider)
    assert len(house.rows(console_sessions)) == 1


@pytest.mark.usefixtures("kim")
@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"aud": "another-client"},
        {"iss": "https://evil.example.net"},
        {"exp": 1},
        {"sub": None},
        {"azp": "another-client"},
    ],
)
def test_a_token_for_somebody_else_opens_nothing(
    site: Site, provider: Provider, house: House, claims: dict[str, Any]
) -> None:
    provider.claims = claims
    assert come_back(site, provider).status_code == 403
    assert house.rows(console_sessions) == []


@pytest.mark.usefixtures("kim")
def test_a_token_that_another_key_or_our_own_secret_has_signed_opens_nothing(
    site: Site, provider: Provider, house: House
) -> None:
    provider.signs_with = RSAKey.generate_key(2048, {"kid": "one"})
    assert come_back(site, provider).status_code == 403
    provider.signs_with, provider.alg = None, "HS256"
    assert come_back(site, provider).status_code == 403
    assert house.rows(console_sessions) == []


@pytest.mark.usefixtures("kim")
def test_nobody_comes_back_who_did_not_go_and_nobody_twice(site: Site, provider: Provider) -> None:
    there = site.get(LEAVE, headers=FROM_HERE)
    back = provider.visit(there.headers["Location"])
    path = f"{CALLBACK}?{urlencode(back)}"
    kept = site.client.get_cookie(COOKIE)
    assert kept and kept.http_only and kept.secure and kept.same_site == "Lax" and kept.path == "/"
    site.client.delete_cookie(COOKIE)
    assert site.get(path).status_code == 403, "the link of somebody else's sign-in"
    assert come_back(site, provider, state="another").status_code == 403
    assert come_back(site, provider, code="another").status_code == 403
    assert come_back(site, provider, iss="https://evil.example.net").status_code == 403
    assert site.get(f"{CALLBACK}?error=access_denied&state=x").status_code == 403
    assert not is_in(site)


def test_a_role_that_the_provider_gives_makes_an_account_and_follows_the_provider_up_and_down(
    site: Site, provider: Provider, house: House
) -> None:
    with house.unit() as unit:
        add_account(unit, "lea@example.com", "Lea", "admin", PASSWORD)
    for groups, role in ((["marketing", "everybody"], "marketing"), (["marketing", "it"], "admin")):
        provider.claims = {"groups": groups}
        assert come_back(site, provider).status_code == 303
        assert role_of(house) == role
    provider.claims = {"groups": "marketing"}
    come_back(site, provider)
    assert role_of(house) == "marketing", "what the provider takes is taken"
    told = [
        (one.who, one.what, one.details) for one in house.rows(audit_log) if one.what != "account.signed_in"
    ]
    assert told == [
        (provider.issuer, "account.added", {"role": "marketing"}),
        (provider.issuer, "account.changed", {"role": "admin", "before": "marketing"}),
        (provider.issuer, "account.changed", {"role": "marketing", "before": "admin"}),
    ]


def test_whom_the_provider_gives_no_role_any_more_is_not_let_in_and_out_everywhere(
    site: Site, provider: Provider, house: House
) -> None:
    provider.claims = {"groups": ["marketing"]}
    come_back(site, provider)
    assert is_in(site)
    provider.claims = {"groups": ["everybody"]}
    assert come_back(site, provider).status_code == 403
    assert not is_in(site)
    assert (role_of(house), house.rows(console_sessions)) == ("viewer", [])
    assert noted(house)[-2:] == ["account.changed", "account.refused"]
    provider.claims = {"groups": ["marketing"]}
    assert come_back(site, provider).status_code == 303, "and back again"
    assert role_of(house) == "marketing"


@pytest.mark.usefixtures("kim")
@pytest.mark.parametrize("groups", [["it"], ["marketing"], []])
def test_a_role_that_was_given_here_is_changed_here_alone(
    site: Site, provider: Provider, house: House, groups: list[str]
) -> None:
    provider.claims = {"groups": groups}
    assert come_back(site, provider).status_code == 303
    assert role_of(house) == "viewer"


def test_a_role_that_an_admin_changes_stays_until_an_admin_leaves_it_to_the_provider_again(
    site: Site, provider: Provider, house: House
) -> None:
    with house.unit() as unit:
        add_account(unit, "lea@example.com", "Lea", "admin", PASSWORD)
    provider.claims = {"groups": ["it"]}
    come_back(site, provider)
    with house.unit() as unit:
        change_account(unit, account_of(unit, "kim@example.com"), "Kim", "sales", None)
    come_back(site, provider)
    assert role_of(house) == "sales"
    with house.unit() as unit:
        set_password(unit, account_of(unit, "kim@example.com"), PASSWORD)
        follow_provider(unit, account_of(unit, "kim@example.com"))
    entered = site.post("/console/sign-in", {"email": "kim@example.com", "password": PASSWORD})
    assert entered.status_code == 422, "there is one way in"
    come_back(site, provider)
    assert role_of(house) == "admin"


def test_two_windows_that_sign_in_at_once_make_one_account(house: House) -> None:
    claims = {"sub": "1", "email": "kim@example.com", "email_verified": True, "groups": ["it"]}
    came: list[Arrival] = []

    def sign_in() -> None:
        with house.unit() as unit:
            came.append(arrive(unit, "https://login.example.com", claims, [("groups", "it", "admin")]))

    at_once(4, sign_in)
    assert len(house.rows(accounts)) == 1
    assert [one.refused for one in came] == [None] * 4
    assert [change.what for one in came for change in one.changes] == ["account.added"]


def test_the_last_admin_stays_one_and_that_is_noted(site: Site, provider: Provider, house: House) -> None:
    for groups in (["it"], ["marketing"], []):
        provider.claims = {"groups": groups}
        assert come_back(site, provider).status_code == 303
        assert role_of(house) == "admin"
    assert noted(house).count("account.admin_kept") == 2


def test_whose_role_the_provider_gives_gets_no_link_and_no_password(
    site: Site, provider: Provider, house: House
) -> None:
    provider.claims = {"groups": ["marketing"]}
    come_back(site, provider)
    with house.unit() as unit:
        account = account_of(unit, "kim@example.com")
        with pytest.raises(ProviderSignsIn):
            send_link(unit, account)
        with pytest.raises(ProviderSignsIn):
            set_password(unit, account, PASSWORD)
    assert site.post("/console/password", {"email": "kim@example.com"}).status_code == 303
    house.tick()
    assert house.sent == []


def test_another_website_neither_starts_nor_counts_a_sign_in(site: Site, provider: Provider) -> None:
    foreign = [{"Sec-Fetch-Site": "cross-site"}, {"Referer": "https://evil.example.net/"}, {}]
    for number in range(60):
        answer = site.get(f"{LEAVE}?next=/console/account", headers=foreign[number % 3])
        assert answer.headers["Location"] == "/console/sign-in?next=%2Fconsole%2Faccount"
    there = site.get(LEAVE, headers=FROM_HERE)
    for _ in range(60):
        assert site.get(f"{CALLBACK}?code=x&state=made-up").status_code == 403
    back = site.get(f"{CALLBACK}?{urlencode(provider.visit(there.headers['Location']))}")
    assert back.status_code == 403, "nobody has an account; but it was asked"
    assert {site.get(LEAVE, headers=FROM_HERE).status_code for _ in range(50)} == {303, 429}


def role_of(house: House) -> str:
    """What Kim may do."""
    return str(next(one.role for one in house.rows(accounts) if one.email == "kim@example.com"))


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"groups": ["everybody"]},
        {"groups": ["it"], "email_verified": False},
        {"groups": ["it"], "email": "x"},
    ],
)
def test_whoever_is_given_nothing_gets_nothing(
    site: Site, provider: Provider, house: House, claims: dict[str, Any]
) -> None:
    provider.claims = claims
    assert come_back(site, provider).status_code == 403
    assert house.rows(accounts) == []


@pytest.mark.usefixtures("kim")
def test_an_address_that_somebody_else_has_now_opens_no_account(
    site: Site, provider: Provider, house: House
) -> None:
    come_back(site, provider)
    provider.claims = {"sub": "another person"}
    assert come_back(site, provider).status_code == 403


def test_a_closed_account_stays_closed(site: Site, provider: Provider, house: House) -> None:
    with house.unit() as unit:
        add_account(unit, "lea@example.com", "Lea", "admin", PASSWORD)
        close_account(unit, add_account(unit, "kim@example.com", "Kim", "admin", PASSWORD))
    provider.claims = {"groups": ["it"]}
    assert come_back(site, provider).status_code == 403


def test_a_provider_that_is_away_is_said_and_nothing_breaks(open_real: Open, provider: Provider) -> None:
    away = open_real(**provider.settings | {"OIDC_ISSUER": "http://127.0.0.1:1"})
    assert away.get(LEAVE, headers=FROM_HERE).status_code == 403
    assert "company account" in away.get("/console/sign-in", headers={"Accept-Language": "en"}).text


def test_a_provider_that_hangs_takes_two_threads_and_no_more(site: Site, provider: Provider) -> None:
    statuses: list[int] = []

    def leave() -> None:
        statuses.append(with_cookies(site).get(LEAVE, headers=FROM_HERE).status_code)

    provider.answers.clear()
    try:
        waiting = [Thread(target=leave) for _ in range(4)]
        for one in waiting:
            one.start()
        until = monotonic() + 4
        while len(statuses) < 2 and monotonic() < until:
            sleep(0.02)
        assert statuses == [503, 503], "the others are told to try again"
    finally:
        provider.answers.set()
    for one in waiting:
        one.join(timeout=10)
    assert sorted(statuses) == [303, 303, 503, 503]


@pytest.mark.usefixtures("kim")
def test_where_the_providers_pages_lie_is_asked_once_in_a_while(site: Site, provider: Provider) -> None:
    before = provider.discovered
    for _ in range(3):
        assert come_back(site, provider).status_code == 303
    assert provider.discovered - before == 1


def test_without_a_provider_there_is_no_such_way(edge: Site) -> None:
    assert edge.get(LEAVE).status_code == 404
    assert edge.get(CALLBACK).status_code == 404
    assert "elsewhere" not in edge.get("/console/sign-in").text


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OIDC_ISSUER", "http://login.example.com"),
        ("OIDC_ISSUER", "login.example.com"),
        ("OIDC_ROLES", "groups=admin"),
        ("OIDC_ROLES", "groups:it=owner"),
        ("REQUIRE_TOTP", "owner"),
    ],
)
def test_wrong_settings_stop_the_start_by_name(tmp_path: Any, name: str, value: str) -> None:
    with pytest.raises(InvalidSetting, match=f"LEADBRIDGE_{name}"):
        Settings.from_env(environment(tmp_path, **{name: value}))


def test_a_provider_without_our_name_there_stops_the_start(tmp_path: Any) -> None:
    with pytest.raises(InvalidSetting, match="LEADBRIDGE_OIDC_CLIENT_ID"):
        Settings.from_env(environment(tmp_path, OIDC_ISSUER="https://login.example.com"))
