"""Accounts: an admin adds, changes and closes them; somebody can always do so."""

import re
from contextlib import nullcontext
from dataclasses import replace

import pytest

from bridge.edge.console.frame import form_token
from bridge.errors import LastAdmin
from bridge.flow.accounts.console_accounts import add_account, open_session
from bridge.flow.accounts.manage_accounts import account_by_id, change_account, close_account, follow_provider
from bridge.intake.passwords import mistake_in
from bridge.store import accounts as rows
from bridge.store.accounts import AccountRow
from bridge.store.tables import accounts, audit_log, console_sessions
from tests.conftest import Servers
from tests.edge.conftest import Open
from tests.edge.console.conftest import PASSWORD, Colleague, SignIn
from tests.edge.site import words
from tests.house import House
from tests.presentation.conftest import Run, run  # noqa: F401
from tests.together import at_once

HOME = "/console/accounts"


@pytest.fixture
def kim(sign_in: SignIn) -> Colleague:
    """Kim is an admin."""
    return sign_in("admin")


def account(house: House, email: str) -> AccountRow:
    """An account as it is now."""
    [found] = [one for one in house.rows(accounts) if one.email == email]
    return AccountRow(**found._mapping)


def test_an_admin_adds_somebody_who_gets_a_link(kim: Colleague, house: House) -> None:
    person = next(iter(house.program.people))
    answer = kim.post(
        HOME, email="lea@example.com", name="Lea", role="sales", person=person, present=PASSWORD
    )
    assert answer.status_code == 303
    page = words(kim.get(answer.headers["Location"]).text)
    assert "a link to choose a password is on its way" in page
    lea = account(house, "lea@example.com")
    assert (lea.name, lea.role, lea.sales_person, lea.password_hash) == ("Lea", "sales", person, None)
    house.tick()
    assert [letter.recipient for letter in house.sent] == ["lea@example.com"]
    assert [(one.who, one.what) for one in house.rows(audit_log)] == [("kim@example.com", "account.added")]


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"email": "kim@example.com"}, "has an account already"),
        ({"email": "no address"}, "Please enter a valid e-mail address."),
        ({"email": "lea@example.com", "role": "owner"}, "Please choose one of the options."),
        ({"email": "lea@example.com", "person": "nobody"}, "no such sales person"),
    ],
)
def test_what_cannot_be_is_said_and_what_was_typed_stays(
    kim: Colleague, house: House, fields: dict[str, str], says: str
) -> None:
    answer = kim.post(HOME, None, **({"role": "viewer", "name": "Lea", "present": PASSWORD} | fields))
    assert answer.status_code == 422
    assert says in words(answer.text)
    assert 'value="Lea"' in answer.text
    assert len(house.rows(accounts)) == 1


def test_two_passwords_on_a_page_are_told_apart_and_a_second_factor_says_since_when(
    kim: Colleague, sign_in: SignIn, house: House
) -> None:
    lea = sign_in("marketing", "lea@example.com").account
    with house.unit() as unit:
        rows.change(unit.connection, lea.id, totp_since=unit.now)
    page = kim.get(f"{HOME}/{lea.id}").text
    asked = re.findall(r"<label [^>]*>(Your own password[^<]*)", page)
    assert len(asked) == len(set(asked)) == 2
    assert re.search(r"Second factor on since .*2026", words(page))


def test_a_second_account_of_a_sales_person_is_taken_and_named(
    kim: Colleague, sign_in: SignIn, house: House
) -> None:
    person = next(iter(house.program.people.values()))
    lea = sign_in("sales", "lea@example.com", person.id).account
    assert "answer for the same leads" not in words(kim.get(f"{HOME}/{lea.id}").text)
    mia = {"email": "mia@example.com", "role": "sales", "person": person.id, "present": PASSWORD}
    answer = kim.post(HOME, None, **mia)
    assert f"{person.name} has several accounts, lea@example.com as well." in words(
        kim.get(answer.headers["Location"]).text
    )
    assert f"{person.name} has several accounts, mia@example.com as well." in words(
        kim.get(f"{HOME}/{lea.id}").text
    )
    assert words(kim.get(HOME).text).count(f"Sales · {person.name}") == 2
    kim.post(f"{HOME}/{lea.id}/close")
    page = kim.get(f"{HOME}/{account(house, 'mia@example.com').id}").text
    assert "answer for the same leads" not in words(page), "a closed account answers for nobody"


