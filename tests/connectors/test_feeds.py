"""Feeds of strangers, from a real server: within bounds, and nothing but words and addresses comes of them."""

import gzip
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_network

import pytest

from connectors.feeds import (
    Entry,
    FeedReader,
    Fetched,
    Known,
    Limits,
    Unavailable,
    UnreadableFeed,
    fetch_feed,
)
from connectors.feeds.plain import plain
from connectors.feeds.reading import NoFeed, read_titled
from connectors.feeds.unpacking import Unpacked, unpack
from connectors.web import Guard
from tests.feeds import atom, item, rss
from tests.publisher import Publisher

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
OPEN = Guard([ip_network("127.0.0.1")])
HERE = "https://blog.example.com/feed"


@pytest.fixture
def server() -> Iterator[Publisher]:
    made = Publisher()
    yield made
    made.close()


def fetched(address: str, known: Known | None = None, seconds: float = 10) -> Fetched | None:
    return fetch_feed(OPEN, address, known or Known(), NOW, Limits(seconds))


def body_of(address: str) -> bytes:
    found = fetched(address)
    assert found
    return found.body


def read(body: bytes) -> list[Entry]:
    return read_titled(body, HERE, "")[1]


def redirect(to: str, code: int = 301) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(code)
        handler.send_header("Location", to)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return answer


# Fetching


def test_a_feed_comes_with_what_its_server_calls_it(server: Publisher) -> None:
    address = server.says("/feed", b"<rss/>", ETag='"1"', Last_Modified="Sun, 22 Nov 2026 10:00:00 GMT")
    found = fetched(address)
    assert found == Fetched(b"<rss/>", address, "", Known('"1"', "Sun, 22 Nov 2026 10:00:00 GMT"))


def test_nothing_is_as_before_for_whoever_knows_nothing(server: Publisher) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(304)
        handler.end_headers()

    server.answers["/feed"] = answer
    with pytest.raises(Unavailable, match="answered 304"):
        fetched(f"{server.address}/feed")
    assert fetched(f"{server.address}/feed", Known('"1"')) is None


def test_a_feed_that_did_not_change_is_not_sent_again(server: Publisher) -> None:
    asked = []

    def answer(handler: BaseHTTPRequestHandler) -> None:
        asked.append((handler.headers["If-None-Match"], handler.headers["If-Modified-Since"]))
        handler.send_response(304)
        handler.end_headers()

    server.answers["/feed"] = answer
    assert fetched(f"{server.address}/feed", Known('"1"', "Sun, 22 Nov 2026 10:00:00 GMT")) is None
    assert asked == [('"1"', "Sun, 22 Nov 2026 10:00:00 GMT")]


def test_a_mark_that_would_be_a_header_of_its_own_is_not_kept(server: Publisher) -> None:
    for mark in ("ü", "x" * 5000):
        found = fetched(server.says("/feed", b"x", ETag=mark))
        assert found
        assert found.known == Known()


def test_what_was_packed_is_unpacked(server: Publisher) -> None:
    assert body_of(server.says("/feed", gzip.compress(b"<rss/>"), Content_Encoding="gzip")) == b"<rss/>"


@pytest.mark.parametrize("packed", [False, True])
def test_more_than_a_megabyte_is_given_up(server: Publisher, packed: bool) -> None:
    body = b" " * 50_000_000 if packed else b" " * 1_000_001
    headers = {"Content_Encoding": "gzip"} if packed else {}
    begun = time.thread_time()
    with pytest.raises(Unavailable, match="more than 1,000,000 bytes"):
        fetched(server.says("/feed", gzip.compress(body) if packed else body, **headers))
    assert time.thread_time() - begun < 2


def test_a_megabyte_is_taken(server: Publisher) -> None:
    assert len(body_of(server.says("/feed", b" " * 1_000_000))) == 1_000_000


