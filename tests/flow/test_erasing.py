"""Erase and export: nothing of a person stays but a keyed hash, and the export has everything."""

import json
from dataclasses import replace

import pytest
from sqlalchemy import Table, Text, cast, func, select

from bridge.errors import UnknownProfile
from bridge.profiles.address import parse_address
from bridge.program.model import Webhook
from bridge.store import dead_letters, erasure, suppressions
from bridge.store.dead_letters import DeadLetter
from bridge.store.tables import metadata
from bridge.store.tables import suppressions as suppression_rows
from connectors.contract import Deferred
from tests import make
from tests.house import ANNA, BROWSER, House

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
HOOK = Webhook("https://crm.example.com/hook", SECRET, ("lead.created", "lead.stage_changed"))


def tables_that_hold(house: House, word: str) -> list[str]:
    """Names of the tables in which a word stands anywhere."""
    with house.engine.connect() as connection:

        def holds(table: Table) -> bool:
            row = func.lower(cast(func.to_jsonb(table.table_valued()), Text))
            found = select(func.count()).select_from(table).where(row.contains(word.lower()))
            return bool(connection.scalar(found))

        return [table.name for table in metadata.sorted_tables if holds(table)]


HERS = "e" * 32


def full_life(house: House) -> House:
    """Anna with everything that can be known about a person; webhooks about her still wait."""
    told = House(house.engine, replace(house.program, webhooks=(HOOK,)))
    told.submit(allows=("tracking",), context={"visitor": BROWSER})
    told.visit("/waits-for-her-consent")
    told.answer(told.lead_by_points(), "accepted")
    told.submit(form="sepa-checkliste", context={"visitor": HERS})
    told.visit("/hers", HERS)
    told.submit(replace(make.submission(form="webinar", at=told.clock()), suspicion="too fast"))
    told.reply = Deferred("busy")
    told.submit(form="kontakt", message=f"Meine Adresse ist {ANNA}")
    with told.unit() as unit:
        letter = DeadLetter(
            make.some_id(), "journal", {"body": {"fields": {"email": ANNA}}}, "broken", unit.now
        )
        dead_letters.bury(unit.connection, letter)
    return told


def test_no_table_holds_the_address_afterwards(house: House) -> None:
    told = full_life(house)
    before = tables_that_hold(told, ANNA)
    assert {"profiles", "submissions", "outbox", "dead_letters"} <= set(before)
    told.erase()
    assert tables_that_hold(told, ANNA) == []
    assert tables_that_hold(told, "Beispiel GmbH") == []
    assert tables_that_hold(told, BROWSER) == []
    assert tables_that_hold(told, HERS) == []
    with pytest.raises(UnknownProfile):
        told.lead()


def test_others_are_left_alone(house: House) -> None:
    house.subscriber("ben@beispiel.example")
    picture = house.lead("ben@beispiel.example")
    house.subscriber()
    house.erase()
    assert replace(house.lead("ben@beispiel.example"), colleagues=()) == replace(picture, colleagues=())


def test_nothing_is_sent_to_an_erased_person(house: House) -> None:
    house.submit()
    house.reply = Deferred("busy")
    house.confirm()
    house.reply = House(house.engine).reply
    house.erase()
    count = len(house.sent)
    house.tick(days=60)
    assert len(house.sent) == count


def test_after_an_unsubscribe_a_keyed_hash_stays(house: House) -> None:
    house.subscriber()
    house.unsubscribe(ANNA)
    house.erase()
    (row,) = house.rows(suppression_rows)
    assert row.reason == "unsubscribed"
    assert len(row.address_hash) == 64
    assert tables_that_hold(house, ANNA) == []


def test_who_unsubscribed_and_was_erased_gets_no_advertising_by_a_form_alone(house: House) -> None:
    house.subscriber()
    house.unsubscribe(ANNA)
    house.erase()
    house.clock.move(days=1)
    house.submit(form="webinar")
    house.tick(days=60)
    assert house.lead().suppressed == "unsubscribed"
    assert [mail.subject for mail in house.sent if mail.list_unsubscribe_url] == ["Willkommen bei Globe Next"]


def test_confirming_anew_lifts_it(house: House) -> None:
    house.subscriber()
    house.unsubscribe(ANNA)
    house.erase()
    house.clock.move(days=1)
    welcome = house.subscriber()
    assert welcome.subject == "Willkommen bei Globe Next"
    assert house.lead().suppressed is None


def test_a_bounce_is_remembered_beyond_erasure(house: House) -> None:
    house.submit()
    with house.unit() as unit:
        suppressions.suppress(unit.connection, parse_address(ANNA).key, "bounced", unit.now)
    house.erase()
    count = len(house.sent)
    house.clock.move(days=1)
    house.submit()
    assert len(house.sent) == count


def test_without_an_unsubscribe_nothing_stays(house: House) -> None:
    house.subscriber()
    house.erase()
    assert house.rows(suppression_rows) == []


def test_the_export_has_everything(house: House) -> None:
    told = full_life(house)
    with told.engine.connect() as connection:
        found = erasure.read_out(connection, told.lead().id, parse_address(ANNA))
    for table in ("profiles", "submissions", "consents", "mails", "events", "ledger", "stage_changes"):
        assert found[table], table
    for table in ("handovers", "enrolments", "outbox", "identities"):
        assert found[table], table
    words = json.dumps(found, default=str, ensure_ascii=False)
    for word in (ANNA, "Beispiel GmbH", "Ja zu email", "203.0.113.7", "Willkommen bei Globe Next"):
        assert word in words