@pytest.mark.parametrize("role", ["viewer", "sales", "marketing"])
def test_nobody_but_an_admin_gets_there(sign_in: SignIn, role: str) -> None:
    kim = sign_in(role)
    assert kim.get(HOME).status_code == 403
    assert kim.post(HOME, email="lea@example.com", role="admin").status_code == 403
    assert kim.get("/console/audit").status_code == 403


def test_who_is_closed_is_out_at_once_and_may_come_back(
    kim: Colleague, sign_in: SignIn, house: House
) -> None:
    lea = sign_in("marketing", "lea@example.com")
    assert kim.post(f"{HOME}/{lea.account.id}/close").status_code == 303
    assert lea.get("/console").status_code == 303
    sent = {"email": "lea@example.com", "password": PASSWORD}
    assert lea.site.post("/console/sign-in", sent).status_code == 422
    kim.post(f"{HOME}/{lea.account.id}/open", own_password=PASSWORD)
    assert lea.site.post("/console/sign-in", sent).status_code == 303
    noted = [one.what for one in house.rows(audit_log)]
    assert noted == ["account.closed", "account.sign_in_failed", "account.opened", "account.signed_in"]


def test_the_last_admin_neither_closes_nor_demotes_themselves(kim: Colleague, house: House) -> None:
    own = f"{HOME}/{kim.account.id}"
    answer = kim.post(f"{own}/close")
    assert (answer.status_code, "the last admin" in answer.text) == (409, True)
    answer = kim.post(own, name="Kim", role="viewer", present=PASSWORD)
    assert (answer.status_code, "the last admin" in answer.text) == (422, True)
    assert account(house, "kim@example.com").role == "admin"
    with house.unit() as unit:
        closed = add_account(unit, "lea@example.com", "Lea", "admin", PASSWORD)
        close_account(unit, closed)
    assert kim.post(f"{own}/close").status_code == 409, "an admin who cannot sign in is none"


@pytest.mark.parametrize("has_provider", [True, False])
def test_an_admin_of_the_provider_counts_while_there_is_one(
    kim: Colleague, house: House, has_provider: bool
) -> None:
    with house.unit() as unit:
        add_account(unit, "lea@example.com", "Lea", "admin", role_from="provider")
    with house.unit() as unit:
        unit.world = replace(unit.world, has_provider=has_provider)
        with nullcontext() if has_provider else pytest.raises(LastAdmin):
            close_account(unit, kim.account)


def test_nobody_is_left_to_a_provider_that_gives_no_roles(
    kim: Colleague, sign_in: SignIn, house: House
) -> None:
    lea = sign_in("sales", "lea@example.com").account
    answer = kim.post(f"{HOME}/{lea.id}/follow", own_password=PASSWORD)
    assert (answer.status_code, "No provider gives roles here." in answer.text) == (409, True)
    assert account(house, "lea@example.com").role_from == "here"


def test_two_admins_who_close_each_other_leave_one(house: House) -> None:
    with house.unit() as unit:
        left = [add_account(unit, f"{name}@example.com", name, "admin", PASSWORD) for name in ("kim", "lea")]
    refused: list[LastAdmin] = []

    def close_one() -> None:
        try:
            with house.unit() as unit:
                close_account(unit, account_by_id(unit, left.pop().id))
        except LastAdmin as error:
            refused.append(error)

    at_once(2, close_one)
    assert len(refused) == 1
    assert [one.closed_at is None for one in house.rows(accounts)].count(True) == 1


