"""What a report says of one recipient, before anybody knows which mail it was."""

from dataclasses import dataclass

from connectors.contract import Trouble
from connectors.smtp.verdicts import says_why


@dataclass(frozen=True, slots=True)
class Finding:
    """One recipient's fate. recipient: as the report names them, or None. words: one printable line."""

    trouble: Trouble
    recipient: str | None
    status: str
    words: str


def reason(text: str, recipient: str | None = None) -> str:
    """The lines of a text for people that give the reason, at best those after the recipient."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    start = next((n for n, line in enumerate(lines) if recipient and recipient in line.lower()), 0)
    order = [*range(start, len(lines)), *range(start)]
    place = next((n for n in order if says_why(lines[n])), None)
    return " ".join(lines[:12]) if place is None else " ".join(lines[place : place + 3])
