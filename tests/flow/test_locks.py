"""Whoever comes to a halt loses its locks, and nobody waits for each other for ever."""

import time

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from bridge.store.database import is_unavailable, make_engine


@pytest.mark.parametrize("patience", [None, 1000])
def test_whoever_is_frozen_in_a_transaction_loses_its_locks_after_half_a_minute(
    engine: Engine, patience: int | None
) -> None:
    ours = make_engine(engine.url.render_as_string(hide_password=False), patience_ms=patience)
    with ours.connect() as connection:
        assert connection.scalar(text("show idle_in_transaction_session_timeout")) == "30s"
    ours.dispose()


def test_to_whom_that_happens_the_database_was_away(engine: Engine) -> None:
    with engine.connect() as connection:
        connection.execute(text("set local idle_in_transaction_session_timeout = 50"))
        time.sleep(0.3)
        with pytest.raises(DBAPIError) as caught:
            connection.execute(text("select 1"))
        assert is_unavailable(caught.value)
