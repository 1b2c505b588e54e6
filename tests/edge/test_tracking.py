"""Opens and clicks: the bare WSGI callable in front of everything else."""

import json
import subprocess
import sys
from io import BytesIO
from uuid import UUID, uuid4

import pytest

from bridge.delivery.links import ClickTarget
from bridge.edge.tracking import PIXEL
from bridge.intake.reading import parse_record
from bridge.intake.records import Hit
from tests.edge.conftest import Open
from tests.edge.site import Site
from tests.house import PUBLIC
from tests.make import A_BROWSER, NOON

MAIL = UUID("018f2d6e-0000-7000-8000-000000000001")
TARGET = "https://www.example.com/sepa?a=1&b=%C3%BC#teil"


def click(site: Site, url: str = TARGET, number: int = 3) -> str:
    """The path of a tracked link."""
    return site.services.world.links.click(ClickTarget(MAIL, number, url)).removeprefix(PUBLIC)


def pixel(site: Site) -> str:
    """The path of an open pixel."""
    return site.services.world.links.pixel(MAIL).removeprefix(PUBLIC)


def hit(site: Site) -> Hit:
    """The one record of the journal, as ingest reads it."""
    record = site.only_record()
    read = parse_record(UUID(int=1), record.pop("kind_of_record"), NOON, json.dumps(record)).body
    assert isinstance(read, Hit)
    return read


def test_a_click_is_written_down_and_led_on(edge: Site) -> None:
    response = edge.get(
        click(edge), headers={"User-Agent": A_BROWSER}, environ_overrides={"REMOTE_ADDR": "::1"}
    )
    assert response.status_code == 302
    assert response.headers["Location"] == TARGET
    assert response.data == b""
    noted = hit(edge)
    assert (noted.kind, noted.mail, noted.link, noted.url) == ("link.clicked", MAIL, 3, TARGET)
    assert noted.request.ip == "::1"
    assert noted.request.user_agent == A_BROWSER
    assert noted.request.method == "GET"


CHROME = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
    "Accept-Language": "de-DE,de;q=0.9,fr;q=0.3",
    "Accept-Encoding": "gzip, br",
    "Cookie": "a=b",
    "Referer": "https://mail.example.com/inbox/secret",
    "Sec-Fetch-Site": "cross-site",
    "Sec-Fetch-Mode": "navigate",
    "Sec-Fetch-Dest": "document",
    "Sec-Fetch-User": "?1",
    "Sec-CH-UA": '"Chromium";v="157", "Not?A_Brand";v="24"',
    "Sec-CH-UA-Platform": '"Windows"',
    "Via": "1.1 proxy.beispiel.example",
    "X-Forwarded-For": "203.0.113.9",
}


def test_headers_that_tell_a_person_from_a_machine_are_noted_and_no_more_of_them(edge: Site) -> None:
    """Of what could tell one person from another only that it was sent."""
    edge.get(click(edge), headers=CHROME)
    assert hit(edge).request.headers == {
        "accept": "text/html,application/xhtml+xml,application/xml;q=0.9,image/",
        "accept-language": "1",
        "sec-fetch-mode": "navigate",
        "sec-ch-ua": "1",
        "sec-ch-ua-platform": "Windows",
    }


def test_a_browser_without_a_window_is_noted_as_such(edge: Site) -> None:
    edge.get(click(edge), headers={"Sec-CH-UA": '"HeadlessChrome";v="157", "Not?A_Brand";v="24"'})
    assert hit(edge).request.headers == {"sec-ch-ua": "headless"}


def test_that_none_of_these_headers_was_sent_is_noted_too(edge: Site) -> None:
    edge.get(pixel(edge))
    assert hit(edge).request.headers == {}


def test_a_header_that_is_there_and_empty_was_sent(edge: Site) -> None:
    edge.get(click(edge), headers={"Accept": "", "Accept-Language": ""})
    assert hit(edge).request.headers == {"accept": "", "accept-language": "1"}


@pytest.mark.parametrize("name", ["Sec-Purpose", "Purpose", "X-Moz", "X-Purpose"])
def test_who_fetches_what_nobody_may_see_says_so_in_one_of_four_headers(edge: Site, name: str) -> None:
    edge.get(click(edge), headers={name: "preview"})
    assert hit(edge).request.purpose == "preview"


def test_answers_of_tracking_are_not_stored_and_leave_nothing_behind(edge: Site) -> None:
    for response in (edge.get(click(edge)), edge.get(pixel(edge))):
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert response.headers["X-Robots-Tag"] == "noindex"
        assert "Set-Cookie" not in response.headers


def test_an_open_gets_the_smallest_picture(edge: Site) -> None:
    response = edge.get(pixel(edge))
    assert response.status_code == 200
    assert response.mimetype == "image/gif"
    assert response.data == PIXEL
    assert response.headers["Content-Length"] == str(len(PIXEL)) == "43"
    assert response.data.startswith(b"GIF89a\x01\x00\x01\x00")
    noted = hit(edge)
    assert (noted.kind, noted.mail, noted.link, noted.url) == ("mail.opened", MAIL, None, None)


