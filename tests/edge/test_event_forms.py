"""The page on which people sign up for an event says when and where it is."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.edge.conftest import Open
from tests.edge.site import Outline, Site, words
from tests.edge.test_forms import own_program
from tests.house import Clock

DAY_BEFORE = datetime(2026, 1, 13, 12, 0, tzinfo=UTC)
GERMAN = {"Accept-Language": "de"}
EVERY = 'every = "14d"\n'


@pytest.fixture
def clock() -> Clock:
    """A clock that stands until it is moved."""
    return Clock(DAY_BEFORE)


@pytest.fixture
def site(open_one: Open, tmp_path: Path, clock: Clock) -> Site:
    """A site with a webinar on 14 January, and never again."""
    return open_one(clock=clock, PROGRAM=own_program(tmp_path, (EVERY, "")))


def test_a_form_of_an_event_says_when_and_where_it_takes_place(site: Site) -> None:
    shown = site.get("/forms/webinar", headers=GERMAN).text
    assert "Wann 14. Januar 2026, 10:00 Wo Online" in words(shown)
    assert Outline(shown).all("form")
    assert "Wann" not in words(site.get("/forms/sepa-checkliste", headers=GERMAN).text)


def test_once_it_has_begun_nobody_can_sign_up_any_more(site: Site, clock: Clock) -> None:
    clock.move(days=1)
    shown = site.get("/forms/webinar", headers=GERMAN).text
    assert "Die Anmeldung ist geschlossen" in words(shown)
    assert "14. Januar 2026" in words(shown)
    assert not Outline(shown).all("form")


def test_who_had_the_form_open_is_not_lost(site: Site, clock: Clock) -> None:
    clock.move(days=1)
    anna = {
        "email": "anna@beispiel.example",
        "first_name": "Anna",
        "last_name": "Berg",
        "company": "Beispiel GmbH",
    }
    assert site.post("/forms/webinar", anna).status_code == 303
    assert site.only_record()["form"] == "webinar"


def test_of_an_event_that_takes_place_again_and_again_the_next_one_is_shown(
    open_one: Open, tmp_path: Path, clock: Clock
) -> None:
    site = open_one(clock=clock, PROGRAM=own_program(tmp_path))
    for wait, day in (
        (timedelta(0), "14. Januar"),
        (timedelta(days=1), "28. Januar"),
        (timedelta(days=150), "17. Juni"),
    ):
        clock.now = DAY_BEFORE + wait
        shown = site.get("/forms/webinar", headers=GERMAN).text
        assert f"Wann {day} 2026, 10:00" in words(shown)
