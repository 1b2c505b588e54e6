"""Browsers that looked at the invented website and told nobody their names: without them nobody would visit it."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from random import Random

from bridge.cli.seeding.life import BROWSERS
from bridge.cli.seeding.people import REFERRERS
from bridge.flow.record_visits import record_visits
from bridge.flow.unit import Unit
from bridge.ids import derived_id
from bridge.intake.records import Record, Request, Visit
from bridge.program.model import Program

CAMPAIGNS: tuple[Mapping[str, str], ...] = (
    {"source": "google", "medium": "cpc", "campaign": "globe-next"},
    {"source": "google", "medium": "cpc", "campaign": "sepa"},
    {"source": "linkedin", "medium": "social", "campaign": "webinar"},
    {"source": "newsletter", "medium": "email", "campaign": "herbst"},
    {},
)
PAGES = ("produkte", "preise", "sepa", "webinar", "referenzen", "kontakt")
AT_WEEKDAYS, AT_WEEKENDS = (3, 6), (0, 2)
"""Fewest and most of a day."""
SATURDAY = 5


def invent_visits(unit: Unit, days: int) -> int:
    """Let people visit who stay unknown, up to the present, since so many days; how many visits. Again the same."""
    records = [one for one in _visits(unit.program, unit.now, days) if one[0].received_at < unit.now]
    record_visits(unit, records)
    return len(records)


def _visits(program: Program, now: datetime, days: int) -> Iterator[tuple[Record, Visit]]:
    today = now.astimezone(program.timezone).date()
    for ago in range(days, -1, -1):
        day = today - timedelta(days=ago)
        chance = Random(f"leadbridge passers-by {day}")  # noqa: S311 - invented, no secret
        for number in range(chance.randint(*(AT_WEEKENDS if day.weekday() >= SATURDAY else AT_WEEKDAYS))):
            yield from _browser(program, day, number, chance)


def _browser(program: Program, day: date, number: int, chance: Random) -> Iterator[tuple[Record, Visit]]:
    """One browser of a day: it comes from somewhere, and looks at a page or a few."""
    visitor = derived_id("invented", "browser", day.isoformat(), number).hex
    utm = chance.choice(CAMPAIGNS)
    request = Request(f"203.0.113.{chance.randint(1, 254)}", chance.choice(BROWSERS))
    moment = datetime.combine(day, time(chance.randint(7, 20), chance.randint(0, 59)), program.timezone)
    for place in range(chance.randint(1, 3)):
        is_first = place == 0
        visit = Visit(
            visitor,
            f"https://www.example.com/{chance.choice(PAGES)}",
            request,
            referrer=REFERRERS.get(utm.get("source", "")) if is_first else None,
            utm=utm if is_first else {},
            language="de",
        )
        yield Record(derived_id("invented", "visit", visitor, place), moment, visit), visit
        moment += timedelta(seconds=chance.randint(20, 200))
