"""The second factor: set up on one's own page, asked for at each sign-in, each code good once."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import pyotp
import pytest

from bridge.delivery.seals import Seals
from bridge.edge.console.frame import form_token
from bridge.errors import InvalidToken
from bridge.flow.accounts import second_factor
from bridge.flow.accounts.console_accounts import account_of
from bridge.flow.accounts.manage_accounts import change_account
from bridge.store.accounts import AccountRow
from bridge.store.tables import accounts, audit_log, console_sessions
from tests.edge.conftest import Open
from tests.edge.console.conftest import PASSWORD, Colleague, SignIn
from tests.edge.site import Site
from tests.house import KEY, House

CODE = "/console/sign-in/code"
PAGE = "/console/account/second-factor"


@pytest.fixture
def kim(sign_in: SignIn) -> Colleague:
    """Kim is signed in."""
    return sign_in("marketing")


def app_of(kim: Colleague) -> pyotp.TOTP:
    """Kim's app, after the secret was typed into it from the page."""
    found = re.search(r'class="mono">([A-Z2-7 ]+)<', kim.get(PAGE).text)
    assert found
    return pyotp.TOTP(found[1].replace(" ", ""))


def code(app: pyotp.TOTP, house: House, windows: int = 0) -> str:
    """What the app shows now, or so many windows later."""
    return app.at(house.clock() + timedelta(seconds=30 * windows))


@pytest.fixture
def app(kim: Colleague, house: House) -> pyotp.TOTP:
    """Kim has set up the second factor."""
    kim.post(PAGE)
    app = app_of(kim)
    assert kim.post(f"{PAGE}/confirm", code=code(app, house), present=PASSWORD).status_code == 200
    house.clock.move(minutes=1)
    return app


def enter(site: Site) -> str:
    """Sign in with the password: the secret that the browser keeps then."""
    answer = site.post("/console/sign-in", {"email": "kim@example.com", "password": PASSWORD})
    assert answer.headers["Location"].startswith("/console/sign-in/code")
    return answer.headers["Set-Cookie"].partition("=")[2].partition(";")[0]


def show(site: Site, secret: str, typed: str) -> tuple[int, str]:
    """Type a code in: the status, and where it leads."""
    answer = site.post("/console/sign-in/code", {"_token": form_token(secret), "code": typed})
    return answer.status_code, answer.headers.get("Location", "")


def test_it_counts_only_after_a_code_was_shown(kim: Colleague, house: House, site: Site) -> None:
    kim.post(PAGE)
    assert kim.post(f"{PAGE}/confirm", code="000000", present=PASSWORD).status_code == 422
    answer = site.post("/console/sign-in", {"email": "kim@example.com", "password": PASSWORD})
    assert answer.headers["Location"] == "/console", "a half-done set-up shuts nobody out"


def test_who_showed_the_password_alone_has_not_signed_in(app: pyotp.TOTP, house: House, site: Site) -> None:
    [before] = house.rows(accounts)
    house.clock.move(hours=1)
    secret = enter(site)
    assert house.rows(accounts)[0].seen_at == before.seen_at
    assert show(site, secret, code(app, house))[0] == 303
    assert house.rows(accounts)[0].seen_at == house.clock()


def test_the_picture_holds_what_is_to_be_typed(kim: Colleague, house: House) -> None:
    kim.post(PAGE)
    page = kim.get(PAGE).text
    assert "<svg" in page
    assert "style=" not in page, "the content security policy would not let it"
    with house.unit() as unit:
        secret, address = second_factor.to_scan(unit, row(house))
    parts = urlsplit(address)
    assert (parts.scheme, parts.netloc) == ("otpauth", "totp")
    assert unquote(parts.path).endswith(":kim@example.com")
    assert parse_qs(parts.query)["secret"] == [secret]


def row(house: House) -> AccountRow:
    """Kim's account as it is now."""
    [found] = house.rows(accounts)
    return AccountRow(**found._mapping)


@pytest.mark.usefixtures("app")
def test_a_copy_of_the_database_makes_no_code_and_holds_no_recovery_code(house: House) -> None:
    found = row(house)
    assert found.totp_secret
    with pytest.raises(InvalidToken):
        Seals(["another key of an installation"], "second-factor").open(found.totp_secret)
    assert len(found.recovery) == 10
    assert all(re.fullmatch("[0-9a-f]{64}", one) for one in found.recovery)


def test_the_password_alone_opens_nothing(app: pyotp.TOTP, site: Site) -> None:
    enter(site)
    answer = site.get("/console/profiles")
    assert answer.status_code in {303, 404}
    assert site.get("/console").headers["Location"] == "/console/sign-in/code"
    assert site.get("/console/account").headers["Location"].startswith("/console/sign-in/code")


