"""What is reported about mails that had left: who is not mailed any more, who is told, and who is left alone."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import Engine

from bridge.flow.sending.take_notice import take_notice
from bridge.ids import new_id
from bridge.store import suppressions
from bridge.store.tables import notices
from connectors.contract import Deferred, Notice, Receipt, Refused, Trouble
from tests.house import ANNA, House

OK = Receipt("250 ok")
OPERATOR = "operator@example.com"


def delivery(house: House, number: int = -1) -> UUID:
    """The id of a mail that was sent, by default the newest."""
    found = house.sent[number].delivery
    assert found
    return found


def report(
    house: House,
    trouble: Trouble,
    about: UUID | None = None,
    key: str = "",
    source: str = "mailbox",
    **facts: object,
) -> bool:
    """Somebody reports trouble; by default each report is another one. Returns whether it could be ascribed."""
    words = {"status": "5.1.1", "words": f"550 5.1.1 <{ANNA}> unknown"}
    notice = Notice(source, key or str(new_id()), trouble, about, **(words | facts))  # type: ignore[arg-type]
    with house.unit() as unit:
        known = take_notice(unit, notice, house.clock())
    house.run()
    return known


def kinds(house: House) -> list[str]:
    return [line.kind for line in house.lead().timeline]


def bounced_mails(house: House, count: int, days: int = 1, trouble: Trouble = "soft") -> None:
    """So many different mails to Anna come back, one every few days."""
    for number in range(count):
        house.clock.move(days=days)
        house.submit(form="kontakt", allows=(), message=f"Frage {number}")
        report(house, trouble, delivery_to_anna(house))


def delivery_to_anna(house: House) -> UUID:
    found = house.mails_to(ANNA)[-1].delivery
    assert found
    return found


def test_a_hard_bounce_suppresses_at_once_and_withdraws_what_waits(house: House) -> None:
    house.submit()
    sent = delivery(house)
    house.reply = Deferred("busy")
    house.submit(form="kontakt", allows=(), message="Frage")
    report(house, "hard", sent)
    house.reply = OK
    house.tick(days=1)
    assert house.mails_to(ANNA) == [house.sent[0]]
    assert house.lead().suppressed == "bounced"
    assert {row.error for row in house.outbox("refused")} == {"the address is suppressed: bounced"}
    assert "mail.bounced" in kinds(house)


def test_a_hard_bounce_does_not_keep_a_request_from_sales(house: House) -> None:
    house.submit()
    report(house, "hard", delivery(house))
    assert house.lead_by_form().subject.startswith("Rückruf gewünscht")


def test_the_same_report_again_changes_nothing_even_after_a_hand_lifted_it(house: House) -> None:
    house.submit()
    report(house, "hard", delivery(house), key="one")
    with house.unit() as unit:
        assert suppressions.lift_by_hand(unit.connection, ANNA, unit.now, "she wrote herself") == ["bounced"]
    report(house, "hard", delivery(house), key="one")
    assert house.lead().suppressed is None
    assert kinds(house).count("mail.bounced") == 1
    report(house, "hard", delivery(house), key="another")
    assert house.lead().suppressed == "bounced"


@pytest.mark.parametrize("trouble", ["hard", "complaint"])
def test_a_report_that_is_told_again_after_its_mark_was_forgotten_changes_nothing(
    house: House, trouble: Trouble
) -> None:
    house.subscriber()
    report(house, trouble, delivery(house), key="one", source="brevo")
    with house.unit() as unit:
        assert suppressions.lift_by_hand(unit.connection, ANNA, unit.now, "she asked for it")
    house.retain(days=31)
    assert house.rows(notices) == []
    report(house, trouble, delivery(house), key="one", source="brevo")
    assert house.lead().suppressed is None


def test_an_unsubscription_that_is_told_again_after_a_month_undoes_no_later_consent(house: House) -> None:
    house.subscriber()
    report(house, "unsubscribed", delivery(house), key="one", source="brevo")
    house.clock.move(days=1)
    house.submit(form="webinar")
    house.confirm()
    assert house.consents()["email"] == "given"
    house.retain(days=31)
    report(house, "unsubscribed", delivery(house), key="one", source="brevo")
    assert house.consents()["email"] == "given"


@pytest.mark.parametrize(("days", "suppressed"), [(29, "bounced"), (31, None)])
def test_a_provider_who_tells_of_last_month_changes_nothing(
    house: House, days: int, suppressed: str | None
) -> None:
    house.subscriber()
    house.clock.move(days=40)
    at = house.clock() - timedelta(days=days)
    report(house, "hard", None, source="postmark", recipient=ANNA, at=at)
    assert house.lead().suppressed == suppressed


@pytest.mark.parametrize(("hours", "suppressed"), [(24, "bounced"), (1, None)])
def test_soft_bounces_of_mails_that_nobody_knows_count_once_a_day(
    house: House, hours: int, suppressed: str | None
) -> None:
    house.subscriber()
    house.clock.move(days=1 - house.clock().hour / 24)
    for _ in range(3):
        house.clock.move(hours=hours)
        report(house, "soft", None, source="postmark", recipient=ANNA)
    assert house.lead().suppressed == suppressed


def test_nobody_can_suppress_anybody_by_writing_to_the_mailbox(house: House) -> None:
    house.subscriber()
    assert not report(house, "hard", None, recipient=ANNA)
    assert not report(house, "hard", new_id(), recipient=ANNA)
    assert not report(house, "complaint", None, recipient=ANNA)
    assert house.lead().suppressed is None
    assert [row.attributed for row in house.rows(notices)] == [False, False, False]


def test_a_mail_that_was_never_tried_cannot_bounce(house: House) -> None:
    house.subscriber()
    for number in range(2):  # the second confirmation waits for its pace
        house.clock.move(minutes=1)
        house.submit(form="webinar", email="ben@beispiel.example", message=str(number))
    waiting = house.outbox("due")[0]
    assert (waiting.template, waiting.attempts) == ("mail/confirm", 0)
    assert not report(house, "hard", waiting.id)
    assert house.lead("ben@beispiel.example").suppressed is None


def test_a_provider_that_proved_itself_is_believed_about_a_recipient(house: House) -> None:
    house.subscriber()
    assert report(house, "hard", None, source="postmark", recipient=ANNA.upper())
    assert house.lead().suppressed == "bounced"
    assert not report(house, "hard", None, source="postmark", recipient="nobody@beispiel.example")


def test_a_mailbox_behind_a_forward_is_not_the_persons_own(house: House) -> None:
    house.subscriber()
    report(house, "hard", delivery(house), recipient="team-member@intern.example")
    assert house.lead().suppressed is None
    assert "mail.bounced" in kinds(house)


def test_three_soft_bounces_of_different_mails_in_two_weeks_suppress(house: House) -> None:
    house.subscriber()
    bounced_mails(house, 2)
    assert house.lead().suppressed is None
    bounced_mails(house, 1)
    assert house.lead().suppressed == "bounced"


def test_one_mail_reported_three_times_is_one_soft_bounce(house: House) -> None:
    house.subscriber()
    for _ in range(3):
        report(house, "soft", delivery(house))
    assert house.lead().suppressed is None


def test_soft_bounces_of_long_ago_do_not_count(house: House) -> None:
    house.subscriber()
    bounced_mails(house, 4, days=8)
    assert house.lead().suppressed is None


def test_a_complaint_stops_every_mail(house: House) -> None:
    house.subscriber()
    report(house, "complaint", delivery(house))
    house.tick(days=60)
    house.submit(form="sepa-checkliste", allows=())
    assert len(house.mails_to(ANNA)) == 2
    assert house.lead().suppressed == "complained"
    assert "mail.complained" in kinds(house)


def test_a_complaint_is_not_lifted_by_confirming(house: House) -> None:
    house.submit()
    confirmation = house.sent[-1]
    report(house, "complaint", delivery(house))
    house.confirm(confirmation)
    assert house.lead().suppressed == "complained"


def test_who_unsubscribes_at_the_provider_has_unsubscribed(house: House) -> None:
    house.subscriber()
    report(house, "unsubscribed", delivery(house), source="mailgun")
    assert house.consents()["email"] == "withdrawn"
    assert "unsubscribed" in kinds(house)
    assert house.lead().suppressed is None


def test_a_refusal_for_what_we_are_suppresses_nobody_and_tells_the_operator_once_a_day(
    engine: Engine,
) -> None:
    house = House(engine, operator=OPERATOR)
    house.subscriber()
    for _ in range(3):
        report(house, "ours", delivery_to_anna(house), status="5.7.1", words=f"550 5.7.1 <{ANNA}> blocked")
    house.clock.move(days=1)
    report(house, "ours", delivery_to_anna(house), status="5.7.1", words="550 5.7.1 blocked")
    assert house.lead().suppressed is None
    assert "mail.bounced" not in kinds(house)
    told = house.mails_to(OPERATOR)
    assert [mail.subject for mail in told] == ["E-Mails werden abgelehnt: 5.7.1"] * 2
    assert ANNA not in told[0].text
    assert "<…> blocked" in told[0].text


def test_who_has_one_mail_cannot_fill_the_operators_mailbox(engine: Engine) -> None:
    house = House(engine, operator=OPERATOR)
    house.submit()
    for number in range(60):
        for subject in range(8):
            report(house, "ours", delivery_to_anna(house), status=f"5.{subject}.{number}")
    assert len(house.mails_to(OPERATOR)) == 4
    report(house, "ours", delivery_to_anna(house), source="smtp", status="5.7.1")
    assert len(house.mails_to(OPERATOR)) == 5


def test_a_bounced_mail_to_sales_suppresses_nobody_and_tells_the_operator(engine: Engine) -> None:
    house = House(engine, operator=OPERATOR)
    mail = house.lead_by_form()
    assert mail.delivery
    report(house, "hard", mail.delivery, recipient=mail.recipient)
    assert house.lead().suppressed is None
    assert "mail.bounced" not in kinds(house)
    assert [mail.subject for mail in house.mails_to(OPERATOR)] == ["E-Mails an den Vertrieb kommen nicht an"]


@pytest.mark.parametrize(
    ("trouble", "advice"), [("hard", "Prüfen Sie die Adresse"), ("ours", "liegt es nicht")]
)
def test_the_operator_is_told_whether_the_address_of_sales_is_to_blame(
    engine: Engine, trouble: Trouble, advice: str
) -> None:
    house = House(engine, operator=OPERATOR)
    mail = house.lead_by_form()
    report(house, trouble, mail.delivery, recipient=mail.recipient)
    [told] = house.mails_to(OPERATOR)
    assert advice in told.text
    assert advice in told.html


def test_a_mail_to_the_operator_that_comes_back_causes_no_other(engine: Engine) -> None:
    house = House(engine, operator=OPERATOR)
    house.subscriber()
    report(house, "ours", delivery(house), status="5.7.1")
    told = house.mails_to(OPERATOR)[-1]
    report(house, "hard", told.delivery)
    house.reply = Refused("550 5.7.1 no", "ours", "5.7.1")
    house.clock.move(days=1)
    report(house, "ours", delivery_to_anna(house), status="5.7.1")
    house.tick(days=1)
    assert len(house.mails_to(OPERATOR)) == 1


def test_a_server_that_refuses_us_at_once_tells_the_operator_too(engine: Engine) -> None:
    house = House(engine, operator=OPERATOR)
    house.reply = Refused("the server refused the text: 550 5.7.1 spam", "ours", "5.7.1")
    house.submit()
    assert [(row.kind, row.state) for row in house.outbox()] == [("mail", "dead"), ("operator", "dead")]
    assert house.lead().suppressed is None


def test_a_mailbox_that_stayed_full_until_we_gave_up_is_one_soft_bounce(house: House) -> None:
    house.submit()
    house.reply = Deferred("452 4.2.2 full", trouble="soft", status="4.2.2")
    house.confirm()
    for _ in range(12):
        house.tick(hours=11)
    assert [row.state for row in house.outbox("dead")] == ["dead"]
    bounced = [line for line in house.lead().timeline if line.kind == "mail.bounced"]
    assert len(bounced) == 1
    assert house.lead().suppressed is None


def test_a_server_that_was_away_for_days_is_nobodys_bounce(house: House) -> None:
    house.submit()
    house.reply = Deferred("the SMTP server accepts no connection")
    house.confirm()
    for _ in range(12):
        house.tick(hours=11)
    assert [row.state for row in house.outbox("dead")] == ["dead"]
    assert "mail.bounced" not in kinds(house)


def test_what_came_back_is_noted_on_the_delivery(house: House) -> None:
    house.submit()
    report(house, "soft", delivery(house), words="452 4.2.2 full")
    (row,) = house.outbox("sent")
    assert row.error == "452 4.2.2 full"


def test_a_report_about_somebody_who_was_erased_is_counted_only(house: House) -> None:
    house.submit()
    sent = delivery(house)
    house.erase()
    assert not report(house, "hard", sent)
    assert [row.attributed for row in house.rows(notices)] == [False]


def test_a_suppression_keeps_no_address(house: House) -> None:
    house.submit()
    report(house, "hard", delivery(house))
    with house.engine.connect() as connection:
        (row,) = suppressions.of_address(connection, ANNA)
    assert row.note == "mailbox: 5.1.1"


@pytest.mark.parametrize(
    ("told", "written"), [(-3600, -3600), (+3600, 0), (-86400 * 31, 0), (None, 0)], ids=str
)
def test_a_report_lies_about_its_time_in_vain(house: House, told: int | None, written: int) -> None:
    house.submit()
    house.clock.move(hours=2)
    at = None if told is None else house.clock() + timedelta(seconds=told)
    report(house, "soft", delivery(house), at=at)
    (line,) = [line for line in house.lead().timeline if line.kind == "mail.bounced"]
    assert line.at == house.clock() + timedelta(seconds=written)


def test_a_lifted_suppression_stands_again_after_the_next_bounce(house: House) -> None:
    house.submit()
    report(house, "hard", delivery(house))
    with house.unit() as unit:
        suppressions.lift_by_hand(unit.connection, ANNA, unit.now, "a typing error at their side")
    house.clock.move(days=1)
    house.submit(form="kontakt", allows=(), message="Frage")
    assert len(house.mails_to(ANNA)) == 2
    report(house, "hard", delivery_to_anna(house))
    with house.engine.connect() as connection:
        (row,) = suppressions.of_address(connection, ANNA)
    assert (row.lifted_at, row.lifted_because) == (None, None)
