"""How long to wait before the next attempt."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bridge.delivery.pauses import LONGEST_WISH, MAILS
from bridge.store.outbox import PATIENCE as GIVE_UP_AFTER
from connectors.contract import Deferred
from connectors.smtp.replies import answer_to, read_reply


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
    assert MAILS.pause(attempt, 0.5) == pause


def test_chance_spreads_them_by_a_fifth() -> None:
    assert MAILS.pause(3, 0) == timedelta(minutes=8)
    assert MAILS.pause(3, 1) == timedelta(minutes=12)


def test_a_wish_lengthens_a_pause_up_to_a_day() -> None:
    assert MAILS.pause(1, 0.5, timedelta(seconds=1)) == timedelta(seconds=30)
    assert MAILS.pause(1, 0.5, timedelta(hours=2)) == timedelta(hours=2)
    assert MAILS.pause(1, 0.5, timedelta(hours=99_999)) == LONGEST_WISH == timedelta(days=1)


WISHES = some.builds(
    "{} {} {}{}".format,
    some.sampled_from(["try again in", "after", "wait", "please wait for"]),
    some.integers(min_value=0),
    some.sampled_from(["s", "m", "h"]),
    some.sampled_from(["", "ec", "inutes", "ours", " and more"]),
)


@given(some.integers(400, 499), WISHES | some.text(), some.integers(1, 50), some.floats(0, 1))
def test_whatever_a_mail_server_says_it_is_asked_again_within_a_day(
    code: int, words: str, attempt: int, chance: float
) -> None:
    answer = answer_to(read_reply(code, f"4.7.1 {words}".encode("utf-8", "replace")), "recipient")
    assert isinstance(answer, Deferred)
    assert timedelta(seconds=20) < MAILS.pause(attempt, chance, answer.after) <= timedelta(days=1)


def test_after_five_days_it_is_given_up() -> None:
    tried, attempts = timedelta(0), 0
    while tried < GIVE_UP_AFTER:
        attempts += 1
        tried += MAILS.pause(attempts, 0.5)
    assert timedelta(days=5) == GIVE_UP_AFTER
    assert 10 < attempts < 30
