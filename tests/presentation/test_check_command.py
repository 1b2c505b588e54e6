"""`leadbridge check`: mistakes end it with 1, doubts are said, and links are asked when that is wished."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from pathlib import Path

import pytest

from bridge.cli import links as asking
from bridge.cli.diagnosis.downloads import files
from bridge.cli.links import ask_links, links_of
from bridge.program.loading import load_program
from bridge.settings import Settings
from bridge.wiring import Services
from tests import make
from tests.edge.site import environment
from tests.feeds import item, rss
from tests.house import Clock
from tests.presentation.conftest import Run
from tests.publisher import Publisher

LOOPBACK = [ip_network("127.0.0.0/8")]
MAIL = """
[[mails]]
id = "welcome"
subject = {de = "Willkommen"}
text = "mails/welcome.{language}.md"
"""
GREETING = "{{ salutation }}\n\nschön, dass Sie da sind.\n\n"


class Website:
    """Answers each path with a status of its own, 200 where none is named; `slow` paths take their time."""

    def __init__(self) -> None:
        self.status: dict[str, int] = {}
        self.no_head: set[str] = set()
        self.pause = 0.0
        self.asked: list[tuple[str, str]] = []
        self.most, self._now = 0, 0
        lock, website = threading.Lock(), self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                path = self.path
                with lock:
                    website.asked.append((self.command, path))
                    website._now += 1
                    website.most = max(website.most, website._now)
                time.sleep(website.pause)
                with lock:
                    website._now -= 1
                refused = self.command == "HEAD" and path in website.no_head
                self.send_response(405 if refused else website.status.get(path, 200))
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_HEAD = do_GET  # noqa: N815 - as http.server wants it

            def log_message(self, *arguments: object) -> None:
                """Says nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        """Stop."""
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    """A web server with feeds."""
    made = Publisher()
    yield made
    made.close()


@pytest.fixture
def website() -> Iterator[Website]:
    """A website to which mails lead."""
    site = Website()
    yield site
    site.close()


def written(folder: Path, website: Website, text: str = GREETING, more: str = MAIL) -> Path:
    """A programme whose pages lie on that website, with one mail."""
    (folder / "mails").mkdir(exist_ok=True)
    (folder / "mails" / "welcome.de.md").write_text(text, encoding="utf-8")
    toml = make.EXACT.replace("https://www.example.com", website.url) + more
    (folder / "program.toml").write_text(toml, encoding="utf-8")
    return folder / "program.toml"


def said(found: object) -> list[str]:
    """Mistakes as people read them."""
    assert isinstance(found, list)
    return sorted(str(one) for one in found)


def test_each_link_is_asked_once_and_what_is_gone_is_named_with_its_line(
    tmp_path: Path, website: Website
) -> None:
    url = website.url
    good = f"Und [zwei]({url}/good#a), [drei]({url}/good#b), [vier]({url}/shy)."
    text = f"{GREETING}[Eins]({url}/gone?key=1)\n\n{good}\n"
    website.status = {"/gone?key=1": 404, "/datenschutz": 500}
    website.no_head = {"/shy"}
    looked = ask_links(load_program(written(tmp_path, website, text)), LOOPBACK)
    assert said(looked.gone) == [f"mails/welcome.de.md, line 5: {url}/gone answers 404."]
    assert said(looked.doubts) == [f"programme, program.privacy: {url}/datenschutz answers 500."]
    assert looked.asked == 5
    assert sorted(path for method, path in website.asked if method == "HEAD") == sorted(
        ["/impressum", "/datenschutz", "/good", "/gone?key=1", "/shy"]
    )
    assert ("GET", "/shy") in website.asked, "what knows no HEAD is asked for itself"
    assert ("GET", "/good") not in website.asked