def test_a_lost_phone_is_helped_with_and_noted(kim: Colleague, sign_in: SignIn, house: House) -> None:
    lea = sign_in("marketing", "lea@example.com")
    with house.unit() as unit:
        unit.connection.execute(
            accounts.update().where(accounts.c.id == lea.account.id).values(totp_since=unit.now)
        )
    assert lea.get("/console").status_code == 303, "it is asked for"
    kim.post(f"{HOME}/{lea.account.id}/second-factor", own_password=PASSWORD)
    assert account(house, "lea@example.com").totp_since is None
    assert house.rows(audit_log)[-1].what == "account.second_factor_reset"


@pytest.mark.parametrize("deed", ["", "/close", "/open", "/follow", "/second-factor"])
def test_a_stolen_session_changes_no_account(
    kim: Colleague, sign_in: SignIn, house: House, deed: str
) -> None:
    lea = sign_in("admin", "lea@example.com").account
    before = house.rows(accounts)
    house.clock.move(minutes=11)
    sent = {"name": "Mallory", "role": "admin", "email": "mallory@example.com"}
    for path in (HOME, f"{HOME}/{lea.id}{deed}"):
        answer = kim.post(path, None, **sent | {"present": "a guess", "own_password": "a guess"})
        assert (answer.status_code, "The password is not right." in answer.text) == (422, True), path
    assert house.rows(accounts) == before
    assert [one.what for one in house.rows(audit_log)] == ["account.password_wrong"] * 2


def test_a_session_that_was_stolen_just_now_lets_nobody_in_for_good(
    kim: Colleague, sign_in: SignIn, house: House
) -> None:
    max_, lea = sign_in("sales", "max@example.com").account, sign_in("admin", "lea@example.com").account
    old = sign_in("admin", "old@example.com").account
    with house.unit() as unit:
        unit.connection.execute(accounts.update().where(accounts.c.id == lea.id).values(totp_since=unit.now))
        close_account(unit, old)
    before = house.rows(accounts)
    grave = {
        HOME: {"email": "mallory@example.com", "role": "marketing"},
        f"{HOME}/{max_.id}": {"name": "Max", "role": "marketing"},
        f"{HOME}/{lea.id}/second-factor": {},
        f"{HOME}/{old.id}/open": {},
        f"{HOME}/{lea.id}": {"name": "Lea", "role": "viewer"},
    }
    for path, fields in grave.items():
        answer = kim.post(path, None, **fields)
        assert (answer.status_code, "Please enter your own password for this." in answer.text) == (422, True)
        guess = kim.post(path, None, **fields, present="a guess", own_password="a guess")
        assert (guess.status_code, "The password is not right." in guess.text) == (422, True)
    assert house.rows(accounts) == before
    house.clock.move(minutes=16)  # for more tries
    for path, fields in grave.items():
        assert kim.post(path, None, **fields, present=PASSWORD, own_password=PASSWORD).status_code == 303


def test_whose_leads_an_account_opens_takes_the_password_every_time(
    kim: Colleague, sign_in: SignIn, house: House
) -> None:
    max_, [mira, jonas] = sign_in("sales", "max@example.com", person="mira").account, house.program.people
    path, sent = f"{HOME}/{max_.id}", {"name": "Max", "role": "sales"}
    for person in (jonas, ""):
        answer = kim.post(path, None, **sent, person=person)
        assert (answer.status_code, "Please enter your own password for this." in answer.text) == (422, True)
    assert account(house, "max@example.com").sales_person == mira
    assert kim.post(path, None, **sent, person=jonas, present=PASSWORD).status_code == 303
    assert kim.post(path, None, **sent | {"name": "Max Muster"}, person=jonas).status_code == 303
    assert account(house, "max@example.com").sales_person == jonas
    noted = [row.details.get("person") for row in house.rows(audit_log) if row.what == "account.changed"]
    assert noted == ["Jonas Achterberg", None], "with each change whose leads they are, where that changed"


