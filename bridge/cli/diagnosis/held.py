"""Forms that looked like spam and wait for somebody to decide."""

from collections.abc import Iterator

from sqlalchemy.exc import SQLAlchemyError

from bridge.cli.diagnosis.finding import Finding
from bridge.cli.printing import short
from bridge.errors import LeadbridgeError
from bridge.store import submissions
from bridge.wiring import Services

WHAT_TO_DO = "“leadbridge held list” shows them; “held release ID” lets one through, “held drop ID” drops it"


def forms(services: Services) -> Iterator[Finding]:
    """How many of which, and since when; one for sales is a failure: somebody waits for a call.

    Whether programme and database can be read is another look's.
    """
    try:
        program = services.program
        with services.engine.connect() as connection:
            counts, since = submissions.count_held(connection), submissions.held_since(connection)
    except (LeadbridgeError, SQLAlchemyError):
        return
    if since is None:
        yield Finding("held forms", True, "none")
        return
    names = ", ".join(f"{count} × {form}" for form, count in sorted(counts.items()))
    for_sales = [form.id for form in program.forms.values() if form.channel == "sales" and form.id in counts]
    found = f"{names}; the oldest since {short(since, program.timezone)}"
    yield Finding("held forms", not for_sales, found, WHAT_TO_DO)