def test_several_are_asked_at_a_time_and_nobody_is_waited_for_long(
    tmp_path: Path, website: Website, monkeypatch: pytest.MonkeyPatch
) -> None:
    website.pause = 0.2
    text = GREETING + "\n".join(f"[x{number}]({website.url}/{number})" for number in range(30))
    program = load_program(written(tmp_path, website, text))
    started = time.monotonic()
    assert ask_links(program, LOOPBACK).doubts == []
    assert time.monotonic() - started < 5, "one after the other would take six seconds"
    assert 4 <= website.most <= 8
    monkeypatch.setattr(asking, "ALL_SECONDS", 0.3)
    late = ask_links(program, LOOPBACK)
    assert late.gone == []
    assert any("was not asked in time" in one for one in said(late.doubts))


def test_inner_addresses_are_asked_by_nobody(tmp_path: Path, website: Website) -> None:
    looked = ask_links(load_program(written(tmp_path, website)), [])
    assert website.asked == []
    assert all("cannot be asked" in one for one in said(looked.doubts))
    assert len(looked.doubts) == 2


def test_links_that_are_filled_in_for_each_person_are_not_asked(tmp_path: Path, website: Website) -> None:
    text = f"{GREETING}[a]({website.url}/x?to={{{{ company }}}}) [b]({{{{ preferences_url }}}})"
    places = links_of(load_program(written(tmp_path, website, text)))
    assert sorted(places) == [f"{website.url}/{name}" for name in ("datenschutz", "impressum")]


def test_a_mistake_ends_it_with_one_and_a_doubt_does_not(run: Run, tmp_path: Path, website: Website) -> None:
    text = "{{ salutation }}\n\n- eins\n"
    file = written(tmp_path, website, text, MAIL.replace("Willkommen", "Willkommen " * 7))
    done = run("check", str(file))
    assert (done.returncode, done.stderr) == (0, "")
    line = next(
        n for n, one in enumerate(file.read_text().splitlines(), 1) if one.startswith("subject = {de")
    )
    assert f"warning: line {line}, mails[welcome].subject, “de”: the subject has 76 characters" in done.stdout
    assert "warning: mails/welcome.de.md: inboxes show no words beside the subject" in done.stdout

    website.status = {"/impressum": 410}
    told = run("check", str(file), "--links", "--json", PRIVATE_TARGETS="127.0.0.0/8")
    facts = json.loads(told.stdout)
    assert (told.returncode, facts["valid"], len(facts["warnings"])) == (1, False, 2)
    [mistake] = facts["mistakes"]
    assert mistake["path"] == "program.imprint"
    assert file.read_text().splitlines()[mistake["line"] - 1].startswith("imprint =")


# Feeds


def feeds(*addresses: str) -> str:
    """Tables of feeds at these addresses."""
    return "".join(f'[[feeds]]\nid = "f{at}"\nurl = "{url}"\n' for at, url in enumerate(addresses))


def test_a_feed_that_will_be_refused_is_said_at_its_line(run: Run, tmp_path: Path, website: Website) -> None:
    inner = ("http://10.1.2.3/feed", "http://localhost/feed", "http://127.0.0.1:8000/demo/feeds/x.xml")
    file = written(tmp_path, website, more=feeds(*inner, "https://feed.example.com/"))
    lines = file.read_text().splitlines()
    facts = json.loads(run("check", str(file), "--json").stdout)
    assert facts["mistakes"] == []
    assert [lines[one["line"] - 1] for one in facts["warnings"]] == [f'url = "{url}"' for url in inner[:2]]
    assert [one for one in facts["remarks"] if one.startswith("1 feed is of the sample website")]
    assert facts["warnings"][0]["message"] == "this feed will not be read: 10.1.2.3 is not public"
    allowed = json.loads(run("check", str(file), "--json", PRIVATE_TARGETS="10.0.0.0/8", DEMO="1").stdout)
    assert [lines[one["line"] - 1] for one in allowed["warnings"]] == [f'url = "{inner[1]}"']


