"""Promise T6: people of whom nothing was heard for long enough are gone, and nobody sooner."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from dateutil.relativedelta import relativedelta

from bridge.errors import UnknownProfile
from bridge.program.model import Webhook
from bridge.program.retention import Retention
from bridge.store.tables import (
    submissions,
    suppressions,
)
from tests.flow.keeping import DAY, dump, kept_for, tables_that_hold
from tests.house import ANNA, House

pytestmark = pytest.mark.promise("T6", "silent and unconfirmed people are gone, and nobody sooner")

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def is_known(house: House, email: str = ANNA) -> bool:
    """Whether there is a profile of that address."""
    try:
        house.lead(email)
    except UnknownProfile:
        return False
    return True


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
    hook = Webhook("crm", "https://crm.example.com/hook", (SECRET,), ("lead.erased",))
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
    "a note of sales": lambda house: house.answer(house.to_sales()[-1], "note", note="Entscheidung im Mai"),
}


@pytest.mark.parametrize("sign", SIGNS)
def test_two_years_begin_anew_with(house: House, sign: str) -> None:
    house.subscriber()
    if sign.endswith("of sales"):
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


def test_the_silence_of_sales_is_no_sign_of_life(house: House) -> None:
    house.subscriber()
    house.lead_by_form()
    since = house.clock()
    for _ in range(15):
        house.tick(days=1)
    assert house.lead().handovers[0].state == "expired"
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
