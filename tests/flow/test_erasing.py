"""Promise T5: nothing of a person stays but keyed hashes, and the export has everything."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Table, Text, cast, func, select, text

from bridge.errors import UnknownProfile
from bridge.flow.accept_submission import accept_submission
from bridge.flow.erase_profile import erase_profile
from bridge.flow.forget_traces import was_erased
from bridge.flow.held import release
from bridge.flow.prove import prove_by
from bridge.ids import new_id
from bridge.intake.records import Record, Request, Submission, Visit
from bridge.profiles.address import parse_address
from bridge.program.model import Webhook
from bridge.store import dead_letters, erasure, submissions, suppressions
from bridge.store.dead_letters import DeadLetter
from bridge.store.tables import consent_proofs, erasures, metadata, outbox, profiles
from bridge.store.tables import dead_letters as letters
from bridge.store.tables import suppressions as suppression_rows
from bridge.store.tables import visits as visit_rows
from connectors.contract import Deferred
from tests import make
from tests.house import ANNA, BROWSER, House
from tests.together import at_once

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
HOOK = Webhook(
    "crm", "https://crm.example.com/secret-path", (SECRET,), ("lead.created", "lead.stage_changed")
)
CANARY = "Kanarienvogel"
HERS = "e" * 32
ESCAPED = (
    "no type: email=Anna%40beispiel.example&x=1",
    r'no ID: {"Email": "ann\u0061\u0040beispiel.example"}',
    "no event: anna=40beispiel.exam=\r\nple",
)
"""Events of providers that nobody understood."""
NOBODYS = {
    *("installation", "mail_counts", "counted_hits", "notices"),
    *("mail_domains", "webhook_endpoints", "webhook_attempts", "link_codes", "sales_devices"),
    *("articles", "feeds", "variant_choices", "watermarks"),
    *("accounts", "console_sessions", "audit_log", "day_figures", "gone_figures", "stale_days"),
}
"""Tables in which nobody is named."""


def tables_that_hold(house: House, word: str) -> list[str]:
    """Names of the tables in which a word stands anywhere."""
    with house.engine.connect() as connection:

        def holds(table: Table) -> bool:
            row = func.lower(cast(func.to_jsonb(table.table_valued()), Text))
            found = select(func.count()).select_from(table).where(row.contains(word.lower()))
            return bool(connection.scalar(found))

        return [table.name for table in metadata.sorted_tables if holds(table)]


def canary_form(house: House, form: str = "globe-next-download", **more: Any) -> Submission:
    """A form with the canary in everything that somebody can write into it."""
    words = ("first_name", "last_name", "company", "role", "phone", "message", "unknown_field")
    context = {
        "visitor": HERS,
        "page_url": f"https://www.example.com/{CANARY}",
        "referrer": f"https://{CANARY}.example/",
        "utm": {"source": CANARY, "campaign": CANARY},
        "user_agent": CANARY,
        "ip": "203.0.113.99",
    }
    values = {name: f"{CANARY} {name}" for name in words}
    return make.submission(form, at=house.clock(), context=context, **(values | more))


def bury(house: House, payload: dict[str, Any], error: str = "broken", source: str = "journal") -> UUID:
    """Something that could not be processed."""
    letter = DeadLetter(make.some_id(), source, payload, error, house.clock())
    with house.unit() as unit:
        dead_letters.bury(unit.connection, letter)
    return letter.id


def full_life(house: House) -> House:
    """Anna with everything that can be known about a person; webhooks about her still wait."""
    told = House(house.engine, replace(house.program, webhooks=(HOOK,)))
    told.submit(canary_form(told, allows=("tracking",)))
    told.submit(allows=("tracking",), context={"visitor": BROWSER})
    told.visit("/waits-for-her-consent")
    welcome = told.subscriber()
    told.open(welcome)
    told.click_two(welcome)
    told.answer(told.to_sales()[-1], "accepted", note=f"{CANARY} sagt ja")
    with told.unit() as unit:
        asking = Request("203.0.113.99", CANARY)
        prove_by(unit, "button", new_id(), told.lead().id, asking, told.clock())
    told.visit(f"/{CANARY}", HERS, referrer=f"https://{CANARY}.example/")
    told.submit(replace(canary_form(told, "webinar"), suspicion="too fast"))
    told.reply = Deferred(f"450 {CANARY} is busy")
    told.submit(canary_form(told, "kontakt", message=f"{CANARY}: meine Adresse ist {ANNA}"))
    told.objects()
    bury_all(told)
    return told


def bury_all(told: House) -> None:
    """Dead letters of every kind, each naming Anna in another way."""
    person, mail = str(told.lead().id), str(told.outbox("sent")[-1].id)
    event = str(told.rows(metadata.tables["events"])[0].id)
    bury(told, {"body": {"fields": {"email": "ANNA@Beispiel.example", "role": CANARY}}})
    bury(told, {"body": {"raw": f'{{"email": "{ANNA}", "name": "{CANARY}" …'}})
    for escaped in ESCAPED:
        bury(told, {"body": {"raw": f"{escaped} {CANARY}"}})
    bury(told, {"body": {"mail": mail, "request": {"user_agent": CANARY}}})
    bury(told, {"body": {"visitor": HERS, "page": CANARY}})
    bury(told, {"profile": person}, f"DataError: {CANARY}", "scoring")
    bury(told, {"event": event}, CANARY, "rule link-clicked")
    bury(told, {"body": {}}, f"IntegrityError: Key (email)=({ANNA}) {CANARY}")


def test_no_table_holds_a_word_of_the_person_afterwards(house: House) -> None:
    told = full_life(house)
    lead = told.lead()
    held = {"profiles", "submissions", "consents", "consent_proofs", "proofs_of_humanity", "mails", "events"}
    held |= {"handovers", "outbox", "dead_letters"}
    assert held <= {*tables_that_hold(told, CANARY), *tables_that_hold(told, str(lead.id))}
    assert {"profiles", "submissions", "outbox", "dead_letters"} <= set(tables_that_hold(told, ANNA))
    told.erase()
    for word in (CANARY, ANNA, "Beispiel GmbH", BROWSER, HERS, "203.0.113.99", str(lead.id)):
        assert tables_that_hold(told, word) == [], word
    assert told.rows(letters) == told.rows(consent_proofs) == []
    with pytest.raises(UnknownProfile):
        told.lead()


def test_the_planner_keeps_no_samples_of_what_people_write(house: House) -> None:
    told = full_life(house)
    told.submit(email="ben@beispiel.example")
    told.submit(canary_form(told, "webinar", email="carl@muster.example"))
    with told.unit() as unit:
        for address in (ANNA, "ben@beispiel.example"):
            suppressions.suppress(unit.connection, address, "blocked", unit.now, f"{CANARY} wrote")
            suppressions.lift_by_hand(unit.connection, address, unit.now, f"{CANARY} called")
    with told.engine.begin() as connection:
        connection.execute(text("analyze"))
        samples = " ".join(
            connection.scalars(text("select s::text from pg_stats s where schemaname = 'public'"))
        )
    assert "form.submitted" in samples, "other columns are sampled"
    for word in (CANARY, ANNA, "Beispiel GmbH", HERS, "203.0.113.99"):
        assert word not in samples


def test_others_are_left_alone(house: House) -> None:
    house.subscriber("ben@beispiel.example")
    other = bury(house, {"body": {"fields": {"email": "joanna@beispiel.example"}}}, f"not of j{ANNA}")
    picture = house.lead("ben@beispiel.example")
    house.subscriber()
    house.erase()
    assert replace(house.lead("ben@beispiel.example"), colleagues=()) == replace(picture, colleagues=())
    assert [row.id for row in house.rows(letters)] == [other]


def test_nothing_is_sent_to_an_erased_person(house: House) -> None:
    house.submit()
    house.reply = Deferred("busy")
    house.confirm()
    house.reply = House(house.engine).reply
    house.erase()
    count = len(house.sent)
    house.tick(days=60)
    assert len(house.sent) == count


# What is still on its way


def arrives(house: House, sent: Submission, after: timedelta = timedelta(0)) -> None:
    """A form comes out of the journal of another web node; after: how long it had been under way to that node."""
    with house.unit() as unit:
        accept_submission(unit, sent, sent.at + after)
    house.run()


def test_what_was_sent_before_brings_nobody_back(house: House) -> None:
    house.submit()
    late = make.submission(at=house.clock())
    retried = make.submission(at=house.clock())
    suspect = replace(make.submission(at=house.clock()), suspicion="too fast")
    house.clock.move(hours=1)
    house.erase()
    arrives(house, late)
    arrives(house, retried, after=timedelta(hours=2))
    arrives(house, suspect)
    assert house.rows(profiles) == house.rows(metadata.tables["submissions"]) == []


def test_what_is_sent_afterwards_is_a_new_beginning(house: House) -> None:
    house.subscriber()
    house.erase()
    house.clock.move(seconds=1)
    house.subscriber()
    assert house.lead().score == 1
    assert len(house.lead().submissions) == 1


def test_visits_of_before_are_not_kept_and_those_of_afterwards_are_a_strangers(house: House) -> None:
    house.submit(context={"visitor": BROWSER})
    house.confirm()
    late = Record(new_id(), house.clock(), Visit(BROWSER, f"https://www.example.com/{CANARY}", Request()))
    house.clock.move(minutes=1)
    house.erase()
    house.take_visits(late)
    assert house.rows(visit_rows) == []
    house.clock.move(minutes=1)
    house.visit("/neu")
    assert [row.page for row in house.rows(visit_rows)] == ["https://www.example.com/neu"]


def test_what_could_not_be_processed_is_not_buried_after_an_erasure(house: House) -> None:
    house.submit()
    before = house.clock()
    house.clock.move(minutes=1)
    house.erase()
    with house.unit() as unit:
        texts = (f'{{"email":"{ANNA}\\n…', *ESCAPED)
        bodies: list[dict[str, Any]] = [{"fields": {"email": ANNA}}, *({"raw": text} for text in texts)]
        for body in bodies:
            assert was_erased(unit, body, before)
            assert not was_erased(unit, body, unit.now + timedelta(seconds=1))
        assert not was_erased(unit, {"raw": "joanna@beispiel.example"}, before)
        assert not was_erased(unit, {"mail": "…"}, before)


def test_words_by_hand_about_a_suppression_go_and_the_suppression_stays(house: House) -> None:
    house.submit()
    ben = "ben@beispiel.example"
    with house.unit() as unit:
        suppressions.suppress(unit.connection, ANNA, "bounced", unit.now, "mailbox: 5.1.1")
        suppressions.lift_by_hand(unit.connection, ANNA, unit.now, f"{CANARY} called")
        suppressions.suppress(unit.connection, ANNA, "blocked", unit.now, f"{CANARY} wrote")
        suppressions.suppress(unit.connection, ben, "blocked", unit.now, f"{CANARY} wrote")
    house.erase()
    with house.engine.connect() as connection:
        rows = suppressions.of_address(connection, ANNA)
    assert {(row.reason, row.note, row.lifted_because) for row in rows} == {
        ("bounced", "mailbox: 5.1.1", None),
        ("blocked", "kept after erasure", None),
    }
    house.erase(ben)
    assert tables_that_hold(house, CANARY) == []
    with pytest.raises(UnknownProfile):
        house.erase(ben)


def test_a_held_form_alone_can_be_erased(house: House) -> None:
    house.submit(replace(canary_form(house), suspicion="too fast"))
    house.erase()
    assert tables_that_hold(house, CANARY) == []
    with pytest.raises(UnknownProfile):
        house.erase()


def test_a_held_form_may_be_released_after_its_sender_was_erased_and_came_back(house: House) -> None:
    house.submit()
    house.erase()
    house.clock.move(minutes=1)
    house.submit(replace(make.submission(at=house.clock()), suspicion="too fast"))
    with house.unit() as unit:
        [row] = submissions.held(unit.connection)
        assert release(unit, row)
    house.run()
    assert house.lead().score == 2


# What stays


def test_what_stays_is_keyed_hashes(house: House) -> None:
    told = full_life(house)
    told.erase()
    assert {len(row.address_hash) for row in told.rows(erasures)} == {64}
    assert len(told.rows(erasures)) == 3, "the address and two browsers"
    assert told.rows(suppression_rows) == []


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


# The export


def test_every_table_with_people_in_it_is_exported(house: House) -> None:
    house.subscriber()
    tables = {table.name for table in metadata.sorted_tables}
    assert set(house.export()) == {"about", *(tables - NOBODYS)}


def test_the_export_has_everything(house: House) -> None:
    told = full_life(house)
    found = told.export()
    empty = {name for name, rows in found.items() if not rows}
    assert empty <= {"visits", "link_openings", "suppressions", "erasures", "sent_articles", "held_leads"}
    words = json.dumps(found, ensure_ascii=False)
    for word in (ANNA, "Beispiel GmbH", "Ja zu email", "203.0.113.7", "Willkommen bei Globe Next", HERS):
        assert word in words
    [form] = [row for row in found["submissions"] if CANARY in str(row["fields"].get("unknown_field"))][:1]
    for name in ("first_name", "last_name", "company", "phone", "message"):
        assert CANARY in form["fields"][name]
    assert {row["verdict"] for row in found["events"]} >= {"human"}
    assert all("signs" in row for row in found["events"])
    assert CANARY in found["handovers"][0]["note"]
    assert len(found["dead_letters"]) == 7 + len(ESCAPED)


def test_the_export_keeps_the_secrets_between_machines(house: House) -> None:
    told = full_life(house)
    words = json.dumps(told.export())
    assert "crm.example.com" in words, "who was told is her business"
    assert "secret-path" not in words
    assert SECRET not in words
    assert "address_hash" not in words


def test_the_export_says_the_same_twice(house: House) -> None:
    told = full_life(house)
    assert told.export() == told.export()


def test_what_is_erased_is_what_is_exported(house: House) -> None:
    told = full_life(house)
    told.erase()
    with pytest.raises(UnknownProfile):
        told.export()
    assert {row.kind for row in told.rows(outbox)} <= {"webhook"}
    with told.unit() as unit:
        assert not erasure.knows(unit.connection, parse_address(ANNA))


def test_a_form_that_is_accepted_while_its_sender_is_erased_slips_through_nowhere(house: House) -> None:
    house.submit()
    late = [make.submission(at=house.clock()) for _ in range(4)]
    held = [replace(make.submission(at=house.clock()), suspicion="too fast") for _ in range(4)]
    house.clock.move(seconds=1)

    def erase() -> None:
        with house.unit() as unit:
            erase_profile(unit, parse_address(ANNA))

    def accept(sent: Submission) -> None:
        with house.unit() as unit:
            accept_submission(unit, sent, sent.at)

    deeds: Iterator[Callable[[], None]] = iter([*(partial(accept, one) for one in (*late, *held)), erase])
    at_once(9, lambda: next(deeds)())
    assert house.rows(profiles) == house.rows(metadata.tables["submissions"]) == []
