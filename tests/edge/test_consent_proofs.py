"""Promise T4: any consent is one printable record, whose hash matches the words that were shown."""

import hashlib
import json
import shlex
import subprocess
from dataclasses import replace
from html.parser import HTMLParser
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bridge.cli.consents import summary
from bridge.cli.printing import plain
from bridge.intake.records import GivenConsent
from bridge.intake.validation import clean
from bridge.worker.ingest import Ingest
from tests import make
from tests.edge.signed import send
from tests.edge.site import Outline, Site, is_locked_down, words
from tests.house import ANNA, PUBLIC, House

pytestmark = pytest.mark.promise("T4", "one record for each consent, whose hash matches the words shown")

ENGLISH = {"Accept-Language": "en"}


class Shown(HTMLParser):
    """What a browser would show in the elements of a class or a `for`, to the letter."""

    def __init__(self, page: str, marked: str) -> None:
        super().__init__()
        self.marked, self.texts, self._open = marked, list[str](), list[str]()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin where the mark is."""
        values = " ".join(value or "" for name, value in attrs if name in {"class", "for"}).split()
        if self._open:
            self._open += [tag] if tag != "input" else []
        elif self.marked in values:
            self._open, self.texts = [tag], [*self.texts, ""]

    def handle_endtag(self, tag: str) -> None:
        """End where its element ends."""
        if self._open and tag == self._open[-1]:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        """Take the text."""
        if self._open:
            self.texts[-1] += data


def shown(page: str, marked: str) -> list[str]:
    """The texts of the marked elements, as they were written."""
    return Shown(page, marked).texts


def proofs(house: House, email: str = ANNA) -> str:
    """The path of somebody's page."""
    return house.world.links.own_data(house.lead(email).id).removeprefix(PUBLIC) + "/consents"


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def test_the_page_proves_every_consent_with_its_whole_story(site: Site, house: House) -> None:
    house.submit(context={"ip": "198.51.100.20", "page_url": "https://www.example.com/sepa"})
    confirmation = house.sent[0]
    house.confirm()
    house.unsubscribe(ANNA)
    page = site.get(proofs(house))
    assert page.status_code == 200
    assert is_locked_down(page)
    said = words(page.text)
    for fact in (ANNA, "198.51.100.20", "203.0.113.7", "https://www.example.com/sepa", house.program.version):
        assert fact in said
    assert confirmation.message_id in shown(page.text, "proof")[0]
    for fact in ("12. März 2026, 13:00:00 (UTC+01:00)", "12. März 2026, 13:00:01 (UTC+01:00)"):
        assert fact in said
    for step in (
        "Angekreuzt, noch nicht bestätigt",
        "Erteilt",
        "Widerrufen",
        "per E-Mail bestätigt",
        "mit einem Klick im Mailprogramm",
    ):
        assert step in said, step
    assert shown(page.text, "exact") == ["Ja zu tracking", "Ja zu email"]
    assert "https://www.example.com/impressum" in page.text


def test_the_page_speaks_the_language_of_its_person(site: Site, house: House) -> None:
    house.submit(context={"language": "en"})
    said = words(site.get(proofs(house)).text)
    assert "Your consents" in said
    assert "12 March 2026, 13:00:00 (UTC+01:00)" in said


def test_a_confirmed_mailbox_is_no_proof_of_a_telephone_number(site: Site, house: House) -> None:
    house.subscriber()
    assert "Telefonnummer" not in words(site.get(proofs(house)).text)
    house.save_preferences(ANNA, allowed={"phone": True})
    assert "beweist nicht, wem die Telefonnummer gehört" in words(site.get(proofs(house)).text)


def test_who_allowed_nothing_reads_so(site: Site, house: House) -> None:
    house.submit(allows=())
    page = site.get(proofs(house))
    assert page.status_code == 200
    assert shown(page.text, "record") == []


def test_looking_changes_nothing_and_nobody_is_found_by_another_token(site: Site, house: House) -> None:
    house.subscriber()
    links = house.world.links
    before = house.records()
    for _ in range(3):
        assert site.get(proofs(house)).status_code == 200
        assert site.client.head(proofs(house)).status_code == 200
    assert house.records() == before
    other = links.preferences(house.lead().id).removeprefix(f"{PUBLIC}/preferences/")
    assert site.get(f"/me/{other}/consents").status_code == 404
    path = proofs(house)
    house.erase()
    gone = site.get(path)
    assert gone.status_code == 410
    assert is_locked_down(gone)
    assert "Wir haben nichts über Sie gespeichert" in gone.text


