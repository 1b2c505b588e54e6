"""Somebody who is signed in to the console."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Any

import pytest
from argon2 import PasswordHasher
from redis import Redis
from werkzeug.test import TestResponse

from bridge.edge.console.frame import form_token
from bridge.flow.accounts.console_accounts import Role, add_account, open_session
from bridge.store import accounts
from bridge.store.accounts import AccountRow
from tests.conftest import Servers
from tests.edge.conftest import Open
from tests.edge.site import Site
from tests.house import House

PASSWORD = "a long and quiet sentence"


COOKIE = "__Host-leadbridge"


@dataclass
class Colleague:
    """A browser in which somebody is signed in. secret: what it keeps; a new one where it was told to."""

    site: Site
    account: AccountRow
    secret: str

    def get(self, path: str, **more: Any) -> TestResponse:
        """Ask for a page, in English."""
        return self.site.get(path, headers=self._headers | more.pop("headers", {}), **more)

    def post(self, path: str, headers: dict[str, str] | None = None, **fields: Any) -> TestResponse:
        """Send a form as a page of the console would."""
        sent = {"_token": form_token(self.secret), **fields}
        answer = self.site.post(path, sent, headers=self._headers | (headers or {}))
        kept = self.site.client.get_cookie(COOKIE)
        self.secret = kept.value if kept else self.secret
        return answer

    @property
    def _headers(self) -> dict[str, str]:
        self.site.client.set_cookie(COOKIE, self.secret)
        return {"Accept-Language": "en"}


@pytest.fixture
def open_real(open_one: Open, servers: Servers, house: House, redis: Redis) -> Open:
    """Opens sites with settings of one's own over the database of `house`, by the same clock."""
    del redis  # it is empty now, and that is all
    return partial(
        open_one, clock=house.clock, DATABASE_URL=servers.database_url, REDIS_URL=servers.redis_url
    )


@cache
def hash_of_password() -> str:
    """Made once for all tests of a process: it is slow on purpose."""
    return PasswordHasher().hash(PASSWORD)


SignIn = Callable[..., Colleague]


@pytest.fixture
def sign_in(site: Site, house: House) -> SignIn:
    """Signs somebody in, with a role: `sign_in("marketing")`."""

    def signed_in(
        role: Role = "admin", email: str = "kim@example.com", person: str | None = None
    ) -> Colleague:
        with house.unit() as unit:
            account = add_account(unit, email, "Kim Beispiel", role, sales_person=person)
            accounts.change(unit.connection, account.id, password_hash=hash_of_password())
            account = replace(account, password_hash=hash_of_password())
            secret = open_session(unit, account, "a browser")
        return Colleague(site, account, secret)

    return signed_in
