"""A form becomes a sales-qualified lead: the main story, step by step, on a real database."""

from tests.house import House


def test_a_form_becomes_a_sales_qualified_lead(house: House) -> None:
    house.submit()
    assert [mail.subject for mail in house.sent] == ["Bitte bestätigen Sie Ihre Adresse"]
    house.clock.move(minutes=1)
    house.confirm()
    welcome = house.sent[-1]
    assert "/t/o/" in welcome.html
    assert len(house.tracked_links(welcome)) >= 3

    house.clock.move(minutes=5)
    house.click(welcome, 1)
    house.clock.move(seconds=30)
    house.click(welcome, 2)
    house.tick(seconds=21)
    assert house.lead().score == 3
    assert house.to_sales() == [], "what would hand somebody over rests longer"
    house.tick(seconds=120)
    assert house.lead().score == 12
    assert house.lead().stage == "sales_qualified"
    assert len(house.to_sales()) == 1


def test_a_callback_goes_straight_to_sales(house: House) -> None:
    house.submit(form="rueckruf", allows=(), phone="+49 30 23125 010")
    assert house.lead().stage == "sales_qualified"
    assert house.to_sales()[0].subject.startswith("Rückruf gewünscht: Anna Berg, Beispiel GmbH")
