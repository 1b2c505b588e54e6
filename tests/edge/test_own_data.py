"""The page with a person's own data: see, download, object, erase. Its link stands in every mail to that person."""

import json
import re
from datetime import timedelta
from uuid import UUID

import pytest
from werkzeug.test import TestResponse

from bridge.delivery.letters import Letter
from bridge.flow.sales.write_story import write_story
from bridge.intake.records import HIT, SUBMISSION, Hit, Request, to_body
from bridge.journal import depth
from bridge.store import suppressions
from bridge.store.tables import erasures, metadata, profiles
from tests import make
from tests.edge.signing_in import sign_in
from tests.edge.site import Outline, Site, is_locked_down, words
from tests.edge.test_pages import snapshot
from tests.house import ANNA, PUBLIC, House

ENGLISH = {"Accept-Language": "en"}
EVERYTHING = tuple(metadata.sorted_tables)


def path_in(letter: Letter, kind: str) -> str:
    """The path of the one link of that kind that text and HTML of a mail share."""
    path: str
    [path] = set(re.findall(rf"{PUBLIC}(/{kind}/[^\s\"<>)]+)", letter.text))
    assert f'href="{PUBLIC}{path}"' in letter.html
    return path


@pytest.fixture
def me(house: House) -> str:
    """The path of Anna's page; she confirmed, clicked twice and was handed over."""
    path = path_in(house.subscriber(), "me")
    house.click_two(house.mails_to(ANNA)[-1])
    return path


def test_the_page_tells_what_became_of_the_lead_and_names_nobody_who_decided(
    site: Site, house: House, me: str
) -> None:
    with house.unit() as unit:
        write_story(unit, house.lead().id, "lead.released", by="Kim Beispiel")
    page = words(site.get(me).text)
    assert "Übergeben an" in page
    assert "Freigegeben" in page
    assert "Kim Beispiel" not in page


def test_everybody_in_sales_who_was_told_is_named_with_the_day(site: Site, house: House, me: str) -> None:
    letter = house.to_sales()[-1]
    had, other = ("mira", "jonas") if letter.recipient.startswith("mira") else ("jonas", "mira")
    house.clock.move(days=1)
    house.answer(letter, "forwarded", to=other)
    names = [house.program.person_name(one) for one in (had, other)]
    page = words(site.get(me).text)
    told = page[page.index("Wer Ihre Daten bekommen hat") :]
    assert f"{names[0]}, Vertrieb, gestern" in told
    assert f"{names[1]}, Vertrieb, heute" in told


def ask_to_erase(site: Site, house: House, me: str) -> str:
    """Press the button on the page; the path of the link in the mail that comes."""
    site.post(me, {"action": "erase"})
    house.tick(seconds=1)
    return path_in(house.mails_to(ANNA)[-1], "erase")


# The link


def test_every_mail_to_people_leads_there(site: Site, house: House) -> None:
    welcome = house.subscriber()
    house.submit(form="rueckruf", allows=(), phone="+49 30 23125 010")
    site.post(path_in(welcome, "me"), {"action": "erase"})
    house.tick(seconds=1)
    mails = house.mails_to(ANNA)
    assert len(mails) == 4, "confirmation, welcome, receipt, the question whether to erase"
    assert {path_in(mail, "me") for mail in mails} == {path_in(welcome, "me")}
    assert "Ihre Daten" in welcome.text
    assert not any("/me/" in mail.text + mail.html for mail in house.to_sales()), "nobody else's business"


def test_the_link_in_an_old_mail_still_works(site: Site, house: House, me: str) -> None:
    house.clock.move(days=2000)
    assert site.get(me).status_code == 200


def test_a_link_of_somebody_else_shows_somebody_else(site: Site, house: House, me: str) -> None:
    house.subscriber("ben@muster.example", company="Muster AG", last_name="Muster")
    bens = path_in(house.mails_to("ben@muster.example")[-1], "me")
    assert ANNA not in site.get(bens).text + site.get(f"{bens}/data.json").text
    assert "muster" not in site.get(me).text.lower()


# See


