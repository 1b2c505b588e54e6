"""Forms arrive: once, whoever sends them how often, and with all that was typed."""

from dataclasses import replace

from bridge.intake.records import Submission
from bridge.store.tables import profiles, submissions
from tests import make
from tests.house import ANNA, House


def by_browser(**facts: object) -> Submission:
    """A form sent by a browser without a one-time id."""
    return replace(make.submission(**facts), source="browser")  # type: ignore[arg-type]


def test_the_same_submission_sent_again_has_no_effect(house: House) -> None:
    house.submit(key="msg_1", form="kontakt", message="Bitte rufen Sie an.")
    house.clock.move(days=20)
    house.submit(key="msg_1", form="kontakt", message="Bitte rufen Sie an.")
    assert len(house.rows(submissions)) == 1
    assert [line.kind for line in house.lead().timeline].count("form.submitted") == 1
    assert len(house.to_sales()) == 1


def test_an_id_used_again_for_somebody_else_has_no_effect(house: House) -> None:
    house.submit(key="msg_1")
    house.submit(key="msg_1", email="ben@beispiel.example")
    assert [row.email for row in house.rows(profiles)] == [ANNA]


def test_a_browser_that_sends_twice_within_a_minute_sends_once(house: House) -> None:
    house.submit(by_browser())
    house.clock.move(seconds=59)
    house.submit(by_browser())
    assert len(house.lead().submissions) == 1
    house.clock.move(seconds=2)
    house.submit(by_browser())
    assert len(house.lead().submissions) == 2


def test_a_browser_that_sends_something_else_within_a_minute_is_heard(house: House) -> None:
    house.submit(by_browser())
    house.submit(by_browser(allows=()))
    house.submit(by_browser(company="Andere GmbH"))
    assert len(house.lead().submissions) == 3


def test_a_server_may_send_equal_forms_within_a_minute(house: House) -> None:
    house.submit()
    house.submit()
    assert len(house.lead().submissions) == 2


def test_each_form_gives_its_points_once(house: House) -> None:
    house.submit()
    house.submit()
    house.submit(form="sepa-checkliste")
    assert house.points() == [("form-submitted", 2), ("form-submitted", 2)]


def test_unknown_fields_stay_with_the_submission(house: House) -> None:
    house.submit(favourite_colour="blau")
    lead = house.lead()
    assert ("favourite_colour", "blau") in lead.submissions[0].answers
    assert "favourite_colour" not in lead.fields


def test_a_message_stays_with_the_submission(house: House) -> None:
    house.submit(form="kontakt", message="Bitte rufen Sie an.")
    assert house.lead().submissions[0].message == "Bitte rufen Sie an."
    assert "message" not in house.lead().fields


def test_an_address_typed_in_capitals_is_the_same_person(house: House) -> None:
    house.submit(email="Anna@Beispiel.Example")
    house.submit(email="anna@BEISPIEL.example", form="webinar")
    assert [row.email for row in house.rows(profiles)] == ["Anna@beispiel.example"]


def test_an_unconfirmed_person_may_correct_what_was_typed(house: House) -> None:
    house.submit(company="Beispeil GmbH")
    house.submit(company="Beispiel GmbH", form="webinar")
    assert house.lead().company == "Beispiel GmbH"


def test_where_somebody_first_came_from_is_kept(house: House) -> None:
    house.submit()
    later = make.submission(form="webinar", at=house.clock())
    house.submit(replace(later, context={"utm": {"source": "newsletter"}}))
    assert house.lead().source == "google / cpc"
    assert house.rows(profiles)[0].last_touch == {"utm": {"source": "newsletter"}}


def test_the_event_has_the_time_at_which_the_form_was_sent(house: House) -> None:
    sent_at = house.clock()
    house.clock.move(hours=2)
    house.submit(make.submission(at=sent_at))
    assert house.lead().timeline[0].at == sent_at
