"""What costs a sender little costs us little: no request takes long, or much memory, for its size.

Times are compared with each other, never with a clock: twice the size may cost twice as much, not four times.
"""

import json
import time
import tracemalloc
from collections.abc import Callable
from contextlib import suppress

import pytest

from bridge.delivery.tokens import LEAD
from bridge.errors import InvalidToken
from bridge.i18n import negotiate
from bridge.intake.validation import clean
from bridge.observe.visible import cell, visible
from bridge.profiles.address import InvalidAddress, parse_address
from bridge.wishes import wanted
from connectors.providers.cavage import signature_of
from connectors.providers.hook import HookRequest, NotProven
from connectors.smtp.mailbox import mailbox
from tests.edge.signed import PATH, headers
from tests.edge.site import Site, with_cookies
from tests.make import NOON

pytestmark = pytest.mark.promise("S4", "malformed requests: no answer ≥ 500, memory flat")

FORM = "/forms/kontakt"
MOST = 32 * 2**20
"""Bytes that a request of 64 KiB may make us hold, at most."""
URLENCODED = "application/x-www-form-urlencoded"


def parts(number: int) -> bytes:
    """A multipart body with that many fields."""
    one = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n'
    return one * number + b"--x--\r\n"


def signed(site: Site, body: bytes) -> int:
    """The status of a signed submission."""
    return site.post(PATH, body, content_type="application/json", headers=headers(body)).status_code


def form(site: Site, body: bytes, kind: str = URLENCODED) -> int:
    """The status of a browser's form."""
    return site.post(FORM, body, content_type=kind).status_code


