"""The programme, explained on one page."""

from dataclasses import replace
from datetime import UTC, datetime

from markupsafe import escape

from bridge.flow.running_program import note_program
from bridge.program.desk import Absence, Measure
from bridge.wiring.checks import Checks
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
    assert "new score: the threshold ," in page.replace("threshold,", "threshold ,")
    assert "the number of different links clicked in the mail is at least 2" in page
    assert "mail.distinct_links" not in page, "what is told in words does not stand there twice"
    assert "from 12 points on" in page
    assert "since 12 March 2026, 13:00" in page
    assert "North and east of Germany" in page
    assert "No budget: goes on with mails, after 9 months" in page


def test_what_check_says_is_worked_out_once_beside_the_page(sign_in: SignIn) -> None:
    kim, whole = sign_in("viewer"), make.demo_program()
    sound = replace(whole, desk=replace(whole.desk, territories={}))
    checks = kim.site.services.checks = Checks(sound, whole.folder, lambda: make.NOON)
    kim.get(PAGE)
    assert checks.finished.wait(30)
    said = checks.said()
    assert "Everything is in order" in kim.get(PAGE).text
    assert checks.said() is said


def test_what_check_doubts_is_said_in_the_language_of_the_page(sign_in: SignIn) -> None:
    kim, whole = sign_in("viewer"), make.demo_program()
    event = replace(next(iter(whole.sequences.values())), date=datetime(2025, 3, 1, 9, tzinfo=UTC))
    reason = replace(whole.reasons["no-need"], label={"de": "Kein <Bedarf>"})
    doubtful = replace(
        whole,
        mails={},  # to read them takes seconds
        sequences={event.id: event},
        reasons={**whole.reasons, reason.id: reason},
        desk=replace(whole.desk, territories={"x": whole.desk.territories["handel"]}),
    )
    checks = Checks(doubtful, whole.folder, lambda: datetime(2026, 3, 12, tzinfo=UTC))
    kim.site.services.checks = checks
    checks.said()
    assert checks.finished.wait(30)
    german = kim.get(PAGE, headers={"Accept-Language": "de"}).text
    said = german[german.index('id="check"') : german.index('id="stages"')]
    assert 'lang="en"' not in said
    assert (
        "Die Veranstaltung war am 2025-03-01 10:00 und ist vorbei: Wer sich jetzt anmeldet, wird nicht mehr an sie "
        "erinnert. Erwartet: das nächste Datum oder „every“ für eine, die immer wieder stattfindet."
    ) in words(said)
    assert "Niemand hat „x“;" in said
    assert "kein Text in „en“; wer Englisch liest, sieht „Kein &lt;Bedarf&gt;“" in said
    english = kim.get(PAGE).text
    for one in checks.said().doubts:  # type: ignore[union-attr]
        assert words(str(escape(str(one)))) in words(english)


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


def test_the_page_tells_the_demo_in_german_words_and_says_nothing_twice(sign_in: SignIn) -> None:
    kim = sign_in("viewer")
    whole = make.whole_demo_program()
    kim.site.services.world = replace(kim.site.services.world, program=whole)
    page = words(kim.get(PAGE, headers={"Accept-Language": "de"}).text)
    assert "die Art des Formulars ist „Rückruf“" in page
    assert "der Anlass der Übergabe ist „Punkte“" in page
    assert "neuer Punktestand: 6" in page
    assert "6 - score" not in page
    assert "Willkommen Willkommen" not in page
    assert "genügen: " not in page
    assert (
        "Später (mit Datum): bekommt weiter Mails , aber erst ab sechs Wochen vor dem Datum"
        in page.replace("Mails,", "Mails ,")
    )
    said = page[page.index("Was der Vertrieb tun soll") :]
    deeds = ("Nichts tun", "Heute anrufen", "Diese Woche anrufen", "Brief schreiben", "Nichts Nichts davon")
    places = [said.find(one) for one in deeds]
    assert -1 not in places, places
    assert places == sorted(places)
    assert "die Passung ist mindestens 70 oder der Punktestand mindestens 24" in said


def test_who_has_a_measure_for_everybody_is_told_of_no_other(sign_in: SignIn) -> None:
    kim = sign_in("viewer")
    whole = make.whole_demo_program()
    desk = replace(whole.desk, measures=(Measure("all", {"en": "Send a card"}, "letter"),))
    kim.site.services.world = replace(kim.site.services.world, program=replace(whole, desk=desk))
    page = words(kim.get(PAGE).text)
    assert "Send a card : Write a letter" in page.replace("card:", "card :")
    assert "usually suits" not in page