def test_what_was_packed_otherwise_or_badly_is_no_feed() -> None:
    whole = gzip.compress(b"x" * 1000)
    assert unpack(whole, "br", 10_000) is Unpacked.BROKEN
    assert unpack(whole[:-9], "gzip", 10_000) is Unpacked.BROKEN
    assert unpack(b"not packed", "gzip", 10_000) is Unpacked.BROKEN
    assert unpack(whole, "gzip", 999) is Unpacked.TOO_MUCH
    assert unpack(whole, "x-gzip", 1000) == b"x" * 1000


def test_a_server_that_drips_is_cut_off(server: Publisher) -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        for _ in range(100):
            handler.wfile.write(b" ")
            time.sleep(0.05)

    server.answers["/feed"] = drip
    begun = time.monotonic()
    with pytest.raises(Unavailable, match=r"broke off in the middle, or took longer than 0\.3 seconds"):
        fetched(f"{server.address}/feed", seconds=0.3)
    assert time.monotonic() - begun < 4.5, "it drips for five seconds"


def test_half_a_feed_is_none(server: Publisher) -> None:
    for headers in ({"Content_Length": "1000"}, {"Transfer_Encoding": "chunked", "Content_Length": ""}):

        def answer(handler: BaseHTTPRequestHandler, headers: dict[str, str] = headers) -> None:
            handler.send_response(200)
            for name, value in headers.items():
                if value:
                    handler.send_header(name.replace("_", "-"), value)
            handler.end_headers()
            handler.wfile.write(b"6\r\n<rss/>\r\n")
            handler.close_connection = True

        server.answers["/feed"] = answer
        with pytest.raises(Unavailable, match="broke off"):
            fetched(f"{server.address}/feed")


def test_redirects_are_followed_so_often_and_no_more(server: Publisher) -> None:
    for number in range(7):
        server.answers[f"/{number}"] = redirect(f"/{number + 1}", 302 if number else 308)
    found = fetched(f"{server.says('/6', b'x')[:-1]}1")
    assert found
    assert (found.body, found.address) == (b"x", f"{server.address}/6")
    with pytest.raises(Unavailable, match="more than 5 times"):
        fetched(f"{server.address}/0")


def test_a_redirect_takes_no_more_time(server: Publisher) -> None:
    def slow(handler: BaseHTTPRequestHandler) -> None:
        time.sleep(0.2)
        redirect("/feed")(handler)

    server.answers["/feed"] = slow
    with pytest.raises(Unavailable, match="did not answer"):
        fetched(f"{server.address}/feed", seconds=0.5)


@pytest.mark.parametrize("to", ["", "ftp://127.0.0.1/", "http://[", "file:///etc/hosts", "javascript:x"])
def test_a_redirect_to_no_web_address_is_not_followed(server: Publisher, to: str) -> None:
    server.answers["/feed"] = redirect(to)
    with pytest.raises(Unavailable):
        fetched(f"{server.address}/feed")


def test_a_server_may_ask_for_a_pause_or_to_be_left_alone(server: Publisher) -> None:
    def busy(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(429)
        handler.send_header("Retry-After", "3600")
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    server.answers |= {"/busy": busy, "/gone": lambda handler: handler.send_error(410)}
    with pytest.raises(Unavailable, match=r"127\.0\.0\.1 answered 429") as busy_one:
        fetched(f"{server.address}/busy")
    assert (busy_one.value.after, busy_one.value.gone) == (timedelta(hours=1), False)
    with pytest.raises(Unavailable, match="answered 410") as gone:
        fetched(f"{server.address}/gone")
    assert gone.value.gone


# Reading


def test_rss_and_atom_are_read_newest_first() -> None:
    for feed in (rss, atom):
        found = read(feed(item("old", hours=5), item("new", hours=1), item("undated", hours=None)))
        assert [one.title for one in found] == ["new", "old", "undated"]
        assert found[0] == Entry(
            "id-new",
            "https://blog.example.com/new",
            "new",
            "About new.",
            NOW - timedelta(hours=1),
        )


def test_no_more_than_two_hundred_the_newest() -> None:
    found = read(rss(*(item(f"n{number}", hours=number) for number in range(300, 0, -1))))
    assert [one.title for one in found] == [f"n{number}" for number in range(1, 201)]


def test_what_comes_twice_is_there_once() -> None:
    assert len(read(rss(item("a"), item("a")))) == 1


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://blog.example.com/x",
        "file:///etc/passwd",
        "https://anna:secret@blog.example.com/",
        "https://",
        "http://[",
        "https://blog.example.com/a b",
        "https://blog.example.com/" + "x" * 2000,
        "",
    ],
)
def test_an_article_without_a_web_address_is_none(link: str) -> None:
    assert read(rss(item("bad", link=link), item("good")))[0].title == "good"
    assert len(read(rss(item("bad", link=link), item("good")))) == 1


