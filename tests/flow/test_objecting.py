"""Objecting to being evaluated, and taking that back."""

from connectors.contract import Deferred
from tests.house import ANNA, House


def subjects(house: House) -> list[str]:
    """The subjects of all advertising mails."""
    return [mail.subject for mail in house.sent if mail.list_unsubscribe_url]


def test_what_was_counted_stays_and_nothing_is_added(house: House) -> None:
    welcome = house.subscriber()
    house.submit(form="webinar")
    before = house.lead()
    house.objects()
    house.click_two(welcome)
    house.submit(form="sepa-checkliste", allows=())
    assert house.lead().score == before.score
    assert house.lead().objected
    assert house.to_sales() == []


def test_advertising_that_waits_is_withdrawn(house: House) -> None:
    house.submit()
    house.reply = Deferred("busy")
    house.confirm()
    assert [one.template for one in house.outbox("deferred")] == ["mail/nurture"]
    house.objects()
    house.reply = House(house.engine).reply
    house.tick(days=60)
    assert subjects(house) == []
    assert [one.error for one in house.outbox("refused")] == ["objected"]


def test_a_click_that_has_not_counted_yet_is_forgotten(house: House) -> None:
    welcome = house.subscriber()
    house.click(welcome, 1)
    house.objects()
    house.tick(minutes=5)
    assert "link.clicked" not in {line.kind for line in house.lead().timeline}


def test_taken_back_everything_goes_on_and_nothing_is_made_up_for(house: House) -> None:
    welcome = house.subscriber()
    house.objects()
    house.click(welcome, 1)
    house.tick(minutes=5)
    house.takes_objection_back()
    house.tick(minutes=5)
    assert ("link-clicked", 2) not in house.points()
    house.click(welcome, 2)
    house.tick(minutes=5)
    assert ("link-clicked", 2) in house.points()
    house.tick(days=60)
    assert len(subjects(house)) > 1


def test_both_leave_a_trace_with_the_words_beside_the_button(house: House) -> None:
    house.subscriber()
    house.objects()
    house.clock.move(days=1)
    house.takes_objection_back()
    taken_back, objection = [line for line in house.lead().consents if line.purpose == "scoring"]
    assert (objection.state, taken_back.state) == ("withdrawn", "given")
    assert objection.text.startswith("Ich widerspreche der Auswertung")
    assert taken_back.at > objection.at
    assert house.consents() == {"email": "given", "tracking": "given", "scoring": "given"}


def test_objecting_twice_is_objecting_once(house: House) -> None:
    house.subscriber()
    house.objects()
    house.objects()
    assert len([line for line in house.lead().consents if line.purpose == "scoring"]) == 1
    house.takes_objection_back()
    house.takes_objection_back()
    assert len([line for line in house.lead().consents if line.purpose == "scoring"]) == 2


def test_an_open_hand_over_stays_with_sales(house: House) -> None:
    house.lead_by_points()
    house.objects()
    assert [one.state for one in house.lead().handovers] == ["open"]
    assert house.lead().permitted["email"] == "consent"


def test_who_asked_to_be_called_may_still_be_called(house: House) -> None:
    house.lead_by_form()
    house.objects(ANNA)
    assert house.lead().permitted == {"email": "request", "phone": "request"}
