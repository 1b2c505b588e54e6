"""What sales is asked to do follows from the grade and from what is permitted."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bridge.program.desk import Deed, Desk, Hours, Measure
from bridge.program.expressions import Resolver, compile_expression
from bridge.program.samples import NO_LEAD
from bridge.qualification.measures import choose_measure, measure_of, until

BERLIN = ZoneInfo("Europe/Berlin")
NOBODY = Desk()


def knowing(score: int = 12, fit: int = 50, **lead: Any) -> Resolver:
    return {"lead": {**NO_LEAD, **lead}, "score": score, "fit": fit, "threshold": 12}.get


@pytest.mark.parametrize(
    ("known", "deed"),
    [
        (knowing(cause="form", form_kind="callback"), "call_today"),
        (knowing(cause="form", form_kind="order"), "call_today"),
        (knowing(cause="form", form_kind="contact", mail=True), "mail"),
        (knowing(cause="points", form_kind="callback", mail=True), "mail"),
        (knowing(phone=True, fit=70), "call_today"),
        (knowing(phone=True, fit=69), "call_this_week"),
        (knowing(phone=True, score=24), "call_today"),
        (knowing(phone=True, score=23, letter=True, mail=True), "call_this_week"),
        (knowing(letter=True, mail=True, fit=100), "letter"),
        (knowing(mail=True), "mail"),
        (knowing(), "nothing"),
    ],
)
def test_without_measures_of_the_programme_leadbridge_chooses(known: Resolver, deed: Deed) -> None:
    assert choose_measure(NOBODY, known).id == deed


def measure(id: str, deed: Deed, when: str | None = None) -> Measure:
    return Measure(id, {"de": id}, deed, compile_expression(when) if when else None)


def test_the_first_measure_of_the_programme_whose_condition_holds_is_taken() -> None:
    desk = Desk(
        measures=(
            measure("visit", "call_today", "lead.country == 'CH' && fit > 60"),
            measure("post", "letter", "lead.letter"),
            measure("wait", "nothing", "score < threshold"),
        )
    )
    assert choose_measure(desk, knowing(country="CH", fit=61, letter=True)).id == "visit"
    assert choose_measure(desk, knowing(country="CH", letter=True)).id == "post"
    assert choose_measure(desk, knowing(phone=True)).id == "call_this_week", "none holds: the usual one"


def test_a_condition_that_fails_does_not_hold_and_is_named() -> None:
    desk = Desk(measures=(measure("odd", "letter", "lead.nonsense == 1"), measure("else", "mail")))
    asked = choose_measure(desk, knowing())
    assert (asked.id, asked.failures) == ("else", ("lead.nonsense == 1",))


def test_a_measure_is_found_again_as_long_as_the_programme_has_it() -> None:
    desk = Desk(measures=(measure("post", "letter"),))
    assert measure_of(desk, "post") == desk.measures[0]
    assert measure_of(NOBODY, "post") is None
    assert measure_of(NOBODY, None) is None
    usual = measure_of(NOBODY, "call_today")
    assert usual
    assert (usual.deed, usual.title) == ("call_today", {})


def test_what_is_asked_for_today_ends_today_and_the_rest_this_week() -> None:
    tuesday = datetime(2026, 3, 10, 14, tzinfo=BERLIN)
    ends = {deed: until(deed, tuesday, BERLIN, Hours()) for deed in ("call_today", "letter", "nothing")}
    assert ends == {
        "call_today": datetime(2026, 3, 10, 17, tzinfo=BERLIN),
        "letter": datetime(2026, 3, 13, 17, tzinfo=BERLIN),
        "nothing": None,
    }
