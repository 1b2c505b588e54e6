"""Submissions that look like spam are held: a person decides, and until then nothing happens."""

from dataclasses import replace

from sqlalchemy import Engine

from bridge.flow.held import release
from bridge.intake.records import Submission
from bridge.store import submissions
from bridge.store.submissions import SubmissionRow
from bridge.store.tables import consent_proofs, events, profiles
from tests import make
from tests.house import ANNA, House

OPERATOR = "operator@example.com"


def suspicious(**facts: object) -> Submission:
    """A form that a browser sent too fast."""
    sent = make.submission(**facts)  # type: ignore[arg-type]
    return replace(sent, source="browser", suspicion="too fast")


def held(house: House) -> SubmissionRow:
    """The one submission that waits for a decision."""
    with house.engine.connect() as connection:
        (row,) = submissions.held(connection)
    return row


def let_through(house: House, row: SubmissionRow) -> bool:
    """Release a held submission, and do what follows."""
    with house.unit() as unit:
        done = release(unit, row)
    house.run()
    return done


def test_a_held_submission_causes_no_mail_and_no_profile(house: House) -> None:
    house.submit(suspicious(form="rueckruf"))
    assert house.sent == []
    assert house.rows(profiles) == []
    assert held(house).held_because == "too fast"


def test_the_operator_is_told_of_a_form_for_sales_once_a_day(engine: Engine) -> None:
    house = House(engine, operator=OPERATOR)
    first = replace(suspicious(form="rueckruf"), at=house.clock())
    house.submit(first)
    house.submit(first)
    house.clock.move(minutes=5)
    house.submit(replace(suspicious(form="rueckruf", email="ben@muster.example"), at=house.clock()))
    (letter,) = house.mails_to(OPERATOR)
    assert "Rückruf" in letter.subject
    assert "Zu schnell gesendet" in letter.text
    assert "anna" not in letter.text
    house.clock.move(days=1)
    house.submit(replace(suspicious(form="rueckruf", email="eva@muster.example"), at=house.clock()))
    assert len(house.mails_to(OPERATOR)) == 2


def test_of_another_held_form_the_operator_is_told_nothing(engine: Engine) -> None:
    house = House(engine, operator=OPERATOR)
    house.submit(suspicious())
    assert house.outbox() == []


def test_a_released_submission_counts_as_if_it_had_just_come(house: House) -> None:
    house.submit(suspicious())
    house.clock.move(hours=3)
    assert let_through(house, held(house))
    assert [mail.recipient for mail in house.sent] == [ANNA]
    assert house.points() == [("form-submitted", 2)]
    house.confirm()
    assert house.lead().stage == "marketing_qualified"


def test_a_released_form_still_answers_the_mail_that_led_to_it(house: House) -> None:
    mail = make.some_id()
    house.submit(replace(suspicious(form="rueckruf"), mail=mail))
    assert let_through(house, held(house))
    assert [row.mail_id for row in house.rows(events) if row.kind == "form.submitted"] == [mail]


def test_releasing_twice_is_releasing_once(house: House) -> None:
    house.submit(suspicious())
    row = held(house)
    assert let_through(house, row)
    assert not let_through(house, row)
    assert len(house.sent) == 1


def test_a_dropped_submission_stays_dropped(house: House) -> None:
    house.submit(suspicious())
    row = held(house)
    with house.unit() as unit:
        assert submissions.decide(unit.connection, row.id, "dropped")
    assert not let_through(house, row)
    assert house.sent == []


def test_somebody_held_who_sends_again_properly_is_heard(house: House) -> None:
    house.submit(suspicious())
    house.clock.move(seconds=20)
    house.submit(replace(suspicious(), suspicion=None))
    assert [mail.recipient for mail in house.sent] == [ANNA]


def test_the_proof_of_a_released_consent_names_the_browser_that_gave_it(house: House) -> None:
    house.submit(suspicious())
    let_through(house, held(house))
    proofs = house.rows(consent_proofs)
    assert {(one.ip, one.user_agent) for one in proofs} == {("203.0.113.7", make.A_BROWSER)}
