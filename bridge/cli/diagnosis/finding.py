"""What one look of `leadbridge doctor` found."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One look. ok: None when it could not be told. advice: what to do, "" when nothing is."""

    part: str
    ok: bool | None
    found: str
    advice: str = ""
