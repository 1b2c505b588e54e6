"""Promise T6: network addresses, visits and marks are forgotten, each kind at its own time, and nothing sooner."""

from dataclasses import replace
from datetime import timedelta

import pytest
from dateutil.relativedelta import relativedelta

from bridge.flow.retention import rules
from bridge.store.expiry import Expired
from bridge.store.tables import (
    dead_letters,
    erasures,
    events,
    identities,
    metadata,
    outbox,
    profile_links,
    proofs_of_humanity,
    submissions,
    visits,
)
from tests import make
from tests.flow.keeping import DAY, IP, REQUEST, dump, form, kept_for, settle_in, tables_that_hold
from tests.house import BROWSER, House

pytestmark = pytest.mark.promise("T6", "addresses, visits and marks are forgotten, each at its time")


def test_every_column_for_a_network_address_has_a_rule_but_that_of_the_proofs(house: House) -> None:
    named = {table.name for table in metadata.sorted_tables if "ip" in table.c}
    ruled = {
        rule.of.table.name
        for rule in rules(house.program.retention, house.clock())
        if isinstance(rule.of, Expired)
    }
    assert named - {"consent_proofs"} <= ruled


# Network addresses


def test_no_network_address_is_known_after_a_week_but_in_proofs_of_consents(house: House) -> None:
    settle_in(house)
    house.clock.move(days=1)
    house.click(house.mails_to("clicker@beispiel.example")[-1], 2)
    with house.engine.begin() as connection:
        data = events.c.data.op("||")({"ip": IP, "headers": dict(REQUEST.headers or {})})
        connection.execute(events.update().where(events.c.kind == "link.clicked").values(data=data))
        connection.execute(visits.update().values(ip=IP))
    everywhere = {"events", "submissions", "visits", "dead_letters", "proofs_of_humanity", "consent_proofs"}
    assert tables_that_hold(house, IP) == everywhere
    house.retain(days=8)
    assert tables_that_hold(house, IP) == {"consent_proofs"}
    assert tables_that_hold(house, "1.1 ") == set()


def test_a_hit_keeps_its_address_for_a_week(house: House) -> None:
    house.click(house.subscriber(), 1)
    assert kept_for(house, 7 * DAY, lambda: "203.0.113.7" in str(dump(house)["events"]))
    assert [row.data["link"] for row in house.rows(events) if row.kind == "link.clicked"]


def test_a_held_form_keeps_its_address_for_a_week(house: House) -> None:
    house.submit(replace(form(house), suspicion="too fast"))
    assert kept_for(house, 7 * DAY, lambda: IP in str(dump(house)["submissions"]))


def test_a_visit_keeps_its_address_for_a_week(house: House) -> None:
    house.visit()
    assert kept_for(house, 7 * DAY, lambda: house.rows(visits)[0].ip is not None)


def test_a_dead_letter_keeps_its_address_for_a_week_and_all_else(house: House) -> None:
    settle_in(house)
    assert kept_for(house, 7 * DAY - timedelta(minutes=5), lambda: IP in str(dump(house)["dead_letters"]))
    payloads = [row.payload["body"] for row in house.rows(dead_letters)]
    assert {"request": {}, "context": {}} in payloads
    assert {"raw": '{"request": {"ip": null, "headers": null}}'} in payloads


def test_a_proof_of_humanity_is_kept_for_a_week(house: House) -> None:
    settle_in(house)
    house.clock.move(minutes=-5)
    assert kept_for(house, 7 * DAY, lambda: bool(house.rows(proofs_of_humanity)))


# Rows of nobody


def test_an_anonymous_visit_is_kept_for_thirty_days(house: House) -> None:
    house.visit()
    assert kept_for(house, 30 * DAY, lambda: bool(house.rows(visits)))


def test_the_mark_of_a_browser_that_withdrew_is_kept_for_thirty_days(house: House) -> None:
    house.withdraw()
    assert kept_for(house, 30 * DAY, lambda: bool(house.rows(identities)))


def test_a_visit_of_a_browser_that_withdrew_is_gone_at_once(house: House) -> None:
    house.withdraw()
    with house.engine.begin() as connection:
        connection.execute(
            visits.insert().values(id=make.some_id(), visitor=BROWSER, at=house.clock(), page="/")
        )
    house.retain(seconds=1)
    assert house.rows(visits) == []


def test_a_held_form_waits_thirty_days_for_a_decision(house: House) -> None:
    house.submit(replace(form(house), suspicion="too fast"))
    assert kept_for(house, 30 * DAY, lambda: bool(house.rows(submissions)))


@pytest.mark.parametrize(
    ("table", "days"), [(dead_letters, 90), (erasures, 30)], ids=["a dead letter", "the mark of an erasure"]
)
def test_is_kept_for_so_many_days(house: House, table: object, days: int) -> None:
    settle_in(house)
    house.clock.move(minutes=-5)
    assert kept_for(house, days * DAY, lambda: bool(house.rows(table)))  # type: ignore[arg-type]


def test_what_was_told_about_somebody_who_is_gone_is_kept_for_thirty_days(house: House) -> None:
    settle_in(house)
    house.clock.move(minutes=-5, seconds=1)

    def told() -> bool:
        return any(row.profile_id is None for row in house.rows(outbox))

    assert kept_for(house, 30 * DAY, told)


def test_a_link_to_a_profile_is_kept_for_a_year_after_its_end(house: House) -> None:
    house.lead_by_form()
    (link,) = house.rows(profile_links)
    house.clock.now = link.expires_at
    assert kept_for(house, relativedelta(months=12), lambda: bool(house.rows(profile_links)))