def test_the_page_says_what_is_stored_in_plain_words(site: Site, house: House, me: str) -> None:
    house.click(house.mails_to(ANNA)[-1], 3, agent="curl/8.5")
    house.tick(minutes=5)
    page = site.get(me)
    assert page.status_code == 200
    assert is_locked_down(page)
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    said = words(page.text)
    for word in (ANNA, "Anna Berg", "Beispiel GmbH", "Informationen per E-Mail", "erteilt", "Punkte zurzeit"):
        assert word in said
    for word in (
        "Willkommen bei Globe Next",
        "Link angeklickt",
        "nicht gezählt, weil eine Maschine klickte",
        "Vertrieb",
    ):
        assert word in said
    for word in ("bewiesen durch", "Gezählt als Mensch", "bekannte Maschine"):
        assert word not in said, word


def test_the_page_says_how_long_things_are_kept_and_what_downloads_count(site: Site, me: str) -> None:
    said = words(site.get(me).text)
    for word in ("bestätigt hat: 14 Tage", "Browser: 7 Tage", "24 Monate nach dem letzten Lebenszeichen"):
        assert word in said, word
    assert "auch wenn Sie die Auswertung von Klicks nicht erlauben" in said
    assert "Sie enthält mehr als diese Seite: auch Netzwerkadressen und Browser der letzten 7 Tage" in said


def test_of_each_purpose_only_the_answer_that_stands_is_shown(site: Site, house: House) -> None:
    house.submit()
    me = path_in(house.mails_to(ANNA)[0], "me")
    assert "Informationen per E-Mail: angekreuzt, noch nicht bestätigt" in words(site.get(me).text)
    house.confirm()
    said = words(site.get(me).text)
    assert "Informationen per E-Mail: erteilt" in said
    assert "angekreuzt" not in said
    house.submit()
    assert "Informationen per E-Mail: erteilt" in words(site.get(me).text), "asking again takes nothing back"


def test_who_allowed_nothing_reads_so(site: Site, house: House) -> None:
    house.submit(allows=(), form="rueckruf", phone="+49 30 23125 010")
    me = house.world.links.own_data(house.lead().id).removeprefix(PUBLIC)
    site.post(me, {"action": "object"})
    said = words(site.get(me).text)
    assert "Sie haben keine Einwilligung gegeben." in said
    assert "Widerspruch gegen die Auswertung" in said


def test_looking_and_downloading_change_nothing(site: Site, house: House, me: str) -> None:
    erase = ask_to_erase(site, house, me)
    before = snapshot(house.engine, EVERYTHING)
    for path in (me, f"{me}?done=objected", f"{me}/data.json", erase):
        for method in ("HEAD", "GET"):
            assert site.client.open(path, method=method).status_code == 200
    assert snapshot(house.engine, EVERYTHING) == before


def test_colleagues_and_the_words_of_sales_stay_out_of_the_page(site: Site, house: House, me: str) -> None:
    house.answer(house.to_sales()[-1], "rejected", reason="no-budget", note="Klang genervt")
    house.subscriber("ben@beispiel.example", last_name="Kollege")
    page = site.get(me).text
    assert "Kollege" not in page
    assert "Klang genervt" not in page
    assert "Klang genervt" in site.get(f"{me}/data.json").text, "the file is complete"
    assert "Kollege" not in site.get(f"{me}/data.json").text


def test_what_somebody_typed_under_an_unconfirmed_address_is_folded_away_with_a_warning(
    site: Site, house: House
) -> None:
    house.submit(last_name="Scherzkeks")
    [confirmation] = house.mails_to(ANNA)
    assert "Scherzkeks" not in confirmation.text + confirmation.html
    page = site.get(path_in(confirmation, "me")).text
    assert "nicht bestätigt" in words(page)
    shown = re.sub(r"<details>.*?</details>", "", page, flags=re.DOTALL)
    assert "Scherzkeks" in page
    assert "Scherzkeks" not in shown


def test_the_page_speaks_the_persons_language(site: Site, house: House) -> None:
    house.submit(make.submission(at=house.clock(), context={"language": "en"}))
    page = site.get(path_in(house.sent[-1], "me"))
    assert "What we have stored about you" in page.text
    assert "Company" in page.text
    told = page.text[page.text.index('id="timeline"') :]
    assert "Form sent: Globe Next at a glance (PDF)" in words(told).replace("sent :", "sent:")
    assert "Überblick" not in told
    file = site.get(path_in(house.sent[-1], "me") + "/data.json")
    assert file.headers["Content-Disposition"] == 'attachment; filename="your-data.json"'


