"""What happened in the series, behind a link that a command prints, and in the demo."""

import csv

from sqlalchemy import Engine, text

from bridge.store.snapshots import snapshot
from tests.edge.conftest import Open
from tests.edge.site import Outline, Site, is_locked_down, words
from tests.house import ANNA, PUBLIC, House

ENGLISH = {"Accept-Language": "en"}


def link(site: Site) -> str:
    """The path of a link to the reports."""
    return site.services.world.links.reports(site.services.clock()).removeprefix(PUBLIC)


def test_the_page_shows_a_funnel_for_each_series_and_names_nobody(site: Site, house: House) -> None:
    letter = house.subscriber()
    house.click(letter, 1)
    house.tick(minutes=10)
    answer = site.get(link(site), headers=ENGLISH)
    said = words(answer.text)
    assert answer.status_code == 200
    assert "Welcome to Globe Next welcome 1 · 100%" in said
    assert "1 of 1 followed a link (100%)" in said
    bars = Outline(answer.text).all("svg")
    assert sum(bar.get("class") == "bar" for bar in bars) >= 4
    for secret in (ANNA, "Anna", "Beispiel GmbH"):
        assert secret not in answer.text


def test_it_is_kept_by_nobody_and_runs_nothing(site: Site) -> None:
    for path in (link(site), f"{link(site)}/sequences.csv"):
        answer = site.get(path)
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert is_locked_down(site.get(link(site)))


def test_the_sheet_has_a_line_for_each_series_and_step(site: Site, house: House) -> None:
    house.subscriber()
    answer = site.get(f"{link(site)}/sequences.csv")
    rows = list(csv.DictReader(answer.text.splitlines()))
    assert answer.mimetype == "text/csv"
    assert "sequences.csv" in answer.headers["Content-Disposition"]
    assert [(row["step"], row["sent"]) for row in rows if row["sequence"] == "welcome"][:2] == [
        ("", "1"),
        ("welcome", "1"),
    ]


def test_it_can_be_asked_of_those_who_came_lately(site: Site, house: House) -> None:
    house.subscriber()
    house.clock.move(days=40)
    path = link(site)
    assert "1 entered" in words(site.get(path, headers=ENGLISH).text)
    assert "1 entered" not in words(site.get(f"{path}?days=30", headers=ENGLISH).text)
    assert "1 entered" in words(site.get(f"{path}?days=90", headers=ENGLISH).text)
    assert "1 entered" in words(site.get(f"{path}?days=9e9", headers=ENGLISH).text), "nonsense asks nothing"


def test_the_link_ends_after_seven_days_and_is_good_for_nothing_else(site: Site, house: House) -> None:
    path = link(site)
    house.clock.move(days=7)
    assert site.get(path).status_code == 200
    house.clock.move(seconds=2)
    assert site.get(path).status_code == 410
    assert site.get(f"{path}/sequences.csv").status_code == 410
    token = link(site).rpartition("/")[2]
    assert site.get(f"/leads/{token}").status_code == 404


def test_the_demo_shows_it_without_a_link_and_nobody_else_does(site: Site, open_one: Open) -> None:
    settings = site.services.settings
    demo = open_one(DEMO="1", DATABASE_URL=settings.database_url, clock=site.services.clock)
    assert demo.get("/demo/reports").status_code == 200
    assert demo.get("/demo/reports/sequences.csv").status_code == 200
    assert site.get("/demo/reports").status_code == 404
    assert site.get("/demo/reports/sequences.csv").status_code == 404


def test_two_do_not_read_everything_at_once(site: Site, engine: Engine) -> None:
    with snapshot(engine):
        answer = site.get(link(site))
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert site.get(link(site)).status_code == 200


def test_a_reader_changes_nothing_and_sees_one_moment(engine: Engine, house: House) -> None:
    with snapshot(engine) as connection:
        before = connection.scalar(text("select count(*) from profiles"))
        house.submit()
        assert connection.scalar(text("select count(*) from profiles")) == before
        assert connection.scalar(text("show transaction_read_only")) == "on"
