"""S8: nobody's mailbox is filled by typing its address again and again, and no word of the sender's reaches it."""

import json
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from itertools import cycle, islice, pairwise
from urllib.parse import quote

import pytest

from bridge.flow.held import release
from bridge.inbox import CaughtMail
from bridge.store.submissions import held
from bridge.store.tables import outbox, profiles, submissions
from tests.edge.test_embedding import FORMS
from tests.promises.travelled import Bridge

pytestmark = pytest.mark.promise("S8", "few mails, and no word of the sender's")

VICTIM = "anna@beispiel.example"
SPELLINGS = (VICTIM, "Anna@beispiel.example", "ANNA@Beispiel.Example")
CONFIRM = "Bitte bestätigen Sie Ihre Adresse"
ANSWERS = {
    "first_name": "Anna",
    "last_name": "Berg",
    "company": "Beispiel GmbH",
    "phone": "+49 30 23125 010",
    "message": "Bitte melden.",
    "product": "Globe Next Start",
    "quantity": "3",
}
DAY = timedelta(days=1)


def bomb(bridge: Bridge, number: int, form: str, email: str) -> None:
    """One of many submissions: every second one by a browser, always from another network; the box is ticked."""
    fields = ANSWERS | {"email": email, "company": f"Firma {number}"}
    if number % 2:
        answer = bridge.send_form(form, fields, allows=["email"], network=f"198.51.100.{number}")
    else:
        consents = {"email": {"given": True, "text": "Ja"}}
        answer = bridge.send_signed({"form": form, "fields": fields, "consents": consents}, f"bomb-{number}")
    assert answer.status_code in {202, 303}


def times(mails: Iterable[CaughtMail], confirmations: bool) -> list[datetime]:
    """When confirmations came, or everything else."""
    return [mail.received_at for mail in mails if (mail.subject == CONFIRM) is confirmations]


def most_within_a_day(moments: list[datetime]) -> int:
    """The largest number within any 24 hours."""
    return max((sum(start <= one < start + DAY for one in moments) for start in moments), default=0)


def test_a_hundred_forms_of_a_day_bring_three_confirmations_ten_minutes_apart(bridge: Bridge) -> None:
    forms, spellings = cycle(FORMS), cycle(SPELLINGS)
    for number in range(100):
        bomb(bridge, number, next(forms), next(spellings))
        bridge.tick(minutes=14.4)
    bridge.tick(days=1)
    assert len(bridge.rows(submissions)) == 100, "nothing is lost"
    assert len(bridge.rows(profiles)) == 1
    mails = bridge.mails(VICTIM)
    confirmations, others = times(mails, True), times(mails, False)
    assert 1 <= most_within_a_day(confirmations) <= 3
    assert all(later - earlier >= timedelta(minutes=10) for earlier, later in pairwise(confirmations))
    assert most_within_a_day(others) <= 3, "receipts have their limit, too"


def test_a_hundred_forms_at_once_bring_three_confirmations_and_none_is_lost(bridge: Bridge) -> None:
    for number, form in enumerate(islice(cycle(FORMS), 100)):
        bomb(bridge, number, form, VICTIM)
    bridge.settle()
    assert len(times(bridge.mails(VICTIM), True)) == 1
    for _ in range(30):
        bridge.tick(minutes=1)
    confirmations = times(bridge.mails(VICTIM), True)
    assert [one - confirmations[0] for one in confirmations] == [timedelta(minutes=10 * n) for n in range(3)]
    bridge.tick(hours=22)
    assert len(times(bridge.mails(VICTIM), True)) == 3
    bridge.tick(hours=2)
    bomb(bridge, 100, "webinar", VICTIM)
    bridge.settle()
    assert len(times(bridge.mails(VICTIM), True)) == 4, "tomorrow is another day"


def test_the_button_of_a_mail_that_was_put_off_works(bridge: Bridge) -> None:
    for number, form in enumerate(("webinar", "sepa-checkliste")):
        bomb(bridge, number, form, VICTIM)
    bridge.settle()
    bridge.tick(minutes=10)
    [_, second] = [mail for mail in bridge.mails(VICTIM) if mail.subject == CONFIRM]
    [link] = [line for line in second.text.splitlines() if "/confirm/" in line]
    assert bridge.ask("POST", link).status_code == 303
    assert bridge.rows(profiles)[0].confirmed_at is not None


def test_another_address_of_the_same_mailbox_is_another_address(bridge: Bridge) -> None:
    """Which addresses share a mailbox is known to its provider alone: “+shop” means nothing elsewhere."""
    for number, email in enumerate((VICTIM, "anna+shop@beispiel.example")):
        bomb(bridge, number, "webinar", email)
    bridge.settle()
    assert len(bridge.rows(profiles)) == 2
    assert len([mail for mail in bridge.mails() if mail.subject == CONFIRM]) == 2


def test_what_was_held_and_is_released_keeps_the_same_pace(bridge: Bridge) -> None:
    fields = ANSWERS | {"email": VICTIM}
    for number in range(8):
        trap = {"website": "https://spam.example", "company": f"Firma {number}"}
        bridge.send_form("webinar", fields | trap, allows=["email"])
    bridge.settle()
    assert bridge.mails(VICTIM) == []
    with bridge.services.unit() as unit:
        for row in held(unit.connection):
            assert release(unit, row)
    bridge.settle()
    assert len(times(bridge.mails(VICTIM), True)) == 1
    for _ in range(5):
        bridge.tick(minutes=10)
    assert len(times(bridge.mails(VICTIM), True)) == 3