def test_an_address_may_be_relative_to_the_feeds() -> None:
    (one,) = read(rss(item("a", link="../a?b=1&amp;c=2")))
    assert one.url == "https://blog.example.com/a?b=1&c=2"


def test_an_article_without_a_title_is_none() -> None:
    assert read(rss(item("", link="https://blog.example.com/x"))) == []


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<p>One <b>two</b></p><p>three<br>four", "One two three four"),
        ("a<script>alert(1)</script><style>b{}</style>c", "ac"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;", "<script>alert(1)</script>"),
        ("<img src=x onerror=alert(1)>Tom &amp; Ida", "Tom & Ida"),
        ("<a href='javascript:x'>link</a> <<b>x", "link <x"),
        ("It&#8217;s", "It’s"),
        ("<!-- x --><svg><title>t</title></svg>y", "y"),
        ("a\u202eb\u2066c\u00add\ue000e\u200bg", "abcd eg"),
        ("👩\u200d💻", "👩\u200d💻"),
    ],
)
def test_words_are_all_that_stays_of_html(html: str, words: str) -> None:
    assert plain(html, "text/html", 300) == words


def test_in_plain_words_a_tag_is_a_word() -> None:
    assert plain("a <b> & c &amp;amp;", "text/plain", 300) == "a <b> & c &amp;"


def test_what_is_long_is_cut_between_words() -> None:
    assert plain("word " * 100, "text/html", 20) == "word word word …"
    assert plain("x" * 100, "text/html", 20) == "x" * 19 + "…"
    assert len(plain("w " * 1000, "text/html", 300)) <= 300


@pytest.mark.parametrize(
    "body", [b"", b"<html><body>x</body></html>", b"\0" * 100, b"{}", b"/etc/passwd", b"-"]
)
def test_what_is_no_feed_is_said_to_be_none(body: bytes) -> None:
    with pytest.raises(NoFeed):
        read(body)


def test_the_bytes_of_a_feed_are_not_taken_for_a_files_name() -> None:
    with pytest.raises(NoFeed):
        read(__file__.encode())


BOMB = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "lol"}">' for n in range(12))
HOSTILE = {
    "entities that grow": f"<!DOCTYPE r [{BOMB}]>".encode() + rss(item("&a11;", link="/x")),
    "a file as an entity": b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    + rss(item("&x;", link="/x")),
    "signs of smaller": rss(item("<" * 900_000, link="/x")),
    "pieces of elements": rss(b"<item><description>" + b"&lt;div&gt;" * 80_000, item("a")),
    "random bytes": bytes(range(256)) * 4000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_feed_ends_and_says_nothing_of_this_machine(name: str) -> None:
    with closing(FeedReader()) as reader:
        try:
            found = reader.read(Fetched(HOSTILE[name][:1_000_000], HERE, "", Known()))
        except UnreadableFeed:
            found = []
        assert "root:" not in str(found)
        assert all(len(one.title) <= 160 for one in found)
        assert reader.read(Fetched(rss(item("next")), HERE, "", Known()))[0].title == "next"


def test_a_feed_that_takes_too_long_to_read_is_given_up_and_the_next_one_is_read() -> None:
    nested = b'<rss version="2.0">' + b"<a>" * 300_000
    with closing(FeedReader(seconds=1)) as reader:
        with pytest.raises(UnreadableFeed, match="more than 1 seconds"):
            reader.read(Fetched(nested, HERE, "", Known()))
        assert reader.read(Fetched(rss(item("next")), HERE, "", Known()))[0].title == "next"
