"""Points whose time is over are taken back, each by an entry of its own."""

from bridge import i18n
from bridge.flow.unit import Unit
from bridge.scoring.ledger import Ledger, reversal
from bridge.store import ledger, profiles


def expire_points(unit: Unit) -> int:
    """Write the entries that are due and return how many. Doing it again changes nothing."""
    due = ledger.expired(unit.connection, unit.now)
    people = {person.id: person for person in profiles.lock(unit.connection, {owner for owner, _ in due})}
    books = {
        owner: Ledger.of(entries, unit.program.timezone)
        for owner, entries in ledger.of_profiles(unit.connection, people).items()
    }
    words = i18n.translations(unit.program.language).gettext("expired: %s")
    written = [
        (owner, reversal(entry, unit.now, words % entry.reason))
        for owner, entry in due
        if owner in books and entry.id not in books[owner].undone()
    ]
    ledger.add(unit.connection, written, unit.program.version)
    for owner, entry in written:
        books[owner].add(entry)
    profiles.settle(
        unit.connection, ((owner, book.score, people[owner].recheck_at) for owner, book in books.items())
    )
    unit.to_score |= books.keys()
    return len(written)
