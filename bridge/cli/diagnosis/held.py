"""Forms that looked like spam and wait for somebody to decide."""

from collections.abc import Iterator

from sqlalchemy.exc import SQLAlchemyError

from bridge.cli.diagnosis.finding import Finding
from bridge.cli.printing import short
from bridge.errors import LeadbridgeError
from bridge.store import held_lists
from bridge.store.held_lists import MOST_OF_A_FORM
from bridge.wiring import Services

WHAT_TO_DO = "“leadbridge held list” shows them; “held release ID” lets one through, “held drop ID” drops it"


def forms(services: Services) -> Iterator[Finding]:
    """How many of which, and since when; one for sales is a failure: somebody waits for a call.

    Whether programme and database can be read is another look's.
    """
    try:
        program = services.program
        with services.engine.connect() as connection:
            waiting = held_lists.forms_that_wait(connection)
    except (LeadbridgeError, SQLAlchemyError):
        return
    if not waiting:
        yield Finding("held forms", True, "none")
        return
    names = ", ".join(f"{_many(one.count)} × {form}" for form, one in sorted(waiting.items()))
    for_sales = [form.id for form in program.forms.values() if form.channel == "sales" and form.id in waiting]
    since = min(one.since for one in waiting.values())
    found = f"{names}; the oldest since {short(since, program.timezone)}"
    yield Finding("held forms", not for_sales, found, WHAT_TO_DO)


def _many(count: int) -> str:
    return str(count) if count < MOST_OF_A_FORM else f"{count} or more"
