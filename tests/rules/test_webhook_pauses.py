"""How long webhooks wait: the schedule of Standard Webhooks, a little spread."""

from datetime import timedelta

import pytest

from bridge.delivery.pauses import LONGEST_WISH, WEBHOOKS

SECONDS = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400]


def test_the_schedule_is_that_of_standard_webhooks() -> None:
    assert [WEBHOOKS.pause(n, 0.5) for n in range(1, 10)] == [timedelta(seconds=one) for one in SECONDS]


@pytest.mark.parametrize("chance", [0.0, 0.3, 0.999])
def test_pauses_are_spread_by_a_tenth(chance: float) -> None:
    for number, pause in enumerate(WEBHOOKS.pauses, start=1):
        assert pause * 0.9 <= WEBHOOKS.pause(number, chance) < pause * 1.1


def test_everything_fits_into_the_patience_for_a_delivery() -> None:
    assert sum(WEBHOOKS.pauses, timedelta(0)) * 1.1 < timedelta(days=5)


def test_a_longer_pause_is_kept_to_and_a_shorter_one_changes_nothing() -> None:
    assert WEBHOOKS.pause(1, 0.5, timedelta(minutes=2)) == timedelta(minutes=2)
    assert WEBHOOKS.pause(2, 0.5, timedelta(minutes=2)) == timedelta(minutes=5)


def test_nobody_makes_us_wait_for_ever() -> None:
    assert WEBHOOKS.pause(1, 0.5, timedelta(days=365)) == LONGEST_WISH
