"""How many deliveries there are: exactly while they are few, and soon also when they are very many."""

from sqlalchemy import text

from bridge.store import outbox_counts
from bridge.store.outbox import STATES
from connectors.contract import Deferred
from tests.house import House


def test_every_state_is_counted(house: House) -> None:
    house.subscriber()
    house.reply = Deferred("busy")
    house.submit(email="ben@beispiel.example")
    with house.engine.connect() as connection:
        counts = outbox_counts.by_state(connection)
    assert list(counts) == list(STATES)
    assert (counts["sent"], counts["deferred"]) == (len(house.sent), 1)


def test_of_very_many_the_planner_knows_about_how_many_were_sent(house: House) -> None:
    house.subscriber()
    house.reply = Deferred("busy")
    house.submit(email="ben@beispiel.example")
    with house.engine.begin() as connection:
        connection.execute(text("analyze outbox"))
        counts = outbox_counts.by_state(connection, exact=1)
        assert counts == outbox_counts.by_state(connection)
