"""A gated download: whole or in part, counted once, for as long as its link works, and wherever the file lies."""

import os
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine
from werkzeug.test import TestResponse, create_environ

from bridge.delivery.links import DownloadTarget
from bridge.edge.gate import A_PIECE, LARGEST_PIECE
from bridge.flow.sending.suppress import suppress
from bridge.program.loading import load_program
from bridge.store.suppressions import BY_HAND
from tests import make
from tests.conftest import Servers
from tests.edge.conftest import Open
from tests.edge.site import Outline, Site, is_locked_down, words
from tests.endpoint import Endpoint, status
from tests.house import PUBLIC, Clock, House
from tests.make import A_BROWSER
from tests.together import eventually

CONTENT = bytes(range(256)) * 40
NOBODY = UUID(int=7)


class Programme:
    """A programme of one form with a download, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "program.toml"
        self.files = folder / "files"
        self.files.mkdir(parents=True)

    def offers(self, download: str, expires: str = "") -> str:
        """Let the form give that; returns where the programme lies."""
        more = f'download = "{download}"\n' + (f'link_expires = "{expires}"\n' if expires else "")
        self.file.write_text(make.EXACT.replace('kind = "other"\n', f'kind = "download"\n{more}', 1))
        return str(self.file)


@pytest.fixture
def programme(tmp_path: Path) -> Programme:
    """One without anything yet."""
    return Programme(tmp_path / "programme")


@pytest.fixture
def site(open_one: Open, programme: Programme) -> Site:
    """A site that gives out a file; neither database nor Redis are there."""
    (programme.files / "liste.bin").write_bytes(CONTENT)
    return open_one(PROGRAM=programme.offers("liste.bin"), clock=Clock())


def path_to(site: Site, days_old: float | None = 0) -> str:
    """The link of somebody to the file."""
    since = None if days_old is None else site.services.clock() - timedelta(days=days_old)
    target = DownloadTarget(NOBODY, None, "download", since)
    return site.services.world.links.download(target).removeprefix(PUBLIC)


def got(site: Site, method: str = "GET", **headers: str) -> TestResponse:
    """What a browser is answered."""
    said = {name.replace("_", "-"): value for name, value in headers.items()}
    return site.client.open(
        path_to(site), method=method, headers={"User-Agent": A_BROWSER} | said, buffered=True
    )


def counted(site: Site) -> list[str]:
    """The methods of the downloads that were written down."""
    return [one["request"].get("method", "GET") for one in site.journalled()]


# In part


@pytest.mark.parametrize(
    ("asked", "given", "part"),
    [
        ("bytes=0-99", CONTENT[:100], "bytes 0-99/10240"),
        ("bytes=100-199", CONTENT[100:200], "bytes 100-199/10240"),
        ("bytes=10000-", CONTENT[10_000:], "bytes 10000-10239/10240"),
        ("bytes=-40", CONTENT[-40:], "bytes 10200-10239/10240"),
        ("bytes=10200-99999", CONTENT[10_200:], "bytes 10200-10239/10240"),
    ],
)
def test_a_part_is_given_to_whoever_asks_for_it(site: Site, asked: str, given: bytes, part: str) -> None:
    response = got(site, Range=asked)
    assert (response.status_code, response.data) == (206, given)
    assert response.headers["Content-Range"] == part
    assert response.headers["Content-Length"] == str(len(given))


@pytest.mark.parametrize(
    "asked", ["lines=1-2", "bytes=5-2,9", "bytes=0-1,5-9", "bytes=", "bytes=a-b", "nonsense"]
)
def test_what_is_no_part_is_answered_with_the_whole(site: Site, asked: str) -> None:
    response = got(site, Range=asked)
    assert (response.status_code, response.data) == (200, CONTENT)


def test_a_part_behind_the_end_is_refused_with_the_length(site: Site) -> None:
    response = got(site, Range="bytes=10240-")
    assert response.status_code == 416
    assert response.headers["Content-Range"] == "bytes */10240"
    assert counted(site) == []


def test_the_whole_says_that_it_comes_in_parts_too(site: Site) -> None:
    response = got(site)
    assert response.headers["Accept-Ranges"] == "bytes"
    assert response.headers["Content-Length"] == str(len(CONTENT))


def test_a_download_that_broke_off_goes_on_while_the_file_is_the_same(
    site: Site, programme: Programme
) -> None:
    whole = got(site)
    for mark in (whole.headers["ETag"], whole.headers["Last-Modified"]):
        assert got(site, Range="bytes=100-", If_Range=mark).status_code == 206
    (programme.files / "liste.bin").write_bytes(b"another one")
    os.utime(programme.files / "liste.bin", (10**9, 10**9))
    changed = got(site, Range="bytes=100-", If_Range=whole.headers["ETag"])
    assert (changed.status_code, changed.data) == (200, b"another one")


# Not again


def test_a_browser_that_has_the_file_is_not_sent_it_again(site: Site) -> None:
    whole = got(site)
    mark, changed = whole.headers["ETag"], whole.headers["Last-Modified"]
    for said in ({"If_None_Match": mark}, {"If_Modified_Since": changed}, {"If_None_Match": "*"}):
        response = got(site, **said)
        assert (response.status_code, response.data) == (304, b"")
    assert got(site, If_None_Match='"another"').status_code == 200
    assert got(site, If_None_Match=mark, Range="bytes=0-99").status_code == 304


def test_the_same_content_has_the_same_mark_wherever_it_lies(site: Site, programme: Programme) -> None:
    before = got(site)
    (programme.files / "liste.bin").unlink()
    (programme.files / "liste.bin").write_bytes(CONTENT)
    os.utime(programme.files / "liste.bin", (10**9, 10**9))
    after = got(site)
    assert after.headers["ETag"] == before.headers["ETag"]
    assert after.headers["Last-Modified"] == "Sun, 09 Sep 2001 01:46:40 GMT"


def test_a_look_at_the_headers_sends_no_file(site: Site) -> None:
    response = got(site, "HEAD", Range="bytes=0-9")
    assert (response.status_code, response.data) == (200, b"")
    assert response.headers["Content-Length"] == str(len(CONTENT))
    assert counted(site) == ["HEAD"], "which is a machine's"


# What counts


def test_only_the_first_request_of_a_download_counts(site: Site) -> None:
    mark = got(site, Range="bytes=0-1").headers["ETag"]
    assert counted(site) == [], "a look at two bytes is no download"
    got(site, Range="bytes=0-4095")
    assert counted(site) == ["GET"]
    for start in range(4096, 10_240, 1024):
        got(site, Range=f"bytes={start}-{start + 1023}", If_Range=mark)
    got(site, If_None_Match=mark)
    assert counted(site) == ["GET"]
    got(site)
    assert counted(site) == ["GET", "GET"], "fetched once more from its beginning"


# Its name


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Prüfliste für Größen.pdf", "filename*=UTF-8''Pr%C3%BCfliste%20f%C3%BCr%20Gr%C3%B6%C3%9Fen.pdf"),
        ("2026/liste.pdf", "attachment; filename=liste.pdf"),
        ("a b.pdf", 'filename="a b.pdf"'),
    ],
)
def test_it_is_saved_under_its_own_name(open_one: Open, programme: Programme, name: str, said: str) -> None:
    (programme.files / name).parent.mkdir(exist_ok=True)
    (programme.files / name).write_bytes(CONTENT)
    response = got(open_one(PROGRAM=programme.offers(name)))
    assert said in response.headers["Content-Disposition"]
    assert response.headers["Content-Disposition"].isascii()
    assert response.mimetype == "application/pdf"


# No way out of the folder


def test_a_file_that_became_a_way_out_of_the_folder_is_given_to_nobody(
    site: Site, programme: Programme
) -> None:
    (programme.files / "liste.bin").unlink()
    (programme.files / "liste.bin").symlink_to("/etc/passwd")
    response = got(site)
    assert response.status_code == 503
    assert "root" not in response.text
    assert is_locked_down(response)
    assert counted(site) == []


def test_a_file_that_is_gone_is_said_to_be_away(site: Site, programme: Programme) -> None:
    (programme.files / "liste.bin").unlink()
    response = got(site)
    assert (response.status_code, response.headers["Retry-After"]) == (503, "60")
    assert "gerade nicht erreichbar" in response.text
    assert got(site, Accept="application/json").get_json() == {
        "error": "unavailable, please try again",
        "status": 503,
    }


# Links that expire


@pytest.fixture
def house(engine: Engine, programme: Programme) -> House:
    """What happens behind a site whose links work for thirty days."""
    (programme.files / "liste.bin").write_bytes(CONTENT)
    return House(engine, load_program(Path(programme.offers("liste.bin", "30d"))))


@pytest.fixture
def monthly(open_one: Open, programme: Programme, servers: Servers, house: House) -> Site:
    """That site."""
    return open_one(
        clock=house.clock,
        DATABASE_URL=servers.database_url,
        REDIS_URL=servers.redis_url,
        PROGRAM=str(programme.file),
    )


def asked_for(house: House) -> str:
    """The link that somebody got by mail."""
    house.submit(form="download", allows=())
    return f"/d/{house.token(house.sent[-1], 'd')}"


def press(site: Site, path: str) -> TestResponse:
    """Press the button of the page, and look at what follows."""
    [form] = Outline(site.get(path).text).all("form")
    pressed = site.post(form["action"])
    assert pressed.status_code == 303
    return site.get(pressed.location)


def test_a_link_works_until_it_expires_and_then_offers_a_new_one(monthly: Site, house: House) -> None:
    path = asked_for(house)
    house.clock.move(days=30)
    assert monthly.client.get(path, buffered=True).status_code == 200
    house.clock.move(seconds=1)
    response = monthly.get(path)
    assert response.status_code == 410
    assert is_locked_down(response)
    assert "Der Link gilt 30 Tage." in words(response.text)
    assert monthly.client.get(path, headers={"Accept": "application/json"}).get_json()["status"] == 410
    assert len(monthly.journalled()) == 1, "the page is no download"


def test_the_button_sends_a_new_link_to_the_address_of_the_profile(monthly: Site, house: House) -> None:
    path = asked_for(house)
    house.clock.move(days=31)
    page = press(monthly, path)
    assert page.status_code == 200
    house.tick(seconds=1)
    letter = house.sent[-1]
    assert (letter.recipient, letter.subject) == ("anna@beispiel.example", "Ihr Download: Download")
    assert letter.list_unsubscribe_url is None
    assert "30 Tage" in letter.text
    new = f"/d/{house.token(letter, 'd')}"
    assert monthly.client.get(new, buffered=True).data == CONTENT
    [row] = house.outbox("sent")[-1:]
    assert (row.template, row.ground) == ("mail/download", "request")
    assert next(line.template for line in house.lead().mails) == "mail/download"


def test_whoever_presses_often_is_told_the_same_and_sent_little(monthly: Site, house: House) -> None:
    path, before = asked_for(house), len(house.sent)
    house.clock.move(days=31)
    pages = set()
    for _ in range(8):
        pages.add(words(press(monthly, path).text))
        house.tick(minutes=9)
    house.tick(hours=1)
    assert len(house.sent) - before == 3
    house.tick(days=1)
    press(monthly, path)
    house.tick(seconds=1)
    assert len(house.sent) - before == 4
    assert len(pages) == 1


def test_nobody_learns_from_the_button_who_is_known(monthly: Site, house: House) -> None:
    path = asked_for(house)
    house.clock.move(days=31)
    links = monthly.services.world.links
    stranger = links.download(DownloadTarget(NOBODY, None, "download", make.NOON - timedelta(days=31)))
    known, unknown = press(monthly, path), press(monthly, stranger.removeprefix(PUBLIC))
    assert (known.status_code, words(known.text)) == (unknown.status_code, words(unknown.text))
    house.tick(seconds=1)
    assert len(house.sent) == 2


def test_whoever_may_not_be_mailed_gets_no_link(monthly: Site, house: House) -> None:
    path = asked_for(house)
    with house.unit() as unit:
        suppress(unit, "anna@beispiel.example", house.lead().id, BY_HAND, "they asked for it")
    house.clock.move(days=31)
    press(monthly, path)
    house.tick(seconds=1)
    assert len(house.sent) == 1


def test_a_link_that_still_works_is_followed_instead(monthly: Site, house: House) -> None:
    path = asked_for(house)
    pressed = monthly.post(path.replace("/d/", "/downloads/"))
    assert (pressed.status_code, pressed.location) == (303, path)
    assert house.outbox("due") == []


def test_looking_at_the_page_sends_nothing(monthly: Site, house: House) -> None:
    path = asked_for(house)
    house.clock.move(days=31)
    for one in (path, path.replace("/d/", "/downloads/")):
        for method in ("GET", "HEAD"):
            assert monthly.client.open(one, method=method).status_code == 410
    assert house.outbox("due") == []


def test_a_link_of_before_links_said_when_they_were_made_works_on(monthly: Site) -> None:
    response = monthly.client.get(path_to(monthly, days_old=None), buffered=True)
    assert response.data == CONTENT


# Files that lie elsewhere


@pytest.fixture
def elsewhere() -> Iterator[Endpoint]:
    """A server that has the file."""
    with Endpoint(status(200, CONTENT, ETag='"1"', Content_Type="application/pdf")) as endpoint:
        yield endpoint


@pytest.fixture
def far(open_one: Open, programme: Programme, elsewhere: Endpoint) -> Site:
    """A site that gives out what lies there."""
    offered = programme.offers(f"{elsewhere.url}/files/Pr%C3%BCfliste.pdf?key=geheim")
    return open_one(PROGRAM=offered, clock=Clock(), PRIVATE_TARGETS="127.0.0.0/8")


def moved(site: Site, **span: float) -> None:
    """Let time pass."""
    assert isinstance(site.services.clock, Clock)
    site.services.clock.move(**span)


def copies(programme: Programme) -> list[Path]:
    """What is kept."""
    return sorted((programme.file.parents[1] / "var" / "downloads").glob("*"))


def fetch(site: Site) -> None:
    """As cron does."""
    for _ in site.services.files.refresh_all():
        pass


def test_the_first_who_wants_it_waits_on_a_page_that_tries_again(far: Site, elsewhere: Endpoint) -> None:
    response = got(far)
    assert (response.status_code, response.headers["Retry-After"]) == (503, "3")
    assert 'http-equiv="refresh"' in response.text
    assert is_locked_down(response)
    assert eventually(lambda: got(far).status_code == 200)
    response = got(far)
    assert response.data == CONTENT
    assert "filename*=UTF-8''Pr%C3%BCfliste.pdf" in response.headers["Content-Disposition"]
    assert got(far, Range="bytes=0-99").status_code == 206
    assert len(elsewhere.received) == 1
    assert elsewhere.received[0].path.endswith("?key=geheim")


def test_cron_fetches_before_anybody_wants_it(far: Site, elsewhere: Endpoint) -> None:
    fetch(far)
    assert got(far).data == CONTENT
    assert len(elsewhere.received) == 1


def test_the_copy_is_given_out_while_its_source_is_away(far: Site, elsewhere: Endpoint) -> None:
    fetch(far)
    elsewhere.answers = [status(500)]
    moved(far, days=30)
    fetch(far)
    assert got(far).data == CONTENT


def test_the_source_is_asked_whether_anything_changed(
    far: Site, elsewhere: Endpoint, programme: Programme
) -> None:
    fetch(far)
    elsewhere.answers = [status(304)]
    moved(far, hours=2)
    fetch(far)
    assert elsewhere.received[-1].headers["if-none-match"] == '"1"'
    before = got(far)
    elsewhere.answers = [status(200, b"a newer one")]
    moved(far, hours=2)
    fetch(far)
    after = got(far)
    assert (before.data, after.data) == (CONTENT, b"a newer one")
    assert before.headers["ETag"] != after.headers["ETag"]
    assert len(copies(programme)) == 2, "the note and one copy"


def test_an_old_copy_is_given_out_at_once_and_asked_about_beside_it(far: Site, elsewhere: Endpoint) -> None:
    fetch(far)
    elsewhere.answers = [status(200, b"a newer one")]
    moved(far, hours=2)
    assert got(far).data == CONTENT
    assert eventually(lambda: got(far).data == b"a newer one")


def test_a_source_that_never_answered_is_not_asked_by_everybody(far: Site, elsewhere: Endpoint) -> None:
    elsewhere.answers = [status(404)]
    assert got(far).headers["Retry-After"] == "3"
    assert eventually(lambda: got(far).headers["Retry-After"] == "60")
    for _ in range(5):
        assert "gerade nicht erreichbar" in got(far).text
    assert len(elsewhere.received) == 1
    assert far.journalled() == []


def test_a_copy_that_was_damaged_is_fetched_anew(
    far: Site, elsewhere: Endpoint, programme: Programme
) -> None:
    fetch(far)
    [copy] = [path for path in copies(programme) if path.suffix != ".json"]
    copy.write_bytes(b"half")
    fetch(far)
    assert got(far).data == CONTENT
    assert "if-none-match" not in elsewhere.received[-1].headers


def test_copies_of_what_is_offered_no_more_go_away(far: Site, open_one: Open, programme: Programme) -> None:
    fetch(far)
    (programme.files / "liste.bin").write_bytes(CONTENT)
    fetch(open_one(PROGRAM=programme.offers("liste.bin")))
    assert copies(programme) == []


def test_inner_addresses_are_not_fetched_from(
    open_one: Open, programme: Programme, elsewhere: Endpoint
) -> None:
    site = open_one(PROGRAM=programme.offers(f"{elsewhere.url}/a.pdf"))
    fetch(site)
    assert got(site).status_code == 503
    assert elsewhere.connections == 0


def test_the_journal_names_the_form_and_no_key(far: Site) -> None:
    fetch(far)
    got(far)
    record = far.only_record()
    assert (record["kind"], record["form"]) == ("file.downloaded", "download")
    assert "geheim" not in str(record)


def test_no_key_lies_beside_the_copies(far: Site, elsewhere: Endpoint, programme: Programme) -> None:
    fetch(far)
    assert len(copies(programme)) == 2, "the note and the copy"
    for path in copies(programme):
        assert b"geheim" not in path.read_bytes(), path
    elsewhere.answers = [status(304)]
    fetch(far)
    assert elsewhere.received[-1].path.endswith("?key=geheim")
    assert elsewhere.received[-1].headers["if-none-match"] == '"1"'


# Slow readers


def test_a_file_leaves_in_one_piece_unless_it_is_large(open_one: Open, programme: Programme) -> None:
    """A server hands a list on at once, and waits with its thread for whoever takes pieces slowly."""
    file = programme.files / "liste.bin"
    file.write_bytes(CONTENT)
    site = open_one(PROGRAM=programme.offers("liste.bin"), part="edge")
    assert raw(site) == [CONTENT]
    assert raw(site, HTTP_RANGE="bytes=100-199") == [CONTENT[100:200]]
    with file.open("wb") as large:
        large.truncate(LARGEST_PIECE + 1)
    assert not isinstance(raw(site), list)
    assert raw(site, HTTP_RANGE="bytes=-10") == [bytes(10)]


def test_where_threads_are_many_files_leave_piece_by_piece_and_links_keep_theirs(
    open_one: Open, programme: Programme
) -> None:
    (programme.files / "liste.bin").write_bytes(bytes(3 * A_PIECE))
    site = open_one(PROGRAM=programme.offers("liste.bin"), threads=64)
    reading = [asked(site) for _ in range(16)]
    assert [len(next(iter(one))) for one in reading] == 16 * [A_PIECE]
    assert [len(one) for one in asked(site)] == [3 * A_PIECE], "one more gets it whole, and holds no thread"
    reading[0].close()
    for part in ("bytes=-600000", "bytes=0-599999"):
        reading[0] = asked(site, HTTP_RANGE=part)
        pieces = [len(one) for one in reading[0]]
        assert len(pieces) > 1
        assert (max(pieces), sum(pieces)) == (A_PIECE, 600_000)
        reading[0].close()
    few = open_one(PROGRAM=programme.offers("liste.bin"), threads=8)
    assert isinstance(asked(few), list)
    for one in reading:
        one.close()


def asked(site: Site, **headers: str) -> Any:
    """What a server gets for a request, to be read and closed."""
    environ = create_environ(path_to(site)) | headers
    return site.client.application(environ, lambda *_: lambda _: None)


def raw(site: Site, **headers: str) -> Iterable[bytes]:
    """What a server gets for a request (PEP 3333)."""
    answer: Iterable[bytes] = asked(site, **headers)
    if close := getattr(answer, "close", None):
        close()
    return answer
