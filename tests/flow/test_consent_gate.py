"""The consent gate: without consent to tracking nobody is watched, whatever the clocks of our machines say."""

import pytest

from bridge.program.events import WATCHED
from bridge.store.tables import events
from tests.flow.conftest import Mailbox, allow
from tests.house import ANNA, House


def test_with_consent_opens_and_clicks_are_known(anna: Mailbox) -> None:
    anna.take_over(anna.hit("mail.opened"), anna.hit())
    assert anna.known() == ["mail.opened", "link.clicked"]


def test_after_the_withdrawal_nothing_is_stored(anna: Mailbox) -> None:
    allow(anna.house, False)
    anna.take_over(anna.hit("mail.opened"), anna.hit())
    assert anna.known() == []


def test_what_lay_in_the_journal_at_the_withdrawal_is_dropped(anna: Mailbox) -> None:
    waiting = anna.hit()
    allow(anna.house, False)
    anna.take_over(waiting)
    assert anna.known() == []


def test_what_had_not_counted_at_the_withdrawal_never_counts(anna: Mailbox) -> None:
    anna.take_over(anna.hit())
    allow(anna.house, False)
    anna.house.tick(minutes=5)
    assert anna.known() == []
    assert ("link-clicked", 2) not in anna.house.points()


def test_what_had_counted_before_stays_counted(anna: Mailbox) -> None:
    anna.take_over(anna.hit())
    anna.house.tick(minutes=5)
    allow(anna.house, False)
    assert anna.known() == ["link.clicked"]
    assert ("link-clicked", 2) in anna.house.points()


def test_a_download_that_was_asked_for_is_no_watching(anna: Mailbox) -> None:
    welcome = next(letter for letter in anna.house.mails_to(ANNA) if letter.list_unsubscribe_url)
    anna.house.download(welcome)
    allow(anna.house, False)
    anna.house.tick(minutes=5)
    assert ("file-downloaded", 2) in anna.house.points()


def test_a_later_consent_does_not_bring_the_time_between_back(anna: Mailbox) -> None:
    before = anna.hit()
    allow(anna.house, False)
    anna.house.clock.move(minutes=5)
    between = anna.hit()
    anna.house.clock.move(minutes=5)
    allow(anna.house, True)
    anna.house.clock.move(minutes=5)
    after = anna.hit()
    anna.take_over(before, between, after)
    assert [row.at for row in anna.house.rows(events) if row.kind in WATCHED] == [after.received_at]


@pytest.mark.parametrize("ahead", [-9, 9])
def test_an_edge_with_another_clock_lets_nothing_of_the_time_between_through(
    anna: Mailbox, ahead: int
) -> None:
    allow(anna.house, False)
    just_after = anna.hit(seconds=ahead)
    anna.house.clock.move(minutes=5)
    just_before_the_consent = anna.hit(seconds=ahead)
    anna.take_over(just_after)
    allow(anna.house, True)
    anna.take_over(just_after, just_before_the_consent)
    assert anna.known() == []


def test_a_withdrawal_on_a_machine_whose_clock_is_behind_counts(anna: Mailbox) -> None:
    allow(anna.house, False)
    allow(anna.house, True)
    anna.house.clock.move(minutes=-4)
    allow(anna.house, False)
    assert anna.house.consents()["tracking"] == "withdrawn"
    anna.house.clock.move(minutes=5)
    anna.take_over(anna.hit())
    assert anna.known() == []


def test_a_consent_given_again_on_a_machine_whose_clock_is_behind_counts(anna: Mailbox) -> None:
    allow(anna.house, False)
    anna.house.clock.move(minutes=-4)
    allow(anna.house, True)
    assert anna.house.consents()["tracking"] == "given"


def test_who_objects_is_not_watched(anna: Mailbox) -> None:
    waiting = anna.hit()
    anna.house.objects()
    anna.take_over(waiting, anna.hit("mail.opened"))
    assert anna.known() == []
    anna.house.visit()
    assert "page.visited" not in anna.known()


def test_who_objected_gets_no_watched_mail(house: House) -> None:
    house.submit()
    house.objects()
    house.confirm()
    house.tick(days=8)
    assert "/t/" not in "".join(mail.html + mail.text for mail in house.mails_to(ANNA))
