"""Pick the articles that mails of series will carry."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from bridge.flow.unit import Unit
from bridge.program.sequences import Step
from bridge.store.profiles import ProfileRow

Picked = Mapping[UUID, Sequence[UUID]]
"""Mail → the articles that it will carry."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A mail that may be prepared, and for whom: at most `step.articles` articles go into it."""

    mail: UUID
    reader: ProfileRow
    step: Step


def pick_articles(unit: Unit, wanted: Iterable[Wanted]) -> Picked:
    """What is new for each reader, for those mails for which there is anything. Nothing is written.

    Asked again before anything was kept, it answers the same. A number of statements that does not grow with the
    number of mails. The caller holds the locks on the readers' rows.
    """
    return {}


def keep_articles(unit: Unit, readers: Mapping[UUID, UUID], picked: Picked) -> None:
    """Remember what goes out: nobody gets an article twice. readers: mail → its reader, of mails that are written."""
