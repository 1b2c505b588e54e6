"""The sample website and the inbox: in the demo, and nowhere else."""

from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from bridge.cli.up import greeting
from bridge.clock import Course, write_course
from bridge.inbox import list_mails, store_mail
from bridge.settings import COURSE
from tests.edge.conftest import Open
from tests.edge.site import CSP, Outline, Site, is_locked_down, words
from tests.edge.test_forms import ANNA
from tests.make import NOON

SHOWN = ("/", "/demo", "/demo/preise", "/demo/inbox", "/demo/inbox/0000000000000001-00000000")


@pytest.fixture
def demo(open_one: Open) -> Site:
    """A site that was started with --demo."""
    return open_one(DEMO="1")


def caught(site: Site, html: str | None = "<html><head></head><body><b>Hallo</b></body></html>") -> str:
    """The key of a mail that the catcher kept."""
    mail = EmailMessage()
    mail["Subject"], mail["From"] = "Grüße <script>", "a@example.com"
    mail.set_content("Hallo https://example.com/x")
    if html is not None:
        mail.add_alternative(html, subtype="html")
    return store_mail(
        site.services.settings.inbox, "a@example.com", ["anna@beispiel.example"], mail.as_bytes(), NOON
    )


@pytest.mark.parametrize("path", SHOWN)
def test_without_the_demo_there_is_none(edge: Site, path: str) -> None:
    caught(edge)
    assert edge.get(path).status_code == 404
    key = list_mails(edge.services.settings.inbox)[0].key
    assert edge.get(f"/demo/inbox/{key}").status_code == 404
    assert edge.get(f"/demo/inbox/{key}/html").status_code == 404


def test_where_mails_leave_nobody_is_sent_to_an_empty_inbox(open_one: Open) -> None:
    sends = open_one(DEMO="1", MAILS_LEAVE="1", SMTP_URL="smtp://mail.example.com")
    inbox = sends.get("/demo/inbox", headers={"Accept-Language": "en"}).text
    assert "Mails leave through mail.example.com" in inbox
    assert "land here, those" not in inbox
    assert "/demo/inbox" not in {link["href"] for link in Outline(sends.get("/demo").text).all("a")}
    told = greeting(sends.services.settings)
    assert "mails sent       leave through mail.example.com:25" in told
    assert not [line for line in told if "/demo/inbox" in line]


def test_where_time_runs_faster_every_page_says_so(open_one: Open, tmp_path: Path) -> None:
    data = tmp_path / "var"
    data.mkdir()
    write_course(data / COURSE, Course(1440, NOON, NOON + timedelta(days=30), NOON))
    hasty = open_one(DEMO="1", clock=lambda: NOON)
    for path in ("/demo", "/demo/inbox", "/demo/mails", "/forms/webinar"):
        said = words(hasty.get(path, headers={"Accept-Language": "de"}).text)
        assert "Demo: Hier ist es der 11. April 2026, 14:00 Uhr. Die Zeit läuft 1.440-mal so schnell." in said
    assert "runs 1440 times as fast" in " ".join(greeting(hasty.services.settings))
    real = open_one(clock=lambda: NOON)
    assert "Demo" not in words(real.get("/forms/webinar").text)


def test_the_demo_is_greeted_with_all_its_addresses(demo: Site) -> None:
    told = " ".join(greeting(demo.services.settings))
    assert all(f"{path} " in told for path in ("/demo", "/demo/inbox", "/demo/mails", "/readyz", "/metrics"))
    lines = greeting(demo.services.settings, ["http://127.0.0.1:8000/console", "sign in as somebody"])
    assert "console          http://127.0.0.1:8000/console" in lines
    assert f"{'':17}sign in as somebody" in lines


