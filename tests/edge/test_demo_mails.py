"""The demo's page of all mails: each is there, in both languages, locked into its frame."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge.delivery.previews import grouped, previews
from tests import make
from tests.edge.site import Outline, Site, open_site


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    opened = open_site(tmp_path, DEMO="1")
    yield opened
    opened.close()


def test_every_mail_is_on_the_list_and_can_be_opened(site: Site) -> None:
    page = site.client.get("/demo/mails").text
    found = [link["href"] for link in Outline(page).all("a") if link["href"].startswith("/demo/mails/")]
    listed = [preview.name for group in grouped(site.services.program) for preview in group.previews]
    expected = [f"/demo/mails/{name}#in-{language}" for name in listed for language in ("de", "en")]
    assert found == expected
    for link in dict.fromkeys(one.partition("#")[0] for one in found):
        frames = Outline(site.client.get(link).text).all("iframe")
        assert {frame["src"] for frame in frames} == {f"{link}/de", f"{link}/en"}
        assert len(frames) == 4
        for frame in frames:
            assert frame["sandbox"] == "allow-popups allow-popups-to-escape-sandbox"


def test_a_mail_of_a_series_is_listed_at_its_place_in_it_alone(site: Site) -> None:
    program = site.services.program
    listed = [preview.name for group in grouped(program) for preview in group.previews]
    assert len(listed) == len(set(listed))
    left_out = {preview.name for preview in previews(program)} - set(listed)
    assert left_out == {f"program/{name}" for name in program.mails if name not in program.idle_mails}
    titles = [group.title["de"] for group in grouped(program) if group.title]
    assert titles == [one.title["de"] for one in program.sequences.values()]


def test_samples_of_news_are_about_what_the_series_is_about(site: Site) -> None:
    site.services.program = make.whole_demo_program()
    series = {
        "follow-up-finanzbuchhaltung.news": "Finanzbuchhaltung",
        "follow-up-auswertungen.reports-news": "Auswertungen",
    }
    for name, topic in series.items():
        assert f"{topic}: was sich im neuen Jahr" in site.client.get(f"/demo/mails/series/{name}/de").text


def test_mails_that_nothing_sends_are_marked(site: Site) -> None:
    page = site.client.get("/demo/mails", headers={"Accept-Language": "en"}).text
    rows = {row.partition("#in-de")[0].rpartition("/")[2]: row for row in page.split("<tr>")}
    marked = {name for name, row in rows.items() if "nothing sends it yet" in row}
    assert marked == {"download", *site.services.program.idle_mails}, "no link expires in the demo"
    assert {"confirm", "welcome.welcome", "code"} <= rows.keys() - marked


def test_a_framed_mail_runs_nothing_and_stays_in_its_frame(site: Site) -> None:
    answer = site.client.get("/demo/mails/program/welcome/en")
    assert "Welcome" in answer.text
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'")
    assert "sandbox" in policy


@pytest.mark.parametrize(
    "path", ["/demo/mails/mail/none", "/demo/mails/none/confirm", "/demo/mails/mail/confirm/fr"]
)
def test_what_is_not_there_is_said_so(site: Site, path: str) -> None:
    assert site.client.get(path).status_code == 404


def test_outside_of_the_demo_there_is_no_such_page(tmp_path: Path) -> None:
    site = open_site(tmp_path)
    assert site.client.get("/demo/mails").status_code == 404
    site.close()
