"""Who is in a big database: `population.sql` with its numbers put in."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import md5
from pathlib import Path
from uuid import UUID

BLOCK = 10
"""Events that belong together; with each comes one person."""
LINKED = 100
"""One of so many people was handed over to sales."""

_HEAD, *_PARTS = re.split(
    r"^-- (\w+): ([\d.]+) a block$", Path(__file__).with_suffix(".sql").read_text(), flags=re.M
)


@dataclass(frozen=True, slots=True)
class Filling:
    """A table, about how many rows it gets, and the query that makes them."""

    table: str
    rows: int
    query: str


@dataclass(frozen=True, slots=True)
class Population:
    """So many events up to a moment, and the rest in proportion. Another seed gives other people."""

    events: int
    until: datetime
    seed: int = 1

    @property
    def functions(self) -> str:
        """What the queries use, to be defined in their session."""
        numbers = {
            "seed() returns bigint": str(self.seed),
            "until() returns timestamptz": f"timestamptz '{self.until.isoformat()}'",
            "blocks() returns bigint": f"{self._blocks}::bigint",
        }
        known = (
            f"create or replace function pg_temp.{name} language sql immutable parallel safe as $$ select {it} $$;"
            for name, it in numbers.items()
        )
        return "\n".join(known) + _HEAD

    def fillings(self) -> Iterator[Filling]:
        """The tables, in the order in which they have to be filled."""
        for name, share, query in zip(_PARTS[::3], _PARTS[1::3], _PARTS[2::3], strict=True):
            yield Filling(name, round(float(share) * self._blocks), query.strip().removesuffix(";"))

    def id_of(self, kind: str, number: int) -> UUID:
        """The id of the nth "person", "mail", "link" …, in the order in which they came.

        The first people are the most active ones. Each hundredth has a hand-over, and a link of the same number.
        """
        return UUID(md5(f"{kind}{self.seed} {number}".encode(), usedforsecurity=False).hexdigest())

    @property
    def _blocks(self) -> int:
        return self.events // BLOCK
