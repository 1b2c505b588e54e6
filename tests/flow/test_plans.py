"""P5: whatever happens often reads big tables by an index, however many people there are.

The statements are those that the use cases send, written down while they do; the planner is asked about each of them
with the values that it had.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text

from benchmarks.generator import fill
from benchmarks.population import Population
from bridge.flow.sweep import sweep, wake_settled
from bridge.store import board, exports, held_lists
from bridge.store.exports import Wanted
from bridge.store.paging import Place
from bridge.store.schema import migrate
from tests import make
from tests.conftest import Servers
from tests.house import House

EVENTS = 60_000
BIG = 2_000
"""Rows from which on a table is never to be read whole."""
PLAN = re.compile(r"\s*(with|select|insert|update|delete)\b", re.I)


@pytest.fixture(scope="module")
def crowd(servers: Servers, one_engine: Engine) -> Iterator[House]:
    """A house in which thousands of people live, in a schema of its own."""
    name = f"crowd_{uuid4().hex}"
    with one_engine.begin() as connection:
        connection.execute(text(f"create schema {name}"))
    url = make_url(servers.database_url).update_query_dict({"options": f"-csearch_path={name}"})
    engine = create_engine(url.set(drivername="postgresql+psycopg"))
    migrate(engine)
    fill(url.render_as_string(hide_password=False), Population(EVENTS, make.NOON), lambda words: None)
    yield House(engine)
    engine.dispose()
    with one_engine.begin() as connection:
        connection.execute(text(f"drop schema {name} cascade"))


@contextmanager
def noted(engine: Engine) -> Iterator[dict[str, Any]]:
    """Statement → the values that it had first, of all that are sent meanwhile."""
    found: dict[str, Any] = {}

    def note(_conn: Any, _cursor: Any, statement: str, values: Any, _context: Any, many: bool) -> None:
        if PLAN.match(statement):
            found.setdefault(statement, values[0] if many else values)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)


def read_whole(engine: Engine, statements: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(Table, statement) for each big table that cannot be read but from its beginning to its end.

    Whether that were cheaper depends on how big it is, and here it is less than it may become: so the planner is told
    to do so only where there is no other way.
    """
    with engine.connect() as connection:
        connection.execute(text("set local enable_seqscan = off"))
        whole = set(connection.scalars(text(WHOLE_INDEXES)))
        big = set(connection.scalars(text(BIG_TABLES), {"rows": BIG}))
        found = []
        for statement, values in statements.items():
            explained = connection.exec_driver_sql(f"explain (format json) {statement}", values).scalar_one()
            found += [(table, statement) for table in _read(explained[0]["Plan"], whole) if table in big]
    return found


WHOLE_INDEXES = "select indexrelid::regclass::text from pg_index where indpred is null"

BIG_TABLES = """
    select relname from pg_class
    where relkind = 'r' and relnamespace = current_schema()::regnamespace and reltuples >= :rows
"""


def _read(node: Mapping[str, Any], whole: Collection[str]) -> Iterator[str]:
    """The tables that a plan reads whole, by themselves or along an index of all rows that names none of them."""
    along = node.get("Index Name") in whole and "Index Cond" not in node
    if node["Node Type"] == "Seq Scan" or (along and "Relation Name" in node):
        yield node["Relation Name"]
    for inner in node.get("Plans", ()):
        yield from _read(inner, whole)


def sweeping(house: House) -> None:
    sweep(house.engine, lambda kind, ids: None, house.clock())
    wake_settled(house.engine, lambda kind, ids: None, house.clock() - timedelta(seconds=1), house.clock())


def expiring(house: House) -> None:
    house.tick(days=1)


def following_a_lead(house: House) -> None:
    """A form, its confirmation, mails, opens, clicks, points, the hand-over, and what sales makes of it."""
    email = f"anna{uuid4().hex}@firma0.example"
    letter = house.lead_by_points(email)
    house.open(house.mails_to(email)[-1])
    house.tick(minutes=5)
    house.lead(email)
    house.answer(letter, "accepted")
    house.lead_by_form(email)


def visiting(house: House) -> None:
    house.visit(browser=uuid4().hex)
    house.withdraw(uuid4().hex)