def test_settings_and_proofs_are_one_click_away(site: Site, me: str) -> None:
    links = {one.get("href", "") for one in Outline(site.get(me).text).all("a")}
    assert f"{me}/consents" in links
    [preferences] = [link for link in links if "/preferences/" in link]
    assert site.get(preferences.removeprefix(PUBLIC)).status_code == 200


# Download


def test_the_download_is_a_whole_file_that_nobody_stores(site: Site, house: House, me: str) -> None:
    answer = site.get(f"{me}/data.json")
    assert answer.status_code == 200
    assert answer.mimetype == "application/json"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="ihre-daten.json"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    found = json.loads(answer.text)
    assert found | {"about": None} == house.export() | {"about": None}
    assert found["about"]["email"] == ANNA


# Object


def test_objecting_and_taking_it_back(site: Site, house: House, me: str) -> None:
    objected = site.post(me, {"action": "object"})
    assert (objected.status_code, objected.location) == (303, f"{me}?done=objected")
    page = site.get(f"{me}?done=objected").text
    assert "Ihr Widerspruch ist vermerkt" in page
    assert 'value="allow"' in page
    assert 'value="object"' not in page
    assert house.lead().objected
    site.post(me, {"action": "allow"})
    assert not house.lead().objected
    assert 'value="object"' in site.get(me).text


def test_while_an_objection_stands_the_pages_say_what_it_means(site: Site, me: str) -> None:
    page = site.get(me).text
    [preferences] = [
        one["href"] for one in Outline(page).all("a") if "/preferences/" in (one.get("href") or "")
    ]
    settings = (preferences or "").removeprefix(PUBLIC)
    assert f'href="{PUBLIC}{me}"' in site.get(settings).text
    assert "widersprochen" not in words(site.get(settings).text)
    site.post(me, {"action": "object"})
    for path, notices in ((me, 1), (f"{me}?done=objected", 0)):
        said = words(site.get(path).text)
        assert said.count("Sie widersprechen der Auswertung") == notices
        assert "12 Punkten" not in said
        assert "kann Punkte geben" not in said
        assert "Widersprechen" not in said
        assert "Auswertung in Punkten" not in said
        assert "Widerspruch gegen die Auswertung" in said
    assert "Sie haben der Auswertung widersprochen" in words(site.get(settings).text)
    site.post(me, {"action": "allow"})
    assert "Widerspruch zurückgenommen" in words(site.get(me).text)


def test_sales_sees_that_somebody_objects(site: Site, house: House, me: str) -> None:
    site.post(me, {"action": "object"})
    path = path_in(house.to_sales()[-1], "leads")
    sign_in(site, house, path)
    assert "Widerspricht der Auswertung" in site.get(path).text


@pytest.mark.parametrize("action", ["", "drop", "erase;object", "ERASE"])
def test_any_other_wish_is_refused(site: Site, house: House, me: str, action: str) -> None:
    before = snapshot(house.engine, EVERYTHING)
    assert site.post(me, {"action": action}).status_code == 422
    assert snapshot(house.engine, EVERYTHING) == before


# Erase


def test_nothing_is_erased_before_the_button_behind_the_mail_is_pressed(
    site: Site, house: House, me: str
) -> None:
    asked = site.post(me, {"action": "erase"})
    assert (asked.status_code, asked.location) == (303, f"{me}?done=asked")
    assert "Wir haben Ihnen eine E-Mail geschickt" in site.get(f"{me}?done=asked").text
    house.tick(seconds=1)
    mail = house.mails_to(ANNA)[-1]
    assert mail.subject == "Alles über Sie löschen?"
    assert "Guten Tag,\n\nauf der Seite" in mail.text
    assert mail.list_unsubscribe_url is None
    assert "<img" not in mail.html
    assert "Anna" not in mail.text, "nothing that anybody typed stands in it"
    path = path_in(mail, "erase")
    page = site.get(path)
    assert is_locked_down(page)
    assert ANNA not in page.text, "whoever was forwarded this mail learns no address"
    assert [form["method"] for form in Outline(page.text).all("form")] == ["post"]
    assert house.lead().email == ANNA

    erased = site.post(path)
    assert erased.status_code == 200
    assert is_locked_down(erased)
    assert "Alles über Sie ist gelöscht" in erased.text
    assert "Die Links darin zu Artikeln und Dateien funktionieren weiter" in words(erased.text)
    assert "30 Tage lang behalten wir Prüfsummen" in words(erased.text)
    assert house.rows(profiles) == []


