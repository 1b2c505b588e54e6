"""The lists of networks that others publish, fetched from a real server."""

import gzip
import json
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler

import pytest

from connectors.networks import SHAPES, Limits, Unavailable, Unreadable, published_networks
from tests.publisher import CSV, DOCUMENTS, MICROSOFT, PAGE, TAGS, Publisher


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    """A web server."""
    made = Publisher()
    yield made
    made.close()


@pytest.mark.parametrize("shape", DOCUMENTS)
def test_each_published_shape_is_read(publisher: Publisher, shape: str) -> None:
    found = published_networks(publisher.says("/list", DOCUMENTS[shape].encode()), shape)
    assert set(found) == {"203.0.113.0/25"} | ({"2001:db8::/32"} if shape != "oracle" else set())


def test_azures_list_is_found_on_the_page_that_offers_it(publisher: Publisher) -> None:
    publisher.says("/download/7/ServiceTags_Public_20261116.json", json.dumps(TAGS).encode())
    found = published_networks(publisher.says("/details", PAGE.encode()), "azure")
    assert found == ["203.0.113.0/25", "2001:db8::/32"]


def test_a_page_without_azures_list_is_unreadable(publisher: Publisher) -> None:
    with pytest.raises(Unreadable, match="service tags"):
        published_networks(publisher.says("/details", b"<html>moved</html>"), "azure")


def test_microsoft_gets_a_fresh_number_with_each_request(publisher: Publisher) -> None:
    address = publisher.says("/list", json.dumps(MICROSOFT).encode()) + "?clientrequestid={request}"
    published_networks(address, "microsoft-365")
    published_networks(address, "microsoft-365")
    first, second = publisher.asked
    assert first != second
    assert len(first) == len("/list?clientrequestid=") + 36


def test_a_compressed_list_is_read(publisher: Publisher) -> None:
    body = gzip.compress(CSV.encode())
    assert len(published_networks(publisher.says("/list", body, Content_Encoding="gzip"), "csv")) == 2


@pytest.mark.parametrize("shape", sorted(SHAPES.keys() - {"azure", "csv"}))
@pytest.mark.parametrize(
    "body", [b"{", b"[]", b"{}", b"7", b'"', b"\xff", b'[{"urls": 7}]', b'{"prefixes": 7}']
)
def test_a_list_of_another_shape_is_unreadable(publisher: Publisher, shape: str, body: bytes) -> None:
    with pytest.raises(Unreadable):
        published_networks(publisher.says("/list", body), shape)


@pytest.mark.parametrize("body", [b"", b"\n\n", b"# nothing\n", b"\xff\xfe\x00"])
def test_an_empty_table_is_unreadable(publisher: Publisher, body: bytes) -> None:
    with pytest.raises(Unreadable):
        published_networks(publisher.says("/list", body), "csv")


def test_a_list_that_is_not_there_is_unavailable(publisher: Publisher) -> None:
    with pytest.raises(Unavailable, match=r"/nowhere answered 404"):
        published_networks(f"{publisher.address}/nowhere", "csv")


def test_a_server_that_is_away_is_unavailable(publisher: Publisher) -> None:
    publisher.close()
    with pytest.raises(Unavailable, match="did not answer"):
        published_networks(f"{publisher.address}/list", "csv")


@pytest.mark.parametrize("compressed", [False, True])
def test_a_list_that_is_too_large_is_not_taken(publisher: Publisher, compressed: bool) -> None:
    body = b"203.0.113.0/24,DE\n" * 200_000
    if compressed:
        address = publisher.says("/list", gzip.compress(body), Content_Encoding="gzip")
    else:
        address = publisher.says("/list", body)
    with pytest.raises(Unavailable, match="sends more than 100,000 bytes"):
        published_networks(address, "csv", Limits(size=100_000))


def test_a_server_that_says_nothing_is_not_waited_for(publisher: Publisher) -> None:
    publisher.answers["/list"] = lambda handler: time.sleep(5)
    start = time.monotonic()
    with pytest.raises(Unavailable, match="ReadTimeout"):
        published_networks(f"{publisher.address}/list", "csv", Limits(answers_within=0.3))
    assert time.monotonic() - start < 3


def test_a_server_that_drips_is_not_waited_for(publisher: Publisher) -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        for _ in range(100):
            handler.wfile.write(b"#")
            handler.wfile.flush()
            time.sleep(0.05)

    publisher.answers["/list"] = drip
    start = time.monotonic()
    with pytest.raises(Unavailable, match="takes longer than"):
        published_networks(f"{publisher.address}/list", "csv", Limits(ends_within=0.5))
    assert time.monotonic() - start < 3


def test_half_a_list_is_none(publisher: Publisher) -> None:
    address = publisher.says("/list", CSV.encode(), Content_Length="10000", Connection="close")
    answer = publisher.answers["/list"]

    def hang_up(handler: BaseHTTPRequestHandler) -> None:
        answer(handler)
        handler.close_connection = True

    publisher.answers["/list"] = hang_up
    with pytest.raises(Unavailable):
        published_networks(address, "csv")
