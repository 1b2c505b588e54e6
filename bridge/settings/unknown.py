"""Names in the environment that look like settings, and are none."""

import difflib
import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from bridge.program.loading import program_file
from bridge.settings.reading import EXAMPLES, PREFIX, Reader

log = logging.getLogger(__name__)

OTHERS = ("DATA", "PROGRAM", "LOG")
"""Settings that cannot be wrong, and need no example."""
OURS = ("DEMO", "EMBEDDED", "MAILS_LEAVE", "PROOFREAD", "WEB_PART", "WEB_THREADS")
"""Set by processes of ours for one another."""
_NAMED = re.compile(r"env:(\w+)")


def unknown_settings(environ: Mapping[str, str]) -> Iterator[str]:
    """A line for each name that begins as settings do and is none, nor named by the programme. Never a value."""
    known = {*EXAMPLES, *OTHERS}
    strangers = {name.removeprefix(PREFIX) for name in environ if name.startswith(PREFIX)} - known - {*OURS}
    if strangers:
        strangers -= _of_the_programme(program_file(Reader(environ).program()))
    for name in sorted(strangers):
        yield f"{PREFIX}{name} is not known{_hint(name, known)}"


def warn_of_unknown_settings(environ: Mapping[str, str]) -> None:
    """Say it in the log, a line for each."""
    for words in unknown_settings(environ):
        log.warning(words)


def _hint(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f"; did you mean {PREFIX}{near[0]}?" if near else " and has no effect"


def _of_the_programme(path: Path) -> set[str]:
    """Names that a programme reads secrets from; whether it can be read is for others to say."""
    try:
        named = _NAMED.findall(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError):
        return set()
    return {name.removeprefix(PREFIX) for name in named}
