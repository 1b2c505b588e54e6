"""Pick the articles that mails of series will carry."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from bridge.flow.unit import Unit
from bridge.nurture.articles import OLDEST, Shelf, Taste
from bridge.program.sequences import Step
from bridge.store import articles, ledger
from bridge.store.articles import Sent
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
    many, feeds = list(wanted), unit.program.feeds
    if not (many and feeds):
        return {}
    shelf = Shelf(articles.published_since(unit.connection, feeds, unit.now - OLDEST), unit.now)
    readers = {one.reader.id for one in many}
    known = articles.sent_pages(unit.connection, readers)
    scores = ledger.topic_scores(unit.connection, readers)
    picked: dict[UUID, Sequence[UUID]] = {}
    for one in many:
        reader = one.reader
        pages = known.setdefault(reader.id, set())
        taste = Taste(reader.language, scores.get(reader.id, {}), unit.program.chosen(reader.interests))
        if found := shelf.pick(taste, pages, one.step.articles):
            picked[one.mail] = [article.id for article in found]
            pages.update(article.page for article in found)
    return picked


def keep_articles(unit: Unit, readers: Mapping[UUID, UUID], picked: Picked) -> None:
    """Remember what goes out: nobody gets an article twice. readers: mail → its reader, of mails that are written."""
    articles.note_sent(
        unit.connection,
        (
            Sent(readers[mail], article, mail, position)
            for mail, found in picked.items()
            if mail in readers
            for position, article in enumerate(found)
        ),
    )
