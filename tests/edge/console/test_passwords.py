"""Passwords by mail: a link that works once, for its account, for two days."""

import re
from dataclasses import replace

import pytest

from bridge.flow.accounts.account_links import write_link
from bridge.flow.accounts.console_accounts import account_of, add_account
from bridge.flow.accounts.manage_accounts import change_account, close_account, follow_provider, invite
from bridge.store import accounts
from bridge.store import outbox as waiting
from bridge.store.tables import audit_log, console_sessions, outbox
from tests.edge.console.conftest import PASSWORD, SignIn
from tests.edge.site import Site
from tests.house import PUBLIC, House
from tests.statements import statements

KIM = "kim@example.com"
NEW = "another long and quiet sentence"


def link_in_mail(house: House) -> str:
    """The path in the newest mail to Kim."""
    house.tick()
    found = re.search(rf"{PUBLIC}(/console/password/\S+)", house.mails_to(KIM)[-1].text)
    assert found
    return found[1]


@pytest.fixture
def link(site: Site, house: House, sign_in: SignIn) -> str:
    """Kim, who is signed in, asked for a link."""
    sign_in("viewer")
    site.post("/console/password", {"email": " Kim@Example.com"})
    return link_in_mail(house)


def lets_in(site: Site, password: str) -> bool:
    """Whether Kim gets in by that password."""
    return site.post("/console/sign-in", {"email": KIM, "password": password}).status_code == 303


def test_a_link_sets_a_password_once_and_ends_all_sessions(link: str, site: Site, house: House) -> None:
    assert KIM in site.get(link).text
    assert site.get(link).status_code == 200, "looking uses nothing up"
    answer = site.post(link, {"password": NEW})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/console/sign-in?set=1")
    assert house.rows(console_sessions) == []
    assert not lets_in(site, PASSWORD)
    assert lets_in(site, NEW)
    again = site.get(link)
    assert again.status_code == 410
    assert 'href="/console/password"' in again.text and "our website" not in again.text
    assert site.post(link, {"password": PASSWORD}).status_code == 410
    assert lets_in(site, NEW)
    assert "account.password_set" in [one.what for one in house.rows(audit_log)]


def test_a_short_password_is_refused_in_words_and_the_link_stays_good(link: str, site: Site) -> None:
    answer = site.post(link, {"password": "too short"}, headers={"Accept-Language": "de"})
    assert answer.status_code == 422
    assert "Bitte wählen Sie ein Passwort mit 12 bis 200 Zeichen." in answer.text
    assert lets_in(site, PASSWORD)
    assert site.post(link, {"password": NEW}).status_code == 303


def test_a_link_is_over_after_two_days(link: str, site: Site, house: House) -> None:
    house.clock.move(hours=47)
    assert site.get(link).status_code == 200
    house.clock.move(hours=2)
    assert site.get(link).status_code == 410


def test_an_older_link_is_over_when_another_one_was_used(link: str, site: Site, house: House) -> None:
    house.clock.move(minutes=11)
    site.post("/console/password", {"email": KIM})
    newer = link_in_mail(house)
    assert newer != link
    site.post(newer, {"password": NEW})
    assert site.get(link).status_code == 410


@pytest.mark.parametrize("used", [True, False])
def test_an_invitation_that_was_used_stays_used_whatever_becomes_of_the_password(
    site: Site, house: House, used: bool
) -> None:
    with house.unit() as unit:
        kim = invite(unit, KIM, "Kim Beispiel", "marketing")
    link = link_in_mail(house)
    if used:
        assert site.post(link, {"password": NEW}).status_code == 303
    with house.unit() as unit:
        follow_provider(unit, kim)
    assert site.get(link).status_code == 410
    with house.unit() as unit:
        change_account(unit, account_of(unit, KIM), "Kim", "viewer", None)
    assert site.get(link).status_code == (410 if used else 200)


