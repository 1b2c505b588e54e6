"""The welcome sequence: the first mail at once, with what was asked for and something to read."""

import re

from tests.house import ANNA, House


def test_the_welcome_mail_goes_out_at_once(house: House) -> None:
    assert house.subscriber().subject == "Willkommen bei Globe Next"


def test_it_carries_the_download_and_at_least_three_contents(house: House) -> None:
    welcome = house.subscriber()
    house.download(welcome)
    house.tick(seconds=20)
    assert len(house.tracked_links(welcome)) >= 3
    assert house.points()[-1] == ("file-downloaded", 2)


def test_it_carries_every_download_that_was_asked_for(house: House) -> None:
    house.submit()
    first = house.sent[-1]
    house.clock.move(minutes=1)
    house.submit(form="sepa-checkliste")
    house.confirm(first)
    welcome = house.sent[-1]
    assert len(set(re.findall(r"/d/[\w.-]+", welcome.text))) == 2


def test_each_file_gives_its_points_once(house: House) -> None:
    welcome = house.subscriber()
    house.download(welcome)
    house.tick(days=1)
    house.download(welcome)
    house.tick(minutes=5)
    assert house.points().count(("file-downloaded", 2)) == 1


def test_a_tracked_mail_costs_a_point(house: House) -> None:
    house.subscriber()
    assert house.points() == [("form-submitted", 2), ("mail-sent", -1)]


def test_a_mail_that_cannot_be_tracked_costs_nothing(house: House) -> None:
    welcome = house.subscriber(allows=["email"])
    assert "/t/" not in welcome.text + welcome.html
    assert house.points() == [("form-submitted", 2)]


def test_a_tracked_mail_has_a_pixel_and_tracked_links(house: House) -> None:
    welcome = house.subscriber()
    assert welcome.html.count("/t/o/") == 1
    assert len(house.tracked_links(welcome)) >= 3


def test_legal_links_and_preferences_are_never_tracked(house: House) -> None:
    welcome = house.subscriber()
    for address in (house.program.imprint, house.program.privacy):
        assert address in welcome.text
    assert "/preferences/" in welcome.text
    assert "/unsubscribe/" in welcome.text
    tracked = {house.target(link) for link in house.tracked_links(welcome)}
    assert not any(word in url for url in tracked for word in ("impressum", "datenschutz", "preferences"))


def test_it_can_be_unsubscribed_from_with_one_click(house: House) -> None:
    welcome = house.subscriber()
    assert welcome.list_unsubscribe_url
    assert "/unsubscribe/" in welcome.list_unsubscribe_url


def test_nobody_is_welcomed_twice(house: House) -> None:
    house.subscriber()
    house.unsubscribe(ANNA)
    house.clock.move(days=1)
    house.submit()
    house.confirm()
    subjects = [mail.subject for mail in house.mails_to(ANNA)]
    assert subjects.count("Willkommen bei Globe Next") == 1


def test_the_next_step_follows_after_its_time(house: House) -> None:
    house.subscriber()
    house.tick(days=6)
    assert house.sent[-1].subject == "Willkommen bei Globe Next"
    house.tick(days=2)
    assert house.sent[-1].subject == "Drei Fragen vor dem Umstieg"


def test_the_end_of_a_sequence_is_an_event(house: House) -> None:
    house.subscriber()
    house.tick(days=8)
    assert "sequence.completed" in {line.kind for line in house.lead().timeline}
    house.tick(days=60)
    assert len(house.mails_to(ANNA)) == 3