@pytest.mark.parametrize("whose", ["kim", "lea"])
def test_a_session_that_was_stolen_just_now_leaves_nobody_to_the_provider(
    sign_in: SignIn, house: House, open_real: Open, whose: str
) -> None:
    roles = {
        "OIDC_ISSUER": "http://127.0.0.1:1/realm",
        "OIDC_CLIENT_ID": "a",
        "OIDC_CLIENT_SECRET": "b",
        "OIDC_ROLES": "groups:it=admin",
    }
    people = {"kim": sign_in("admin"), "lea": sign_in("admin", "lea@example.com")}
    kim, follow = people["kim"], f"{HOME}/{people[whose].account.id}/follow"
    kim.site = open_real(**roles)
    before = house.rows(accounts)
    answer = kim.post(follow)
    assert (answer.status_code, "Please enter your own password for this." in answer.text) == (422, True)
    assert house.rows(accounts) == before
    assert kim.post(follow, own_password=PASSWORD).status_code == 303


def test_who_shows_the_password_is_not_asked_again_for_ten_minutes_and_a_copied_cookie_is_worth_nothing(
    kim: Colleague, sign_in: SignIn, house: House
) -> None:
    lea = sign_in("admin", "lea@example.com").account
    assert "Needed only for another role or sales person." in kim.get(f"{HOME}/{lea.id}").text
    house.clock.move(minutes=11)
    assert "Your last proof is more than ten minutes old." in kim.get(f"{HOME}/{lea.id}").text
    copied = kim.secret
    answer = kim.post(HOME, email="no address", role="viewer", present=PASSWORD)
    assert (answer.status_code, form_token(kim.secret) in answer.text) == (422, True)
    assert kim.secret != copied
    house.clock.move(minutes=9)
    assert kim.post(f"{HOME}/{lea.id}", name="Lea", role="admin").status_code == 303
    assert kim.post(f"{HOME}/{lea.id}/close").status_code == 303
    kim.secret = copied
    assert kim.get(HOME).status_code == 303


def test_whose_account_has_no_password_signs_in_anew_before_a_change(kim: Colleague, house: House) -> None:
    with house.unit() as unit:
        unit.connection.execute(accounts.update().values(password_hash=None))
    house.clock.move(minutes=11)
    assert "please sign out and in again" in kim.get(HOME).text
    answer = kim.post(HOME, email="max@example.com", role="viewer")
    assert (answer.status_code, "Please sign out and in again" in answer.text) == (422, True)


def test_guessing_the_password_for_a_change_is_stopped(kim: Colleague, house: House) -> None:
    house.clock.move(minutes=11)
    sent = {"email": "max@example.com", "role": "viewer"}
    for _ in range(10):
        kim.post(HOME, None, **sent, present="a guess")
    assert kim.post(HOME, None, **sent, present=PASSWORD).status_code == 429


def test_who_shows_the_right_password_may_do_so_as_often_as_there_is_to_do(kim: Colleague) -> None:
    for number in range(12):
        sent = {"email": f"one{number}@example.com", "role": "viewer", "present": PASSWORD}
        assert kim.post(HOME, None, **sent).status_code == 303, number
    for _ in range(12):
        weak = kim.post("/console/account/password", present=PASSWORD, password="short")
        assert (weak.status_code, "12 to 200" in weak.text) == (422, True)


def test_a_right_password_gives_no_wrong_guess_back(kim: Colleague) -> None:
    sent = {"email": "kim@example.com", "role": "viewer"}  # who has an account already
    for _ in range(9):
        assert "The password is not right." in kim.post(HOME, None, **sent, present="a guess").text
        assert "has an account already" in kim.post(HOME, None, **sent, present=PASSWORD).text
    assert kim.post(HOME, None, **sent, present="a guess").status_code == 422
    for tried in ("a guess", PASSWORD):
        assert kim.post(HOME, None, **sent, present=tried).status_code == 429, "and which it was is not said"


