"""What leaves: retried when the other side is busy, given up visibly, never to an address that bounced."""

from dataclasses import replace
from datetime import timedelta

from bridge.flow.sending.deliver import LEASE, settle
from bridge.store import outbox
from bridge.store.outbox import Delivery
from connectors.contract import Deferred, Receipt, Refused
from tests.house import ANNA, House

OK = Receipt("250 ok")
BUSY = Deferred("451 try again later")


def claim(house: House) -> Delivery:
    """Take the oldest delivery that waits, and do nothing about it."""
    with house.unit() as unit:
        (first, *_) = outbox.due(unit.connection, unit.now)
        taken = outbox.claim(unit.connection, first, unit.now, LEASE)
    assert taken
    return taken


def waiting(house: House) -> House:
    """A house with a confirmation mail that nobody has taken yet."""
    house.reply = Deferred("busy")
    house.submit()
    house.reply = OK
    house.clock.move(hours=1)
    return house


def test_a_bounced_address_is_never_mailed_again(house: House) -> None:
    house.reply = Refused("550 no such user", "hard")
    house.submit()
    house.reply = OK
    house.clock.move(days=1)
    house.submit()
    house.submit(form="sepa-checkliste", allows=())
    house.tick(days=1)
    assert house.sent == []
    assert house.lead().suppressed == "bounced"


def test_a_bounce_of_advertising_stops_the_sequence(house: House) -> None:
    house.submit()
    house.reply = Refused("550 no such user", "hard")
    house.confirm()
    house.reply = OK
    house.tick(days=60)
    assert [mail.subject for mail in house.sent] == ["Bitte bestätigen Sie Ihre Adresse"]
    assert "mail.bounced" in {line.kind for line in house.lead().timeline}


def test_a_bounce_is_not_lifted_by_a_new_form(house: House) -> None:
    house.submit()
    confirmation = house.sent[-1]
    house.submit(form="kontakt", allows=(), message="Frage")
    house.reply = Refused("550 no such user", "hard")
    house.submit(form="bestellung", allows=(), product="Globe Next Start", quantity="1")
    house.clock.move(minutes=20)
    house.submit(form="webinar", allows=())
    house.reply = OK
    house.confirm(confirmation)
    assert house.lead().suppressed == "bounced"


def test_a_lead_whose_address_bounces_still_reaches_sales(house: House) -> None:
    house.reply = Refused("550 no such user", "hard")
    house.submit()
    house.reply = OK
    assert house.lead_by_form().subject.startswith("Rückruf gewünscht")


def test_a_refusal_that_is_our_fault_is_dead_and_visible(house: House) -> None:
    house.reply = Refused("554 rejected for policy reasons")
    house.submit()
    (row,) = house.outbox("dead")
    assert row.error == "554 rejected for policy reasons"
    assert house.lead().suppressed is None


def test_a_mail_that_sales_never_gets_is_dead_and_visible(house: House) -> None:
    house.reply = Refused("550 no such user", "hard")
    house.submit(form="rueckruf", allows=(), phone="+49 30 23125 010")
    assert [row.kind for row in house.outbox("dead")] == ["sales"]


def test_a_dead_mail_can_be_sent_again_by_hand(house: House) -> None:
    house.reply = Refused("554 rejected for policy reasons")
    house.submit()
    house.reply = OK
    with house.unit() as unit:
        assert outbox.revive(unit.connection, house.outbox("dead")[0].id, unit.now)
    house.tick(seconds=5)
    assert [mail.recipient for mail in house.sent] == [ANNA]


def test_a_busy_server_is_asked_again_with_growing_pauses(house: House) -> None:
    house.reply = BUSY
    house.submit()
    pauses = []
    for _ in range(6):
        (row,) = house.outbox("deferred")
        pauses.append(row.due_at - house.clock())
        house.clock.now = row.due_at
        house.tick()
    assert pauses == sorted(pauses)
    assert pauses[0] < timedelta(minutes=1) < timedelta(minutes=30) < pauses[-1]
    house.reply = OK
    house.tick(days=1)
    assert len(house.sent) == 1


