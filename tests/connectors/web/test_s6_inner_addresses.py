"""Promise S6: whatever address somebody writes down, nobody on the inside is asked."""

import socket
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis.strategies import ip_addresses

from connectors.contract import Deferred, Posted, Receipt
from connectors.feeds import Known, Unavailable, fetch_feed
from connectors.feeds import Limits as FeedLimits
from connectors.web import Guard, Limits, Marks, Posting, Unreachable, fetch_file, look, post_webhook
from connectors.web.guard import Resolve, is_own, system_resolver
from connectors.web.public import is_public, reached
from tests.endpoint import Answer, Endpoint, Listener, status

HOSTS = [
    line
    for line in (Path(__file__).parent / "inner_hosts.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]
TRICKS = (
    "http://crm.example.com@127.0.0.1:{port}/",
    "http://127.0.0.1:{port}@crm.example.com/",
    "http://crm.example.com:80@127.0.0.1:{port}/",
    "http://a:b@localhost:{port}/",
    "http://crm.example.com\\@127.0.0.1:{port}/",
    "http://127.0.0.1:{port}\\@crm.example.com/",
    "http://127.0.0.1:{port}#@crm.example.com/",
    "http://127.0.0.1:{port}?@crm.example.com/",
    "http://127.0.0.1:{port}%00.crm.example.com/",
    "http://127.0.0.1\t:{port}/",
    "http:\\\\127.0.0.1:{port}/",
    "//127.0.0.1:{port}/",
    "http:127.0.0.1:{port}/",
    "http:/127.0.0.1:{port}/",
    "http:///127.0.0.1:{port}/",
    "ftp://127.0.0.1:{port}/",
    "gopher://127.0.0.1:{port}/_x",
    "file:///etc/hosts",
    "unix:///run/redis.sock",
    "httpx://127.0.0.1:{port}/",
    "ws://127.0.0.1:{port}/",
    "https://127.0.0.1:{port}/",
    "https://[::1]:{port}/",
)
NAMES = {
    "inner.example.com": ["127.0.0.1"],
    "inner6.example.com": ["::1"],
    "mapped.example.com": ["::ffff:127.0.0.1"],
    "scoped.example.com": ["fe80::1%lo"],
    "cloud.example.com": ["169.254.169.254"],
    "office.example.com": ["10.0.0.7"],
    "mixed.example.com": ["127.0.0.2", "127.0.0.1"],
    "nowhere.example.com": [],
    "crm.example.com": ["127.0.0.2"],
}
"""What a name server of somebody else's might say."""

ADDRESSES = (
    *(f"http://{host}:{{port}}/" for host in (*HOSTS, *NAMES)),
    *TRICKS,
)
OTHER_PORTS = (0, 22, 25, 53, 110, 143, 389, 587, 993, 2049, 6000, 6667)


def resolver(host: str, port: int) -> Iterable[str]:
    """Names of the test, and every spelling of a number that this system understands."""
    return NAMES[host] if host in NAMES else system_resolver(host, port)


def posted(guard: Guard, url: str, seconds: float = 2) -> Posted:
    """What comes of a webhook to that address."""
    posting = Posting(url, {"content-type": "application/json"}, b"{}")
    return post_webhook(guard, posting, lambda: datetime.now(UTC), Limits(seconds))


@pytest.fixture
def inside() -> Iterator[Listener]:
    """Something on this machine that must not be asked."""
    with Listener() as listening:
        yield listening


@pytest.mark.promise("S6", "webhooks reach nobody inside")
def test_no_spelling_of_an_inner_address_is_connected_to(inside: Listener, saw: Any) -> None:
    guard = Guard(resolve=resolver)
    for address in ADDRESSES:
        answer = posted(guard, address.format(port=inside.port)).answer
        assert isinstance(answer, Deferred), address
        assert answer.reason
    assert len(ADDRESSES) >= 60
    assert len(set(ADDRESSES)) == len(ADDRESSES)
    assert inside.connections == 0
    saw(addresses=len(ADDRESSES), inner_requests=inside.connections)


def test_the_listener_of_this_test_hears_whoever_is_let_through(inside: Listener) -> None:
    everything = Guard([ip_network("0.0.0.0/0"), ip_network("::/0")], resolver)
    for host in ("127.1", "0x7f000001", "0", "[::1]", "[::ffff:127.0.0.1]", "localhost", "inner.example.com"):
        before = inside.connections
        posted(everything, f"http://{host}:{inside.port}/")
        assert inside.connections > before, host


@pytest.mark.promise("S6", "redirects lead nowhere")
@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_a_redirect_leads_nowhere(inside: Listener, code: int, saw: Any) -> None:
    public = [ip_network("127.0.0.2")]
    targets = [
        one.format(port=inside.port) for one in ("http://127.0.0.1:{port}/", "//127.0.0.1:{port}/", "/")
    ]
    with Endpoint(*(status(code, Location=one) for one in targets), host="127.0.0.2") as outside:
        for _ in targets:
            result = posted(Guard(public), outside.url)
            assert (result.status, isinstance(result.answer, Deferred)) == (code, True)
            assert "redirects are not followed" in result.answer.reason  # type: ignore[union-attr]
        assert len(outside.received) == len(targets)
    assert inside.connections == 0
    saw(redirects=len(targets), inner_requests=0)


def looked(guard: Guard, url: str) -> int:
    """What comes of a link of the programme: nothing that is not there comes of it."""
    if (found := look(guard, url, 2)) >= 400:
        raise Unreachable(f"{found}")
    return found


Way = Callable[[Guard, str], object]
WAYS: dict[str, Way] = {
    "feeds": lambda guard, url: fetch_feed(guard, url, Known(), datetime.now(UTC), FeedLimits(2)),
    "downloads": lambda guard, url: fetch_file(guard, url, Marks(), Limits(2, 1_000)),
    "links of the programme": looked,
}
"""How we ask for what lies at an address that somebody wrote down, and follow where it leads."""
each_way = pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)


def got(way: Way, guard: Guard, url: str) -> object:
    """What comes of it; the reason, when nothing does."""
    try:
        return way(guard, url)
    except (Unavailable, Unreachable) as error:
        return error


@each_way
@pytest.mark.promise("S6", "feeds, downloads and links are asked for of nobody inside")
def test_nothing_is_fetched_from_an_inner_address(way: Way, inside: Listener, saw: Any) -> None:
    guard = Guard(resolve=resolver)
    for address in ADDRESSES:
        assert isinstance(got(way, guard, address.format(port=inside.port)), Exception), address
    assert inside.connections == 0
    saw(addresses=len(ADDRESSES), inner_requests=inside.connections)


@each_way
@pytest.mark.promise("S6", "redirects of feeds, downloads and links lead to nobody inside")
def test_redirects_are_followed_outside_only(way: Way, inside: Listener, saw: Any) -> None:
    outer = f"http://crm.example.com:{inside.port}/"  # in this test it is outside
    targets = [one for address in ADDRESSES if (one := address.format(port=inside.port)) != outer]

    def answer(handler: BaseHTTPRequestHandler) -> None:
        number = handler.path.removeprefix("/from-")
        if number.isdigit():
            code = (301, 302, 303, 307, 308)[int(number) % 5]
            status(code, Location=targets[int(number)].replace("\t", "%09"))(handler)
        else:
            status(404 if handler.path != "/well" else 200, b"<rss/>")(handler)

    with Endpoint(answer, host="127.0.0.2") as outside:
        targets.append(f"{outside.url}/well")
        guard = Guard([ip_network("127.0.0.2")], resolver)
        results = [got(way, guard, f"{outside.url}/from-{number}") for number in range(len(targets))]
    assert not isinstance(results.pop(), Exception), "a redirect that stays outside is followed"
    assert [one for one in results if not isinstance(one, Exception)] == []
    assert inside.connections == 0
    saw(redirects=len(results), inner_requests=inside.connections)


class Rebinding:
    """A name server that says something else each time."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = answers
        self.asked = 0

    def __call__(self, host: str, port: int) -> list[str]:
        self.asked += 1
        return self.answers[(self.asked - 1) % len(self.answers)]


@contextmanager
def at_one_port(*answers: Answer) -> Iterator[tuple[Endpoint, Listener]]:
    """Somebody outside, and somebody inside at the same port, which no other program has at either address."""
    for _ in range(20):
        with ExitStack() as servers:
            outside = servers.enter_context(Endpoint(*answers, host="127.0.0.2"))
            try:
                inside = servers.enter_context(Listener("127.0.0.1", outside.port))
            except OSError:
                continue
            yield outside, inside
            return
    raise AssertionError("no port is free at both addresses")


@pytest.mark.promise("S6", "DNS rebinding reaches nobody inside")
def test_a_name_is_looked_up_once_and_the_address_that_was_checked_is_the_one_connected_to(saw: Any) -> None:
    names = Rebinding(["127.0.0.2"], ["127.0.0.1"], ["127.0.0.2", "127.0.0.1"], ["::1"])
    guard = Guard([ip_network("127.0.0.2")], names)
    with at_one_port() as (outside, inside):
        results = [posted(guard, f"http://rebinding.example.com:{outside.port}/") for _ in range(40)]
    assert names.asked == len(results), "once for each request"
    assert [isinstance(one.answer, Receipt) for one in results] == [True, False, False, False] * 10
    assert (len(outside.received), inside.connections) == (10, 0)
    saw(rebound=len(results), inner_requests=inside.connections)


@each_way
@pytest.mark.promise("S6", "DNS rebinding between redirects reaches nobody inside")
def test_every_step_of_redirects_is_looked_up_and_checked_anew(way: Way) -> None:
    names = Rebinding(["127.0.0.2"], ["127.0.0.1"])
    guard = Guard([ip_network("127.0.0.2")], names)
    with at_one_port(status(302, Location="/feed"), status(200, b"<rss/>")) as (outside, inside):
        result = got(way, guard, f"http://rebinding.example.com:{outside.port}/")
    assert isinstance(result, Exception)
    assert "is not public" in str(result)
    assert (len(outside.received), inside.connections) == (1, 0)


def test_the_environment_names_no_proxy_and_no_login(
    inside: Listener, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{inside.port}")
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.2 login anna password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    with Endpoint(host="127.0.0.2") as outside:
        assert posted(Guard([ip_network("127.0.0.2")]), outside.url).status == 200
        assert "authorization" not in outside.received[0].headers
    assert inside.connections == 0


@pytest.mark.parametrize("port", OTHER_PORTS)
def test_ports_of_other_protocols_are_left_alone(port: int) -> None:
    result = posted(Guard([ip_network("127.0.0.0/8")]), f"http://127.0.0.1:{port}/")
    assert "for other things than the web" in result.answer.reason  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "address",
    # all of them given out, to whoever has them; nothing is sent there
    [
        "1.1.1.1",
        "9.255.255.255",
        "100.63.255.255",
        "172.32.0.1",
        "2606:4700::1111",
        "2a00:1450::1",
        "64:ff9b::1.1.1.1",
    ],
)
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(reached(ip_address(address)))


def test_what_python_holds_to_be_private_is_not_public_to_us() -> None:
    for text in (
        "10.9.8.7",
        "127.9.8.7",
        "169.254.9.8",
        "192.168.9.8",
        "172.20.1.1",
        "fd00::9",
        "fe80::9",
        "::1",
    ):
        assert ip_address(text).is_private
        assert not is_public(ip_address(text))


@given(ip_addresses())
def test_what_is_public_to_us_is_global_to_python(address: IPv4Address | IPv6Address) -> None:
    end = reached(address)
    assert end.is_global or not is_public(end)


def test_this_machine_is_known_by_its_own_addresses() -> None:
    assert is_own(ip_address("127.0.0.1"))
    assert not is_own(ip_address("203.0.113.9"))


def test_an_own_public_address_is_not_asked_either(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.web.guard.is_public", lambda _: True)  # as if loopback were given out
    result = posted(Guard(), "http://127.0.0.1:8080/")
    assert "is this machine" in result.answer.reason  # type: ignore[union-attr]


def test_who_is_allowed_may_be_asked_by_any_spelling() -> None:
    with Endpoint() as inner:
        for host in ("127.0.0.1", "127.1", "[::ffff:127.0.0.1]"):
            answer = posted(Guard([ip_network("127.0.0.1")]), f"http://{host}:{inner.port}/").answer
            assert answer == Receipt("HTTP 200"), host


def test_ipv6_is_asked_like_ipv4() -> None:
    with Endpoint(host="::1") as inner:
        assert posted(Guard([ip_network("::1")]), f"http://[::1]:{inner.port}/").answer == Receipt("HTTP 200")
        assert inner.received[0].headers["host"] == f"[::1]:{inner.port}"


def test_a_second_address_is_tried_when_nobody_answers_at_the_first() -> None:
    both = [ip_network("127.0.0.2"), ip_network("127.0.0.3")]
    with Endpoint(host="127.0.0.2") as outside:
        guard = Guard(both, lambda host, port: ["127.0.0.3", "127.0.0.2"])
        assert posted(guard, f"http://crm.example.com:{outside.port}/").status == 200
        assert outside.received[0].headers["host"] == f"crm.example.com:{outside.port}"


def test_a_resolver_that_fails_is_no_answer() -> None:
    def fails(host: str, port: int) -> list[str]:
        raise socket.gaierror

    def huge(host: str, port: int) -> list[str]:
        raise UnicodeError

    for resolve in (fails, huge):
        guard: Resolve = resolve
        assert posted(Guard(resolve=guard), "http://crm.example.com/").answer == Deferred(
            "crm.example.com was not found"
        )