def test_nobody_takes_their_own_second_factor_away_as_an_admin(kim: Colleague, house: House) -> None:
    with house.unit() as unit:
        unit.connection.execute(accounts.update().values(totp_since=unit.now))
        unit.connection.execute(console_sessions.update().values(proved_at=unit.now))
    own = f"{HOME}/{kim.account.id}"
    assert "second-factor" not in kim.get(own).text
    answer = kim.post(f"{own}/second-factor")
    assert (answer.status_code, "on your own page" in answer.text) == (409, True)
    assert account(house, "kim@example.com").totp_since


def test_a_name_is_text_on_every_page(kim: Colleague, house: House) -> None:
    with house.unit() as unit:
        row = account_by_id(unit, kim.account.id)
        change_account(unit, row, "<script>alert(1)</script>", "admin", None)
    for path in (HOME, f"{HOME}/{kim.account.id}", "/console", "/console/account", "/console/audit"):
        page = kim.get(path)
        assert page.status_code == 200, path
        assert "<script" not in page.text
        assert "&lt;script&gt;" in page.text


def test_ones_own_password_takes_the_present_one_and_signs_out_elsewhere(
    kim: Colleague, house: House
) -> None:
    sent = {"email": "kim@example.com", "password": PASSWORD}
    kim.site.post("/console/sign-in", sent)
    own = "/console/account/password"
    assert kim.post(own, present="wrong", password="another long sentence").status_code == 422
    assert kim.post(own, present=PASSWORD, password="short").status_code == 422
    same = kim.post(own, present=PASSWORD, password=PASSWORD)
    assert (same.status_code, "This is the password that you have." in words(same.text)) == (422, True)
    assert kim.post(own, present=PASSWORD, password="another long sentence").status_code == 303
    assert kim.get("/console").status_code == 200, "this browser goes on"
    assert len(house.rows(accounts)) == 1
    assert kim.site.post("/console/sign-in", sent).status_code == 422


@pytest.mark.parametrize(
    "chosen",
    [
        "123456789012",
        "passwordpassword",
        "kim@example.com",
        "Kim Beispiel",
        "qwertzuiopü",
        "aaaaaaaaaaaaaaaa",
        "kimbeispiel12345",
    ],
)
def test_a_password_that_is_guessed_early_is_refused_in_words(kim: Colleague, chosen: str) -> None:
    answer = kim.post("/console/account/password", present=PASSWORD, password=chosen)
    assert answer.status_code == 422
    assert "would be guessed early" in answer.text or "12 to 200 characters" in answer.text


@pytest.mark.parametrize(
    "chosen",
    [
        "ninaneu12345",
        "neunina12345",
        "nina.neu.2026",
        "NinaNeu2026!",
        "N1n4N3u12345",
        "ninaneuexample",
        "Nina-Neu-1987",
        "nneu20262026",
        "neu_example_1!",
        "ninaneuqwertz",
        "n.neu@example.com",
        "exactninaneu!",
    ],
)
def test_a_password_made_of_name_and_address_in_any_order_is_refused(chosen: str) -> None:
    said = mistake_in(chosen, ("nina.neu@example.com", "Nina Neu", "Exact"))
    assert said
    assert "close to your name or address" in said


@pytest.mark.parametrize(
    "chosen",
    [
        "a wooden spoon sails south",
        "vier Wörter ohne Zweck",
        "ü" * 5 + "x9!Q" * 40,
        "Kim mag blaue Eimer",
        "xK4$vbQ9!zPw",
    ],
)
def test_other_passwords_are_taken_however_long_they_are(chosen: str) -> None:
    assert mistake_in(chosen, ("kim@example.com", "Kim Beispiel", "Exact")) is None


def test_a_password_that_is_far_too_long_costs_nothing(kim: Colleague) -> None:
    answer = kim.post("/console/account/password", present=PASSWORD, password="many words " * 5000)
    assert (answer.status_code, "12 to 200 characters" in answer.text) == (422, True)