def test_password_and_code_let_in_with_a_session_of_its_own(
    app: pyotp.TOTP, site: Site, house: House
) -> None:
    half = enter(site)
    assert show(site, half, code(app, house)) == (303, "/console")
    assert site.get("/console").status_code == 200
    site.client.set_cookie("__Host-leadbridge", half)
    assert site.get("/console").status_code == 303, "what was good for half the way is over"
    assert [one.what for one in house.rows(audit_log)][-1] == "account.signed_in"


def test_the_day_of_sales_begins_on_the_board_after_the_second_step(
    app: pyotp.TOTP, site: Site, house: House
) -> None:
    with house.unit() as unit:
        change_account(unit, account_of(unit, "kim@example.com"), "Kim Beispiel", "sales", None)
    assert show(site, enter(site), code(app, house)) == (303, "/console/handovers")


def test_who_is_half_way_can_leave_and_sign_in_as_somebody_else(
    app: pyotp.TOTP, site: Site, house: House
) -> None:
    half = enter(site)
    [form] = re.findall(r'action="/console/sign-out">.*?name="_token" value="(\w+)"', site.get(CODE).text)
    assert form == form_token(half)
    assert site.post("/console/sign-out", {"_token": form}).status_code == 303
    assert site.get(CODE).status_code == 303


def test_where_one_wanted_to_go_comes_through_both_steps_and_a_second_try(
    app: pyotp.TOTP, site: Site, house: House
) -> None:
    lead, quoted = "/leads/a.b?answer=won", "%2Fleads%2Fa.b%3Fanswer%3Dwon"
    sent = {"email": "kim@example.com", "password": PASSWORD, "next": lead}
    answer = site.post("/console/sign-in", sent)
    assert answer.headers["Location"] == f"/console/sign-in/code?next={quoted}"
    assert f'name="next" value="{lead}"' in site.get(answer.headers["Location"]).text
    house.clock.move(minutes=11)
    late = {"code": code(app, house), "next": lead}
    assert site.post("/console/sign-in/code", late).headers["Location"] == f"/console/sign-in?next={quoted}"


def test_each_code_is_good_once(app: pyotp.TOTP, site: Site, house: House) -> None:
    shown = code(app, house)
    assert show(site, enter(site), shown)[0] == 303
    assert show(site, enter(site), shown)[0] == 422
    assert show(site, enter(site), code(app, house, -1))[0] == 422, "nor is one from before it"
    assert show(site, enter(site), code(app, house, 1))[0] == 303, "a clock may be half a minute off"


@pytest.mark.parametrize("typed", ["", "000000", "12345678", "ü", "0" * 5000])
def test_nonsense_is_no_code(app: pyotp.TOTP, site: Site, typed: str) -> None:
    assert show(site, enter(site), typed)[0] == 422


def test_guessing_codes_is_stopped_and_noted(app: pyotp.TOTP, site: Site, house: House) -> None:
    half = enter(site)
    for _ in range(9):
        show(site, half, "000000")
    assert show(site, half, code(app, house))[0] == 429
    assert [one.what for one in house.rows(audit_log)].count("account.code_wrong") == 9


def test_a_code_of_the_paper_lets_in_once_without_the_app(kim: Colleague, site: Site, house: House) -> None:
    kim.post(PAGE)
    page = kim.post(f"{PAGE}/confirm", code=code(app_of(kim), house), present=PASSWORD).text
    paper = re.findall(r"<li>([a-z2-7-]{19})</li>", page)
    assert len(set(paper)) == 10
    assert show(site, enter(site), f" {paper[0].upper()} ")[0] == 303
    assert show(site, enter(site), paper[0])[0] == 422
    assert show(site, enter(site), paper[1])[0] == 303


def test_setting_it_up_ends_all_other_sessions_and_removing_it_takes_a_code(
    kim: Colleague, site: Site, house: House
) -> None:
    other = site.post("/console/sign-in", {"email": "kim@example.com", "password": PASSWORD})
    assert other.status_code == 303
    kim.post(PAGE)
    app = app_of(kim)
    kim.post(f"{PAGE}/confirm", code=code(app, house), present=PASSWORD)
    assert len(house.rows(console_sessions)) == 1
    house.clock.move(minutes=1)
    assert kim.post(f"{PAGE}/remove", code="000000", own_password=PASSWORD).status_code == 422
    assert kim.post(f"{PAGE}/remove", code=code(app, house), own_password=PASSWORD).status_code == 303
    assert row(house).totp_since is None
    assert row(house).totp_secret is None


def test_what_one_window_sets_up_another_one_that_began_before_neither_undoes_nor_repeats(
    kim: Colleague, house: House
) -> None:
    kim.post(PAGE)
    before, app = row(house), app_of(kim)
    with house.unit() as unit:
        assert second_factor.confirm(unit, before, code(app, house))
    after = row(house)
    with house.unit() as unit:
        second_factor.begin(unit, before)
        assert second_factor.confirm(unit, before, code(app, house, 1)) is None
    assert row(house) == after


