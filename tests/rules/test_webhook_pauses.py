"""How long webhooks wait: the schedule of Standard Webhooks, a little spread."""

from datetime import timedelta

import pytest

from bridge.delivery.webhook_pauses import ATTEMPTS, LONGEST_WISH, PAUSES, webhook_pause

SECONDS = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400]


def test_the_schedule_is_that_of_standard_webhooks() -> None:
    assert [webhook_pause(n, 0.5) for n in range(1, ATTEMPTS)] == [timedelta(seconds=one) for one in SECONDS]
    assert ATTEMPTS == 10


def test_after_the_last_attempt_there_is_no_pause() -> None:
    assert webhook_pause(ATTEMPTS, 0.5) is None
    assert webhook_pause(ATTEMPTS + 1, 0.5, timedelta(hours=1)) is None


@pytest.mark.parametrize("chance", [0.0, 0.3, 0.999])
def test_pauses_are_spread_by_a_tenth(chance: float) -> None:
    for number, pause in enumerate(PAUSES, start=1):
        spread = webhook_pause(number, chance)
        assert spread is not None
        assert pause * 0.9 <= spread < pause * 1.1


def test_everything_fits_into_the_patience_for_a_delivery() -> None:
    assert sum(PAUSES, timedelta(0)) * 1.1 < timedelta(days=5)


def test_a_longer_pause_is_kept_to_and_a_shorter_one_changes_nothing() -> None:
    assert webhook_pause(1, 0.5, timedelta(minutes=2)) == timedelta(minutes=2)
    assert webhook_pause(2, 0.5, timedelta(minutes=2)) == timedelta(minutes=5)


def test_nobody_makes_us_wait_for_ever() -> None:
    assert webhook_pause(1, 0.5, timedelta(days=365)) == LONGEST_WISH
