"""When two clicks in one mail are two decisions."""

from datetime import timedelta

import pytest

from bridge.scoring.facts import distinct_links
from tests import make


@pytest.mark.parametrize(
    ("clicks", "count"),
    [
        ([], 0),
        ([(0, "a")], 1),
        ([(0, "a"), (60, "a")], 1),
        ([(0, "a"), (10, "b")], 2),
        ([(0, "a"), (9.9, "b")], 1),
        ([(0, "a"), (5, "b"), (12, "b")], 2),
        ([(0, "a"), (8, "a"), (12, "b")], 2),
        ([(0, "a"), (8, "b"), (16, "c")], 2),
        ([(0, "a"), (10, "b"), (20, "c")], 3),
        ([(20, "c"), (0, "a"), (10, "b")], 3),
    ],
)
def test_different_links_at_least_ten_seconds_apart(clicks: list[tuple[float, str]], count: int) -> None:
    moments = [(make.NOON + timedelta(seconds=second), link) for second, link in clicks]
    assert distinct_links(moments, make.NOON + timedelta(hours=1)) == count


def test_clicks_after_the_event_do_not_count_for_it() -> None:
    clicks = [(make.NOON, "a"), (make.NOON + timedelta(seconds=30), "b")]
    assert distinct_links(clicks, make.NOON) == 1
    assert distinct_links(clicks, make.NOON + timedelta(seconds=30)) == 2
