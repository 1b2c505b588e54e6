"""What sales answers, and what follows from it."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from bridge.errors import ExpiredToken, HandoverClosed, InvalidFields
from bridge.flow.sales.give_back import return_lost
from bridge.flow.show_profile import show_profile
from bridge.ids import derived_id
from bridge.program.desk import Hours
from bridge.store import handovers, profiles
from tests.house import ANNA, House

LATER = {"reason": "later", "on": date(2026, 9, 1)}
SECOND_MAIL = "Drei Fragen vor dem Umstieg"


def nurtured(house: House) -> bool:
    """Whether the second mail of the welcome sequence has gone out."""
    return SECOND_MAIL in [mail.subject for mail in house.mails_to(ANNA)]


def test_accepting_makes_the_lead_somebodys_own(house: House) -> None:
    letter = house.lead_by_points()
    house.answer(letter, "accepted", note="rufe morgen an")
    lead = house.lead()
    assert (lead.stage, lead.owner) == ("accepted", "Mira Steinfeld")
    assert (lead.handovers[0].state, lead.handovers[0].note) == (
        "accepted",
        "12. März 2026, 13:03 – übernommen (Mira Steinfeld): rufe morgen an",
    )


def test_not_reached_is_noted_and_changes_nothing_else(house: House) -> None:
    letter = house.lead_by_form()
    house.answer(letter, "not_reached", note="Mailbox")
    house.answer(letter, "not_reached", note="im Urlaub")
    lead = house.lead()
    assert (lead.stage, lead.handovers[0].state) == ("sales_qualified", "open")
    assert lead.handovers[0].note == (
        "12. März 2026, 13:00 – nicht erreicht (Mira Steinfeld): Mailbox\n"
        "12. März 2026, 13:00 – nicht erreicht (Mira Steinfeld): im Urlaub"
    )


def test_who_was_not_reached_can_be_tried_again_on_a_date(house: House) -> None:
    house.answer(house.lead_by_form(), "not_reached", on=date(2026, 3, 20))
    note = house.lead().handovers[0].note or ""
    assert note.endswith(" – nicht erreicht, wieder melden am 20. März 2026 (Mira Steinfeld)")
    assert f"{house.lead().handovers[0].due_at:%Y-%m-%d %H:%M}" == "2026-03-20 16:00", "17 o'clock in Berlin"


@pytest.mark.parametrize(
    ("outcome", "earliest"), [("not_reached", 13), ("come_back", 13), ("rejected", 14), ("lost", 14)]
)
def test_a_date_lies_ahead_where_sales_works_and_at_most_two_years(
    house: House, outcome: str, earliest: int
) -> None:
    letter = house.lead_by_points()
    house.answer(letter, "accepted")
    house.clock.move(hours=11, minutes=20)  # past midnight in Berlin, not yet in Universal Time
    too_early = [date(2026, 3, day) for day in (12, 13) if day < earliest]
    for wrong in (*too_early, date(2028, 3, 14), date(2099, 1, 1)):
        with pytest.raises(InvalidFields, match="date"):
            house.answer(letter, outcome, reason="later", on=wrong)
    house.answer(letter, outcome, reason="later", on=date(2028, 3, 13))


@pytest.mark.parametrize(
    ("hours", "on", "day", "due"),
    [
        (0, date(2026, 3, 12), "12. März 2026", "2026-03-12 17:00"),
        (5, date(2026, 3, 12), "13. März 2026", "2026-03-13 17:00"),  # it is six in the evening
        (24, date(2026, 3, 15), "16. März 2026", "2026-03-16 17:00"),  # a Sunday
        (
            24,
            date(2026, 12, 25),
            "28. Dezember 2026",
            "2026-12-28 17:00",
        ),  # a holiday, and a weekend behind it
    ],
)
def test_who_comes_back_today_has_until_the_evening_and_on_a_free_day_until_the_next(
    house: House, hours: int, on: date, day: str, due: str
) -> None:
    hours_of_work = Hours(holidays="DE-BY")
    house.program = replace(house.program, desk=replace(house.program.desk, hours=hours_of_work))
    house.__post_init__()
    letter = house.lead_by_form()
    house.clock.move(hours=hours)
    for outcome in ("not_reached", "come_back"):
        house.answer(letter, outcome, on=on)
        line = house.lead().handovers[0]
        assert f"wieder melden am {day} (" in (line.note or "").splitlines()[-1]
        assert f"{line.due_at.astimezone(house.program.timezone):%Y-%m-%d %H:%M}" == due


def test_an_order_is_kept_with_its_amount(house: House) -> None:
    letter = house.lead_by_form()
    house.answer(letter, "accepted")
    house.answer(letter, "won", amount=Decimal("12500.00"), currency="EUR")
    row = house.lead().handovers[0]
    assert (house.lead().stage, row.state) == ("won", "won")
    assert (row.amount, row.currency) == (Decimal(12500), "EUR")


def test_who_won_or_lost_a_lead_is_named_beside_what_they_wrote(house: House) -> None:
    for letter, outcome in (
        (house.lead_by_form(), "won"),
        (house.lead_by_form("paul@klein.example"), "lost"),
    ):
        house.answer(letter, "accepted")
        house.answer(letter, outcome, reason="no-budget", note="am Telefon")
    house.tick(seconds=1)
    rows = [house.lead(email).handovers[0] for email in (ANNA, "paul@klein.example")]
    assert [(row.note or "").partition(" – ")[2] for row in rows] == [
        f"{said} ({row.sales_person}): am Telefon"
        for said, row in zip(("gewonnen", "verloren"), rows, strict=True)
    ]


@pytest.mark.parametrize(
    ("language", "note"),
    [
        ("de", "12. März 2026, 13:00 – in Aussicht: 12.500,00\xa0€ (Mira Steinfeld): zwei Standorte"),
        ("en", "12 March 2026, 13:00 – in sight: €12,500.00 (Mira Steinfeld): zwei Standorte"),
    ],
)
def test_an_amount_in_sight_reads_as_money_in_the_programme_s_language(
    house: House, language: str, note: str
) -> None:
    letter = house.lead_by_form()
    house.program = replace(house.program, language=language)
    house.__post_init__()
    house.answer(letter, "note", note="zwei Standorte", amount=Decimal("12500.00"), currency="EUR")
    assert house.lead().handovers[0].note == note


def test_a_date_that_the_person_named_stands_apart_from_the_words(house: House) -> None:
    house.answer(
        house.lead_by_form(), "rejected", reason="later", on=date(2027, 3, 1), note="Erst im Frühjahr"
    )
    assert house.lead().handovers[0].note == (
        "12. März 2026, 13:00 – zurückgegeben, wieder melden am 1. März 2027 (Mira Steinfeld): Erst im Frühjahr"
    )


def test_a_hand_over_that_says_it_all_has_no_note(house: House) -> None:
    letter = house.lead_by_form()
    house.answer(letter, "accepted")
    house.answer(letter, "lost", reason="no-budget")
    assert house.lead().handovers[0].note is None


def test_an_order_needs_no_amount(house: House) -> None:
    letter = house.lead_by_form()
    house.answer(letter, "accepted")
    house.answer(letter, "won")
    assert house.lead().handovers[0].amount is None


def test_a_rejected_lead_goes_back_to_marketing_with_fewer_points(house: House) -> None:
    house.answer(house.lead_by_points(), "rejected", reason="no-budget")
    lead = house.lead()
    assert (lead.stage, lead.score, lead.handovers[0].state) == ("marketing_qualified", 6, "rejected")
    assert house.points()[-1] == ("sales-rejected", -6)
    assert lead.ledger[0].reason == "vom Vertrieb zurückgegeben: Kein Budget"


def test_an_accepted_lead_can_still_be_rejected(house: House) -> None:
    letter = house.lead_by_points()
    house.answer(letter, "accepted")
    house.answer(letter, "rejected", reason="no-need")
    assert house.lead().stage == "marketing_qualified"


def test_a_rejected_lead_that_never_confirmed_is_a_prospect_again(house: House) -> None:
    house.answer(house.lead_by_form(), "rejected", reason="no-need")
    assert house.lead().stage == "prospect"


def test_few_points_are_not_corrected(house: House) -> None:
    house.submit(form="kontakt", allows=(), message="Frage")
    house.answer(house.to_sales()[-1], "rejected", reason="no-need")
    assert house.lead().score == 2


def test_one_lost_person_who_cannot_be_moved_keeps_nobody_else(house: House) -> None:
    for letter in (house.lead_by_form("ben@beispiel.example"), house.lead_by_form("cara@beispiel.example")):
        house.answer(letter, "accepted")
        house.answer(letter, "lost", reason="no-need")
    torn = house.lead("ben@beispiel.example").id
    with house.unit() as unit:  # the move has been written down, and was not done
        profile = profiles.get(unit.connection, torn)
        because_of = derived_id("back", torn, profile.resumes_at)
        change = derived_id("stage", torn, "prospect", because_of)
        moved = handovers.StageChange(change, torn, "lost", "prospect", unit.now, "pause over")
        handovers.add_stage_changes(unit.connection, [moved])
    house.clock.move(days=800)
    return_lost(house.unit)
    stages = [house.lead(f"{name}@beispiel.example").stage for name in ("ben", "cara")]
    assert stages == ["lost", "prospect"]


def test_a_lost_lead_waits_and_comes_back_to_marketing(house: House) -> None:
    letter = house.lead_by_points()
    house.answer(letter, "accepted")
    house.answer(letter, "lost", reason="no-need")
    lead = house.lead()
    assert (lead.stage, lead.score, lead.handovers[0].state) == ("lost", 6, "lost")
    house.tick(days=180)
    assert house.lead().stage == "lost"
    house.tick(days=5)
    assert house.lead().stage == "marketing_qualified"


@pytest.mark.parametrize(
    ("reason", "months"),
    [("only-informing", 0), ("not-reached", 1), ("no-budget", 9), ("other-supplier", 18)],
)
def test_nurturing_resumes_after_the_pause_of_the_reason(house: House, reason: str, months: int) -> None:
    house.answer(house.lead_by_points(), "rejected", reason=reason)
    days = max(8, months * 30)
    if months:
        house.tick(days=days - 1)
        assert not nurtured(house)
    house.tick(days=12)
    assert nurtured(house)


def test_nurturing_rests_while_sales_has_the_lead(house: House) -> None:
    letter = house.lead_by_points()
    house.tick(days=30)
    assert not nurtured(house)
    house.answer(letter, "accepted")
    house.tick(days=30)
    assert not nurtured(house)
    house.answer(letter, "rejected", reason="only-informing")
    house.tick(days=2)
    assert nurtured(house)


def test_later_means_six_weeks_before_the_date(house: House) -> None:
    day = (house.clock() + timedelta(days=100)).date()
    house.answer(house.lead_by_points(), "rejected", reason="later", on=day)
    house.tick(days=57)
    assert not nurtured(house)
    house.tick(days=3)
    assert nurtured(house)


def test_later_needs_a_date(house: House) -> None:
    letter = house.lead_by_form()
    with pytest.raises(InvalidFields, match="date"):
        house.answer(letter, "rejected", reason="later")
    assert house.lead().stage == "sales_qualified"


def test_a_date_in_the_near_future_means_now(house: House) -> None:
    house.answer(house.lead_by_points(), "rejected", reason="later", on=date(2026, 3, 20))
    house.tick(days=9)
    assert nurtured(house)


def test_not_entitled_asks_for_the_right_contact(house: House) -> None:
    letter = house.lead_by_form()
    with pytest.raises(InvalidFields, match="note"):
        house.answer(letter, "rejected", reason="not-entitled")
    house.answer(letter, "rejected", reason="not-entitled", note="Frau Kern, Einkauf")
    note = house.lead().handovers[0].note or ""
    assert note.endswith(" – zurückgegeben (Mira Steinfeld): Frau Kern, Einkauf")


def test_rejecting_needs_a_reason(house: House) -> None:
    letter = house.lead_by_form()
    for reason in (None, "made-up"):
        with pytest.raises(InvalidFields, match="reason"):
            house.answer(letter, "rejected", reason=reason)


def test_who_does_not_fit_loses_fit(house: House) -> None:
    house.answer(house.lead_by_form(), "rejected", reason="does-not-fit")
    assert house.lead().fit == 25


def test_wrong_territory_goes_to_the_next_person(house: House) -> None:
    first = house.lead_by_form()
    house.answer(first, "rejected", reason="wrong-territory")
    second = house.to_sales()[-1]
    assert (first.recipient, second.recipient) == (
        "mira.steinfeld@example.com",
        "jonas.achterberg@example.com",
    )
    assert [row.state for row in house.lead().handovers] == ["open", "rejected"]
    assert house.lead().stage == "sales_qualified"
    assert second.subject == first.subject


def test_a_lead_by_points_that_was_another_territorys_says_so_in_its_subject(house: House) -> None:
    house.answer(house.lead_by_points(), "rejected", reason="wrong-territory")
    second = house.to_sales()[-1]
    assert second.subject.startswith("An Sie weitergegeben: Anna Berg")
    assert "Mira Steinfeld hat diesen Lead an Sie weitergegeben" in second.text


def test_the_link_of_whoever_gave_a_lead_away_shows_it_for_one_more_day(house: House) -> None:
    first = house.lead_by_form()
    house.answer(first, "rejected", reason="wrong-territory")
    with pytest.raises(HandoverClosed):
        house.answer(first, "accepted")
    house.clock.move(days=1)
    with pytest.raises(ExpiredToken):
        house.answer(first, "accepted")
    assert house.lead().handovers[0].state == "open"


def test_a_competitor_is_kept_but_never_mailed(house: House) -> None:
    house.answer(house.lead_by_points(), "rejected", reason="competitor")
    assert house.lead().excluded
    count = len(house.sent)
    house.tick(days=60)
    house.submit(form="sepa-checkliste")
    assert len(house.sent) == count


def test_who_wants_no_contact_is_blocked_on_every_channel(house: House) -> None:
    house.answer(house.lead_by_points(), "rejected", reason="no-contact")
    lead = house.lead()
    assert lead.excluded
    assert lead.suppressed == "blocked"
    assert dict(lead.permitted) == {"email": "none", "phone": "none"}
    count = len(house.sent)
    house.submit(form="rueckruf", phone="+49 30 23125 010")
    house.tick(days=60)
    assert len(house.sent) == count


def test_the_same_answer_twice_is_one(house: House) -> None:
    letter = house.lead_by_points()
    house.answer(letter, "rejected", reason="no-budget")
    picture = house.lead()
    house.answer(letter, "rejected", reason="no-budget")
    assert house.lead() == picture


@pytest.mark.parametrize(
    ("outcome", "first", "other"),
    [
        ("won", {"amount": Decimal(5000)}, {"amount": Decimal(8000)}),
        ("won", {}, {"on": date(2026, 3, 1)}),
        ("won", {"amount": Decimal(100), "currency": "EUR"}, {"amount": Decimal(100), "currency": "USD"}),
        ("won", {"amount": Decimal(100)}, {"amount": Decimal(100), "note": "Rest im Mai"}),
        ("accepted", {}, {"note": "Ruft Montag an"}),
        ("lost", LATER, LATER | {"on": date(2026, 10, 1)}),
        ("lost", LATER, LATER | {"note": "Doch später"}),
        ("lost", {"reason": "no-need"}, {"reason": "competitor"}),
        ("rejected", {"reason": "no-need"}, {"reason": "no-contact"}),
    ],
)
def test_another_order_or_reason_is_not_said_to_be_recorded(
    house: House, outcome: str, first: dict[str, object], other: dict[str, object]
) -> None:
    letter = house.lead_by_form()
    house.answer(letter, "accepted")
    for _ in range(2):
        house.answer(letter, outcome, **first)
    picture = house.lead()
    with pytest.raises(HandoverClosed):
        house.answer(letter, outcome, **other)
    assert house.lead() == picture


def test_a_closed_hand_over_takes_no_other_answer(house: House) -> None:
    letter = house.lead_by_form()
    house.answer(letter, "rejected", reason="no-need")
    for outcome in ("accepted", "won", "lost", "not_reached"):
        with pytest.raises(HandoverClosed):
            house.answer(letter, outcome, reason="no-need")


def test_only_an_accepted_lead_can_be_won_or_lost(house: House) -> None:
    letter = house.lead_by_form()
    for outcome in ("won", "lost"):
        with pytest.raises(HandoverClosed):
            house.answer(letter, outcome, reason="no-need")


def test_clicks_that_settle_after_a_rejection_count_from_the_corrected_score(house: House) -> None:
    letter = house.lead_by_points()
    house.click(house.mails_to(ANNA)[-1], 3)
    house.answer(letter, "rejected", reason="no-budget")
    assert house.lead().score == 6
    house.tick(minutes=5)
    assert house.lead().score == 8
    assert house.lead().stage == "marketing_qualified"


def test_clicks_that_settled_before_a_rejection_are_corrected_with_it(house: House) -> None:
    letter = house.lead_by_points()
    house.click(house.mails_to(ANNA)[-1], 3)
    house.clock.move(minutes=5)
    house.answer(letter, "rejected", reason="no-budget")
    assert house.points()[-2:] == [("link-clicked", 2), ("sales-rejected", -8)]
    assert house.lead().score == 6


def test_every_move_between_stages_is_written_down(house: House) -> None:
    letter = house.lead_by_points()
    house.answer(letter, "accepted")
    house.answer(letter, "lost", reason="no-need")
    house.tick(days=190)
    assert house.moves() == [
        (None, "prospect"),
        ("prospect", "marketing_qualified"),
        ("marketing_qualified", "sales_qualified"),
        ("sales_qualified", "accepted"),
        ("accepted", "lost"),
        ("lost", "marketing_qualified"),
    ]


def test_a_lead_in_the_wrong_territory_keeps_its_points(house: House) -> None:
    house.answer(house.lead_by_points(), "rejected", reason="wrong-territory")
    assert house.lead().score == 12
    assert house.to_sales()[-1].recipient == "jonas.achterberg@example.com"


def test_whoever_ended_a_hand_over_sees_it_for_one_more_day(house: House) -> None:
    letter = house.lead_by_form()
    house.answer(letter, "rejected", reason="no-need")
    house.clock.move(hours=23)
    house.answer(letter, "rejected", reason="no-need")
    house.clock.move(hours=2)
    with pytest.raises(ExpiredToken):
        house.answer(letter, "rejected", reason="no-need")


def test_a_revoked_link_opens_nothing_and_is_sent_to_nobody(house: House) -> None:
    letter = house.lead_by_form()
    with house.unit() as unit:
        assert handovers.revoke_links(unit.connection, house.lead().id, unit.now) == 1
    with pytest.raises(ExpiredToken):
        house.answer(letter, "accepted")


def test_a_new_request_brings_a_link_that_opens(house: House) -> None:
    house.lead_by_form()
    with house.unit() as unit:
        handovers.revoke_links(unit.connection, house.lead().id, unit.now)
    house.submit(form="kontakt", allows=(), message="Und nun?")
    house.answer(house.to_sales()[-1], "accepted")
    assert house.lead().stage == "accepted"


def test_what_was_said_is_told_in_the_language_of_whoever_reads_it(house: House) -> None:
    house.answer(house.lead_by_form(), "rejected", reason="no-budget")
    with house.unit() as unit:
        profile = profiles.get(unit.connection, house.lead().id)
        english = replace(house.world, program=replace(house.program, language="en"))
        told = {line.kind: line.subject for line in show_profile(unit.connection, english, profile).timeline}
    assert (told["form.submitted"], told["sales.rejected"]) == ("Call back", "No budget")
