"""The accounts of the demo: there where nobody but this machine reaches it, and nowhere else."""

from typing import Any

import pytest
from redis import Redis

from bridge.cli.demo_accounts import ACCOUNTS, how_to_sign_in, open_demo_accounts
from bridge.cli.diagnosis.accounts import console
from bridge.flow.accounts.console_accounts import account_of, add_account, open_session, set_password
from bridge.settings.demo import ADDRESSES, password_of
from bridge.store import accounts
from tests.edge.conftest import Open
from tests.edge.console.conftest import PASSWORD, Colleague
from tests.house import KEY, House

HERE = {"DEMO": "1", "BIND": "127.0.0.1:8000", "PUBLIC_URL": "http://127.0.0.1:8000"}


ANOTHER_KEY = "another-key-that-only-tests-know"
AT_IT: dict[str, Any] = {"environ_base": {"REMOTE_ADDR": "127.0.0.1"}}
"""Whoever asks sits at this machine."""


@pytest.fixture
def open_demo(open_real: Open) -> Open:
    """Opens a demo on this machine, or with other settings."""
    return lambda **settings: open_real(**(HERE | settings))


def known(house: House) -> list[str]:
    """The roles of the accounts that are there."""
    with house.unit() as unit:
        return sorted(row.role for row in accounts.every(unit.connection))


def test_each_role_can_sign_in_with_the_password_that_the_terminal_says(
    open_demo: Open, redis: Redis, house: House
) -> None:
    site = open_demo()
    open_demo_accounts(site.services)
    open_demo_accounts(site.services)
    assert known(house) == sorted(role for role, *_ in ACCOUNTS)
    where, who, password = how_to_sign_in(site.services)
    assert where == "http://127.0.0.1:8000/console"
    for _, email, _, _ in ACCOUNTS:
        assert email in who
        fields = {"email": email, "password": password.split()[-1]}
        assert site.post("/console/sign-in", fields, **AT_IT).status_code == 303


def test_another_installation_has_another_password(open_demo: Open) -> None:
    here, there = open_demo(), open_demo(SECRET_KEYS=ANOTHER_KEY)
    assert password_of(here.services.settings) == password_of(here.services.settings)
    assert password_of(here.services.settings) != password_of(there.services.settings)
    assert len(password_of(here.services.settings)) >= 19


@pytest.mark.parametrize(
    "elsewhere",
    [{"DEMO": "0"}, {"BIND": "0.0.0.0:8000"}, {"PUBLIC_URL": "https://leads.example.com"}],
)
def test_where_others_reach_it_there_are_none(
    open_demo: Open, house: House, elsewhere: dict[str, str]
) -> None:
    site = open_demo(**elsewhere)
    open_demo_accounts(site.services)
    assert known(house) == []
    assert "leadbridge account add" in how_to_sign_in(site.services)[-1]


def test_the_door_knows_the_addresses_of_the_demo() -> None:
    assert {email for _, email, _, _ in ACCOUNTS} == ADDRESSES


def test_a_password_that_was_made_with_the_key_before_closes_them_too(open_demo: Open, house: House) -> None:
    open_demo_accounts(open_demo().services)
    open_demo_accounts(open_demo(BIND="0.0.0.0:8000", SECRET_KEYS=f"{ANOTHER_KEY},{KEY}").services)
    with house.unit() as unit:
        assert [row for row in accounts.every(unit.connection) if row.closed_at is None] == []


OPENED = [{"BIND": "0.0.0.0:8000"}, {"PUBLIC_URL": "https://leads.example.com"}]


@pytest.mark.parametrize("opened", OPENED)
def test_when_others_reach_the_demo_they_are_closed_but_for_whose_password_was_changed(
    open_demo: Open, house: House, opened: dict[str, str]
) -> None:
    open_demo_accounts(open_demo().services)
    with house.unit() as unit:
        set_password(unit, account_of(unit, "admin@example.com"), PASSWORD)
    site = open_demo(**opened)
    assert "accounts of the demo may sign in" in [one.found for one in console(site.services)][-1]
    open_demo_accounts(site.services)
    fields = {"email": "sales@example.com", "password": password_of(site.services.settings)}
    assert site.post("/console/sign-in", fields).status_code == 422
    with house.unit() as unit:
        left = [row.email for row in accounts.every(unit.connection) if row.closed_at is None]
    assert left == ["admin@example.com"]


