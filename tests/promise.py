"""What each promise came to: tests marked `promise` are gathered into one table, with the numbers they saw."""

import os
from collections.abc import Callable
from typing import Any, TypeVar

import pytest

PROMISES = {
    "R1": "what is answered with success is durable",
    "R2": "Redis away: everything is accepted",
    "R3": "PostgreSQL away: everything is accepted, pages that need it say so",
    "R4": "disk full: submissions are refused, links lead on, it recovers by itself",
    "R5": "a killed worker loses nothing",
    "R6": "Redis wiped: nothing is lost",
    "R7": "every job is done exactly once, however often it runs",
    "R8": "the score is the sum of the ledger",
    "R9": "one submission, however often it is sent",
    "R10": "one hand-over for each crossing",
    "R11": "no mail is lost, and a crash doubles at most one for each lane of the worker",
    "R12": "trouble with the mail server: tried again for five days, then visible",
    "R13": "one slow domain, or endpoint of webhooks, hurts no other",
    "R14": "webhooks going out: schedule, disabling, signature",
    "R15": "a poisoned record stops nothing",
    "R16": "an upgrade with traffic on loses nothing",
    "R17": "a slow page delays no redirect",
    "S1": "forged and truncated tokens are refused",
    "S2": "keys are changed without a failed request",
    "S3": "clocks may differ by five minutes, and a replay has no effect",
    "S4": "malformed requests do no harm",
    "S5": "no open redirect",
    "S6": "no request reaches an inner address",
    "S7": "nothing that somebody types is executed",
    "S8": "list bombing: few confirmations, without the sender's words",
    "S9": "known and unknown addresses get the same answer",
    "S10": "the profile link is opaque, expires, is logged, and asks unknown devices for a code",
    "S11": "following links changes nothing",
    "S12": "spam is held, causes no mail, and can be released",
    "T1": "machines score nothing",
    "T2": "people score",
    "T3": "no tracking without consent",
    "T4": "every consent can be proved",
    "T5": "who is erased is gone, and an export has everything",
    "T6": "what has been kept long enough is gone",
}
"""Everything that the project promises and that a test can show."""

Number = TypeVar("Number", int, float)

FULL = os.environ.get("FAULT_TESTS") == "full"
"""Whether the whole of every fault test is asked for (`make faults`), or the part that CI has time for."""


def few_or_many(few: Number, many: Number) -> Number:
    """How often a fault is injected: `few` in the usual suite, `many` in `make faults`."""
    return many if FULL else few


@pytest.fixture
def saw(record_property: Callable[[str, object], None]) -> Callable[..., None]:
    """Note numbers for the table: `saw(sent=1000, lost=0)`."""

    def note(**numbers: Any) -> None:
        for name, number in numbers.items():
            record_property(name, number)

    return note
