"""A database in which something of every kind grows old, and what one can see of it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from dateutil.relativedelta import relativedelta
from sqlalchemy import Text, cast, func, insert, select

from bridge.ids import new_id
from bridge.intake.records import Request, Submission
from bridge.store import dead_letters, erasures, humanity
from bridge.store.dead_letters import DeadLetter
from bridge.store.humanity import ProofRow
from bridge.store.tables import metadata, outbox
from tests import make
from tests.house import BROWSER, House

DAY = timedelta(days=1)
IP = "198.51.100.77"
"""An address that stands wherever one can stand."""

HEADERS = {"Via": f"1.1 {IP}", "Accept-Language": "de"}
REQUEST = Request(IP, make.A_BROWSER, "POST", headers=HEADERS)


def dump(house: House) -> dict[str, list[str]]:
    """Table → its rows as text, in one order."""
    with house.engine.connect() as connection:
        return {
            table.name: sorted(
                connection.scalars(select(cast(func.to_jsonb(table.table_valued()), Text)).select_from(table))
            )
            for table in metadata.sorted_tables
        }


def tables_that_hold(house: House, word: str) -> set[str]:
    """In which tables a word stands anywhere."""
    return {table for table, rows in dump(house).items() if any(word in row for row in rows)}


def form(house: House, source: Any = "browser", **facts: Any) -> Submission:
    """A form that its sender's browser posted, or that a website passed on."""
    context = {"ip": IP, "user_agent": make.A_BROWSER} if source == "api" else {}
    asked = make.submission(at=house.clock(), context=context, **facts)
    return replace(asked, source=source, request=REQUEST)


def settle_in(house: House) -> None:
    """Something of every kind: people who confirm, click, ask, withdraw, are silent; visits; spam; dead letters."""
    house.submit(form(house, email="unconfirmed@beispiel.example"))
    house.submit(form(house, "api", email="passed.on@beispiel.example"))
    house.submit(form(house, email="caller@beispiel.example", form="rueckruf", phone="+49 30 23125 010"))
    welcome = house.subscriber("clicker@beispiel.example")
    house.click(welcome, 1)
    house.subscriber("gone@beispiel.example")
    house.unsubscribe("gone@beispiel.example")
    house.submit(replace(form(house, email="spam@beispiel.example"), suspicion="too fast"))
    house.visit("/anonymous", BROWSER)
    house.withdraw("d" * 32)
    bury(house, {"body": {"request": {"ip": IP, "headers": HEADERS}, "context": {"ip": IP}}})
    bury(house, {"body": {"raw": f'{{"request": {{"ip": "{IP}", "headers": {{"Via": "{IP}"}}}}}}'}})
    bury(house, {"body": {"raw": f'{{"ip": "{IP}'}})
    with house.unit() as unit:
        clicker = house.lead("clicker@beispiel.example").id
        humanity.add(unit.connection, [ProofRow(new_id(), clicker, unit.now, "page", ip=IP)])
        erasures.add(unit.connection, ["erased@beispiel.example"], unit.now)
        unit.connection.execute(insert(outbox).values(farewell(house)))
    house.tick(minutes=5)


def bury(house: House, payload: dict[str, Any]) -> None:
    """A record that could not be processed."""
    with house.unit() as unit:
        dead_letters.bury(unit.connection, DeadLetter(new_id(), "journal", payload, "broken", unit.now))


def farewell(house: House) -> dict[str, Any]:
    """A webhook about somebody who is gone."""
    return {
        "id": new_id(),
        "kind": "webhook",
        "template": "lead.erased",
        "ground": "contract",
        "dedupe_key": str(new_id()),
        "state": "sent",
        "due_at": house.clock(),
        "created_at": house.clock(),
        "finished_at": house.clock() + timedelta(seconds=1),
    }


def kept_for(house: House, span: timedelta | relativedelta, still_there: Callable[[], bool]) -> bool:
    """Whether something is there a moment before that time is over, and gone a moment after it."""
    end = house.clock() + span
    house.clock.now = end - timedelta(seconds=1)
    house.retain()
    before = still_there()
    house.clock.now = end + timedelta(seconds=1)
    house.retain()
    return before and not still_there()
