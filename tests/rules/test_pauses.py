"""How long to wait before the next attempt."""

from datetime import timedelta

import pytest

from bridge.delivery.pauses import pause_before
from bridge.store.outbox import PATIENCE as GIVE_UP_AFTER


@pytest.mark.parametrize(
    ("attempt", "pause"),
    [
        (1, timedelta(seconds=30)),
        (2, timedelta(minutes=2)),
        (3, timedelta(minutes=10)),
        (4, timedelta(minutes=30)),
        (5, timedelta(hours=1)),
        (6, timedelta(hours=3)),
        (7, timedelta(hours=6)),
        (8, timedelta(hours=12)),
        (9, timedelta(hours=12)),
        (99, timedelta(hours=12)),
    ],
)
def test_pauses_grow_up_to_half_a_day(attempt: int, pause: timedelta) -> None:
    assert pause_before(attempt, 0.5) == pause


def test_chance_spreads_them_by_a_fifth() -> None:
    assert pause_before(3, 0) == timedelta(minutes=8)
    assert pause_before(3, 1) == timedelta(minutes=12)


def test_after_five_days_it_is_given_up() -> None:
    tried, attempts = timedelta(0), 0
    while tried < GIVE_UP_AFTER:
        attempts += 1
        tried += pause_before(attempts, 0.5)
    assert timedelta(days=5) == GIVE_UP_AFTER
    assert 10 < attempts < 30