BOMBS: dict[str, Callable[[Site], int]] = {
    "deep JSON": lambda site: signed(site, b"[" * 30_000 + b"]" * 30_000),
    "deep JSON in a field": lambda site: signed(
        site, b'{"form": "kontakt", "fields": {"a": ' + b"[" * 20_000 + b"]" * 20_000 + b"}}"
    ),
    "deep objects": lambda site: signed(site, b'{"a":' * 12_000 + b"1" + b"}" * 12_000),
    "a long number": lambda site: signed(
        site, b'{"form": "kontakt", "fields": {"a": ' + b"9" * 60_000 + b"}}"
    ),
    "a huge exponent": lambda site: signed(site, b'{"form": "kontakt", "fields": {"a": 1e999999999}}'),
    "many keys": lambda site: signed(
        site, json.dumps({"form": "kontakt", "fields": {f"k{n}": 1 for n in range(5000)}}).encode()
    ),
    "many consents": lambda site: signed(
        site,
        json.dumps({"form": "kontakt", "fields": {}, "consents": {str(n): {} for n in range(4000)}}).encode(),
    ),
    "many parts": lambda site: form(site, parts(1200), "multipart/form-data; boundary=x"),
    "parts of nothing": lambda site: form(site, b"--x\r\n\r\n" * 8000, "multipart/form-data; boundary=x"),
    "line ends": lambda site: form(site, b"--x\r\n" + b"\r\n" * 30_000, "multipart/form-data; boundary=x"),
    "a boundary like its body": lambda site: form(
        site, b"\r\n--" + b"-" * 60_000, "multipart/form-data; boundary=" + "-" * 60
    ),
    "a long header of a part": lambda site: form(
        site,
        b'--x\r\nContent-Disposition: form-data; name="' + b"a" * 60_000,
        "multipart/form-data; boundary=x",
    ),
    "many pairs": lambda site: form(site, b"a=b&" * 16_000),
    "many separators": lambda site: form(site, b"&" * 65_000),
    "percent signs": lambda site: form(site, b"a=" + b"%" * 65_000),
    "a long content type": lambda site: form(site, b"a=b", "multipart/form-data; " + "a=b; " * 1500),
    "blanks": lambda site: form(site, b"email=" + b"+" * 60_000 + b"x"),
    "an address of dots": lambda site: form(site, b"email=" + b"a." * 30_000 + b"@x.example"),
    "an address of quotes": lambda site: form(site, b"email=%22" + b"%5C%22" * 10_000 + b"@x.example"),
    "a telephone number": lambda site: form(site, b"email=a@b.example&phone=" + b"%2B49(0" * 8000),
    "a long query": lambda site: site.get(FORM + "?" + "utm_source=a&" * 5000).status_code,
    "a long language": lambda site: (
        site.get(FORM, headers={"Accept-Language": "de;q=0.1," * 7000}).status_code
    ),
    "a long accept": lambda site: site.get(FORM, headers={"Accept": "text/*;q=0.1," * 5000}).status_code,
    "a long cookie": lambda site: (
        with_cookies(site).get(FORM, headers={"Cookie": "a=b; " * 1600}).status_code
    ),
    "a long referrer": lambda site: (
        site.get(FORM, headers={"Referer": "https://a.example/?" + "a=b&" * 15_000}).status_code
    ),
    "many proxies": lambda site: site.get(FORM, headers={"X-Forwarded-For": "1," * 30_000}).status_code,
    "many ranges": lambda site: (
        site.get("/site.js", headers={"Range": "bytes=" + "0-1," * 15_000}).status_code
    ),
    "many etags": lambda site: site.get("/site.js", headers={"If-None-Match": '"a",' * 15_000}).status_code,
    "a long path": lambda site: site.get("/" + "a/" * 30_000).status_code,
    "a long token": lambda site: site.get("/confirm/" + "A" * 60_000 + "." + "A" * 43).status_code,
    "many dots": lambda site: site.get("/confirm/" + "." * 60_000).status_code,
    "many signatures": lambda site: (
        site.post(
            PATH,
            b"{}",
            content_type="application/json",
            headers=headers(b"{}") | {"webhook-signature": "v1,AAAA " * 8000},
        ).status_code
    ),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_request_that_is_made_to_be_dear_is_not(edge: Site, name: str) -> None:
    edge.get(FORM)
    begun = time.thread_time()
    tracemalloc.start()
    try:
        status = BOMBS[name](edge)
        held = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert status < 500, name
    assert held < MOST, f"{name}: {held:,} bytes"
    assert time.thread_time() - begun < 5, "seconds of this thread, measured while memory is watched"


READERS: dict[str, tuple[Callable[[str], object], tuple[str, ...]]] = {
    "clean": (clean, ("\x00", " ", "\r", "\r\n", "\ud800")),
    "visible": (visible, ("\x1b", "\n", "\u202e")),
    "cell": (cell, ("=", " ", "\n ", ";\u200b", ' "')),
    "address": (parse_address, ("a", ".", "a.", '"', '\\"', "@", "ä", "xn--", "(")),
    "accept": (
        lambda text: wanted("a" + text, "text/html"),
        (" ", ",", ";", " ;", "; ", "=", ";q=", "a", "/"),
    ),
    "accepted language": (lambda text: negotiate(text, "de"), (" ", ",", ";", " ;", "-", ";q=", "a")),
    "signature": (
        lambda text: signature_of(HookRequest("/", {"signature": text}, b"", NOON)),
        ("a", '"', '="', 'a="', ",", " ", "=", "_"),
    ),
    "mailbox": (mailbox, ("<", ">", '"', "a", "\\", " ", "@")),
}


@pytest.mark.parametrize("name", READERS)
def test_twice_the_length_costs_about_twice_the_time(name: str) -> None:
    read, pieces = READERS[name]
    for piece in pieces:
        short, long = (
            fastest(read, piece * (size // len(piece)) + "x@y.example") for size in (8_000, 64_000)
        )
        assert long < 24 * short + 0.02, (
            f"{name} of {piece!r}: {short:.4f} s, then {long:.4f} s for eight times as much"
        )


def test_a_long_token_costs_what_its_length_costs(edge: Site) -> None:
    def read(text: str) -> object:
        return edge.services.tokens.open(LEAD, text, edge.services.clock())

    for piece in (".", "A", "A.", "="):
        short, long = (fastest(read, piece * size) for size in (4_000, 32_000))
        assert long < 24 * short + 0.02, piece


def fastest(read: Callable[[str], object], text: str) -> float:
    """Seconds of this thread that reading takes, at best of three."""
    taken = []
    for _ in range(3):
        begun = time.thread_time()
        with suppress(InvalidAddress, InvalidToken, NotProven, ValueError):
            read(text)
        taken.append(time.thread_time() - begun)
    return min(taken)