@pytest.mark.parametrize(
    "opened",
    [
        *OPENED,
        {"DEMO": "0"},
        {"DEMO": "0", "SECRET_KEYS": f"the-key-of-the-next-year,{KEY}"},
        {"DEMO": "0", "SECRET_KEYS": ANOTHER_KEY},
        {"BIND": "0.0.0.0:8000", "SECRET_KEYS": ANOTHER_KEY},
    ],
)
def test_a_server_that_is_started_by_itself_where_others_reach_it_lets_nobody_in_by_that_password(
    open_demo: Open, redis: Redis, house: House, opened: dict[str, str]
) -> None:
    here = open_demo()
    open_demo_accounts(here.services)
    fields = {"email": "Admin@example.com", "password": password_of(here.services.settings)}
    site = open_demo(**opened)
    assert site.post("/console/sign-in", fields, **AT_IT).status_code == 422
    with house.unit() as unit:
        set_password(unit, account_of(unit, "admin@example.com"), PASSWORD)
    assert site.post("/console/sign-in", fields | {"password": PASSWORD}).status_code == 303


@pytest.mark.parametrize(
    "somebody",
    [
        {"environ_base": {"REMOTE_ADDR": "198.51.100.7"}},
        {"headers": {"X-Forwarded-For": "198.51.100.7"}},
        {"headers": {"Host": "leads.example.com"}},
        {"headers": {"Forwarded": ""}},
        {"headers": {"Via": "1.1 proxy"}},
        {"headers": {"X-Real-IP": "198.51.100.7"}},
        {"headers": {"X-Forwarded-Proto": "https"}},
        {"environ_base": {}},
        {"environ_base": {"REMOTE_ADDR": "unix:"}},
    ],
)
def test_neither_does_a_demo_of_this_machine_whoever_comes_from_elsewhere(
    open_demo: Open, redis: Redis, somebody: dict[str, Any]
) -> None:
    site = open_demo()
    open_demo_accounts(site.services)
    fields = {"email": "admin@example.com", "password": password_of(site.services.settings)}
    assert site.post("/console/sign-in", fields, **(AT_IT | somebody)).status_code == 422
    assert site.post("/console/sign-in", fields, **AT_IT).status_code == 303


def test_where_somebody_has_an_account_nobody_is_added(open_demo: Open, house: House) -> None:
    with house.unit() as unit:
        add_account(unit, "kim@example.com", "Kim", "admin", PASSWORD)
    site = open_demo()
    open_demo_accounts(site.services)
    assert known(house) == ["admin"]
    assert "leadbridge account add" in how_to_sign_in(site.services)[-1]


def test_a_password_that_was_changed_is_not_told(open_demo: Open, house: House) -> None:
    site = open_demo()
    open_demo_accounts(site.services)
    with house.unit() as unit:
        first = accounts.by_key(unit.connection, ACCOUNTS[0][1])
        assert first is not None
        accounts.change(unit.connection, first.id, password_hash=None)
    told = " ".join(how_to_sign_in(site.services))
    assert "that you chose" in told
    assert password_of(site.services.settings) not in told


def test_the_doctor_finds_them_where_there_is_no_demo_any_more(open_demo: Open) -> None:
    demo = open_demo()
    open_demo_accounts(demo.services)
    assert [one.ok for one in console(demo.services)] == [True]
    [first, found] = console(open_demo(DEMO="0").services)
    assert (first.ok, first.found) == (None, "no admin can sign in"), "their password opens nothing there"
    assert found.ok is False
    assert "admin@example.com" in found.found
    assert "account close" in found.advice


@pytest.mark.parametrize("keys", [ANOTHER_KEY, f"{ANOTHER_KEY},{KEY}"])
def test_the_doctor_counts_none_whose_password_opens_nothing_whatever_key_it_was_made_with(
    open_demo: Open, house: House, keys: str
) -> None:
    open_demo_accounts(open_demo().services)
    there = open_demo(DEMO="0", SECRET_KEYS=keys).services
    assert (next(console(there)).ok, next(console(there)).found) == (None, "no admin can sign in")
    with house.unit() as unit:
        add_account(unit, "kim@example.com", "Kim", "admin", PASSWORD)
    assert next(console(there)).found == "1 may sign in"


def test_the_doctor_counts_an_account_of_the_demo_whose_password_somebody_chose(
    open_demo: Open, open_real: Open, house: House
) -> None:
    demo, there = open_demo().services, open_real(SECRET_KEYS=ANOTHER_KEY)
    open_demo_accounts(demo)
    with house.unit() as unit:
        account = account_of(unit, "admin@example.com")
        admin = Colleague(there, account, open_session(unit, account, "a browser"))
    chosen = {"present": password_of(demo.settings), "password": PASSWORD}
    assert admin.post("/console/account/password", None, **chosen).status_code == 303
    assert next((one.ok, one.found) for one in console(there.services)) == (True, "1 may sign in")
