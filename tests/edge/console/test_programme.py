"""The programme, explained on one page."""

from dataclasses import replace

from bridge.flow.running_program import note_program
from bridge.program.desk import Absence
from tests import make
from tests.edge.console.conftest import SignIn
from tests.edge.site import words
from tests.house import House

PAGE = "/console/programme"


def test_every_rule_stands_there_in_plain_words(sign_in: SignIn, house: House) -> None:
    with house.unit() as unit:
        note_program(unit)
    page = words(sign_in("viewer").get(PAGE).text)
    assert "Link clicked : +2 , once per link and mail" in page.replace("clicked:", "clicked :").replace(
        "+2,", "+2 ,"
    )
    assert "up or down to: the threshold threshold - score" in page
    assert "the number of different links clicked in the mail is at least 2" in page
    assert "mail.distinct_links &gt;= 2 &amp;&amp; score &lt; threshold" in page
    assert "from 12 points on" in page
    assert "since 12 March 2026, 13:00" in page
    assert "North and east of Germany" in page
    assert "No budget: goes on with mails, after 9 months" in page


def test_what_check_says_is_worked_out_once_beside_the_page(sign_in: SignIn) -> None:
    kim = sign_in("viewer")
    kim.get(PAGE)
    checks = kim.site.services.checks
    assert checks.finished.wait(30)
    said = checks.said()
    assert "Everything is in order" in kim.get(PAGE).text
    assert checks.said() is said


def test_who_is_away_today_is_marked_with_who_stands_in(sign_in: SignIn, house: House) -> None:
    kim = sign_in("viewer")
    today = house.clock().date()
    whole = make.demo_program()
    mira = replace(whole.people["mira"], away=(Absence(today, today, "jonas"),))
    program = replace(whole, people={**whole.people, "mira": mira})
    kim.site.services.world = replace(kim.site.services.world, program=program)
    page = words(kim.get(PAGE).text)
    assert "away until 12 March 2026" in page
    assert "Jonas Achterberg stands in" in page


def test_a_new_version_begins_anew_and_an_old_one_that_returns_too(sign_in: SignIn, house: House) -> None:
    first = house.program
    with house.unit() as unit:
        note_program(unit)
    house.clock.move(days=1)
    house.world = replace(house.world, program=replace(first, version="another"))
    with house.unit() as unit:
        note_program(unit)
    house.clock.move(days=1)
    house.world = replace(house.world, program=first)
    for _ in range(2):
        with house.unit() as unit:
            note_program(unit)
        house.clock.move(minutes=5)
    page = words(sign_in("viewer").get(PAGE).text)
    assert "since 14 March 2026, 13:00" in page
