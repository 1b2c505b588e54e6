"""Who may see a profile page: whoever holds its link, and proved to be its addressee as the programme wants it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from flask import request
from werkzeug.wrappers import Response

from bridge.delivery.links import read_lead
from bridge.edge.console.frame import cookie_name, is_complete, must_set_up
from bridge.edge.cookies import drop_cookie, keep_cookie
from bridge.edge.extension import services
from bridge.edge.gone import PRIVATE
from bridge.errors import ExpiredToken
from bridge.flow.accounts.console_accounts import session_of
from bridge.flow.sales.sign_in import DEVICE_LIVES
from bridge.flow.unit import Unit
from bridge.program.model import SalesLink, SalesPerson
from bridge.store import devices, handovers
from bridge.store.accounts import AccountRow
from bridge.store.devices import Device
from bridge.store.handovers import LinkRow

UNTOLD = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", **PRIVATE}
PATH = "/leads"


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody with a link that is good. person: the addressee.

    by: what the programme wants besides the link, see `sales.link`. device: None where this browser proved nothing.
    account: who is signed in to the console, if anybody.
    """

    token: str
    link: LinkRow
    person: SalesPerson
    device: Device | None
    by: SalesLink
    account: AccountRow | None = None

    @property
    def is_admitted(self) -> bool:
        """Whether the page may be shown."""
        if self.by == "login":
            return self.account is not None and self._is_theirs(self.account)
        return self.device is not None or self.by == "open"

    @property
    def stands_in(self) -> str | None:
        """The name of whoever is signed in, where that is not the addressee: they answer for them."""
        if self.account is None or self.account.sales_person == self.person.id:
            return None
        return self.account.name or self.account.email

    def _is_theirs(self, account: AccountRow) -> bool:
        return account.role == "admin" or account.sales_person == self.person.id

    @property
    def device_id(self) -> UUID | None:
        """The device that is signed in."""
        return self.device.id if self.device else None


@contextmanager
def at_the_door(token: str) -> Iterator[tuple[Unit, Guest]]:
    """A unit of work, and who stands at the door. Raises InvalidToken; ExpiredToken, also when the addressee left.

    Whoever makes a token up does not get as far as the database.
    """
    link_id = read_lead(services().tokens, token, services().clock())
    with services().page_unit() as unit:
        yield unit, _guest(unit, token, link_id)


def _guest(unit: Unit, token: str, link_id: UUID) -> Guest:
    link = handovers.link(unit.connection, link_id, unit.now)
    person = unit.program.people.get(link.sales_person)
    if person is None:
        raise ExpiredToken
    secret = request.cookies.get(_cookie(person))
    device = devices.by_secret(unit.connection, secret, person.id, unit.now) if secret else None
    by = unit.program.sales_link
    return Guest(token, link, person, device, by, _signed_in(unit) if by == "login" else None)


def _signed_in(unit: Unit) -> AccountRow | None:
    """Who is signed in to the console, with all that is asked for there."""
    secret = request.cookies.get(cookie_name())
    session = session_of(unit, secret) if secret else None
    return session.account if session and is_complete(session) and not must_set_up(session) else None


def remember(response: Response, person: SalesPerson, secret: str) -> None:
    """Let the browser keep what proves whose it is, for pages of leads alone."""
    keep_cookie(response, _cookie(person), secret, DEVICE_LIVES, PATH)


def forget(response: Response, person: SalesPerson) -> None:
    """Take it back."""
    drop_cookie(response, _cookie(person), PATH)


def keep_private(response: Response) -> Response:
    """What no answer below /leads may lack, redirects included: the address of each holds the token."""
    response.headers.update(UNTOLD)
    return response


def _cookie(person: SalesPerson) -> str:
    """A cookie for each sales person: colleagues who share a computer do not sign each other out."""
    return f"leadbridge-device-{person.id}"
