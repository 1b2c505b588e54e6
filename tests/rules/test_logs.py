"""What logs say of errors: where and what kind, and nothing that somebody typed."""

import json
import logging
import sys

import pytest

from bridge.observe.logs import JsonLines, PlainLines

CANARY = "Kanarienvogel"


def record() -> logging.LogRecord:
    """A line about an error that an error led to; both quote somebody."""
    try:
        try:
            int(CANARY)
        except ValueError as error:
            raise RuntimeError(f"not scored: {CANARY}") from error
    except RuntimeError:
        caught = sys.exc_info()
    line = logging.LogRecord("bridge", logging.ERROR, __file__, 1, "a profile %s", ("fails",), caught)
    line.profile = "an id"
    return line


@pytest.mark.parametrize("formatter", [JsonLines(), PlainLines()])
def test_an_error_is_told_without_its_words(formatter: logging.Formatter) -> None:
    line = formatter.format(record())
    assert CANARY not in line
    assert line.index("ValueError") < line.index("RuntimeError")
    assert "in record" in line
    assert "an id" in line


def test_a_line_is_one_object() -> None:
    line = json.loads(JsonLines().format(record()))
    assert line["message"] == "a profile fails"
    assert line["profile"] == "an id"
    assert line["error"].endswith("RuntimeError")


def test_errors_that_led_to_each_other_end() -> None:
    first, second = ValueError(), ValueError()
    first.__cause__, second.__cause__ = second, first
    line = logging.LogRecord("bridge", logging.ERROR, __file__, 1, "", (), (ValueError, first, None))
    assert json.loads(JsonLines().format(line))["error"] == "ValueError\nValueError"