def test_links_ask_feeds_too_and_say_what_they_tell(
    run: Run, tmp_path: Path, website: Website, publisher: Publisher
) -> None:
    news = publisher.says("/news", rss(item("One"), item("Two")))
    page = publisher.says("/page", b"<html><title>No feed</title></html>")
    file = written(tmp_path, website, more=feeds(news, page))
    done = run("check", str(file), "--links", PRIVATE_TARGETS="127.0.0.0/8")
    assert done.returncode == 0, done.stderr
    assert "feed f0: “News”, 2 entries" in done.stdout
    assert "the feed cannot be read: this is neither RSS nor Atom" in done.stdout
    file = written(tmp_path, website, more=feeds(f"{publisher.address}/away"))
    done = run("check", str(file), "--links", PRIVATE_TARGETS="127.0.0.0/8")
    assert done.returncode == 1
    assert "feeds[f0].url: the feed cannot be had: 127.0.0.1 answered 404." in done.stderr
    publisher.asked.clear()
    refused = run("check", str(file), "--links").stdout
    assert "feeds[f0].url: the feed cannot be had: 127.0.0.1 is not public" in refused
    assert publisher.asked == []


def test_what_is_wrong_in_both_languages_is_said_once(run: Run, tmp_path: Path, website: Website) -> None:
    file = written(tmp_path, website, more=MAIL.replace('{de = "Willkommen"}', '"Hi {{ firma }}"'))
    (file.parent / "mails" / "welcome.en.md").write_text(GREETING, encoding="utf-8")
    facts = json.loads(run("check", str(file), "--json").stdout)
    assert [one["path"] for one in facts["mistakes"]] == ["mails[welcome].subject, “de” and “en”"]


def test_doubts_come_in_the_order_of_the_file(run: Run, tmp_path: Path, website: Website) -> None:
    step = '[[sequences.steps]]\nmail = "welcome"\nnext = "end"\n[[sequences.steps]]\nid = "late"\n'
    series = f'[[sequences]]\nid = "w"\nkind = "welcome"\nstarts = "address.confirmed"\n{step}'
    more = MAIL.replace("Willkommen", "Willkommen " * 7) + series + feeds("http://10.1.2.3/feed")
    file = written(tmp_path, website, "{{ salutation }}\n\n- eins\n", more)
    found = json.loads(run("check", str(file), "--json").stdout)["warnings"]
    lines = [(one["file"], one["line"] or 0) for one in found]
    assert len(lines) == 4
    assert lines == sorted(lines)


# Downloads, as doctor sees them


@contextmanager
def offering(folder: Path, website: Website, download: str) -> Iterator[Services]:
    """The services of a bridge that offers that."""
    file = written(folder, website, more="")
    more = f'kind = "download"\ndownload = "{download}"\n'
    file.write_text(file.read_text().replace('kind = "other"\n', more, 1))
    settings = environment(folder, PROGRAM=str(file), PRIVATE_TARGETS="127.0.0.0/8")
    yield Services(Settings.from_env(settings), Clock())


def test_doctor_names_a_file_that_is_gone(tmp_path: Path, website: Website) -> None:
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "liste.pdf").write_bytes(b"%PDF")
    with offering(tmp_path, website, "liste.pdf") as services:
        [found] = files(services)
        assert (found.ok, found.found) == (True, "1 file(s), all there")
        (tmp_path / "files" / "liste.pdf").unlink()
        [found] = files(services)
    assert (found.part, found.ok) == ("download download", False)
    assert "liste.pdf" in found.found
    assert str(tmp_path / "files") in found.advice


def test_doctor_asks_the_source_of_a_copy(tmp_path: Path, website: Website) -> None:
    with offering(tmp_path, website, f"{website.url}/liste.pdf?key=geheim") as services:
        [found] = files(services)
        assert (found.ok, found.found) == (None, "there is no copy yet")
        website.status = {"/liste.pdf?key=geheim": 404}
        [found] = files(services)
        assert found.ok is False
        assert found.found == f"{website.url}/liste.pdf answers 404; there is no copy yet"
        website.status = {}
        assert list(services.files.refresh_all()) == [f"{website.url}/liste.pdf"]
        [found] = files(services)
        assert (found.ok, found.found) == (True, "1 file(s), all there")
        website.status = {"/liste.pdf?key=geheim": 500}
        [found] = files(services)
    assert found.ok is None, "people get the copy"
    assert "the copy of 2026-03-12 12:00 UTC is given out" in found.found