# No word of the sender's

LINK = "https://spam.example/klick"


class Canaries:
    """Words that stand in every place that a sender can fill, each one different."""

    def __init__(self) -> None:
        self.words: list[str] = []

    def word(self, place: str) -> str:
        """A word for that place, with a link in it."""
        self.words.append(f"Kanarie-{place}-{len(self.words)}")
        return f"{self.words[-1]} {LINK}"

    def found_in(self, mail: CaughtMail) -> list[str]:
        """Which of them stand in a mail, in any of its parts and headers."""
        whole = "\n".join([mail.subject, mail.text, mail.html or "", *map(": ".join, mail.headers)])
        return [word for word in [*self.words, LINK, "spam.example"] if word.lower() in whole.lower()]


def by_browser(bridge: Bridge, canaries: Canaries) -> None:
    """A form with a canary in every field, hidden field and header."""
    form = bridge.services.program.forms["kontakt"]
    typed = {
        one.field.id: canaries.word(one.field.id)
        for one in form.fields
        if one.field.type in {"text", "textarea"}
    }
    hidden = {
        name: canaries.word(name)
        for name in ("utm_source", "utm_campaign", "unknown_field", "_referrer", "_once", "_language")
    }
    page = f"{LINK}?q={quote(canaries.word('page'))}"
    headers = {
        "Referer": f"{LINK}?utm_term={quote(canaries.word('referrer'))}",
        "User-Agent": canaries.word("agent"),
        "Accept-Language": "de",
    }
    fields = typed | hidden | {"email": VICTIM, "page_url": page}
    answer = bridge.send_form("kontakt", fields, allows=["email", "tracking", "phone"], headers=headers)
    assert answer.status_code == 303


def by_server(bridge: Bridge, canaries: Canaries) -> None:
    """A signed submission with a canary in every text."""
    touch = {"page_url": f"{LINK}/a", "referrer": f"{LINK}/b", "utm": {"source": canaries.word("touch")}}
    fields = {
        name: canaries.word(name) for name in ("first_name", "last_name", "company", "message", "unknown")
    }
    content = {
        "form": "kontakt",
        "fields": fields | {"email": VICTIM},
        "consents": {
            purpose: {"given": True, "text": canaries.word(purpose)}
            for purpose in ("email", "tracking", "phone")
        },
        "context": {
            "page_url": f"{LINK}/c",
            "landing_page": f"{LINK}/d",
            "referrer": f"{LINK}/e",
            "utm": {"campaign": canaries.word("utm")},
            "ip": "203.0.113.9",
            "user_agent": canaries.word("agent"),
            "first_touch": touch,
        },
    }
    assert bridge.send_signed(content, canaries.word("key")).status_code == 202


@pytest.mark.parametrize("send", [by_browser, by_server])
def test_no_word_of_the_senders_stands_in_what_an_unconfirmed_address_gets(
    bridge: Bridge, send: Callable[[Bridge, Canaries], None]
) -> None:
    canaries = Canaries()
    send(bridge, canaries)
    bridge.settle()
    confirmation, receipt = bridge.mails(VICTIM)
    assert len(canaries.words) > 8
    stored = json.dumps([dict(row._mapping) for row in bridge.rows(submissions)], default=str)
    assert any(word in stored for word in canaries.words), "they did arrive"
    assert canaries.found_in(confirmation) == []
    assert canaries.found_in(receipt) == []


def test_the_confirmation_names_nobody_but_sender_and_address(bridge: Bridge) -> None:
    bomb(bridge, 1, "kontakt", VICTIM)
    bridge.settle()
    headers = dict(bridge.mails(VICTIM)[0].headers)
    assert headers["From"] == "Exact <hello@example.com>"
    assert headers["To"] == VICTIM
    assert "Reply-To" not in headers
    assert headers["Auto-Submitted"] == "auto-replied"


@pytest.mark.parametrize(
    "address",
    [
        f"Jetzt gewinnen <{VICTIM}>",
        f'"Jetzt gewinnen" {VICTIM}',
        '"jetzt gewinnen auf spam.example"@beispiel.example',
        f"{VICTIM}\r\nSubject: Jetzt gewinnen",
        f"{VICTIM}, ben@beispiel.example",
        f"{VICTIM} (Jetzt gewinnen)",
    ],
)
def test_no_words_are_smuggled_in_as_part_of_the_address(bridge: Bridge, address: str) -> None:
    assert bridge.send_form("webinar", ANSWERS | {"email": address}, allows=["email"]).status_code == 422
    bridge.settle()
    assert bridge.mails() == []
    assert bridge.rows(outbox) == []


def test_the_words_of_a_signed_consent_are_shown_to_whoever_confirms_and_as_plain_text(
    bridge: Bridge,
) -> None:
    """Whoever holds the secret answers for the words; they must be read, and so stand on the page alone."""
    words = 'Ja, <b onclick="alert(1)">senden</b> Sie mir https://www.example.com/neues.'
    consents = {"email": {"given": True, "text": words}}
    content = {"form": "webinar", "fields": ANSWERS | {"email": VICTIM}, "consents": consents}
    assert bridge.send_signed(content, "consent").status_code == 202
    bridge.settle()
    [mail] = [one for one in bridge.mails(VICTIM) if "/confirm/" in one.text]
    [link] = [line for line in mail.text.splitlines() if "/confirm/" in line]
    assert "senden" not in mail.text
    page = bridge.ask("GET", link).text
    assert "&lt;b onclick=" in page
    assert "<b onclick" not in page
    assert 'href="https://www.example.com/neues' not in page