def test_a_second_shell_is_told_where_the_data_lies(
    demo: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    data = demo.services.settings.data
    assert f"  LEADBRIDGE_DATA={data} " in greeting(demo.services.settings)[-1]
    monkeypatch.chdir(tmp_path)
    assert "LEADBRIDGE_DATA" not in greeting(replace(demo.services.settings, data=tmp_path / "var"))[-1]


def test_the_sample_website_has_a_form_that_works(demo: Site) -> None:
    assert demo.get("/").location == "/demo"
    page = demo.get("/demo", headers={"Accept-Language": "en"})
    assert is_locked_down(page)
    assert page.headers["Content-Security-Policy"] == f"{CSP}; script-src 'self'; connect-src 'self'"
    outline = Outline(page.text)
    [form] = outline.all("form")
    hidden = {one["name"]: one["value"] for one in outline.all("input") if one["type"] == "hidden"}
    assert (form["method"], form["action"]) == ("post", "/forms/globe-next-download")
    sent = demo.post(
        form["action"], ANNA | hidden | {"consent_email": "1"}, headers={"Accept-Language": "de"}
    )
    assert sent.status_code == 303
    record = demo.only_record()
    assert record["consents"]["email"]["text"].startswith("Yes, Exact may send me")
    assert "suspicion" not in record


@pytest.mark.parametrize(("language", "title"), [("de", "Preise"), ("en", "Prices")])
def test_the_sample_website_has_a_second_page_to_visit(demo: Site, language: str, title: str) -> None:
    asked = {"Accept-Language": language}
    first, second = demo.get("/demo", headers=asked), demo.get("/demo/preise", headers=asked)
    assert is_locked_down(second)
    assert second.headers["Content-Security-Policy"] == first.headers["Content-Security-Policy"]
    assert Outline(second.text).all("script") == Outline(first.text).all("script")
    assert 'id="visits"' in second.text
    titles = [page.text.split("<title>")[1].split(" –")[0] for page in (first, second)]
    assert titles[1] == title != titles[0]
    links = [{one["href"] for one in Outline(page.text).all("a")} for page in (first, second)]
    assert {"/demo/preise", "#form"} <= links[0]
    assert {"/demo/preise", "/demo#products", "/demo#form", "/demo#offers"} <= links[1]


@pytest.mark.parametrize("path", ["/demo", "/demo/preise"])
def test_from_the_sample_website_one_finds_the_mails_and_the_reports(demo: Site, path: str) -> None:
    links = {one["href"] for one in Outline(demo.get(path).text).all("a")}
    assert {"/demo/inbox", "/demo/mails", "/demo/reports"} <= links


def test_in_the_demo_pages_with_a_form_lead_to_what_a_website_copies(demo: Site, edge: Site) -> None:
    for path, form in (("/demo", "globe-next-download"), ("/forms/webinar", "webinar")):
        links = [one["href"] for one in Outline(demo.get(path).text).all("a")]
        assert f"/forms/{form}/embed" in links
        assert demo.get(f"/forms/{form}/embed").status_code == 200
    assert "/embed" not in edge.get("/forms/webinar").text


def test_what_a_star_means_is_said(demo: Site) -> None:
    form = demo.get("/demo", headers={"Accept-Language": "de"}).text.partition("<form")[2]
    assert "* Pflichtangabe" in words("<form" + form.partition("</form>")[0])


def test_the_inbox_shows_mails_and_their_html_in_a_cage(demo: Site) -> None:
    assert demo.get("/demo/inbox").status_code == 200
    key = caught(demo)
    assert "<script>" not in demo.get("/demo/inbox").text
    page = demo.get(f"/demo/inbox/{key}")
    assert page.status_code == 200
    assert page.headers["Content-Security-Policy"] == f"{CSP}; frame-src 'self'"
    assert "sandbox" in Outline(page.text).all("iframe")[0]
    framed = demo.get(f"/demo/inbox/{key}/html")
    assert "<b>Hallo</b>" in framed.text
    assert "sandbox" in framed.headers["Content-Security-Policy"]
    assert "script-src" not in framed.headers["Content-Security-Policy"]


@pytest.mark.parametrize("key", ["x", "..%2f..%2fetc%2fpasswd", "0000000000000001-00000000", "%00"])
def test_an_unknown_mail_is_not_found(demo: Site, key: str) -> None:
    for path in (f"/demo/inbox/{key}", f"/demo/inbox/{key}/html"):
        assert demo.get(path).status_code == 404
