"""Conditions and formulas in plain words."""

import pytest

from bridge import i18n
from bridge.program import cel_words
from bridge.program.expressions import Expression
from bridge.program.model import Program
from bridge.program.spoken import spoken, spoken_points
from tests import make


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("confirmed && score >= 20", "the address is confirmed and the score is at least 20"),
        ("!mail.opened", "the mail was not opened"),
        ("profile.phone != ''", "“Telephone” is known"),
        (
            "profile.employees in ['50-249', '250+']",
            "“Employees in your company” is one of: “50-249”, “250+”",
        ),
        ("topics.sepa > -3", "the score in “SEPA” is more than −3"),
        ("event.label.contains('Preis')", "the text of the link contains “Preis”"),
        (
            "lead.country == 'DE' && (lead.private || !lead.phone)",
            "the country is “DE” and (the address is a private one or calls are not permitted)",
        ),
        (
            "confirmed || mail.opened && score < threshold",
            "the address is confirmed or (the mail was opened and the score is less than the threshold)",
        ),
    ],
)
def test_conditions_are_told_in_words(source: str, words: str) -> None:
    assert spoken(make.whole_demo_program(), source, "en") == words


@pytest.mark.parametrize(
    "source",
    [
        "confirmed ? score : 1",
        "profile.unknown == 'a'",
        "size(profile.phone) > 3",
        "score >",
        "'a",
        "(confirmed",
    ],
)
def test_what_is_not_understood_is_not_told(source: str) -> None:
    assert spoken(make.whole_demo_program(), source, "en") is None


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("event.form_kind == 'callback'", "die Art des Formulars ist „Rückruf“"),
        ("lead.cause == 'points'", "der Anlass der Übergabe ist „Punkte“"),
        (
            "lead.form_kind in ['callback', 'order']",
            "die Art des Formulars ist eines von: „Rückruf“, „Bestellung“",
        ),
        ("event.form != 'rueckruf'", "das Formular ist nicht „Rückruf“"),
        ("event.reason == 'no-budget'", "der Grund des Vertriebs ist „Kein Budget“"),
        ("lead.territory == 'nord-ost'", "das Gebiet ist „Deutschland Nord und Ost“"),
        ("event.form == 'unknown'", "das Formular ist „unknown“"),
        ("lead.country == 'DE'", "das Land ist „DE“"),
    ],
)
def test_values_are_called_by_their_titles(source: str, words: str) -> None:
    assert spoken(make.whole_demo_program(), source, "de") == words


def test_a_formula_that_leads_to_a_score_says_to_which() -> None:
    program = make.whole_demo_program()
    assert spoken_points(program, "threshold - score", "en") == "new score: the threshold"
    assert spoken_points(program, "threshold - score", "de") == "neuer Punktestand: die Schwelle"
    assert spoken_points(program, "2 * fit", "en") == "2 times the fit"


@pytest.mark.parametrize("program", [make.whole_demo_program(), make.program(), make.program(make.ARTEGIC)])
def test_every_expression_of_what_comes_with_leadbridge_is_told_in_both_languages(program: Program) -> None:
    formulas = [rule.points for rule in program.rules if isinstance(rule.points, Expression)]
    conditions = [
        *(rule.when for rule in program.rules),
        *(rule.when for rule in program.fit),
        program.stages.marketing_when,
        program.stages.sales_when,
        *(step.when for series in program.sequences.values() for step in series.steps),
    ]
    for language in ("de", "en"):
        assert all(spoken_points(program, one.source, language) for one in formulas)
        assert all(spoken(program, one.source, language) for one in conditions if one)


def test_every_name_has_a_german_word() -> None:
    known = i18n.translations("de").words
    told = [
        *cel_words.NOUNS.values(),
        *(words for both in cel_words.FACTS.values() for words in both),
        *cel_words.COMPARISONS.values(),
        *cel_words.METHODS.values(),
        *cel_words.SUMS.values(),
        *cel_words.EXTREMES.values(),
        *(words for titles in cel_words.VALUES.values() for words in titles.values()),
    ]
    assert [words for words in told if words not in known] == []
