"""What a programme may say, but perhaps did not mean."""

from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import pytest

from bridge.errors import Mistake
from bridge.program.doubting import doubts_about
from bridge.program.doubting_words import FORM_KINDS, STAGES
from bridge.program.loading import load_program
from bridge.program.model import FormKind
from bridge.program.places import line_numbers, located
from bridge.qualification.stages import Stage
from tests import make

NOON = datetime(2026, 3, 12, 12, tzinfo=UTC)
MAILS = "".join(
    f'[[mails]]\nid = "{name}"\nsubject = "{name}"\ntext = "{name}.md"\n'
    for name in ("hello", "news", "hello2")
)


def series(*steps: str, head: str = 'kind = "welcome"\nstarts = "address.confirmed"', name: str = "w") -> str:
    """A series of steps; of a step only what is inside it."""
    tables = "".join(f"[[sequences.steps]]\n{step}\n" for step in steps)
    return f'[[sequences]]\nid = "{name}"\n{head}\n{tables}'


@pytest.fixture
def doubts(tmp_path: Path) -> "Doubts":
    """Says what is doubtful about a series, with its lines."""
    return Doubts(tmp_path)


class Doubts:
    """A folder with mails, two of which have the same words."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name, text in (("hello", "Hallo"), ("news", "Neues"), ("hello2", "Hallo")):
            (folder / f"{name}.md").write_text(text, encoding="utf-8")

    def __call__(self, toml: str) -> list[tuple[str, str]]:
        """Line and words of each."""
        source = make.EXACT + MAILS + toml
        path = self.folder / "program.toml"
        path.write_text(source, encoding="utf-8")
        found = located(source, doubts_about(load_program(path), NOON))
        lines = source.splitlines()
        return [(lines[(one.line or 0) - 1], one.message) for one in found]


def test_the_demo_leaves_no_doubt() -> None:
    assert doubts_about(make.whole_demo_program(), NOON) == []


def test_what_stands_in_a_preset_alone_has_the_line_of_what_it_belongs_to_or_none() -> None:
    source = '[sales]\n[[sales.people]]\nid = "mira"\n'
    found = located(
        source, [Mistake(f"{place}[no-need].label", None, "doubtful") for place in ("sales.reasons", "x")]
    )
    assert sorted((one.path, one.line) for one in found) == [
        ("sales.reasons[no-need].label", 1),
        ("x[no-need].label", None),
    ]


def test_lines_are_found_whatever_keys_are_called() -> None:
    assert line_numbers('"a." = 1\n[x."b.".c]\nd = 2\n')["x.b..c.d"] == 3


# Wordings


@pytest.mark.parametrize(
    ("same", "differs"),
    [
        ('subject = "hello"', 'subject = "Hello"'),
        ('mail = "hello"', 'mail = "news"'),
    ],
)
def test_a_wording_that_says_what_another_says(doubts: Doubts, same: str, differs: str) -> None:
    def step(said: str) -> str:
        return f'mail = "hello"\n[[sequences.steps.variants]]\nid = "b"\n{said}'

    [(line, words)] = doubts(series(step(same)))
    assert line == "[[sequences.steps.variants]]"
    assert words == "“b” says exactly what “a” says, so nothing is compared"
    assert doubts(series(step(differs))) == []


def test_two_wordings_beside_the_own_one_may_be_the_same(doubts: Doubts) -> None:
    variants = "".join(
        f'[[sequences.steps.variants]]\nid = "{name}"\nsubject = "{said}"\n'
        for name, said in (("b", "Hello"), ("c", "Hello"))
    )
    [(_, words)] = doubts(series(f'mail = "hello"\n{variants}'))
    assert words.startswith("“c” says exactly what “b” says")


# Dates


def test_an_event_that_is_over_is_doubtful_and_one_that_comes_again_is_not(doubts: Doubts) -> None:
    def event(lines: str) -> str:
        return series('mail = "hello"', head=f'kind = "event"\nform = "download"\n{lines}')

    [(line, words)] = doubts(event("date = 2026-03-12T10:00:00"))
    assert line == "date = 2026-03-12T10:00:00"
    assert "was on 2026-03-12 10:00 and is over" in words
    assert doubts(event('date = 2026-03-12T10:00:00\nevery = "7d"')) == []
    assert doubts(event("date = 2026-03-13T10:00:00")) == []


# Ways


def test_a_step_that_nothing_leads_to(doubts: Doubts) -> None:
    first, second = 'mail = "hello"\nnext = "end"', 'mail = "news"'
    [(line, words)] = doubts(series(first, second))
    assert line == "[[sequences.steps]]"
    assert words == "nothing leads to the step “news”: every step before it goes on elsewhere"
    assert doubts(series(first + '\nwhen = "score > 3"', second)) == [], "who is passed over comes to it"
    assert doubts(series(first + '\nwhen = "score > 3"\notherwise = "end"', second)) != []
    assert doubts(series(first + "\narticles = 2\nneeds_articles = true", second)) == []


def test_steps_that_lead_back_without_waiting(doubts: Doubts) -> None:
    first, back = 'mail = "hello"\nafter = "2d"', 'id = "back"\nwhen = "score > 3"\nnext = "hasty"'
    hasty = 'id = "hasty"\nwhen = "confirmed"'
    [(_, words)] = doubts(series(first, hasty, back))
    assert words.startswith("these steps lead back to each other without waiting: “hasty”, “back”.")
    assert doubts(series(first, hasty + '\nafter = "1d"', back)) == []
    assert doubts(series(first, hasty + '\nuntil = "link.clicked"', back)) == []
    assert doubts(series(first, hasty, back.replace('"hasty"', '"hello"'))) == []


# Follow-ups


def test_two_follow_ups_on_one_topic(doubts: Doubts) -> None:
    def both(first: str, second: str, topic: str = "sepa") -> str:
        head = 'kind = "follow-up"\ntopic = '
        one = series('mail = "hello"', head=f'{head}"sepa"\n{first}', name="one")
        return one + series('mail = "news"', head=f'{head}"{topic}"\n{second}', name="two")

    [(line, words)] = doubts(both("", ""))
    assert line == 'topic = "sepa"'
    assert (
        words == "“one” is about the same topic and always goes before: “two” begins only when that is over"
    )
    assert doubts(both("", "", "erp")) == []
    assert doubts(both('when = "fit > 50"', "")) == []
    assert doubts(both("interest = 8", "interest = 2")) == []
    assert doubts(both('starts = "file.downloaded"', "")) == []


# Words


TOPIC = '[[topics]]\nid = "sea"\ntitle = {de = "See", en = "Sea"}\n'


def test_a_text_that_lacks_a_language_of_its_readers_is_told(doubts: Doubts) -> None:
    lacking = '[[fields]]\nid = "town"\ntype = "text"\nlabel = {de = "Ort"}\n'
    assert doubts(TOPIC + lacking) == [('label = {de = "Ort"}', "no text in “en”; English readers see “Ort”")]


def test_a_programme_in_one_language_lacks_none(doubts: Doubts) -> None:
    assert doubts('[[topics]]\nid = "sea"\ntitle = {de = "See"}\n') == []


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("stage == 'sales-qualified'", "“stage” is never “sales-qualified”; did you mean “sales_qualified”?"),
        ("'calback' != event.form", "“event.form” is never “calback”; did you mean “callback”?"),
        ("event.kind in ['link.clicked', 'mail.open']", "“event.kind” is never “mail.open”"),
        ("mail.template == 'newz'", "“mail.template” is never “newz”; did you mean “news”?"),
    ],
)
def test_a_value_that_a_variable_never_has_is_told(doubts: Doubts, condition: str, said: str) -> None:
    rule = f'[[scoring.rules]]\nid = "r"\non = "link.clicked"\npoints = 1\nwhen = "{condition}"\n'
    [(line, words)] = doubts(rule)
    assert line.startswith("when") and words.startswith(said)


@pytest.mark.parametrize("condition", ["stage == 'prospect'", "mail.sequence == ''", "profile.role == 'x'"])
def test_a_value_that_it_may_have_is_not(doubts: Doubts, condition: str) -> None:
    rule = f'[[scoring.rules]]\nid = "r"\non = "link.clicked"\npoints = 1\nwhen = "{condition}"\n'
    assert doubts(rule) == []


def test_the_values_that_are_known_are_all_there_are() -> None:
    assert get_args(Stage) == STAGES
    assert get_args(FormKind) == FORM_KINDS
