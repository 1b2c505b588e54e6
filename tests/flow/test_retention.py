"""Promise T6: what has been kept long enough is gone, each kind at its own time, and nothing sooner."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from dateutil.relativedelta import relativedelta

from bridge.errors import UnknownProfile
from bridge.program.model import Webhook
from bridge.program.retention import Retention
from bridge.store.tables import (
    dead_letters,
    erasures,
    events,
    identities,
    outbox,
    profile_links,
    proofs_of_humanity,
    submissions,
    suppressions,
    visits,
)
from tests import make
from tests.flow.keeping import IP, REQUEST, dump, form, settle_in, tables_that_hold
from tests.house import ANNA, BROWSER, House

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
DAY = timedelta(days=1)


def is_known(house: House, email: str = ANNA) -> bool:
    """Whether there is a profile of that address."""
    try:
        house.lead(email)
    except UnknownProfile:
        return False
    return True


def kept_for(house: House, span: timedelta | relativedelta, still_there: Callable[[], bool]) -> bool:
    """Whether something is there a moment before that time is over, and gone a moment after it."""
    end = house.clock() + span
    house.clock.now = end - timedelta(seconds=1)
    house.retain()
    before = still_there()
    house.clock.now = end + timedelta(seconds=1)
    house.retain()
    return before and not still_there()


# People who never confirmed


def test_who_never_confirms_is_gone_after_two_weeks(house: House) -> None:
    house.submit()
    assert kept_for(house, 14 * DAY, lambda: is_known(house))
    assert tables_that_hold(house, ANNA) == set()


def test_two_weeks_begin_anew_with_each_form(house: House) -> None:
    house.submit()
    house.retain(days=10)
    house.submit(form="webinar")
    assert kept_for(house, 14 * DAY, lambda: is_known(house))


def test_who_confirms_stays(house: House) -> None:
    house.subscriber()
    house.retain(days=400)
    assert is_known(house)


def test_who_asks_sales_for_something_stays(house: House) -> None:
    house.submit()
    house.lead_by_form()
    house.retain(days=400)
    assert is_known(house)


def test_who_asks_while_nobody_may_be_handed_over_stays(house: House) -> None:
    house.submit()
    house.objects()
    house.submit(form="rueckruf", allows=(), phone="+49 30 23125 010")
    house.retain(days=400)
    assert is_known(house)


def test_who_allows_something_in_the_preference_centre_stays(house: House) -> None:
    house.submit(allows=())
    house.save_preferences(ANNA, allowed={"phone": True})
    house.retain(days=400)
    assert is_known(house)


def test_who_unsubscribed_unconfirmed_is_gone_and_gets_no_advertising_by_a_form_alone(house: House) -> None:
    house.submit()
    house.unsubscribe(ANNA)
    house.retain(days=15)
    assert not is_known(house)
    house.submit()
    assert house.lead().suppressed == "unsubscribed"


def test_a_request_that_was_never_confirmed_leaves_no_proof(house: House) -> None:
    house.submit()
    house.retain(days=15)
    assert house.records() == ()


def test_who_keeps_a_copy_is_told(house: House) -> None:
    hook = Webhook("https://crm.example.com/hook", SECRET, ("lead.erased",))
    told = House(house.engine, replace(house.program, webhooks=(hook,)))
    told.submit()
    lead = told.lead().id
    told.retain(days=15)
    assert [str(lead) in request.body.decode() for request in told.posted] == [True]


def test_a_submission_that_is_sent_again_within_thirty_days_brings_nobody_back(house: House) -> None:
    sent = house.submit()
    house.retain(days=15)
    (mark,) = house.rows(submissions)
    assert (mark.profile_id, mark.fields, mark.consents, mark.context) == (None, {}, {}, {})
    house.submit(sent)
    assert not is_known(house)
    house.retain(days=15, seconds=1)
    assert house.rows(submissions) == []


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


# Everybody


MONTHS = relativedelta(months=24)


def subscribed(house: House) -> None:
    """Anna confirms, and that is the last thing that she did."""
    house.submit()
    house.confirm()


def test_everybody_is_gone_two_years_after_the_last_sign_of_life(house: House) -> None:
    subscribed(house)
    assert kept_for(house, MONTHS, lambda: is_known(house))
    assert tables_that_hold(house, ANNA) == set()


def click(house: House) -> None:
    """A click that is judged, seen from the moment at which it happened."""
    house.click(house.mails_to(ANNA)[-1], 1)
    house.tick(minutes=5)
    house.clock.move(minutes=-5)


SIGNS: dict[str, Callable[[House], object]] = {
    "a form": lambda house: house.submit(form="webinar"),
    "a request": lambda house: house.lead_by_form(),
    "a click": click,
    "a click that waits to be judged": lambda house: house.click(house.mails_to(ANNA)[-1], 1),
    "saved preferences": lambda house: house.save_preferences(ANNA, "sepa"),
    "an unsubscribe": lambda house: house.unsubscribe(ANNA),
    "a word of sales": lambda house: house.answer(house.to_sales()[-1], "accepted"),
}


@pytest.mark.parametrize("sign", SIGNS)
def test_two_years_begin_anew_with(house: House, sign: str) -> None:
    house.subscriber()
    if sign == "a word of sales":
        house.lead_by_form()
    house.clock.move(days=30)
    SIGNS[sign](house)
    assert kept_for(house, MONTHS, lambda: is_known(house))


def test_what_we_do_ourselves_is_no_sign_of_life(house: House) -> None:
    subscribed(house)
    since = house.clock()
    house.tick(days=40)
    assert len(house.mails_to(ANNA)) > 2
    house.clock.now = since
    assert kept_for(house, MONTHS, lambda: is_known(house))


def test_what_a_machine_does_is_no_sign_of_life(house: House) -> None:
    subscribed(house)
    since = house.clock()
    house.clock.move(days=40)
    house.click(house.mails_to(ANNA)[-1], 1, agent="curl/8.0", method="HEAD")
    house.tick(minutes=10)
    house.clock.now = since
    assert kept_for(house, MONTHS, lambda: is_known(house))


def test_the_proof_of_a_consent_outlives_its_person_by_three_years(house: House) -> None:
    house.subscriber()
    gone = house.clock() + MONTHS + timedelta(seconds=1)
    house.clock.now = gone
    house.retain()
    assert not is_known(house)
    assert {record.first.purpose for record in house.records()} == {"email", "tracking"}
    assert [step.state for step in house.records()[0].steps] == ["requested", "given"]
    assert kept_for(house, relativedelta(years=3), lambda: bool(house.records()))


def test_the_proof_of_a_withdrawn_consent_is_kept_for_three_years_while_the_person_stays(
    house: House,
) -> None:
    house.subscriber()
    house.unsubscribe(ANNA)
    ended = house.clock()
    for _ in range(3):
        house.clock.move(days=330)
        house.submit(form="webinar", allows=())
    house.clock.now = ended

    def proved() -> bool:
        return "email" in {record.first.purpose for record in house.records()}

    assert kept_for(house, relativedelta(years=3), proved)
    assert is_known(house)
    assert {record.first.purpose for record in house.records()} == {"tracking"}


def test_an_address_that_must_not_be_mailed_is_remembered_by_its_hash(house: House) -> None:
    house.answer(house.lead_by_form(), "rejected", reason="no-contact")
    house.retain(days=800)
    assert not is_known(house)
    assert [row.reason for row in house.rows(suppressions)] == ["blocked"]


# The programme decides


def test_the_programme_says_how_long(house: House) -> None:
    strict = House(house.engine, replace(house.program, retention=Retention(3, 2, 6)))
    strict.submit()
    assert kept_for(strict, 3 * DAY, lambda: is_known(strict))
    strict.click(strict.subscriber(), 1)
    sign = strict.clock()
    assert kept_for(strict, 2 * DAY, lambda: "203.0.113.7" in str(dump(strict)["events"]))
    strict.clock.now = sign
    assert kept_for(strict, relativedelta(months=6), lambda: is_known(strict))
