"""Accounts of the console, for admins: who has one, what it may do, and what is done when somebody leaves."""

from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from flask import Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from bridge import i18n
from bridge.edge.console.frame import Visit, console, console_page, needs, visit
from bridge.edge.console.proofs import Unproved, proved
from bridge.edge.extension import services
from bridge.errors import AccountExists, InvalidFields, LastAdmin, ProviderSignsIn
from bridge.flow.accounts import manage_accounts as flow
from bridge.flow.accounts.account_links import send_link
from bridge.flow.accounts.console_accounts import ROLES, Role, is_proved_lately
from bridge.intake.validation import clean
from bridge.profiles.address import InvalidAddress
from bridge.store import accounts as rows
from bridge.store.accounts import AccountRow

accounts = console("accounts")

HOME = "/console/accounts"
SAID = {
    "invited": "The account is there, and a mail with a link to choose a password is on its way.",
    "changed": "The account is changed.",
    "link": "A mail with a link to choose a password is on its way.",
    "second-factor": "No second factor is asked for any more, and all browsers of this account are signed out.",
    "close": "The account is closed, and all its browsers are signed out.",
    "open": "The account is open again.",
    "follow": "From now on your provider says at each sign-in what this account may do.",
}
OWN_FACTOR = "Your own second factor is removed on your own page, with your password and a code."
NO_PROVIDER = "No provider gives roles here."
DEEDS: Mapping[str, tuple[str, Callable[[Visit, AccountRow], None]]] = {
    "link": ("account.link_sent", lambda on, account: send_link(on.unit, account, on.account.name)),
    "second-factor": (
        "account.second_factor_reset",
        lambda on, account: flow.reset_second_factor(on.unit, account),
    ),
    "close": ("account.closed", lambda on, account: flow.close_account(on.unit, account)),
    "open": ("account.opened", lambda on, account: flow.open_account(on.unit, account)),
    "follow": ("account.follows_provider", lambda on, account: flow.follow_provider(on.unit, account)),
}
"""What a button does: its word in the audit log, and the deed."""
HARMLESS = {"link"}
"""What a stolen session is worth nothing for: the mail goes to whose account it is."""
GRAVE = {"second-factor", "open", "follow"}
"""What takes the password every time, as adding somebody and changing a role or a sales person do.

It outlives a stolen session."""


@accounts.get("/console/accounts")
@needs("accounts")
def show() -> Response:
    """Who may sign in, and a form for one more."""
    with visit() as on:
        return _list(on)


@accounts.post("/console/accounts")
@needs("accounts")
def add() -> AnyResponse:
    """Make an account; its link goes out by mail."""
    with visit() as on:
        try:
            role, person = _role(), _typed("person") or None
            on = proved(on, "present", anew=True)
            account = flow.invite(on.unit, _typed("email"), _typed("name"), role, person, on.account.name)
        except Unproved as error:
            return _list(on, error.status, error.errors)
        except (AccountExists, InvalidAddress, InvalidFields) as error:
            return _list(on, 422, _mistakes(error))
        on.note("account.added", "account", str(account.id), role=account.role)
    return redirect(f"{HOME}/{account.id}?done=invited", 303)


@accounts.get("/console/accounts/<uuid:account_id>")
@needs("accounts")
def show_one(account_id: UUID) -> Response:
    """One account."""
    with visit() as on:
        return _one(on, account_id)


@accounts.post("/console/accounts/<uuid:account_id>")
@needs("accounts")
def change(account_id: UUID) -> AnyResponse:
    """Change what somebody is called, may do, and whom of sales they are."""
    with visit() as on:
        account = flow.account_by_id(on.unit, account_id)
        try:
            role, person = _role(), _typed("person") or None
            on = proved(on, "present", anew=(role, person) != (account.role, account.sales_person))
            flow.change_account(on.unit, account, _typed("name"), role, person)
        except Unproved as error:
            return _one(on, account_id, error.status, error.errors)
        except (LastAdmin, InvalidFields) as error:
            return _one(on, account_id, 422, _mistakes(error))
        whom = (
            {} if person == account.sales_person else {"person": on.unit.program.person_name(person or "–")}
        )
        on.note("account.changed", "account", str(account_id), role=role, before=account.role, **whom)
    return redirect(f"{HOME}/{account_id}?done=changed", 303)


@accounts.post(
    "/console/accounts/<uuid:account_id>/<any('link','second-factor','close','open','follow'):deed>"
)
@needs("accounts")
def do(account_id: UUID, deed: str) -> AnyResponse:
    """Do what a button says."""
    word, deed_of = DEEDS[deed]
    with visit() as on:
        account = flow.account_by_id(on.unit, account_id)
        if (deed, account_id) == ("second-factor", on.account.id):
            return _one(on, account_id, 409, {"second-factor": [OWN_FACTOR]})
        try:
            on = on if deed in HARMLESS else proved(on, "own_password", anew=deed in GRAVE)
            if deed == "follow" and not services().settings.door.gives_roles:
                raise InvalidFields({"role": [NO_PROVIDER]})
            deed_of(on, account)
        except Unproved as error:
            return _one(on, account_id, error.status, error.errors)
        except (LastAdmin, ProviderSignsIn, InvalidFields) as error:
            return _one(on, account_id, 409, _mistakes(error))
        on.note(word, "account", str(account_id))
    return redirect(f"{HOME}/{account_id}?done={deed}", 303)


def _list(on: Visit, status: int = 200, errors: Mapping[str, Sequence[str]] | None = None) -> Response:
    return console_page(
        "console/accounts.html",
        on,
        status=status,
        people=rows.every(on.unit.connection),
        asks_owner=not is_proved_lately(on.unit, on.session),
        roles=ROLES,
        errors=_said(on, errors or {}),
        typed={name: _typed(name) for name in ("email", "name", "role", "person")},
    )


def _one(
    on: Visit, account_id: UUID, status: int = 200, errors: Mapping[str, Sequence[str]] | None = None
) -> Response:
    done = SAID.get(request.args.get("done", ""))
    one = flow.account_by_id(on.unit, account_id)
    return console_page(
        "console/one_account.html",
        on,
        status=status,
        one=one,
        twins=rows.of_same_person(on.unit.connection, one.id, one.sales_person),
        roles=ROLES,
        gives_roles=services().settings.door.gives_roles,
        asks_owner=not is_proved_lately(on.unit, on.session),
        errors=_said(on, errors or {}),
        done=done,
    )


def _mistakes(error: Exception) -> Mapping[str, Sequence[str]]:
    match error:
        case InvalidFields():
            return error.fields
        case LastAdmin():
            return {"role": ["This is the last admin who can sign in. Please make somebody else one before."]}
        case ProviderSignsIn():
            return {"role": ["This account signs in at your provider, and has no password here."]}
        case AccountExists():
            return {"email": ["This address has an account already."]}
    return {"email": ["Please enter a valid e-mail address."]}


def _said(on: Visit, errors: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    say = i18n.translations(on.language).gettext
    return {name: [say(one) for one in words] for name, words in errors.items()}


def _typed(name: str) -> str:
    return (clean(request.form.get(name, "")) or "")[:200]


def _role() -> Role:
    """The role that was chosen. Raises InvalidFields."""
    chosen = next((one for one in ROLES if one == request.form.get("role")), None)
    if chosen is None:
        raise InvalidFields({"role": ["Please choose one of the options."]})
    return chosen
