"""An answer is asked for in working hours."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bridge.qualification.working_hours import due_after

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        ("2026-03-12 09:00", "2026-03-12 17:00"),  # a Thursday
        ("2026-03-12 14:00", "2026-03-13 14:00"),
        ("2026-03-12 23:30", "2026-03-13 17:00"),
        ("2026-03-13 16:00", "2026-03-16 16:00"),  # over the weekend
        ("2026-03-14 11:00", "2026-03-16 17:00"),
        ("2026-03-27 16:00", "2026-03-30 16:00"),  # over the change to summer time
    ],
)
def test_eight_working_hours_later(asked: str, due: str) -> None:
    moment = datetime.fromisoformat(asked).replace(tzinfo=BERLIN)
    assert f"{due_after(moment.astimezone(UTC), 8, BERLIN):%Y-%m-%d %H:%M}" == due