def test_head_is_answered_without_a_body_and_noted_as_such(edge: Site) -> None:
    led = edge.client.head(click(edge))
    shown = edge.client.head(pixel(edge))
    assert (led.status_code, led.headers["Location"], led.data) == (302, TARGET, b"")
    assert (shown.status_code, shown.headers["Content-Length"], shown.data) == (200, "43", b"")
    assert [record["request"]["method"] for record in edge.journalled()] == ["HEAD", "HEAD"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_other_methods_count_as_nothing(edge: Site, method: str) -> None:
    for path in (click(edge), pixel(edge)):
        assert edge.client.open(path, method=method).status_code in {404, 405}
    assert edge.journalled() == []


@pytest.mark.parametrize(
    ("url", "location"),
    [
        ("https://www.example.com/größe?q=ü", "https://www.example.com/gr%C3%B6%C3%9Fe?q=%C3%BC"),
        ("https://a.example/x y", "https://a.example/x%20y"),
        ("https://a.example/\r\nSet-Cookie: a=b", "https://a.example/%0D%0ASet-Cookie:%20a=b"),
        ("https://a.example/%E4%F6", "https://a.example/%E4%F6"),
        ("https://a.example/" + "x" * 1900, "https://a.example/" + "x" * 1900),
    ],
)
def test_a_destination_is_exactly_the_one_that_was_signed(edge: Site, url: str, location: str) -> None:
    response = edge.get(click(edge, url))
    assert response.headers["Location"] == location
    assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize(
    "addition", ["?url=https://evil.example", "?next=//evil.example", "?Location=x%0d%0aSet-Cookie:a=b"]
)
def test_nothing_in_the_request_changes_the_destination(edge: Site, addition: str) -> None:
    headers = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "Referer": "https://evil.example"}
    response = edge.get(click(edge) + addition, headers=headers)
    assert response.headers["Location"] == TARGET


@pytest.mark.parametrize(
    "path", ["/t/c//evil.example", "/t/c/https://evil.example", "/t/c/", "/t/o/.gif", "/t/o/x", "/t/", "/t/c"]
)
def test_no_path_is_an_open_redirect(edge: Site, path: str) -> None:
    response = edge.get(path)
    assert response.status_code == 404
    assert "Location" not in response.headers


@pytest.mark.parametrize(
    "path",
    ["//evil.example", "//evil.example/..", "/forms//kontakt", "/\\evil.example", "/demo/", "/%2f%2fevil"],
)
def test_no_page_redirects_to_a_host_that_the_request_names(edge: Site, path: str) -> None:
    response = edge.get(path, headers={"Host": "evil.example"})
    assert response.status_code == 404
    assert "Location" not in response.headers


def test_people_are_led_on_when_nothing_can_be_written_down(edge: Site) -> None:
    edge.break_journal()
    assert edge.get(click(edge)).headers["Location"] == TARGET
    assert edge.get(pixel(edge)).data == PIXEL


def test_a_strange_agent_is_cut_and_cleaned(edge: Site) -> None:
    strange = "A\x00\r\n\x1bB\xff" + "x" * 5000
    environ = {"HTTP_USER_AGENT": strange, "HTTP_SEC_PURPOSE": "prefetch\x00;" * 99, "HTTP_ACCEPT": strange}
    assert edge.get(click(edge), environ_overrides=environ).status_code == 302
    noted = hit(edge).request
    assert noted.user_agent is not None
    assert noted.user_agent.startswith("A\nBÿx")
    assert len(noted.user_agent) == 400
    assert noted.purpose is not None
    assert len(noted.purpose) == 100
    assert noted.headers == {"accept": "A\nBÿ" + "x" * 56}


def test_who_follows_a_damaged_link_reads_a_page(edge: Site) -> None:
    damaged = edge.get("/t/c/broken", headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert (damaged.status_code, damaged.mimetype) == (404, "text/html")


def test_links_of_a_rotated_key_still_lead_on(open_one: Open) -> None:
    old = open_one()
    path = click(old)
    both = open_one(SECRET_KEYS=f"a-new-key-of-the-tests,{old.services.settings.secret_keys[0]}")
    new = open_one(SECRET_KEYS="a-new-key-of-the-tests")
    assert both.get(path).status_code == 302
    assert new.get(path).status_code == 404
    assert new.get(click(both)).status_code == 302


def test_tracking_needs_nothing_of_the_web_framework_database_or_queue() -> None:
    code = "import sys, bridge.edge.tracking; print(*{name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {"flask", "werkzeug", "sqlalchemy", "psycopg", "redis", "rq", "jinja2", "cel", "requests"}
    assert heavy.isdisjoint(done.stdout.split())


def test_tracking_answers_a_bare_server_that_sends_the_least(edge: Site) -> None:
    """PEP 3333 allows a server to leave out what is empty."""
    from bridge.app import create_wsgi

    app = create_wsgi(edge.services)
    answered: list[str] = []
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": click(edge), "wsgi.input": BytesIO()}
    body = app(environ, lambda status, headers: answered.append(status))
    assert (b"".join(body), answered) == (b"", ["302 Found"])
    assert hit(edge).request.ip is None


def test_the_pixel_of_one_mail_is_not_that_of_another(edge: Site) -> None:
    assert edge.services.world.links.pixel(uuid4()) != edge.services.world.links.pixel(MAIL)
