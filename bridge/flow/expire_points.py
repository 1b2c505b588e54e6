"""Points whose time is over are taken back, each by an entry of its own."""

from bridge import i18n
from bridge.flow.unit import Unit
from bridge.scoring.ledger import SCORE, Ledger, reversal
from bridge.store import ledger, profiles


def expire_points(unit: Unit) -> int:
    """Write the entries that are due and return how many. Doing it again changes nothing."""
    due = ledger.expired(unit.connection, unit.now)
    people = {person.id: person for person in profiles.lock(unit.connection, {owner for owner, _ in due})}
    words = i18n.translations(unit.program.language).gettext("expired: %s")
    written = 0
    for owner in people:
        book = Ledger.of(ledger.of_profile(unit.connection, owner), unit.program.timezone)
        undone = book.undone()
        entries = [
            reversal(entry, unit.now, words % entry.reason)
            for of, entry in due
            if of == owner and entry.id not in undone
        ]
        ledger.add(unit.connection, owner, entries, unit.program.version)
        score = book.score + sum(entry.points for entry in entries if entry.topic == SCORE)
        profiles.change(unit.connection, owner, score=score)
        unit.to_score.add(owner)
        written += len(entries)
    return written
