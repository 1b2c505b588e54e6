"""What browsers do in the same moment: nobody waits for a page of theirs, and no two wait for each other."""

from functools import partial
from threading import Thread

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from bridge.edge.console.frame import form_token
from bridge.flow.accounts.console_accounts import open_session
from bridge.flow.accounts.manage_accounts import account_by_id, change_account
from bridge.store.tables import console_sessions
from tests.edge.console.conftest import COOKIE, PASSWORD, Colleague, SignIn
from tests.edge.site import with_cookies
from tests.house import House
from tests.together import at_once, eventually, waits_for_a_lock

OUT = "/console/sign-in"


def ask(of: Colleague, path: str, **fields: str) -> TestResponse:
    """Ask for a page, or send a form, in a browser of somebody's own."""
    headers = {"Cookie": f"{COOKIE}={of.secret}", "Accept-Language": "en"}
    if not fields:
        return with_cookies(of.site).get(path, headers=headers)
    data = {"_token": form_token(of.secret), **fields}
    return with_cookies(of.site).post(path, data=data, headers=headers)


def test_a_page_waits_for_no_other_page_of_its_browser(sign_in: SignIn, house: House) -> None:
    kim = sign_in("admin")
    house.clock.move(minutes=5)
    with house.engine.begin() as other:
        other.execute(select(console_sessions).with_for_update())
        assert ask(kim, "/console").status_code == 200
    assert ask(kim, "/console").status_code == 200
    assert [one.seen_at for one in house.rows(console_sessions)] == [house.clock()]


@pytest.mark.parametrize("deed", ["close", "second-factor"])
def test_two_admins_who_lock_each_other_out_do_so_one_after_the_other(
    sign_in: SignIn, house: House, deed: str
) -> None:
    kim, lea = sign_in("admin"), sign_in("admin", "lea@example.com")
    house.clock.move(minutes=11)
    found: list[TestResponse] = []
    deeds = [
        partial(ask, one, f"/console/accounts/{other.account.id}/{deed}", own_password=PASSWORD)
        for one, other in ((kim, lea), (lea, kim))
    ]
    at_once(2, lambda: found.append(deeds.pop()()))
    assert [one.status_code for one in found] == [303, 303]
    assert sorted(one.headers["Location"] == OUT for one in found) == [False, True]
    assert len(house.rows(console_sessions)) == 1


def test_who_is_no_admin_any_more_when_the_turn_comes_changes_no_account(
    sign_in: SignIn, house: House
) -> None:
    kim, lea = sign_in("admin"), sign_in("admin", "lea@example.com")
    max_ = sign_in("viewer", "max@example.com").account
    found: list[TestResponse] = []
    fields = {"name": "Max", "role": "admin", "present": PASSWORD}
    late = Thread(target=lambda: found.append(ask(lea, f"/console/accounts/{max_.id}", **fields)))
    with house.unit() as unit:
        change_account(unit, account_by_id(unit, lea.account.id), "Lea", "viewer", None)
        late.start()
        assert eventually(lambda: waits_for_a_lock(house.engine))
    late.join(10)
    assert [(one.status_code, one.headers.get("Location")) for one in found] == [(303, OUT)]
    with house.unit() as unit:
        assert account_by_id(unit, max_.id).role == "viewer"
    assert ask(kim, f"/console/accounts/{max_.id}", **fields).status_code == 303


def test_two_browsers_that_sign_each_other_out_leave_one(sign_in: SignIn, house: House) -> None:
    kim = sign_in("admin")
    here = [kim, Colleague(kim.site, kim.account, another_browser_of(kim, house))]
    found: list[TestResponse] = []
    at_once(2, lambda: found.append(ask(here.pop(), "/console/account/sessions", sure="yes")))
    assert [one.status_code for one in found] == [303, 303]
    assert len(house.rows(console_sessions)) == 1


def another_browser_of(kim: Colleague, house: House) -> str:
    """The secret of another browser in which somebody is signed in."""
    with house.unit() as unit:
        return open_session(unit, kim.account, "another browser")
