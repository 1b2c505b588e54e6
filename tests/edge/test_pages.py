"""What recipients of mails see: confirm, preferences, unsubscribe, download. And that looking changes nothing."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import Engine, Table, select

from bridge.delivery.letters import Letter
from bridge.delivery.links import DownloadTarget
from bridge.store import tables
from bridge.worker.ingest import Ingest
from tests.edge.site import CSP, Outline, Site, is_locked_down, words
from tests.house import PUBLIC, House
from tests.make import A_BROWSER

ANNA = "anna@beispiel.example"
ENGLISH = {"Accept-Language": "en"}


def link(letter: Letter, path: str) -> str:
    """The path of the first link of that kind in a mail."""
    found = re.search(rf"{PUBLIC}(/{path}/[^\s\"<>)]+)", letter.text)
    assert found, f"no /{path}/ in “{letter.subject}”"
    return found[1]


@pytest.fixture
def confirmation(house: House) -> Letter:
    """The confirmation mail to somebody who ticked both boxes."""
    house.submit()
    house.clock.move(minutes=1)
    return house.sent[-1]


@pytest.fixture
def welcome(house: House, confirmation: Letter) -> Letter:
    """The welcome mail to somebody who confirmed."""
    house.confirm(confirmation)
    house.clock.move(minutes=1)
    return house.sent[-1]


# Confirm


def test_the_confirmation_page_shows_what_is_confirmed_and_its_button_confirms(
    site: Site, house: House, confirmation: Letter
) -> None:
    path = link(confirmation, "confirm")
    page = site.get(path)
    assert page.status_code == 200
    assert is_locked_down(page)
    assert page.headers["Content-Security-Policy"] == CSP
    assert "Ja zu email" in page.text
    assert ANNA not in page.text, "whoever was forwarded this mail learns no address"
    assert [form["method"] for form in Outline(page.text).all("form")] == ["post"]
    assert house.consents()["email"] == "requested"

    pressed = site.post(path)
    assert pressed.status_code == 303
    assert pressed.location is not None
    assert pressed.location.startswith("/preferences/")
    assert house.consents() == {"email": "given", "tracking": "given"}
    arrived = site.get(pressed.location)
    assert "bestätigt" in words(arrived.text)
    assert "/d/" in arrived.text, "the download waits on the page after the confirmation"


def test_pressing_twice_is_pressing_once(site: Site, house: House, confirmation: Letter) -> None:
    path = link(confirmation, "confirm")
    first = site.post(path)
    before = snapshot(house.engine)
    assert site.post(path).location == first.location
    assert site.get(path).status_code == 200
    assert snapshot(house.engine) == before


def test_confirming_leads_on_to_the_welcome_mail(site: Site, house: House, confirmation: Letter) -> None:
    site.post(link(confirmation, "confirm"))
    house.tick(seconds=10)
    assert house.sent[-1].subject == "Willkommen bei Globe Next"


def test_an_old_confirmation_link_is_gone_with_a_word_of_advice(
    site: Site, house: House, confirmation: Letter
) -> None:
    path = link(confirmation, "confirm")
    house.clock.move(days=15)
    for page in (site.get(path, headers=ENGLISH), site.post(path, headers=ENGLISH)):
        assert page.status_code == 410
        assert "sending the form on our website again" in page.text
        assert is_locked_down(page)
    assert house.consents()["email"] == "requested"


# Preferences


def test_the_preference_centre_shows_and_saves_what_is_wished(
    site: Site, house: House, welcome: Letter
) -> None:
    path = link(welcome, "preferences")
    page = Outline(site.get(path).text)
    assert page.is_ticked("consent_email")
    assert page.is_ticked("consent_tracking")

    wishes = {
        "topics": ["sepa", "auswertungen", "made-up"],
        "frequency": "monthly",
        "language": "en",
        "consent_email": "1",
    }
    saved = site.post(path, wishes)
    assert (saved.status_code, saved.location) == (303, f"{path}?saved=1")
    house.tick(seconds=10)
    assert house.consents()["tracking"] == "withdrawn"
    assert house.consents()["email"] == "given"

    again = site.get(f"{path}?saved=1")
    shown = Outline(again.text)
    chosen = {one["value"] for one in shown.all("input") if "checked" in one}
    assert {"sepa", "auswertungen", "monthly"} <= chosen
    assert not shown.is_ticked("consent_tracking")
    assert "Your settings are saved." in again.text
    assert is_locked_down(again)


@pytest.mark.parametrize(
    ("wishes", "message"),
    [
        ({"frequency": "paused"}, "Zukunft"),
        ({"frequency": "paused", "pause_until": "2020-01-01"}, "Zukunft"),
        ({"frequency": "paused", "pause_until": "tomorrow"}, "Datum"),
        ({"frequency": "hourly"}, "Möglichkeiten"),
        ({"language": "tlh"}, "Möglichkeiten"),
        ({"frequency": "\x00", "pause_until": "9" * 500}, "Datum"),
    ],
)
def test_wrong_wishes_are_shown_again_and_change_nothing(
    site: Site, house: House, welcome: Letter, wishes: dict[str, str], message: str
) -> None:
    before = snapshot(house.engine)
    page = site.post(link(welcome, "preferences"), wishes | {"topics": "sepa"})
    assert page.status_code == 422
    assert message in words(page.text)
    assert 'role="alert"' in page.text
    assert [one["value"] for one in Outline(page.text).all("input") if "checked" in one][:1] == ["sepa"]
    assert snapshot(house.engine) == before


def test_a_pause_until_tomorrow_is_a_pause(site: Site, house: House, welcome: Letter) -> None:
    tomorrow = (house.clock().date() + timedelta(days=1)).isoformat()
    path = link(welcome, "preferences")
    sent = site.post(path, {"frequency": "paused", "pause_until": tomorrow, "consent_email": "1"})
    assert sent.status_code == 303
    assert Outline(site.get(path).text).value("pause_until") == tomorrow
    site.post(path, {"frequency": "normal", "pause_until": tomorrow, "consent_email": "1"})
    assert not Outline(site.get(path).text).value("pause_until"), "who does not pause has no day until which"


def calls_box(site: Site, path: str) -> bool:
    """Whether the preference centre asks for consent to calls."""
    return any(one.get("name") == "consent_phone" for one in Outline(site.get(path).text).all("input"))


def test_calls_are_asked_for_only_of_somebody_with_a_number(site: Site, house: House) -> None:
    house.submit()
    house.confirm()
    without = link(house.mails_to(ANNA)[-1], "preferences")
    assert not calls_box(site, without)
    site.post(without, {"frequency": "normal", "language": "de", "consent_phone": "1"})
    assert "phone" not in house.consents(ANNA)
    house.clock.move(minutes=10)
    house.submit(phone="+49 30 23125 010")
    house.confirm()
    assert calls_box(site, without)


def test_consent_to_calls_can_be_taken_back_without_a_number(site: Site, house: House) -> None:
    house.submit()
    house.confirm()
    house.save_preferences(ANNA, allowed={"email": True, "phone": True})
    path = link(house.mails_to(ANNA)[-1], "preferences")
    assert calls_box(site, path)
    house.clock.move(minutes=1)
    site.post(path, {"frequency": "normal", "language": "de"})
    assert house.consents(ANNA)["phone"] == "withdrawn"
    assert not calls_box(site, path)


def test_the_preferences_of_somebody_who_was_erased_say_so_kindly(site: Site, edge: Site) -> None:
    path = "/preferences/" + site.services.world.links.preferences(_nobody()).rpartition("/")[2]
    for gone in (site.get(path), site.post(path, {"frequency": "normal"})):
        assert gone.status_code == 410
        assert is_locked_down(gone)
        assert "Wir haben nichts über Sie gespeichert" in gone.text
    assert edge.get(path).status_code == 503, "without a database nobody knows"


# Unsubscribe


def test_the_unsubscribe_page_asks_and_its_button_unsubscribes(
    site: Site, house: House, welcome: Letter
) -> None:
    path = link(welcome, "unsubscribe")
    page = site.get(path, headers=ENGLISH)
    assert page.status_code == 200
    assert is_locked_down(page)
    assert [record["kind"] for record in site.journalled()] == ["own-page.opened"]

    done = site.post(path, headers=ENGLISH)
    assert done.status_code == 200
    assert "You are unsubscribed" in done.text
    assert site.journalled()[-1]["how"] == "unsubscribe page"
    ingest(site)
    assert house.consents()["email"] == "withdrawn"


def test_one_click_of_a_mail_program_needs_no_second(site: Site, house: House, welcome: Letter) -> None:
    address = welcome.list_unsubscribe_url
    assert address is not None
    for content_type in ("application/x-www-form-urlencoded", "multipart/form-data"):
        body = {"List-Unsubscribe": "One-Click"}
        done = site.post(address.removeprefix(PUBLIC), body, content_type=content_type)
        assert done.status_code == 200, "RFC 8058: no redirect"
    assert {record["how"] for record in site.journalled()} == {"one-click"}
    ingest(site)
    assert house.consents()["email"] == "withdrawn"


def test_an_unsubscription_that_cannot_be_written_down_is_not_confirmed(edge: Site) -> None:
    path = edge.services.world.links.unsubscribe(_nobody(), None).removeprefix(PUBLIC)
    edge.break_journal()
    response = edge.post(path)
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0


# Downloads


def test_a_download_hands_the_file_out_and_notes_it(site: Site, house: House, welcome: Letter) -> None:
    response = site.get(link(welcome, "d"), headers={"User-Agent": A_BROWSER})
    assert response.status_code == 200
    assert response.data.startswith(b"%PDF")
    assert response.mimetype == "application/pdf"
    assert response.headers["Content-Disposition"] == "attachment; filename=globe-next.pdf"
    assert response.headers["Cache-Control"] == "private, no-cache"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    response.close()
    ingest(site)
    house.tick(seconds=1)
    assert "file.downloaded" in [line.kind for line in house.lead().timeline]


def test_a_download_needs_neither_database_nor_journal(edge: Site) -> None:
    edge.break_journal()
    target = DownloadTarget(_nobody(), None, "globe-next-download")
    response = edge.get(edge.services.world.links.download(target).removeprefix(PUBLIC))
    assert response.data.startswith(b"%PDF")
    response.close()


@pytest.mark.parametrize("form", ["kontakt", "no-more", "../../etc/passwd", ""])
def test_a_download_that_is_offered_no_more_is_gone(edge: Site, form: str) -> None:
    path = edge.services.world.links.download(DownloadTarget(_nobody(), None, form)).removeprefix(PUBLIC)
    response = edge.get(path)
    assert response.status_code == 410
    assert is_locked_down(response)


# Looking changes nothing


LOOKED_AT = (
    tables.profiles,
    tables.consents,
    tables.stage_changes,
    tables.enrolments,
    tables.handovers,
    tables.suppressions,
    tables.submissions,
)


def snapshot(engine: Engine, watched: tuple[Table, ...] = LOOKED_AT) -> dict[str, list[tuple[object, ...]]]:
    """All rows of these tables."""
    with engine.connect() as connection:
        rows = {one.name: connection.execute(select(one)).all() for one in watched}
    return {name: sorted((tuple(row) for row in found), key=repr) for name, found in rows.items()}


def links_of(letters: list[Letter]) -> list[str]:
    """Every link of ours in these mails, as a scanner finds it."""
    found = [
        path
        for letter in letters
        for text in (letter.text, letter.html, letter.list_unsubscribe_url or "")
        for path in re.findall(rf"{PUBLIC}(/[^\s\"'<>)\]]*)", text)
    ]
    return list(dict.fromkeys(found))


def test_following_every_link_of_every_mail_changes_nothing(site: Site, house: House) -> None:
    house.submit()
    house.clock.move(minutes=1)
    house.confirm()
    house.clock.move(minutes=1)
    house.submit(form="rueckruf", email="ben@muster.example", phone="+49 30 23125 010", allows=("phone",))
    house.submit(form="sepa-checkliste", email="carl@muster.example", allows=())
    house.clock.move(minutes=5)
    links = links_of(house.sent)
    kinds = {path.split("/")[1] for path in links}
    assert kinds == {"confirm", "preferences", "me", "unsubscribe", "d", "t", "leads"}

    before = snapshot(house.engine)
    seen: set[str] = set()
    for _ in range(3):
        for path in links:
            site.client.head(path).close()
            page = site.get(path, headers={"User-Agent": A_BROWSER})
            assert page.status_code in {200, 302}
            if page.mimetype == "text/html":
                seen |= {one.get("href", "") for one in Outline(page.text).all("a")}
            page.close()
    for address in sorted(seen):
        path = address.removeprefix(PUBLIC)
        if path.startswith("/"):
            for method in ("HEAD", "GET"):
                site.client.open(path, method=method).close()
    assert snapshot(house.engine) == before

    kinds = {record["kind"] for record in site.journalled()}
    assert kinds == {"mail.opened", "link.clicked", "file.downloaded", "own-page.opened"}

    consents, stage, to_sales = house.consents(), house.lead().stage, len(house.to_sales())
    ingest(site)
    house.tick(seconds=30)
    house.tick(minutes=5)
    assert (house.consents(), house.lead().stage, len(house.to_sales())) == (consents, stage, to_sales)


def ingest(site: Site) -> None:
    """Take the journal over, as the process beside the web does."""
    Ingest(site.services).once()
    site.services.engine.dispose()


def _nobody() -> UUID:
    return UUID("018f2d6e-0000-7000-8000-00000000dead")