def test_an_invitation_says_who_invites_to_what_and_until_when(
    site: Site, house: House, sign_in: SignIn
) -> None:
    boss = sign_in("admin", "boss@example.com")
    boss.post("/console/accounts", email=KIM, name="Kim Neu", role="viewer", present=PASSWORD)
    house.tick()
    [letter] = house.mails_to(KIM)
    assert letter.subject == "Ihre Einladung: Bitte wählen Sie ein Passwort"
    for part in (letter.text, letter.html):
        assert "Kim Beispiel lädt Sie zur Konsole von" in part
        assert "Dort sehen Sie, was aus Formularen und Mails wird" in part
        assert "Der Link gilt einmal, und zwar bis" in part
        assert "angefordert" not in part
        assert "Ihr Passwort bleibt" not in part

    boss.post(f"/console/accounts/{boss.account.id}/link")
    house.tick()
    assert "Ihr Passwort bleibt, wie es ist" in house.mails_to("boss@example.com")[-1].text
    site.post("/console/password", {"email": KIM})
    link = link_in_mail(house)
    asked = house.mails_to(KIM)[-1].text
    assert "Sie haben das nicht angefordert?" in asked
    assert "Ihr Passwort" not in asked
    assert site.get(link).status_code == 200


def test_who_is_invited_by_a_command_is_told_so_without_a_name(house: House) -> None:
    with house.unit() as unit:
        invite(unit, KIM, "Kim Beispiel", "marketing")
    house.tick()
    assert "Sie sind zur Konsole von" in house.mails_to(KIM)[-1].text


def test_a_closed_account_gets_no_link_and_its_links_are_over(link: str, site: Site, house: House) -> None:
    with house.unit() as unit:
        add_account(unit, "lea@example.com", "Lea", "admin", PASSWORD)
    with house.unit() as unit:
        close_account(unit, account_of(unit, KIM))
    assert site.get(link).status_code == 410
    sent = len(house.sent)
    house.clock.move(minutes=11)
    site.post("/console/password", {"email": KIM})
    house.tick()
    assert len(house.sent) == sent


def test_whether_an_address_has_an_account_is_told_to_its_mailbox_alone(
    site: Site, house: House, sign_in: SignIn
) -> None:
    sign_in()
    answers = [site.post("/console/password", {"email": email}) for email in (KIM, "lea@example.com", "x")]
    assert len({(one.status_code, one.headers["Location"], one.text) for one in answers}) == 1
    house.tick()
    assert [letter.recipient for letter in house.sent] == [KIM]
    assert [(one.who, one.what) for one in house.rows(audit_log)] == [(KIM, "account.link_asked")]


def test_the_same_is_done_for_every_address_before_the_answer(
    site: Site, house: House, sign_in: SignIn
) -> None:
    sign_in()
    done: list[list[str]] = []
    for email in (KIM, "lea@example.com"):
        with statements(site.services.page_engine) as said:
            site.post("/console/password", {"email": email})
        done.append(said)
    assert done[0] == done[1]
    assert len(house.rows(outbox)) == 2
    assert "lea" not in str([row.payload for row in house.rows(outbox)]), "what strangers type is kept sealed"


def test_who_asks_again_and_again_gets_one_mail_and_then_no_answer_but_to_wait(
    site: Site, house: House, sign_in: SignIn
) -> None:
    sign_in()
    statuses = [site.post("/console/password", {"email": KIM}).status_code for _ in range(12)]
    assert statuses == [303] * 10 + [429] * 2
    house.tick()
    assert len(house.sent) == 1


def test_somebody_new_chooses_the_first_password_by_the_link_and_cannot_sign_in_before(
    site: Site, house: House
) -> None:
    with house.unit() as unit:
        invite(unit, KIM, "Kim Beispiel", "marketing")
    link = link_in_mail(house)
    assert house.mails_to(KIM)[0].subject == "Ihre Einladung: Bitte wählen Sie ein Passwort"
    assert not lets_in(site, "")
    site.post(link, {"password": NEW})
    assert lets_in(site, NEW)


@pytest.mark.parametrize("has_provider", [True, False])
def test_who_may_sign_in_elsewhere_is_told_that_it_takes_no_password(
    house: House, has_provider: bool
) -> None:
    with house.unit() as unit:
        unit.world = replace(unit.world, has_provider=has_provider)
        account = invite(unit, KIM, "Kim Beispiel", "marketing")
        delivery = waiting.get(unit.connection, unit.to_deliver[-1])
        invited = write_link(unit, delivery) if delivery else None
        accounts.change(unit.connection, account.id, oidc_subject="https://login.example.com 7")
        known = write_link(unit, delivery) if delivery else None
    assert invited
    assert known
    for text in (invited.text, invited.html):
        assert ("Mit dem Firmenkonto anmelden" in text) is has_provider
        assert "öffnet kein Passwort Ihr Konto" in " ".join(text.split())
    assert known.subject == "Passwort wählen", "who signs in elsewhere already is not invited"
