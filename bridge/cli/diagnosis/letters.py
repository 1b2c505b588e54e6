"""Dead letters: what could not be processed and waits for somebody to look."""

from collections.abc import Iterator

from sqlalchemy.exc import SQLAlchemyError

from bridge.cli.diagnosis.finding import Finding
from bridge.cli.printing import short
from bridge.errors import LeadbridgeError
from bridge.store import dead_letters
from bridge.wiring import Services

WHAT_TO_DO = (
    "“leadbridge dead list” shows them with what went wrong, as does the outbox of the console; mend the cause, then "
    "“dead retry ID” processes one again, “dead drop ID” forgets it"
)


def dead(services: Services) -> Iterator[Finding]:
    """How many, and since when: any is a failure. Whether programme and database can be read is another look's."""
    try:
        zone = services.program.timezone
        with services.engine.connect() as connection:
            count, oldest = dead_letters.count_some(connection), dead_letters.listing(connection, 1)
    except (LeadbridgeError, SQLAlchemyError):
        return
    if not oldest:
        yield Finding("dead letters", True, "none")
        return
    many = f"{count} or more" if count >= dead_letters.MOST_COUNTED else str(count)
    found = f"{many} could not be processed; the oldest since {short(oldest[0].at, zone)}"
    yield Finding("dead letters", False, found, WHAT_TO_DO)
