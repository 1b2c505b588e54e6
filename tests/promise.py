"""What each promise came to: tests marked `promise` are gathered into one table, with the numbers they saw."""

import os
from collections.abc import Callable
from typing import Any

import pytest

FULL = os.environ.get("LEADBRIDGE_FAULT_TESTS") == "full"
"""Whether the whole of every fault test is asked for (`make faults`), or the part that CI has time for."""


def few_or_many(few: int, many: int) -> int:
    """How often a fault is injected: `few` in the usual suite, `many` in `make faults`."""
    return many if FULL else few


@pytest.fixture
def saw(record_property: Callable[[str, object], None]) -> Callable[..., None]:
    """Note numbers for the table: `saw(sent=1000, lost=0)`."""

    def note(**numbers: Any) -> None:
        for name, number in numbers.items():
            record_property(name, number)

    return note
