"""How taking the journal over goes: ingest writes it beside the files, and whoever asks reads it there."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

_NAME = "progress.json"


@dataclass(frozen=True, slots=True)
class Progress:
    """taken: records since ingest began. batch: how many it takes at a time now."""

    taken: int
    batch: int


def note(folder: Path, progress: Progress) -> None:
    """Write it down, whole or not at all. Raises OSError."""
    fresh = folder / f"{_NAME}.new"
    fresh.write_text(json.dumps(asdict(progress)), encoding="utf-8")
    fresh.replace(folder / _NAME)


def read(folder: Path) -> Progress | None:
    """What was written last; None before ingest has ever worked here."""
    try:
        return Progress(**json.loads((folder / _NAME).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