def test_whose_role_the_provider_gives_is_shown_and_gets_no_link(
    kim: Colleague, sign_in: SignIn, house: House
) -> None:
    lea = sign_in("sales", "lea@example.com").account
    with house.unit() as unit:
        follow_provider(unit, lea)
    page = kim.get(f"{HOME}/{lea.id}").text
    assert "as your provider says" in page
    assert "/link" not in page
    answer = kim.post(f"{HOME}/{lea.id}/link")
    assert (answer.status_code, "has no password here" in answer.text) == (409, True)
    kim.post(f"{HOME}/{lea.id}", name="Lea", role="marketing", present=PASSWORD)
    assert account(house, "lea@example.com").role_from == "here"
    assert kim.post(f"{HOME}/{lea.id}/link").status_code == 303


def test_pages_speak_the_language_that_somebody_chose(kim: Colleague) -> None:
    assert '<html lang="en">' in kim.get("/console/account").text
    kim.post("/console/account", language="de")
    assert '<html lang="de">' in kim.get("/console/account").text
    kim.post("/console/account", language="tlh")
    assert '<html lang="en">' in kim.get("/console/account").text


def test_the_same_by_commands(run: Run, servers: Servers, house: House) -> None:  # noqa: F811
    def said(*words: str) -> str:
        done = run("account", *words, DATABASE_URL=servers.database_url, REDIS_URL=servers.redis_url)
        return done.stdout + done.stderr

    assert "goes to kim@example.com" in said("invite", "kim@example.com", "--role", "admin")
    assert "is the last admin" in said("close", "kim@example.com")
    assert "is the last admin" in said("role", "kim@example.com", "viewer")
    assert "12 to 200" in said("password", "kim@example.com", "--password", "short")
    said("password", "kim@example.com", "--password", PASSWORD)
    assert account(house, "kim@example.com").password_hash
    said("invite", "lea@example.com", "--role", "admin")
    assert "is the last admin" in said("close", "kim@example.com"), "who was invited cannot sign in yet"
    said("password", "lea@example.com", "--password", PASSWORD)
    said("reset", "kim@example.com")
    said("close", "kim@example.com")
    assert "is closed" in said("invite", "kim@example.com")
    assert "is closed" in said("link", "kim@example.com")
    assert "“leadbridge account role” changes it" in said("invite", "lea@example.com", "--role", "sales")
    assert "nobody signs in as" in said("link", "max@example.com")
    for command in ("invite", "link", "reset"):
        assert "“max” is no e-mail address" in said(command, "max")
    person = next(iter(house.program.people))
    said("role", "lea@example.com", "admin", "--person", person, "--name", "Lea Beispiel")
    lea = account(house, "lea@example.com")
    assert (lea.name, lea.role, lea.sales_person) == ("Lea Beispiel", "admin", person)
    assert f"lea@example.com is “{person}” as well" in said("invite", "nina@example.com", "--person", person)
    assert f" {person} " in said("list")
    assert "no provider gives roles" in said("follow", "lea@example.com")
    assert "goes to lea@example.com" in said("link", "lea@example.com")
    assert "kim@example.com" in said("list")
    assert "no such sales person" in said("invite", "max@example.com", "--person", "nobody")
    assert "nobody signs in as" in said("open", "max@example.com")
    noted = [one.what.removeprefix("account.") for one in house.rows(audit_log)]
    first = ["added", "password_set", "added", "password_set", "second_factor_reset", "closed"]
    assert noted == [*first, "changed", "added", "link_sent"]


def test_browsers_that_are_signed_in_are_called_what_people_call_them(sign_in: SignIn, house: House) -> None:
    kim = sign_in()
    firefox = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"
    with house.unit() as unit:
        open_session(unit, kim.account, firefox)
        open_session(unit, kim.account, '<b>"curl/8</b>')
    page = kim.get("/console/account").text
    assert f'<span title="{firefox}">Firefox on Windows</span>' in page
    assert '<span title="&lt;b&gt;&#34;curl/8&lt;/b&gt;">an unknown browser</span>' in page
    assert "Firefox unter Windows" in kim.get("/console/account", headers={"Accept-Language": "de"}).text
