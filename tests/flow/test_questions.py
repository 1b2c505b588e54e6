"""Answers to questions: they fill what is empty, score once, make somebody fit, and go with the person."""

from pathlib import Path

import pytest

from bridge.flow.answer_questions import answer_questions
from bridge.intake.records import Request
from bridge.store.tables import events
from tests.asking import asking
from tests.house import ANNA, House
from tests.together import at_once


@pytest.fixture
def told(house: House, tmp_path: Path) -> House:
    """Anna has confirmed, and little is known of her."""
    made = asking(house, tmp_path)
    made.submit(form="webinar", first_name="")
    made.confirm()
    return made


def answer(told: House, **answers: str) -> None:
    with told.unit() as unit:
        answer_questions(unit, told.lead().id, answers, Request())
    told.run()


def answered(told: House) -> list[str]:
    return [row.data["field"] for row in told.rows(events) if row.kind == "question.answered"]


def test_an_answer_is_an_event_that_rules_score(told: House) -> None:
    before = told.lead().score
    answer(told, employees="250+", role="Leitung")
    lead = told.lead()
    assert (lead.fields["employees"], lead.role) == ("250+", "Leitung")
    assert lead.score == before + 3, "one rule wants to know of one of them"
    assert [line.reason for line in lead.ledger if line.rule == "answered"] == ["Beantwortet: Mitarbeiter"]
    said = {line.subject for line in lead.timeline if line.kind == "question.answered"}
    assert said == {"Mitarbeiter", "Funktion"}


def test_an_answer_makes_somebody_fit_at_once(told: House) -> None:
    answer(told, employees="250+")
    assert told.lead().fit == 80


def test_what_is_known_is_changed_by_no_answer(told: House) -> None:
    answer(told, employees="250+")
    answer(told, employees="1-9", company="Andere AG", unknown="x")
    assert told.lead().fields["employees"] == "250+"
    assert told.lead().company == "Beispiel GmbH"
    assert "unknown" not in told.lead().fields
    assert answered(told) == ["employees"]


def test_the_same_answers_at_once_count_once(told: House) -> None:
    lead = told.lead().id

    def send() -> None:
        with told.unit() as unit:
            answer_questions(unit, lead, {"employees": "250+"}, Request())

    at_once(8, send)
    told.run()
    assert answered(told) == ["employees"]
    assert [rule for rule, _ in told.points()].count("answered") == 1


def test_the_preference_centre_takes_answers_too(told: House) -> None:
    told.save_preferences(ANNA, answers={"role": "Leitung", "company": "Andere AG"})
    assert (told.lead().role, told.lead().company) == ("Leitung", "Beispiel GmbH")
    assert answered(told) == ["role"]


def test_answers_are_exported_and_go_with_the_person(told: House) -> None:
    answer(told, role="Kanarienvogel")
    found = told.export()
    assert found["profiles"][0]["fields"]["role"] == "Kanarienvogel"
    assert "question.answered" in {row["kind"] for row in found["events"]}
    told.erase()
    assert told.rows(events) == []


def test_the_mail_carries_links_of_ones_own(told: House) -> None:
    (mail,) = [mail for mail in told.mails_to(ANNA) if mail.subject == "Noch eine Frage"]
    assert mail.text.count("/ask/") == 3
    assert "/t/c/" not in mail.text, "our own pages count nothing"
    assert "/forms/" not in mail.text
