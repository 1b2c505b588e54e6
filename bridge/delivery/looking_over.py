"""What `leadbridge check` says of a programme that runs: nobody and nothing is asked, no file but its own is read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from bridge.delivery.as_received import read_as_received
from bridge.delivery.proofreading import proofread
from bridge.errors import Mistake
from bridge.program.doubting import doubts_about
from bridge.program.model import Program
from bridge.program.places import located, told_once


@dataclass(frozen=True, slots=True)
class LookedOver:
    """What there is to say. mistakes: of mails that cannot leave. doubts: what is allowed, but perhaps not meant."""

    mistakes: Sequence[Mistake]
    doubts: Sequence[Mistake]


def look_over(program: Program, path: Path, now: datetime) -> LookedOver:
    """Read every mail as people would get it; in a second or two. path: the programme's file, for lines."""
    received = read_as_received(program)
    mistakes = told_once([*proofread(program), *received.mistakes])
    doubts = told_once([*doubts_about(program, now), *received.doubts])
    source = _source(program, path)
    return LookedOver(located(source, mistakes), located(source, doubts))


def _source(program: Program, path: Path) -> str:
    """The text of the file; "" when it is not the one any more that was loaded."""
    try:
        source = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return ""
    return source if sha256(source.encode()).hexdigest().startswith(program.version) else ""