def leaving(house: House) -> None:
    email = f"ben{uuid4().hex}@firma0.example"
    house.subscriber(email)
    house.save_preferences(email, "sepa")
    house.unsubscribe(email)


def reading_out(house: House) -> None:
    """Other systems read on from where they were."""
    place = Place(house.clock() - timedelta(days=3), uuid4())
    with house.unit() as unit:
        for what in exports.WHATS:
            exports.page(unit.connection, what, exports.ALL, 1000, place)
        for wanted in (Wanted(kind="link.clicked"), Wanted(profile=uuid4()), Wanted(since=house.clock())):
            exports.page(unit.connection, "events", wanted, 1000, place)


@pytest.mark.parametrize("happens", [sweeping, expiring, following_a_lead, visiting, leaving, reading_out])
def test_no_big_table_is_read_whole(crowd: House, happens: Callable[[House], None]) -> None:
    with noted(crowd.engine) as statements:
        happens(crowd)
    assert statements
    assert read_whole(crowd.engine, statements) == []


@pytest.mark.parametrize(("few", "many"), [("rueckruf", "webinar"), ("webinar", "rueckruf")])
def test_a_list_of_held_forms_reads_no_more_than_it_shows(crowd: House, few: str, many: str) -> None:
    with crowd.engine.connect() as connection:
        values = {"few": few, "many": many, "now": crowd.clock()}
        connection.execute(text(HELD), values)
        connection.execute(text("analyze submissions"))
        with noted(crowd.engine) as statements:
            for others in (False, True):
                page = held_lists.forms(connection, ["rueckruf"], 50, others=others)
                held_lists.forms(connection, ["rueckruf"], 50, page.further, others=others)
            waiting = held_lists.forms_that_wait(connection, 50)
        taken = [_rows_taken(connection, statement, values) for statement, values in statements.items()]
    assert taken
    assert max(taken) < 500
    assert (waiting[few].count, waiting[many].count) == (3, 50)
    assert crowd.clock() - waiting[few].since == timedelta(minutes=3)
    assert crowd.clock() - waiting[many].since == timedelta(minutes=5000)


def test_what_was_given_back_is_read_from_the_newest_on(crowd: House) -> None:
    everybody = board.Wanted()
    with crowd.engine.connect() as connection:
        given = {"now": crowd.clock()}
        connection.execute(text(GIVEN_BACK), given)
        connection.execute(text("analyze handovers"))
        with noted(crowd.engine) as statements:
            page = board.column(connection, "returned", everybody, crowd.clock(), 12)
            board.column(connection, "returned", everybody, crowd.clock(), 12, page.further)
        taken = [_rows_taken(connection, statement, values) for statement, values in statements.items()]
    assert len(page.rows) == 12
    assert max(taken) < 150


GIVEN_BACK = """
    insert into handovers (
        id, profile_id, crossing, state, cause, sales_person, score, at, begun_at, due_at, decided_at, reason
    )
    select gen_random_uuid(), id, 900 + n, case when n = 1 then 'expired' else 'rejected' end,
        case when n = 3 then 'rerouted' else 'points' end, 'mira', 10, :now, :now, :now,
        :now - row_number() over () * interval '1 minute', 'no-budget'
    from profiles cross join generate_series(1, 3) n limit 6000
"""

HELD = """
    insert into submissions (id, form, source, key, content_hash, state, held_because, received_at, at)
    select gen_random_uuid(), case when n > 3 then :many else :few end, 'browser', 'held' || n, '', 'held',
        'honeypot', :now - n * interval '1 minute', :now
    from generate_series(1, 5000) n
"""


def _rows_taken(connection: Connection, statement: str, values: Any) -> int:
    """How many rows all parts of a plan took, also those that they looked at in vain."""
    explained = connection.exec_driver_sql(f"explain (analyze, format json) {statement}", values).scalar_one()
    return sum(_taken(explained[0]["Plan"]))


def _taken(node: Mapping[str, Any]) -> Iterator[int]:
    yield (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
    for inner in node.get("Plans", ()):
        yield from _taken(inner)