def test_a_secret_that_was_replaced_or_taken_away_meanwhile_shows_nothing(
    kim: Colleague, house: House
) -> None:
    kim.post(PAGE)
    before, app = row(house), app_of(kim)
    kim.post(PAGE)
    with house.unit() as unit:
        assert second_factor.confirm(unit, before, code(app, house)) is None
    newer = app_of(kim)
    with house.unit() as unit:
        assert second_factor.confirm(unit, before, code(newer, house)), "the newer one counts"
    with_it = row(house)
    with house.unit() as unit:
        second_factor.remove(unit, with_it)
        assert not second_factor.shows(unit, with_it, code(newer, house, 1))


def test_a_wrong_code_is_noted_also_where_it_is_set_up(kim: Colleague, house: House) -> None:
    kim.post(PAGE)
    kim.post(f"{PAGE}/confirm", code="000000", present=PASSWORD)
    assert [one.what for one in house.rows(audit_log)] == ["account.code_wrong"]


def test_a_new_key_of_the_installation_is_taken_over_when_the_factor_is_used(
    open_real: Open, app: pyotp.TOTP, house: House
) -> None:
    before = row(house).totp_secret
    new = "a-newer-key-that-only-tests-know"
    site = open_real(SECRET_KEYS=f"{new},{KEY}")
    assert show(site, enter(site), code(app, house))[0] == 303
    after = row(house).totp_secret
    assert after and after != before
    Seals([new], "second-factor").open(after)


def test_a_role_that_must_have_one_does_nothing_before_it_is_set_up(
    open_real: Open, kim: Colleague, house: House
) -> None:
    strict = Colleague(open_real(REQUIRE_TOTP="admin,marketing"), kim.account, kim.secret)
    assert strict.get("/console").headers["Location"] == PAGE
    assert "Your role asks for a second factor" in strict.get(PAGE).text
    strict.post(PAGE)
    assert (
        strict.post(f"{PAGE}/confirm", code=code(app_of(strict), house), present=PASSWORD).status_code == 200
    )
    assert strict.get("/console").status_code == 200


def test_somebody_at_an_open_browser_neither_sets_it_up_nor_removes_it(kim: Colleague, house: House) -> None:
    kim.post(PAGE)
    app = app_of(kim)
    answer = kim.post(f"{PAGE}/confirm", code=code(app, house), present="a guess")
    assert (answer.status_code, "The password is not right." in answer.text) == (422, True)
    assert row(house).totp_since is None
    kim.post(f"{PAGE}/confirm", code=code(app, house), present=PASSWORD)
    house.clock.move(minutes=1)
    answer = kim.post(f"{PAGE}/remove", code=code(app, house), own_password="a guess")
    assert (answer.status_code, "The password is not right." in answer.text) == (422, True)
    assert row(house).totp_since
    assert [one.what for one in house.rows(audit_log)].count("account.password_wrong") == 2


def test_who_has_no_password_signs_in_anew_before(kim: Colleague, house: House) -> None:
    with house.unit() as unit:
        unit.connection.execute(accounts.update().values(password_hash=None))
    kim.post(PAGE)
    house.clock.move(minutes=11)
    answer = kim.post(f"{PAGE}/confirm", code=code(app_of(kim), house))
    assert (answer.status_code, "sign out and in again" in answer.text) == (422, True)
    house.clock.move(minutes=-5)
    assert kim.post(f"{PAGE}/confirm", code=code(app_of(kim), house)).status_code == 200


def test_a_session_goes_on_under_another_secret_after_each_proof(kim: Colleague, house: House) -> None:
    secrets = [kim.secret]
    kim.post(PAGE)
    app = app_of(kim)
    page = kim.post(f"{PAGE}/confirm", code=code(app, house), present=PASSWORD).text
    secrets.append(kim.secret)
    assert form_token(kim.secret) in page, "the page after it can be gone on from"
    house.clock.move(minutes=1)
    kim.post(f"{PAGE}/remove", code=code(app, house), own_password=PASSWORD)
    secrets.append(kim.secret)
    kim.post("/console/account/sessions")
    secrets.append(kim.secret)
    new = "a wooden spoon sails south"
    assert kim.post("/console/account/password", present=PASSWORD, password=new).status_code == 303
    secrets.append(kim.secret)
    assert len(set(secrets)) == 5
    assert kim.get("/console").status_code == 200
    assert len(house.rows(console_sessions)) == 1, "and what was copied before opens nothing"


def test_after_it_was_removed_a_role_that_needs_one_sets_it_up_anew(
    open_real: Open, kim: Colleague, house: House
) -> None:
    strict = Colleague(open_real(REQUIRE_TOTP="marketing"), kim.account, kim.secret)
    strict.post(PAGE)
    app = app_of(strict)
    strict.post(f"{PAGE}/confirm", code=code(app, house), present=PASSWORD)
    house.clock.move(minutes=1)
    strict.post(f"{PAGE}/remove", code=code(app, house), own_password=PASSWORD)
    assert strict.get("/console").headers["Location"] == PAGE
