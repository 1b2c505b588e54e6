"""From the journal into the database: every record once, and no record stops another."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from msgspec import structs
from sqlalchemy import select

from bridge.errors import UnknownForm
from bridge.flow.retry import retry_letter
from bridge.ids import new_id
from bridge.intake.records import (
    HIT,
    SUBMISSION,
    UNSUBSCRIBE,
    Hit,
    Request,
    Submission,
    Unsubscription,
    to_body,
)
from bridge.journal import JournalReader, Row, depth, progress
from bridge.journal.progress import Progress
from bridge.store.tables import consents, dead_letters, events, outbox, profiles, submissions
from bridge.wiring import Services
from bridge.worker.ingest import SMALLEST, Ingest
from bridge.worker.taking_over import take_over
from tests import make
from tests.house import Clock, House


@pytest.fixture
def ingest(services: Services) -> Iterator[Ingest]:
    """The ingest loop of this node, turned by hand."""
    loop = Ingest(services)
    yield loop
    for reader in loop._readers.values():
        with suppress(sqlite3.Error):
            reader.close()


def send(services: Services, submission: Submission | None = None) -> UUID:
    """A web process takes a form in."""
    body = to_body(submission or make.submission())
    return services.journal.append(SUBMISSION, body, services.clock())


def read(services: Services) -> list[Row]:
    """What waits in the journal."""
    (path,) = Path(services.settings.journal).glob("*.sqlite")
    reader = JournalReader(path)
    rows = reader.batch(1000)
    reader.close()
    return rows


def count(services: Services, table: object) -> int:
    with services.engine.connect() as connection:
        return len(connection.execute(select(table)).all())  # type: ignore[call-overload]


def test_a_submission_becomes_a_profile_and_an_event(services: Services, ingest: Ingest) -> None:
    send(services)
    assert ingest.once() == 1
    assert [count(services, table) for table in (profiles, submissions, events)] == [1, 1, 1]
    assert depth(services.settings.journal) == (0, None)


def test_records_of_every_kind_are_taken_over(services: Services, ingest: Ingest) -> None:
    send(services)
    ingest.once()
    with services.engine.connect() as connection:
        person = connection.execute(select(profiles.c.id)).scalar_one()
    download = Hit("file.downloaded", None, person, Request(None, make.A_BROWSER), form="globe-next-download")
    services.journal.append(HIT, to_body(download), services.clock(), durable=False)
    leaving = Unsubscription(person, None, "one-click", Request())
    services.journal.append(UNSUBSCRIBE, to_body(leaving), services.clock())
    assert ingest.once() == 2
    with services.engine.connect() as connection:
        assert set(connection.scalars(select(events.c.kind))) == {
            "form.submitted",
            "file.downloaded",
            "unsubscribed",
        }
        assert "withdrawn" in set(connection.scalars(select(consents.c.state)))


def test_a_replay_changes_nothing(services: Services, ingest: Ingest) -> None:
    send(services)
    (row,) = read(services)
    ingest.once()
    before = [count(services, table) for table in (profiles, submissions, events, consents)]
    for _ in range(3):
        take_over(services, [row, row])
    assert [count(services, table) for table in (profiles, submissions, events, consents)] == before
    assert count(services, dead_letters) == 0


def test_a_crash_before_the_acknowledgement_doubles_nothing(services: Services, ingest: Ingest) -> None:
    send(services)
    take_over(services, read(services))
    assert ingest.once() == 1
    assert count(services, submissions) == 1


def test_records_are_taken_over_in_batches(services: Services, ingest: Ingest) -> None:
    for number in range(12):
        send(services, make.submission(email=f"person{number}@firma.example"))
    while ingest.once():
        pass
    assert count(services, profiles) == 12


def test_batches_grow_as_long_as_more_waits(services: Services, ingest: Ingest, clock: Clock) -> None:
    folder, nobodys = services.settings.journal, to_body(Hit("mail.opened", make.some_id(), None, Request()))
    services.journal.append_all(HIT, [nobodys] * (SMALLEST + 1), clock())
    assert ingest.once() == SMALLEST
    assert progress.read(folder) == Progress(SMALLEST, 2 * SMALLEST)
    clock.move(seconds=1)
    assert ingest.once() == 1
    assert progress.read(folder) == Progress(SMALLEST + 1, SMALLEST)


def test_several_forms_of_one_person_are_taken_over_as_one_after_another(
    services: Services, ingest: Ingest
) -> None:
    for number, company in enumerate(("Erste GmbH", "Zweite GmbH", "Dritte GmbH")):
        send(services, make.submission(company=company, key=f"form {number}"))
        send(services, make.submission(email=f"person{number}@firma.example"))
    assert ingest.once() == 6
    with services.engine.connect() as connection:
        named = connection.scalars(select(profiles.c.fields).where(profiles.c.email_key.startswith("anna")))
        assert [fields["company"] for fields in named] == ["Dritte GmbH"]
        answers = list(connection.scalars(select(outbox.c.template)))
    assert answers.count("mail/confirm") == 3 + 3, "three for Anna at their pace, one for each of the others"


POISON = [
    "not json at all",
    "[]",
    '"text"',
    "{}",
    '{"id": "no id", "form": "webinar"}',
    '{"a": "\\u0000"}',
    '{"a": "\\ud800"}',
    "\x00",
    "null",
    "[" * 100_000,
]


@pytest.mark.promise("R15", "bodies that nothing can be made of")
@pytest.mark.parametrize("body", POISON, ids=range(len(POISON)))
def test_garbage_becomes_a_dead_letter_while_the_rest_flows(
    services: Services, ingest: Ingest, body: str
) -> None:
    garble(services, body)
    send(services)
    assert ingest.once() == 2
    assert count(services, dead_letters) == 1
    assert count(services, profiles) == 1
    assert ingest.once() == 0


def garble(services: Services, body: str) -> None:
    """A record that no version of the edge would write."""
    services.journal.append(SUBMISSION, {}, services.clock())
    (path,) = Path(services.settings.journal).glob("*.sqlite")
    reader = JournalReader(path)
    with reader._connection as connection:
        connection.execute("update records set body = ? where body = '{}'", (body,))
    reader.close()


def whole(**changes: object) -> str:
    """A record whose shape is right."""
    return json.dumps({**to_body(make.submission()), **changes})


STRANGE = [
    whole(fields={"company": "no address"}),
    whole(fields={"email": "not an address"}),
    whole(fields={"email": "a@b.example", "company": "nul \u0000 inside"}),
    whole(fields={"email": "a@b.example", "company": "half a pair \ud800"}),
    whole(context={"language": 5, "utm": "x"}),
    whole(context={"language": "\u0000"}),
    whole(form="no-such-form"),
    whole(form="nul \u0000 form"),
    whole(key="nul \u0000 key"),
]


@pytest.mark.promise("R15", "records of the right shape that make no sense")
@pytest.mark.parametrize("body", STRANGE, ids=range(len(STRANGE)))
def test_a_record_that_makes_no_sense_stops_no_other(services: Services, ingest: Ingest, body: str) -> None:
    garble(services, body)
    send(services)
    assert ingest.once() == 2
    assert ingest.once() == 0
    with services.engine.connect() as connection:
        assert "anna@beispiel.example" in set(connection.scalars(select(profiles.c.email)))


def test_a_strange_hit_stops_no_other_hit(services: Services, ingest: Ingest, house: House) -> None:
    house.submit()
    person = house.lead().id
    good = Hit("file.downloaded", None, person, Request(None, make.A_BROWSER), form="globe-next-download")
    bad = structs.replace(good, form="nul \x00", request=Request(None, "half a pair \ud800"))
    for hit in (good, bad, good):
        services.journal.append(HIT, json.loads(json.dumps(to_body(hit))), services.clock())
    assert ingest.once() == 3
    assert [line.kind for line in house.lead().timeline].count("file.downloaded") == 2
    assert count(services, dead_letters) == 1


def test_a_dead_letter_can_be_retried_once_its_cause_is_gone(services: Services, ingest: Ingest) -> None:
    send(services, make.submission(form="no-such-form"))
    ingest.once()
    letter = only_letter(services)
    with pytest.raises(UnknownForm), services.unit() as unit:
        retry_letter(unit, letter)
    assert count(services, dead_letters) == 1
    program = services.program
    services.program = replace(program, forms={**program.forms, "no-such-form": program.forms["webinar"]})
    services.__dict__.pop("world")
    with services.unit() as unit:
        assert retry_letter(unit, letter)
    assert count(services, dead_letters) == 0
    assert count(services, submissions) == 1


def only_letter(services: Services) -> UUID:
    with services.engine.connect() as connection:
        found: UUID = connection.execute(select(dead_letters.c.id)).scalar_one()
        return found


def test_a_letter_that_is_not_there_cannot_be_retried(services: Services) -> None:
    with services.unit() as unit:
        assert not retry_letter(unit, new_id())


def test_the_same_poison_again_is_one_dead_letter(services: Services, ingest: Ingest) -> None:
    send(services, make.submission(form="no-such-form"))
    rows = read(services)
    take_over(services, rows)
    take_over(services, rows)
    with services.engine.connect() as connection:
        assert list(connection.scalars(select(dead_letters.c.attempts))) == [2]


def test_hits_of_somebody_erased_meanwhile_are_dropped(services: Services, ingest: Ingest) -> None:
    nobody = make.some_id()
    leaving = Unsubscription(nobody, None, "one-click", Request())
    services.journal.append(UNSUBSCRIBE, to_body(leaving), services.clock())
    download = Hit("file.downloaded", None, nobody, Request(None, make.A_BROWSER), form="webinar")
    services.journal.append(HIT, to_body(download), services.clock())
    assert ingest.once() == 2
    assert count(services, events) == count(services, dead_letters) == 0


def test_what_lies_in_the_journal_of_somebody_erased_since_is_dropped(
    services: Services, ingest: Ingest, house: House
) -> None:
    send(services)
    ingest.once()
    send(services, make.submission(form="lost-form"))
    hostile = {**to_body(make.submission()), "at": "never"}
    services.journal.append(SUBMISSION, hostile, services.clock())
    send(services)
    house.erase()
    assert ingest.once() == 3
    for table in (profiles, submissions, events, dead_letters):
        assert count(services, table) == 0, table.name


def test_several_web_processes_have_a_file_each(services: Services, ingest: Ingest) -> None:
    second = Services(services.settings, services.clock)
    send(services)
    send(second, make.submission(email="ben@beispiel.example"))
    second.journal.close()
    assert ingest.once() == 2
    assert count(services, profiles) == 2


def test_a_broken_journal_file_stops_no_other(services: Services, ingest: Ingest) -> None:
    send(services)
    (services.settings.journal / "a-broken.sqlite").write_bytes(b"this is no database" * 100)
    ingest.once()
    assert count(services, profiles) == 1