def test_the_pause_that_the_other_side_asks_for_is_kept(house: House) -> None:
    house.reply = Deferred("wait", after=timedelta(hours=2))
    house.submit()
    house.reply = OK
    house.tick(minutes=119)
    assert house.sent == []
    house.tick(minutes=2)
    assert len(house.sent) == 1


def test_no_words_of_a_server_put_a_mail_to_sleep_for_longer_than_it_is_tried(house: House) -> None:
    house.reply = Deferred("450 try again in 99999 hours", after=timedelta(hours=99_999))
    house.submit()
    began, moments = house.clock(), []
    while rows := house.outbox("deferred"):
        moments.append(rows[0].due_at)
        house.clock.now = rows[0].due_at
        house.tick()
    assert moments == [began + timedelta(days=day) for day in range(1, 6)]
    assert [row.error for row in house.outbox("dead")] == ["450 try again in 99999 hours"]


def test_after_five_days_a_mail_is_dead_and_visible(house: House) -> None:
    house.reply = BUSY
    house.submit()
    for _ in range(12):
        house.tick(hours=11)
    (row,) = house.outbox()
    assert (row.state, row.error) == ("dead", "451 try again later")


def test_every_attempt_has_the_same_message_id(house: House) -> None:
    house.reply = BUSY
    house.submit()
    tried = house.tried[-1].message_id
    house.reply = OK
    house.tick(minutes=5)
    assert house.sent[0].message_id == tried


def test_whoever_is_at_it_has_it_alone(house: House) -> None:
    taken = claim(waiting(house))
    assert house.sender.deliver(taken.id) is None
    assert house.sent == []


def test_an_abandoned_lease_is_taken_again(house: House) -> None:
    taken = claim(waiting(house))
    house.clock.move(seconds=LEASE.seconds + 1)
    assert house.sender.deliver(taken.id) == "sent"
    assert len(house.sent) == 1


def test_the_sweep_finds_an_abandoned_lease(house: House) -> None:
    claim(waiting(house))
    house.tick(seconds=LEASE.seconds - 1)
    assert house.sent == []
    house.tick(seconds=10)
    assert len(house.sent) == 1


def test_a_lost_lease_marks_nothing(house: House) -> None:
    slow = claim(waiting(house))
    house.clock.move(seconds=LEASE.seconds + 1)
    claim(house)
    for answer in (OK, Refused("554 no"), Refused("550 no such user", "hard"), BUSY):
        with house.unit() as unit:
            settle(unit, slow, answer)
    (row,) = house.outbox()
    assert (row.state, row.attempts) == ("leased", slow.attempts + 1)
    assert house.lead().suppressed is None


def test_what_was_sent_is_not_sent_again(house: House) -> None:
    house.submit()
    (row,) = house.outbox()
    assert house.sender.deliver(row.id) is None
    assert len(house.sent) == 1


def test_a_mail_that_cannot_be_written_is_dead_and_stops_no_other(house: House) -> None:
    broken = replace(house.program.mails["welcome"], text={"de": "Hallo {{ no_such_name }}"})
    mails = {**house.program.mails, "welcome": broken}
    torn = House(house.engine, replace(house.program, mails=mails))
    torn.submit()
    torn.confirm()
    torn.submit(email="ben@beispiel.example")
    (dead,) = torn.outbox("dead")
    assert "no_such_name" in (dead.error or "")
    assert torn.mails_to("ben@beispiel.example")


def test_a_mail_taken_out_of_the_programme_is_not_sent(house: House) -> None:
    house.submit()
    house.reply = BUSY
    house.confirm()
    fewer = {name: mail for name, mail in house.program.mails.items() if name != "welcome"}
    later = House(house.engine, replace(house.program, mails=fewer))
    later.clock.now = house.clock()
    later.tick(minutes=5)
    assert later.sent == []
    assert [row.template for row in later.outbox("refused")] == ["mail/nurture"]
