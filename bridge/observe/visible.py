"""Text for terminals, logs and sheets: what others wrote is shown, and does nothing there."""

import io
import re
import sys
from typing import Any

_CONTROL = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
"""Controls of terminals (ECMA-48, C0 and C1), overrides of the direction of writing, other line ends, halves of
surrogate pairs. Line feeds and tabs stay."""
_LINE = re.compile(r"[\n\t]")
_BEFORE_A_FORMULA = re.compile(r"(?<![;,|\s\u200b\"])[;,|\s\u200b\"]*+(?=[=+\-@\uff1d\uff0b\uff0d\uff20])")
"""A run of separators, blanks and quotes, whole (so that each is read once), in front of a sign."""
_TELEPHONE = re.compile(r"\+[0-9][0-9 ()/.-]*")
"""Nothing but digits and what stands between them: as a formula it comes to a number, and reaches nothing."""
_SEPARATORS = frozenset(";,|\t\r\n")


def visible(text: str) -> str:
    """The text with control characters written out, as `\\u001b`, which in JSON is the same text as before."""
    return _CONTROL.sub(_written, text)


def one_visible_line(text: str) -> str:
    """The same in one line, so that nobody's words look like a line of ours."""
    return _LINE.sub(_written, visible(text))


def _written(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def cell(value: Any, *, telephones: bool = False) -> Any:
    """What may stand in a cell of a sheet. Numbers stay numbers.

    Text that a sheet would take for a formula gets an apostrophe in front, also where another separator than ours
    would begin a cell (https://owasp.org/www-community/attacks/CSV_Injection).

    telephones: whether “+49 30 1234” stays as it is, for programs that would take the apostrophe
    for a part of it; Excel would make a number of it.
    """
    if value is None or isinstance(value, int | float):
        return value
    if telephones and _TELEPHONE.fullmatch(str(value)):
        return str(value)
    return _BEFORE_A_FORMULA.sub(_disarmed, visible(str(value)))


def _disarmed(run: re.Match[str]) -> str:
    begins_a_cell = run.start() == 0 or _SEPARATORS & set(run[0])
    return f"{run[0]}'" if begins_a_cell else run[0]


class _Visible(io.TextIOWrapper):
    """A stream on which control characters are written out."""

    def write(self, text: str, /) -> int:
        """Write a text."""
        return super().write(visible(text))


def keep_output_visible() -> None:
    """From now on, whatever this process prints does nothing to the terminal. Colours are gone, too."""
    if sys.stdout is sys.__stdout__ and isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout = _anew(sys.stdout)
    if sys.stderr is sys.__stderr__ and isinstance(sys.stderr, io.TextIOWrapper):
        sys.stderr = _anew(sys.stderr)


def _anew(stream: io.TextIOWrapper) -> _Visible:
    encoding, errors, by_line = stream.encoding, stream.errors, stream.line_buffering
    stream.flush()
    return _Visible(stream.detach(), encoding=encoding, errors=errors, line_buffering=by_line)
