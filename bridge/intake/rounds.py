"""Forms that may be taken in together, because no two of them have anything in common."""

from collections.abc import Iterator, Sequence

from bridge.intake.records import Record, Submission
from bridge.profiles.address import InvalidAddress, parse_address

Sent = tuple[Record, Submission]
MOST = 200
"""Forms of a round. Each holds its address, and PostgreSQL has room for a few thousand of such locks."""


def in_rounds(sent: Sequence[Sent], most: int = MOST) -> list[list[Sent]]:
    """Split forms up so that no two of a round are of one person, one browser, or the same form again.

    Those that have something in common stay in their order: each is in a later round than the one before.
    """
    rounds: list[list[Sent]] = []
    last: dict[tuple[str, ...], int] = {}
    for one in sent:
        marks = list(_marks(one[1]))
        place = 1 + max(last.get(mark, -1) for mark in marks)
        while place < len(rounds) and len(rounds[place]) >= most:
            place += 1
        if place == len(rounds):
            rounds.append([])
        rounds[place].append(one)
        last.update(dict.fromkeys(marks, place))
    return rounds


def _marks(submission: Submission) -> Iterator[tuple[str, ...]]:
    """What nobody else's form has."""
    yield "form", submission.source, submission.key
    yield "id", str(submission.id)
    if "visitor" in submission.context:
        yield "browser", str(submission.context["visitor"])
    try:
        yield "address", parse_address(submission.fields.get("email", "")).key
    except InvalidAddress:
        return
