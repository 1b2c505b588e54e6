"""Who is asking, and how often."""

import pytest
from redis import Redis

from bridge.edge.counting import Counter
from bridge.edge.limits import network_of
from bridge.edge.network import client_ip
from tests.conftest import Servers
from tests.edge.conftest import Open
from tests.edge.site import Site, is_locked_down
from tests.edge.test_forms import ANNA, DOWNLOAD, GERMAN, JSON

HELLO = ("cmdstat_hello", "cmdstat_client|setinfo", "cmdstat_info")
"""What a connection says when it is new."""


def post_from(site: Site, address: str, forwarded: str | None = None) -> int:
    """The status of a form that comes from there."""
    environ = {"REMOTE_ADDR": address} | ({"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {})
    return site.post(DOWNLOAD, ANNA, environ_overrides=environ).status_code


@pytest.fixture
def limited(open_one: Open, servers: Servers, redis: Redis) -> Site:
    """A site that takes two forms a minute of a network."""
    del redis
    return open_one(REDIS_URL=servers.redis_url, RATE_LIMITS="2/minute;100/hour")


def held(site: Site) -> list[str | None]:
    """Why the forms in the journal look like spam."""
    return [record.get("suspicion") for record in site.journalled()]


def test_too_many_forms_of_a_network_are_held_and_not_lost(limited: Site) -> None:
    assert [post_from(limited, "203.0.113.7") for _ in range(3)] == [303, 303, 303]
    assert held(limited) == [None, None, "too many"]


def test_far_too_many_forms_of_a_network_are_asked_to_wait(limited: Site) -> None:
    statuses = [post_from(limited, "203.0.113.7") for _ in range(21)]
    assert statuses == [303] * 20 + [429]
    page = limited.post(DOWNLOAD, ANNA, headers=GERMAN, environ_overrides={"REMOTE_ADDR": "203.0.113.7"})
    assert int(page.headers["Retry-After"]) == 60
    assert is_locked_down(page)
    assert "Netz" in page.text
    answer = limited.post(DOWNLOAD, ANNA, headers=JSON, environ_overrides={"REMOTE_ADDR": "203.0.113.7"})
    assert answer.json == {"error": "too many requests", "status": 429}
    assert len(limited.journalled()) == 20


def test_mistakes_make_no_form_one_of_too_many_but_do_not_go_on_for_ever(limited: Site) -> None:
    there = {"REMOTE_ADDR": "203.0.113.7"}
    mistaken = [limited.post(DOWNLOAD, {}, environ_overrides=there).status_code for _ in range(18)]
    assert mistaken == [422] * 18
    assert [post_from(limited, "203.0.113.7") for _ in range(2)] == [303, 303]
    assert held(limited) == [None, None]
    assert limited.post(DOWNLOAD, {}, environ_overrides=there).status_code == 429
    assert post_from(limited, "203.0.113.7") == 429


def test_a_form_asks_redis_once(limited: Site, servers: Servers) -> None:
    post_from(limited, "203.0.113.7")
    with Redis.from_url(servers.redis_url) as redis:
        redis.config_resetstat()
        for number in range(5):
            post_from(limited, f"203.0.113.{number}")
        calls = redis.info("commandstats")
    assert calls["cmdstat_evalsha"]["calls"] == 5
    assert set(calls) <= {
        "cmdstat_evalsha",
        "cmdstat_incr",
        "cmdstat_expire",
        "cmdstat_config|resetstat",
        *HELLO,
    }


def test_what_is_counted_is_forgotten_in_time(limited: Site, servers: Servers) -> None:
    post_from(limited, "203.0.113.7")
    with Redis.from_url(servers.redis_url) as redis:
        lasting = sorted(redis.ttl(key) for key in redis.scan_iter())
    assert lasting == [pytest.approx(60, abs=5)] * 2 + [pytest.approx(3600, abs=5)] * 2


def test_redis_holds_no_address(limited: Site, servers: Servers) -> None:
    post_from(limited, "203.0.113.7")
    with Redis.from_url(servers.redis_url) as redis:
        keys = [key.decode() for key in redis.scan_iter()]
    assert keys
    assert not [key for key in keys if "203.0.113" in key]


def test_other_networks_and_looking_are_not_limited(limited: Site) -> None:
    for _ in range(3):
        post_from(limited, "203.0.113.7")
    assert post_from(limited, "203.0.113.8") == 303
    assert held(limited) == [None, None, "too many", None]
    assert limited.get(DOWNLOAD, environ_overrides={"REMOTE_ADDR": "203.0.113.7"}).status_code == 200


def test_two_processes_count_together(limited: Site, open_one: Open, servers: Servers) -> None:
    other = open_one(REDIS_URL=servers.redis_url, RATE_LIMITS="2/minute;100/hour")
    for site in (limited, other, limited):
        post_from(site, "203.0.113.9")
    assert held(limited).count("too many") == 1


@pytest.mark.parametrize("is_there", [True, False])
def test_what_is_taken_back_was_never_counted_and_never_makes_less_than_none(
    servers: Servers, redis: Redis, is_there: bool
) -> None:
    counter = Counter(servers.redis_url if is_there else "redis://127.0.0.1:1")
    of = {"one": 60, "another": 60}
    assert [counter.count(of) for _ in range(3)] == [[1, 1], [2, 2], [3, 3]]
    counter.take_back(["one"])
    assert counter.count(of) == [3, 4]
    if is_there:
        assert 0 < redis.ttl("one") <= 60
    for _ in range(5):
        counter.take_back(["one", "a third"])
    assert counter.count(of | {"a third": 60}) == [1, 5, 1]


def test_limits_can_be_switched_off(open_one: Open, servers: Servers, redis: Redis) -> None:
    del redis
    site = open_one(REDIS_URL=servers.redis_url, RATE_LIMITS="off")
    assert {post_from(site, "203.0.113.7") for _ in range(30)} == {303}
    assert set(held(site)) == {None}


def test_a_network_of_ipv6_is_one_caller(limited: Site) -> None:
    addresses = ["2001:db8:1:2::1", "2001:db8:1:2:3:4:5:6", "2001:0db8:0001:0002::ffff"]
    for address in addresses:
        post_from(limited, address)
    assert held(limited) == [None, None, "too many"]


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8::1", "2001:db8::/64"),
        ("2001:db8:0:0:1::", "2001:db8::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("unknown", "unknown"),
    ],
)
def test_networks_are_named(address: str, network: str) -> None:
    assert network_of(address) == network


@pytest.mark.parametrize(
    ("proxies", "forwarded", "caller"),
    [
        (0, "198.51.100.1", "10.0.0.1"),
        (1, "198.51.100.1", "198.51.100.1"),
        (1, "made.up, 198.51.100.1", "198.51.100.1"),
        (1, "6.6.6.6, 198.51.100.1", "198.51.100.1"),
        (2, "6.6.6.6, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
        (2, "198.51.100.1", "10.0.0.1"),
        (1, "198.51.100.1:4711", "198.51.100.1"),
        (1, "[2001:db8::1]:4711", "2001:db8::1"),
        (1, "2001:DB8::1", "2001:db8::1"),
        (1, "unknown", "10.0.0.1"),
        (1, "<script>\x00", "10.0.0.1"),
        (1, " , ,", "10.0.0.1"),
        (1, "", "10.0.0.1"),
    ],
)
def test_forwarded_addresses_count_as_far_as_proxies_are_trusted(
    proxies: int, forwarded: str, caller: str
) -> None:
    environ = {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": forwarded}
    assert client_ip(environ, proxies) == caller


def test_behind_a_proxy_everybody_is_counted_by_themselves(
    open_one: Open, servers: Servers, redis: Redis
) -> None:
    del redis
    site = open_one(REDIS_URL=servers.redis_url, RATE_LIMITS="1/minute", TRUSTED_PROXIES="1")
    for number in (1, 2, 1):
        post_from(site, "10.0.0.1", f"198.51.100.{number}")
    assert held(site) == [None, None, "too many"]
    assert site.journalled()[0]["request"]["ip"] == "198.51.100.1"


def test_nobody_escapes_by_a_header_of_their_own(limited: Site) -> None:
    for number in (1, 2, 3):
        post_from(limited, "203.0.113.7", f"198.51.100.{number}")
    assert held(limited) == [None, None, "too many"]
