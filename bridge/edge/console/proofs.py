"""Whether whoever is signed in owns the account, and is not somebody at their browser or with their cookie."""

from collections.abc import Mapping, Sequence

from flask import Response, after_this_request, request

from bridge.edge.console.frame import Visit, remember
from bridge.edge.console.known import known_browser
from bridge.edge.console.sign_in import TOO_MANY
from bridge.edge.limits import Door, sign_in_limits
from bridge.errors import InvalidFields
from bridge.flow.accounts.console_accounts import must_prove, prove_lately

NEEDED = "Please enter your own password for this."


class Unproved(Exception):
    """Who asks did not show that it is their account. errors: by field, in English."""

    def __init__(self, status: int, errors: Mapping[str, Sequence[str]]) -> None:
        super().__init__(status)
        self.status, self.errors = status, errors


def proved(on: Visit, field: str, *, anew: bool = False) -> Visit:
    """The visit of an account's owner, who is asked for the password where the last proof is older than ten minutes.

    field: in which the password was typed. anew: it is asked for every time, since what lets somebody in for good is
    not to be had with a cookie alone. The session may go on under another secret, which the browser is told.
    Raises Unproved.
    """
    if not must_prove(on.unit, on.session, anew=anew):
        return on
    typed = request.form.get(field, "")
    if on.account.password_hash and not typed:
        raise Unproved(422, {field: [NEEDED]})
    if too_many(on, "password"):
        raise Unproved(429, {field: [TOO_MANY]})
    try:
        session = prove_lately(on.unit, on.session, typed, anew=anew)
    except InvalidFields as error:
        note_wrong(on, error)
        raise Unproved(422, {field: error.fields["present"]}) from error
    take_back(on, "password")

    @after_this_request
    def tell(response: Response) -> Response:
        if response.status_code < 500:  # else nothing was written down, and the secret before goes on
            remember(response, session.secret)
        return response

    return Visit(on.unit, session)


def too_many(on: Visit, door: Door) -> bool:
    """Count a try of whoever is signed in; whether there were too many."""
    return sign_in_limits().exceeded(door, *_who(on))


def take_back(on: Visit, door: Door) -> None:
    """Take that try back, since it was right: whoever adds twenty people shows the password twenty times."""
    sign_in_limits().take_back(door, *_who(on))


def _who(on: Visit) -> tuple[str, str | None]:
    """For whom a try counts: the account, and the browser if it is known."""
    key = on.account.email_key
    return key, known_browser(key, lambda: on.account)


def note_wrong(on: Visit, error: InvalidFields) -> None:
    """Write a wrong password down, if it was that."""
    if "present" in error.fields:
        on.note("account.password_wrong", "account", str(on.account.id))
