"""Who may sign in to the console."""

from collections.abc import Iterable, Iterator

from sqlalchemy.exc import SQLAlchemyError

from bridge.cli.diagnosis.finding import Finding
from bridge.errors import LeadbridgeError
from bridge.flow.accounts.manage_accounts import can_sign_in
from bridge.settings.demo import ADDRESSES as DEMO_ADDRESSES
from bridge.settings.demo import is_of_this_machine
from bridge.store import accounts
from bridge.store.accounts import AccountRow
from bridge.wiring import Services


def console(services: Services) -> Iterator[Finding]:
    """Whether an admin can; and, where profile pages ask for it, everybody of sales.

    Whether programme and database can be read is another look's.
    """
    try:
        program = services.program
        with services.engine.connect() as connection:
            found = [one for one in accounts.every(connection) if not one.closed_at]
    except (LeadbridgeError, SQLAlchemyError):
        return
    yield _admins(services, found)
    yield from _left_alone(services, found)
    yield from _of_the_demo(services, found)
    known = {one.sales_person for one in found}
    shut_out = [person.name for person in program.people.values() if person.id not in known]
    if program.sales_link == "login" and shut_out:
        advice = "“leadbridge account invite EMAIL --role sales --person ID” lets them in"
        yield Finding("sales", False, f"cannot open their leads: {', '.join(shut_out)}", advice)


def _admins(services: Services, found: Iterable[AccountRow]) -> Finding:
    """Whether one can sign in. Whoever was invited and has chosen no password cannot, and is named apart."""
    has_provider = services.settings.door.provider is not None
    able = [one for one in found if can_sign_in(one, has_provider)]
    invited = [one.email for one in found if one.role_from == "here" and one not in able]
    beside = f"; invited, and without a password yet: {', '.join(invited)}" if invited else ""
    if any(one.role == "admin" for one in able):
        return Finding("console", True, f"{len(able)} may sign in{beside}")
    advice = "“leadbridge account add EMAIL --role admin” makes one, “… link EMAIL” invites once more"
    return Finding("console", None, f"no admin can sign in{beside}", advice)


def _of_the_demo(services: Services, found: Iterable[AccountRow]) -> Iterator[Finding]:
    """The demo's own, whose password stood in a terminal, where there is no demo any more, or others reach it."""
    theirs = [one.email for one in found if one.email in DEMO_ADDRESSES]
    if theirs and not is_of_this_machine(services.settings):
        advice = "“leadbridge account close EMAIL” for each of them, once an admin of yours can sign in"
        yield Finding("console", False, f"accounts of the demo may sign in: {', '.join(theirs)}", advice)


def _left_alone(services: Services, found: Iterable[AccountRow]) -> Iterator[Finding]:
    """Those who sign in at a provider, where none is set any more."""
    theirs = [one.email for one in found if one.role_from == "provider"]
    if theirs and services.settings.door.provider is None:
        advice = "set LEADBRIDGE_OIDC_ISSUER again, or give them a role here by “leadbridge account role EMAIL ROLE”"
        yield Finding(
            "console", False, f"sign in at a provider, and none is set: {', '.join(theirs)}", advice
        )
