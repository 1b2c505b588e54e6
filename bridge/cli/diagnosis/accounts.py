"""Who may sign in to the console."""

from collections.abc import Container, Iterable, Iterator, Sequence
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from bridge.cli.demo_accounts import WHO as DEMO
from bridge.cli.diagnosis.finding import Finding
from bridge.errors import LeadbridgeError
from bridge.flow.accounts.console_accounts import check_password
from bridge.flow.accounts.manage_accounts import can_sign_in
from bridge.settings.demo import ADDRESSES as DEMO_ADDRESSES
from bridge.settings.demo import is_of_this_machine, passwords_of
from bridge.store import accounts, audit
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
            shut = _shut_out(services, connection, found)
    except (LeadbridgeError, SQLAlchemyError):
        return
    yield _admins(services, found, shut)
    yield from _left_alone(services, found)
    yield from _of_the_demo(services, found)
    known = {one.sales_person for one in found}
    shut_out = [person.name for person in program.people.values() if person.id not in known]
    if program.sales_link == "login" and shut_out:
        advice = "“leadbridge account invite EMAIL --role sales --person ID” lets them in"
        yield Finding("sales", False, f"cannot open their leads: {', '.join(shut_out)}", advice)


def _admins(services: Services, found: Sequence[AccountRow], shut: Container[UUID]) -> Finding:
    """Whether one can sign in. Whoever has no password cannot, and is named apart. shut: see `_shut_out`."""
    has_provider = services.settings.door.provider is not None
    able = [one for one in found if can_sign_in(one, has_provider) and one.id not in shut]
    beside = _without_password(one for one in found if one not in able)
    if any(one.role == "admin" for one in able):
        return Finding("console", True, f"{len(able)} may sign in{beside}")
    advice = "“leadbridge account add EMAIL --role admin” makes one, “… link EMAIL” invites once more"
    return Finding("console", None, f"no admin can sign in{beside}", advice)


def _without_password(found: Iterable[AccountRow]) -> str:
    """Who was invited and has chosen none yet; and who always signed in at a provider that is set no more."""
    theirs = [one for one in found if one.role_from == "here" and one.password_hash is None]
    invited = ", ".join(one.email for one in theirs if not one.oidc_subject)
    left = ", ".join(one.email for one in theirs if one.oidc_subject)
    return (f"; invited, and without a password yet: {invited}" if invited else "") + (
        f"; without a password, and no provider is set: {left}" if left else ""
    )


def _shut_out(services: Services, connection: Connection, found: Iterable[AccountRow]) -> set[UUID]:
    """Ids of the demo's accounts whose password opens nothing here: one of these keys, or of a key that is gone.

    Of such a key nothing is left to compare with; but nobody chose another password since the account was made.
    """
    if is_of_this_machine(services.settings):
        return set()
    known = passwords_of(services.settings)
    made = audit.changed_accounts(connection, "account.added", who=DEMO)
    as_made = made - audit.changed_accounts(connection, "account.password_set", "account.password_changed")
    theirs = [one for one in found if one.email in DEMO_ADDRESSES]
    return {
        row.id for row in theirs if str(row.id) in as_made or any(check_password(row, one) for one in known)
    }


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
