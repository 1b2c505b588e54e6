"""A day of a million events is rolled up: `python -m benchmarks.figures [EVENTS]`.

Beside that day lie twice as many events of the same people on others. Printed is how long it takes to count the day
anew, on the wall and of PostgreSQL's processor, how long to read a year for a page, and what one mark costs.
"""

import sys
import time
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, Engine, text

from benchmarks.ground import fresh_ground
from benchmarks.nurture import Watch, postmaster
from bridge.flow.results.roll_up import roll_up_day
from bridge.program.figures import FUNNEL
from bridge.store import stale_days
from bridge.store.day_figures import totals_between
from bridge.wiring import Services

MARKS = 2_000
ROUNDS = 3

POPULATION = """
create temporary table crowd as
select number, gen_random_uuid() as person, gen_random_uuid() as mail,
    :midnight + interval '1 day' * ((number * 7919) % 86400) / 86400 as at
from generate_series(0, cast(:people as bigint) - 1) as number;

insert into profiles (id, email, email_key, stage, fields, first_touch, created_at)
select person, number || '@firma.example', number || '@firma.example', 'marketing_qualified', '{}',
    jsonb_build_object('utm', jsonb_build_object('source', 'source ' || number % 7, 'medium', 'cpc',
        'campaign', 'campaign ' || number % 50)),
    case when number % 13 = 0 then at else :midnight - interval '90 days' end
from crowd;

insert into submissions (id, profile_id, form, source, key, content_hash, received_at, at, fields, consents, context)
select gen_random_uuid(), person, 'form ' || number % 20, 'api', number, '', at, at, '{}', '{}', '{}' from crowd;

insert into mails (id, profile_id, template, language, sequence, tracked, message_id, created_at, sent_at)
select mail, person, 'mail ' || number % 12, 'de', 'series ' || number % 4, number % 10 > 0, mail, at, at from crowd;

insert into visits (id, visitor, at, page, utm)
select gen_random_uuid(), 'browser ' || number / 2, at, '/', '{"source": "google", "medium": "cpc"}' from crowd
where number % 2 = 0;

insert into events (id, profile_id, kind, at, due_at, scored_at, verdict, mail_id, data)
select gen_random_uuid(), person, kind, crowd.at + later, crowd.at, crowd.at, verdict,
    case when kind in ('mail.sent', 'mail.opened', 'link.clicked') then mail end,
    jsonb_build_object('subject', 'Drei Fragen vor dem Umstieg', 'user_agent', repeat('Mozilla/5.0 ', 10))
from crowd cross join (values
    ('mail.sent', interval '0', 'human', 1, 0), ('mail.opened', interval '3 minutes', 'human', 2, 0),
    ('mail.opened', interval '1 minute', 'machine', 5, 1), ('link.clicked', interval '4 minutes', 'human', 5, 2),
    ('page.visited', interval '5 minutes', 'human', 3, 0), ('page.visited', interval '6 minutes', 'human', 4, 0),
    ('address.confirmed', interval '7 minutes', 'human', 20, 3)
) as happens (kind, later, verdict, each, rest)
where number % each = rest;

insert into events (id, profile_id, kind, at, due_at, scored_at, verdict, data)
select gen_random_uuid(), person, case when day % 2 = 0 then 'mail.opened' else 'page.visited' end,
    crowd.at - interval '1 day' * day, crowd.at, crowd.at, 'human',
    jsonb_build_object('subject', 'Drei Fragen vor dem Umstieg', 'user_agent', repeat('Mozilla/5.0 ', 10))
from crowd cross join generate_series(1, 5) as day;

insert into stage_changes (id, profile_id, became, at, cause)
select gen_random_uuid(), person, 'marketing_qualified', at, '' from crowd where number % 20 = 3;

insert into handovers
    (id, profile_id, crossing, cause, sales_person, score, at, begun_at, due_at, state, decided_at)
select gen_random_uuid(), person, 1, 'points', 'person ' || number % 9, 12, at, at, at, 'rejected', at
from crowd where number % 200 = 3;

truncate stale_days
"""
"""About two and a half events a person on the day."""


def main(many: int) -> None:
    """Measure, and print a line for each."""
    with fresh_ground() as ground:
        services = ground.services
        day = services.clock().astimezone(services.program.timezone).date() - timedelta(days=1)
        print(f"{_filled(services, day, many):,} events on the day", flush=True)
        watch = Watch(1, postmaster(services.engine))
        for _ in range(ROUNDS):
            watch.measured("the day is counted anew", lambda: roll_up_day(services.unit, day))
        _a_year(services.engine, day)
        watch.measured("a year of figures is read", lambda: _read(services.engine, day))
        print(f"a mark: {_marks(services.engine, services.clock()) * 1e6:.0f} µs", flush=True)


def _filled(services: Services, day: date, many: int) -> int:
    midnight = datetime.combine(day, datetime.min.time(), services.program.timezone)
    given = {"midnight": midnight, "people": int(many / 2.53)}
    with services.engine.begin() as connection:
        for statement in POPULATION.split(";\n"):
            needed = {name: value for name, value in given.items() if f":{name}" in statement}
            connection.execute(text(statement), needed)
        on_the_day = "select count(*) from events where at >= :since and at < :until"
        until = midnight + timedelta(days=1)
        found: int = connection.execute(text(on_the_day), {"since": midnight, "until": until}).scalar_one()
    with services.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("vacuum analyze"))
    return found


def _a_year(engine: Engine, day: date) -> None:
    """The figures of that day stand for every day of a year."""
    copied = """insert into day_figures select figure, dimension, day - back, key, count, amount
        from day_figures cross join generate_series(1, 365) as back where day = :day"""
    with engine.begin() as connection:
        connection.execute(text(copied), {"day": day})
        connection.execute(text("analyze day_figures"))


def _read(engine: Engine, day: date) -> None:
    with engine.connect() as connection:
        for dimension in ("", "channel", "campaign", "form"):
            totals_between(connection, day - timedelta(days=364), day, FUNNEL, dimension)


def _marks(engine: Engine, now: datetime) -> float:
    """Seconds that marking a day adds to a transaction."""
    with engine.begin() as connection:
        began = time.monotonic()
        for _ in range(MARKS):
            _one_mark(connection, now)
        return (time.monotonic() - began) / MARKS


def _one_mark(connection: Connection, now: datetime) -> None:
    stale_days.mark(connection, [now])


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
