"""Whether mail goes to somebody, and why not, as an operator asks."""

import pytest

from bridge.cli.reach import print_reach
from bridge.flow.sending.show_reach import Reach, show_reach
from bridge.profiles.address import parse_address
from bridge.store import consents
from tests.flow.test_notices import delivery_to_anna, report
from tests.house import ANNA, House


def reach(house: House) -> Reach:
    """What is known of Anna's address."""
    with house.engine.connect() as connection:
        return show_reach(connection, parse_address(ANNA))


def unsubscribed(house: House) -> int:
    """How many people unsubscribed."""
    with house.engine.connect() as connection:
        return consents.count_unsubscribed(connection)


def said(house: House, capsys: pytest.CaptureFixture[str]) -> str:
    """What the command prints about Anna."""
    print_reach(reach(house), house.program.timezone)
    return capsys.readouterr().out


def test_who_unsubscribed_is_known_to_have_done_so(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    house.subscriber()
    assert (reach(house).advertising, unsubscribed(house)) == (None, 0)
    house.unsubscribe(ANNA)
    told = said(house, capsys)
    assert "advertising  none leaves: no consent to advertising mail\n" in told
    assert "answers      leaves\n" in told
    assert "consent      unsubscribed 2026-03-12 13:00:" in told
    assert " CET by one click in the mail program\n" in told
    assert unsubscribed(house) == 1
    house.clock.move(days=1)
    house.submit(form="webinar")
    assert unsubscribed(house) == 1
    house.confirm()
    assert (reach(house).advertising, unsubscribed(house)) == (None, 0)


def test_a_bounce_is_told_in_the_servers_words_and_in_plain_ones(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    house.subscriber()
    report(house, "hard", delivery_to_anna(house))
    told = said(house, capsys)
    assert "answers      none leaves: the address is suppressed: bounced\n" in told
    assert f"bounced for good  5.1.1  there is no such mailbox  550 5.1.1 <{ANNA}> unknown\n" in told
    assert [mail.came_back for mail in house.lead().mails] == ["mail.bounced", None]


def test_a_complaint_has_no_code_of_a_bounce(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    house.subscriber()
    report(house, "complaint", delivery_to_anna(house), words="abuse reported by a provider")
    told = said(house, capsys)
    assert "mailbox: complaint" in told
    assert "called spam by its recipient" in told
    assert "5.1.1" not in told
    assert house.lead().mails[0].came_back == "mail.complained"


def test_nobody_is_mailed_who_is_not_known(house: House) -> None:
    assert reach(house) == Reach(
        ANNA, False, "nobody is known by this address", "nobody is known by this address"
    )


def test_only_what_a_machine_could_do_is_judged(house: House) -> None:
    welcome = house.subscriber()
    house.open(welcome)
    judged = {line.kind for line in house.lead().timeline if line.is_judged}
    assert judged == {"mail.opened"}