def test_an_objection_is_shown_as_one_and_never_as_a_consent(site: Site, house: House) -> None:
    house.submit(allows=())
    site.post(proofs(house).removesuffix("/consents"), {"action": "object"})
    objected = words(site.get(proofs(house)).text)
    site.post(proofs(house).removesuffix("/consents"), {"action": "allow"})
    allowed = words(site.get(proofs(house)).text)
    assert "Widerspruch gegen die Auswertung" in objected
    assert "Widerspruch zurückgenommen" in allowed
    for said in (objected, allowed):
        for word in ("Auswertung in Punkten", "rteilt", "iderrufen", "aufbewahrt"):
            assert word not in said, word


def test_a_proof_says_how_long_it_is_kept_and_that_erasing_removes_it(site: Site, house: House) -> None:
    house.subscriber()
    said = words(site.get(proofs(house)).text)
    assert "drei Jahre darüber hinaus. Wenn Sie alles löschen lassen, wird er sofort gelöscht." in said


def test_the_words_are_those_beside_the_box_that_was_ticked(site: Site, house: House) -> None:
    form = "/forms/globe-next-download"
    page = site.get(form, headers=ENGLISH).text
    hidden = {one["name"]: one.get("value", "") for one in Outline(page).all("input") if "name" in one}
    (beside,) = (text.strip("\n ") for text in shown(page, "consent_email"))
    typed = {"email": ANNA, "company": "Beispiel GmbH", "consent_email": "1", "website": ""}
    house.clock.move(seconds=10)
    kept = {name: hidden[name] for name in ("_language", "_stamp", "_once")}
    assert site.post(form, kept | typed, headers=ENGLISH).status_code == 303
    Ingest(site.services).once()
    assert shown(site.get(proofs(house)).text, "exact") == [beside]
    assert [step.text for record in house.records() for step in record.steps] == [beside]
    assert house.records()[0].first.language == "en"


TEXTS = st.text(
    st.one_of(
        st.sampled_from("äöüßÄÖÜéñ„“”‘’«»…–—€§ \n\t\r\"'`$\\!<>&;{}%#/👍🏽🇩🇪\u00a0\u2028\u202e\ufeff"),
        st.characters(),
    ),
    min_size=1,
    max_size=200,
).filter(lambda text: bool(clean(text)))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TEXTS)
def test_the_hash_is_the_same_everywhere_and_that_of_the_words_shown(
    site: Site, house: House, text: str
) -> None:
    email, key = f"{uuid4().hex}@beispiel.example", uuid4().hex
    content = {
        "form": "globe-next-download",
        "fields": {"email": email, "company": "Beispiel GmbH"},
        "consents": {"email": {"given": True, "text": text}},
    }
    body = json.dumps(content).encode()
    assert send(site, body, key).status_code == 202
    Ingest(site.services).once()
    page = site.get(proofs(house, email)).text
    (record,) = house.records(email)
    told = json.loads(json.dumps(summary(record), default=plain))
    (on_the_page,), (hashed,) = shown(page, "exact"), shown(page, "hash")
    assert on_the_page == told["text"] == clean(text)
    assert hashed == told["text_hash"] == sha256(on_the_page)
    (command,) = shown(page, "code")
    assert shlex.split(command) == ["printf", "%s", on_the_page, "|", "sha256sum"]


@pytest.mark.parametrize("text", ["-n", "it's %d \\n", "$(id) `id`", "zwei\nZeilen", "“Ja” & <b>nein</b>"])
def test_the_command_on_the_page_prints_the_hash(site: Site, house: House, text: str) -> None:
    house.submit(replace(make.submission(), consents={"email": GivenConsent(True, text)}))
    page = site.get(proofs(house)).text
    (command,), (hashed,) = shown(page, "code"), shown(page, "hash")
    printed = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=True).stdout
    assert printed.split()[0] == hashed
