"""Who is handed over to sales, when, and who never is."""

from dataclasses import replace

from bridge.store.tables import handovers
from tests.house import ANNA, House


def with_threshold(house: House, threshold: int) -> House:
    """The same house with another threshold."""
    stages = replace(house.program.stages, threshold=threshold)
    return House(house.engine, replace(house.program, stages=stages))


def states(house: House) -> list[str]:
    """The states of Anna's hand-overs, oldest first."""
    return [row.state for row in reversed(house.lead().handovers)]


def test_a_form_makes_a_prospect(house: House) -> None:
    house.submit()
    assert house.lead().stage == "prospect"


def test_confirming_makes_a_marketing_lead_when_the_data_are_complete(house: House) -> None:
    house.subscriber()
    assert house.lead().stage == "marketing_qualified"


def test_points_hand_over_once(house: House) -> None:
    house.lead_by_points()
    assert states(house) == ["open"]
    assert len(house.to_sales()) == 1
    house.tick(minutes=10)
    assert len(house.to_sales()) == 1


def test_a_sales_form_hands_over_whether_confirmed_or_not(house: House) -> None:
    house.lead_by_form()
    assert house.lead().stage == "sales_qualified"
    assert not house.lead().confirmed
    assert states(house) == ["open"]


def test_every_kind_of_sales_form_goes_straight_to_sales(house: House) -> None:
    house.submit(form="kontakt", email="a@a.example", message="Frage")
    house.submit(form="rueckruf", email="b@b.example", phone="+49 30 23125 010")
    house.submit(form="bestellung", email="c@c.example", product="Globe Next Start", quantity="3")
    assert [mail.subject.partition(":")[0] for mail in house.to_sales()] == [
        "Anfrage",
        "Rückruf gewünscht",
        "Bestellung",
    ]


def test_an_unconfirmed_prospect_may_cross_by_points(house: House) -> None:
    easy = with_threshold(house, 10)
    for form in ("globe-next-download", "sepa-checkliste", "webinar"):
        easy.submit(form=form, allows=())
        easy.clock.move(minutes=11)
    for receipt in easy.mails_to(ANNA)[:2]:
        easy.download(receipt)
    easy.tick(minutes=5)
    assert easy.lead().score == 10
    assert easy.lead().stage == "sales_qualified"


def test_a_second_sales_form_joins_the_hand_over_and_tells_its_owner(house: House) -> None:
    house.lead_by_form()
    first_due = house.lead().handovers[0].due_at
    house.clock.move(hours=5)
    house.submit(form="kontakt", allows=(), message="Noch etwas: wann?")
    assert states(house) == ["open"]
    assert len(house.to_sales()) == 2
    assert "Noch etwas: wann?" in house.to_sales()[1].text
    assert house.to_sales()[1].recipient == house.to_sales()[0].recipient
    assert house.lead().handovers[0].due_at > first_due


def test_a_sales_form_joins_an_accepted_hand_over_too(house: House) -> None:
    house.answer(house.lead_by_form(), "accepted")
    house.submit(form="kontakt", allows=(), message="Noch etwas.")
    assert states(house) == ["accepted"]
    assert house.lead().stage == "accepted"
    assert len(house.to_sales()) == 2


def test_two_sales_forms_at_once_make_one_hand_over(house: House) -> None:
    house.lead_by_form()
    house.submit(form="kontakt", allows=(), message="Frage")
    house.submit(form="bestellung", allows=(), product="Globe Next Start", quantity="3")
    assert states(house) == ["open"]
    assert len(house.to_sales()) == 3


def test_a_later_crossing_makes_a_new_hand_over(house: House) -> None:
    house.answer(house.lead_by_points(), "rejected", reason="only-informing")
    assert house.lead().stage == "marketing_qualified"
    house.tick(days=8)
    house.clock.move(seconds=40)
    house.click_two(house.mails_to(ANNA)[-1])
    assert states(house) == ["rejected", "open"]
    assert len(house.to_sales()) == 2


def test_an_accepted_lead_is_never_handed_over_again_by_points(house: House) -> None:
    letter = house.lead_by_points()
    house.answer(letter, "accepted")
    house.click(house.mails_to(ANNA)[-1], 3)
    house.tick(minutes=5)
    assert house.lead().score > 12
    assert states(house) == ["accepted"]


def test_a_customer_is_never_handed_over_again_by_points(house: House) -> None:
    letter = house.lead_by_points()
    house.answer(letter, "accepted")
    house.answer(letter, "won")
    house.click(house.mails_to(ANNA)[-1], 3)
    house.tick(minutes=5)
    assert states(house) == ["won"]
    assert house.lead().stage == "won"


def test_an_excluded_person_is_never_handed_over_again(house: House) -> None:
    house.answer(house.lead_by_form(), "rejected", reason="competitor")
    house.submit(form="kontakt", allows=(), message="Und noch einmal")
    assert states(house) == ["rejected"]
    assert len(house.to_sales()) == 1


def test_who_objected_is_neither_scored_nor_handed_over(house: House) -> None:
    welcome = house.subscriber()
    before = house.lead().score
    house.objects()
    house.click_two(welcome)
    house.submit(form="rueckruf", allows=(), phone="+49 30 23125 010")
    assert house.lead().score == before
    assert states(house) == []


def test_who_objected_gets_no_advertising(house: House) -> None:
    house.subscriber()
    house.objects()
    house.tick(days=60)
    assert [mail.subject for mail in house.sent if mail.list_unsubscribe_url] == ["Willkommen bei Globe Next"]


def test_after_an_order_a_new_sales_form_goes_to_the_same_person(house: House) -> None:
    house.answer(house.lead_by_form(), "rejected", reason="wrong-territory")
    second = house.to_sales()[-1]
    house.answer(second, "accepted")
    house.answer(second, "won")
    house.clock.move(days=100)
    house.submit(form="bestellung", allows=(), product="Globe Next Start", quantity="3")
    assert states(house) == ["rejected", "won", "open"]
    assert house.to_sales()[-1].recipient == second.recipient
    assert house.lead().stage == "sales_qualified"


def test_points_of_a_fresh_click_do_not_hand_over_until_they_have_settled(house: House) -> None:
    easy = with_threshold(house, 5)
    welcome = easy.subscriber()
    easy.click(welcome, 1)
    easy.tick(seconds=30)
    easy.submit(form="webinar", allows=())
    assert easy.lead().score == 5
    assert easy.lead().stage == "marketing_qualified"
    easy.tick(seconds=89)
    assert easy.lead().stage == "marketing_qualified"
    easy.tick(seconds=1)
    assert easy.lead().stage == "sales_qualified"


def test_every_crossing_is_numbered(house: House) -> None:
    house.answer(house.lead_by_form(), "rejected", reason="only-informing")
    house.submit(form="kontakt", allows=(), message="Doch noch")
    assert sorted(row.crossing for row in house.rows(handovers)) == [1, 2]


def test_sales_may_answer_the_second_hand_over_by_the_link_of_the_second_mail(house: House) -> None:
    house.answer(house.lead_by_form(), "rejected", reason="only-informing")
    house.submit(form="kontakt", allows=(), message="Doch noch")
    house.answer(house.to_sales()[-1], "accepted")
    assert states(house) == ["rejected", "accepted"]
