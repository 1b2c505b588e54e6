"""Visits out of the journals: withdrawals first, one poisoned record stops no other."""

from uuid import UUID

from sqlalchemy import Table, select

from bridge.flow.accept_submission import accept_submission
from bridge.flow.confirm_address import confirm_address
from bridge.flow.retry import retry_letter
from bridge.flow.score_profiles import score_profiles
from bridge.intake.records import (
    HIT,
    SUBMISSION,
    USE,
    VISIT,
    WITHDRAWAL,
    Hit,
    PageUse,
    Request,
    Visit,
    Withdrawal,
    to_body,
)
from bridge.journal import JournalWriter, readers
from bridge.store.mails import Content, handed
from bridge.store.tables import (
    dead_letters,
    events,
    identities,
    mails,
    proofs_of_humanity,
    stage_changes,
    visits,
)
from bridge.wiring import Services
from bridge.worker.ingest import Ingest
from bridge.worker.taking_over import take_over
from tests import make
from tests.house import BROWSER
from tests.worker.test_ingest import ingest

__all__ = ["ingest"]

SEEN = Visit(BROWSER, "https://www.example.com/sepa", make.submission().request)
OTHER = "e" * 32


def note(services: Services, *records: Visit | Withdrawal) -> None:
    """A web process writes these down."""
    for record in records:
        kind = VISIT if isinstance(record, Visit) else WITHDRAWAL
        services.journal.append(kind, to_body(record), services.clock())


def stored(services: Services, table: Table, column: str) -> list[object]:
    with services.engine.connect() as connection:
        return list(connection.scalars(select(table.c[column])))


def test_a_withdrawal_reaches_visits_that_still_lie_in_the_journal(
    services: Services, ingest: Ingest
) -> None:
    note(services, SEEN, Withdrawal(BROWSER), SEEN)
    assert ingest.once() == 3
    assert stored(services, visits, "id") == []
    note(services, SEEN)
    ingest.once()
    assert stored(services, visits, "id") == []


def test_a_withdrawal_reaches_visits_in_the_journal_of_another_process(
    services: Services, ingest: Ingest
) -> None:
    """The file of the other process is read later."""
    other = JournalWriter(services.settings.journal)
    services.journal.append(WITHDRAWAL, to_body(Withdrawal(BROWSER)), services.clock())
    other.append(VISIT, to_body(SEEN), services.clock())
    other.close()
    while ingest.once():
        pass
    assert stored(services, visits, "id") == []
    assert stored(services, identities, "profile_id") == [None]


def test_a_withdrawal_comes_before_a_form_of_that_browser(services: Services, ingest: Ingest) -> None:
    form = make.submission(allows=("tracking",), context={"visitor": BROWSER})
    services.journal.append(SUBMISSION, to_body(form), services.clock())
    note(services, Withdrawal(BROWSER))
    ingest.once()
    assert stored(services, identities, "profile_id") == [None]


def test_visits_come_before_the_form_that_they_led_to(services: Services, ingest: Ingest) -> None:
    form = make.submission(context={"visitor": BROWSER})
    note(services, SEEN)
    services.journal.append(SUBMISSION, to_body(form), services.clock())
    ingest.once()
    assert stored(services, stage_changes, "was") == ["visitor"]


def test_the_same_batch_again_changes_nothing(services: Services, ingest: Ingest) -> None:
    note(services, SEEN, SEEN, Withdrawal(OTHER))
    [reader] = readers(services.settings.journal, ingest._readers)
    rows = reader.batch(100)
    take_over(services, rows)
    take_over(services, rows)
    assert len(stored(services, visits, "id")) == 2
    assert len(stored(services, identities, "value")) == 1


def test_a_poisoned_visit_stops_no_other(services: Services, ingest: Ingest) -> None:
    note(services, Visit(OTHER, "https://www.example.com/\x00", SEEN.request), SEEN)
    ingest.once()
    assert stored(services, visits, "visitor") == [BROWSER]
    [letter] = stored(services, dead_letters, "id")
    with services.unit() as unit:
        assert retry_letter(unit, letter)  # type: ignore[arg-type]
    assert sorted(stored(services, visits, "visitor")) == sorted([BROWSER, OTHER])  # type: ignore[type-var]


def subscriber(services: Services) -> UUID:
    """Anna confirmed in the browser that she allows to be known; returns the mail that she got."""
    form = make.submission(at=services.clock(), context={"visitor": BROWSER})
    with services.unit() as unit:
        accept_submission(unit, form, services.clock())
        confirm_address(unit, form.id, Request())
        score_profiles(unit, unit.to_score)
    [letter] = stored(services, mails, "id")
    assert isinstance(letter, UUID)
    with services.unit() as unit:
        handed(unit.connection, services.clock(), [Content(letter, "Willkommen", True, [])])
    return letter


def test_a_click_and_the_use_of_the_page_it_led_to_may_come_in_one_batch(
    services: Services, ingest: Ingest
) -> None:
    """The proof comes after the click that it hurries, whatever stands first in the journal."""
    letter, asked = subscriber(services), Request("203.0.113.7", make.A_BROWSER)
    click = Hit("link.clicked", letter, None, asked, 1, "https://www.example.com/sepa")
    services.journal.append(USE, to_body(PageUse(BROWSER, asked, letter)), services.clock())
    clicked = services.journal.append(HIT, to_body(click), services.clock())
    assert ingest.once() == 2
    assert "page" in stored(services, proofs_of_humanity, "how")
    with services.engine.connect() as connection:
        due = connection.execute(select(events.c.due_at).where(events.c.id == clicked)).scalar_one()
    assert due == services.clock()


def test_a_poisoned_use_stops_no_other_and_can_be_taken_later(services: Services, ingest: Ingest) -> None:
    subscriber(services)
    strange = PageUse(BROWSER, Request(None, "Firefox\x00"))
    for use in (strange, PageUse(BROWSER, Request(None, "Firefox"))):
        services.journal.append(USE, to_body(use), services.clock())
    ingest.once()
    assert sorted(stored(services, proofs_of_humanity, "how")) == ["button", "page"]  # type: ignore[type-var]
    [letter] = stored(services, dead_letters, "id")
    with services.unit() as unit:
        assert retry_letter(unit, letter)  # type: ignore[arg-type]
    assert len(stored(services, proofs_of_humanity, "how")) == 3