def friendly(answer: TestResponse, title: str) -> bool:
    """Whether an answer says with that title, in a page of ours, that something is gone."""
    return answer.status_code == 410 and title in words(answer.text) and is_locked_down(answer)


def test_afterwards_every_link_says_so_kindly(site: Site, house: House, me: str) -> None:
    path = ask_to_erase(site, house, me)
    site.post(path)
    for again in (site.get(path, headers=ENGLISH), site.post(path, headers=ENGLISH)):
        assert friendly(again, "Everything about you is erased already")
    for gone in (
        site.get(me),
        site.get(f"{me}/data.json"),
        site.get(f"{me}/consents"),
        site.post(me, {"action": "object"}),
    ):
        assert friendly(gone, "Wir haben nichts über Sie gespeichert")


def test_after_two_days_the_link_has_expired(site: Site, house: House, me: str) -> None:
    path = ask_to_erase(site, house, me)
    house.clock.move(days=2, seconds=1)
    for late in (site.get(path, headers=ENGLISH), site.post(path, headers=ENGLISH)):
        assert friendly(late, "This link has expired")
    assert house.lead().email == ANNA


def test_the_link_of_an_erased_person_is_no_use_against_who_comes_back(
    site: Site, house: House, me: str
) -> None:
    path = ask_to_erase(site, house, me)
    site.post(path)
    house.clock.move(minutes=1)
    house.subscriber()
    assert site.post(path).status_code == 410
    assert house.lead().email == ANNA


def test_the_mail_comes_every_ten_minutes_at_most_and_three_times_a_day(
    site: Site, house: House, me: str
) -> None:
    results = []
    for _ in range(6):
        results += [str(site.post(me, {"action": "erase"}).location).rpartition("=")[2] for _ in range(2)]
        house.tick(minutes=10)
    assert results == ["asked", "lately", "asked", "lately", "asked", *["lately"] * 7]
    assert len([one for one in house.mails_to(ANNA) if "löschen" in one.subject]) == 3
    house.clock.move(days=1)
    assert site.post(me, {"action": "erase"}).location == f"{me}?done=asked"


def test_who_is_mailed_no_more_learns_whom_to_ask(site: Site, house: House, me: str) -> None:
    with house.unit() as unit:
        suppressions.suppress(unit.connection, ANNA, "blocked", unit.now)
    answer = site.post(me, {"action": "erase"})
    assert answer.location == f"{me}?done=unreachable"
    assert "Datenschutzerklärung" in site.get(answer.location).text
    house.tick(minutes=1)
    assert "löschen" not in house.mails_to(ANNA)[-1].subject


def test_the_journal_of_this_node_is_cleaned_at_once(site: Site, house: House, me: str) -> None:
    """Ingest is not running here, so what people did lately lies in the journal."""
    path = ask_to_erase(site, house, me)
    journal, before = site.services.journal, house.clock() - timedelta(seconds=1)
    canary = "Kanarienvogel"
    journal.append(
        SUBMISSION, to_body(make.submission(message=canary, email="ANNA@beispiel.example")), before
    )
    mail = house.mails_to(ANNA)[1]
    hit = Hit("mail.opened", UUID(mail.message_id[1:37]), None, Request(None, canary))
    journal.append(HIT, to_body(hit), before)
    others = make.submission(email="ben@beispiel.example", message=f"{ANNA} ist meine Kollegin")
    journal.append(SUBMISSION, to_body(others), before)
    journal.append(
        SUBMISSION, to_body(make.submission(message="later")), house.clock() + timedelta(seconds=1)
    )
    site.post(path)
    folder = site.services.settings.journal
    assert [row["fields"].get("message") for row in site.journalled()] == [others.fields["message"], "later"]
    assert depth(folder)[0] == 2
    assert canary.encode() not in b"".join(file.read_bytes() for file in folder.iterdir())
    assert len(house.rows(erasures)) == 1


def test_without_the_database_it_says_so(edge: Site) -> None:
    links, now = edge.services.world.links, edge.services.clock()
    somebody = make.some_id()
    for url in (links.own_data(somebody), links.erase(somebody, now)):
        for method in ("GET", "POST"):
            answer = edge.client.open(url.removeprefix(PUBLIC), method=method)
            assert answer.status_code == 503
            assert answer.headers["Retry-After"]
