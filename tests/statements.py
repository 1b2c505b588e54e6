"""What is said to a database while something is done."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import Engine, event


@contextmanager
def statements(engine: Engine | type[Engine] = Engine) -> Iterator[list[str]]:
    """Every statement sent to a database meanwhile; one that is repeated for many rows, as often as that.

    Without an engine: those of any part of this process.
    """
    seen: list[str] = []

    def note(
        _connection: object, _cursor: object, statement: str, rows: Sequence[object], _: object, many: bool
    ) -> None:
        seen.extend([statement] * (len(rows) if many else 1))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def questions(seen: list[str]) -> int:
    """How many of them read."""
    return sum(one.lstrip().lower().startswith("select") for one in seen)


class Killed(BaseException):
    """The process ends here."""


@contextmanager
def killed_after(engine: Engine, number: int) -> Iterator[None]:
    """Whoever talks to the database meanwhile is killed after the nth statement."""
    said = [0]

    def count(*_: object) -> None:
        said[0] += 1
        if said[0] == number:
            raise Killed

    event.listen(engine, "after_cursor_execute", count)
    try:
        yield
    finally:
        event.remove(engine, "after_cursor_execute", count)
