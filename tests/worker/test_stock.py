"""Mails that were begun wait for a lane, and none is taken from there whose lease others may have by then."""

from typing import cast

from bridge.flow.sending.begun import Begun
from bridge.ids import new_id
from bridge.worker.stock import Stock

FIRST, SECOND = (cast("Begun", name) for name in ("first", "second"))


def test_who_waits_longest_is_taken_first() -> None:
    stock = Stock(stale=60)
    stock.add([FIRST, SECOND])
    assert [stock.take(), stock.take()] == [FIRST, SECOND]
    assert not stock


def test_what_has_waited_for_too_long_is_taken_by_nobody_until_it_was_let_go() -> None:
    stock = Stock(stale=-1)
    stock.add([FIRST])
    assert not stock
    assert stock.take_stale() == [FIRST]
    again = new_id()
    stock.begin_again([again])
    assert stock
    assert stock.take() == again
    assert not stock.take_stale()


def test_what_is_to_be_begun_again_counts_once_and_waits_behind_what_came_before() -> None:
    stock, again = Stock(stale=60), new_id()
    stock.add([FIRST])
    stock.begin_again([again, again])
    stock.add([SECOND])
    stock.begin_again([again])
    assert len(stock) == 3
    assert [stock.take() for _ in range(len(stock))] == [FIRST, again, SECOND]
