"""Which network an address belongs to, and where that is written down."""

import json
import logging
import os
import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from ipaddress import IPv4Network, IPv6Network, collapse_addresses, ip_network
from pathlib import Path
from typing import Any

import pytest

from bridge.errors import InvalidNetworks
from bridge.judgement.blocks import aggregated, block
from bridge.judgement.network_sources import KINDS, packaged_sources, read_sources, written
from bridge.judgement.networks import Network, Networks, load_networks, merged, packaged_networks
from bridge.judgement.networks_file import PATIENCE, NetworksFile

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a refreshed file with one source; fields by name."""

    def wrote(**fields: Any) -> Path:
        entry = {
            "id": "aws",
            "kind": "cloud",
            "name": "Amazon Web Services",
            "address": "https://example.com/",
            "noted": "2027-01-02",
            "networks": ["203.0.113.0/24"],
        }
        path = tmp_path / "networks.json"
        path.write_text(json.dumps({"sources": [entry | fields]}), encoding="utf-8")
        return path

    return wrote


def known(*entries: tuple[str, str]) -> Networks:
    """Networks from text and name."""
    return Networks((block(text), Network("cloud", name)) for text, name in entries)


def name_of(networks: Networks, ip: str | None) -> str | None:
    """The name of the network that an address belongs to."""
    found = networks.of(ip)
    return found.name if found else None


@pytest.mark.parametrize(
    ("ip", "kind"),
    [
        ("40.92.17.3", "scanner"),
        ("40.107.255.255", "scanner"),
        ("52.103.0.1", "scanner"),
        ("104.47.1.1", "scanner"),
        ("2a01:111:f403:c100::1", "scanner"),
        ("64.235.150.7", "scanner"),
        ("94.100.132.4", "scanner"),
        ("67.231.152.9", "scanner"),
        ("66.249.93.12", "mail-proxy"),
        ("2a02:26f7:b000:4000::1", "relay"),
        ("147.161.170.2", "relay"),
        ("54.144.1.1", "cloud"),
        ("35.198.100.1", "cloud"),
        ("20.50.1.1", "cloud"),
    ],
)
def test_known_networks_are_known(ip: str, kind: str) -> None:
    found = packaged_networks().of(ip)
    assert found is not None
    assert found.kind == kind


@pytest.mark.parametrize(
    "ip", [None, "", "somewhere", "203.0.113.7", "192.168.1.1", "::1", "2001:db8::1", "fe80::1%eth0"]
)
def test_an_unknown_address_and_what_is_none_belong_nowhere(ip: str | None) -> None:
    assert packaged_networks().of(ip) is None


def test_the_smallest_network_counts() -> None:
    networks = known(("10.0.0.0/8", "outer"), ("10.1.0.0/16", "middle"), ("10.1.2.0/24", "inner"))
    expected = {
        "9.255.255.255": None,
        "10.0.0.0": "outer",
        "10.1.0.0": "middle",
        "10.1.1.255": "middle",
        "10.1.2.0": "inner",
        "10.1.2.255": "inner",
        "10.1.3.0": "middle",
        "10.2.0.0": "outer",
        "10.255.255.255": "outer",
        "11.0.0.0": None,
    }
    assert {ip: name_of(networks, ip) for ip in expected} == expected


def test_of_two_kinds_for_the_same_addresses_the_stronger_counts() -> None:
    same = block("203.0.113.0/24")
    for stronger, weaker in zip(KINDS[1:], KINDS, strict=False):
        entries = [(same, Network(stronger, "")), (same, Network(weaker, ""))]
        for order in (entries, entries[::-1]):
            found = Networks(order).of("203.0.113.7")
            assert found is not None
            assert found.kind == stronger


def test_an_ipv4_address_in_ipv6_clothing_is_an_ipv4_address() -> None:
    networks = known(("203.0.113.0/24", "it"))
    assert name_of(networks, "::ffff:203.0.113.7") == "it"


def test_a_look_up_says_what_a_search_through_all_networks_would_say() -> None:
    dice = random.Random(14)
    networks: list[IPv4Network | IPv6Network] = [
        ip_network(
            (dice.getrandbits(8) << 24 | dice.getrandbits(12) << 12, dice.randint(8, 24)), strict=False
        )
        for _ in range(300)
    ]
    networks += [
        ip_network(((0x2001 << 112) | dice.getrandbits(16) << 96, dice.randint(16, 48)), strict=False)
        for _ in range(300)
    ]
    tree = Networks((block(str(network)), Network("cloud", str(network))) for network in networks)
    for _ in range(3000):
        chosen = dice.choice(networks)
        ip = chosen[dice.randrange(chosen.num_addresses)] + dice.choice([0, 0, 1 << 8, 1 << 12])
        around = [network for network in networks if ip in network]
        expected = str(max(around, key=lambda network: network.prefixlen)) if around else None
        assert name_of(tree, str(ip)) == expected


def test_every_packaged_source_says_where_it_is_from() -> None:
    for source in packaged_sources().values():
        assert source.address.startswith("https://")
        assert source.networks
        assert source.name
        assert source.noted > date(2026, 1, 1)
        assert bool(source.document) == bool(source.shape)


def test_no_packaged_network_is_private_and_nobody_is_both_scanner_and_relay() -> None:
    for source in packaged_sources().values():
        for network in source.networks:
            assert ip_network(str(network)).is_global, network
    scanners = [
        n for source in packaged_sources().values() if source.kind == "scanner" for n in source.networks
    ]
    relays = [n for source in packaged_sources().values() if source.kind == "relay" for n in source.networks]
    assert not [
        (one, two)
        for one in scanners
        for two in relays
        if one.version == two.version and one.first <= two.last and two.first <= one.last
    ]


def test_a_refreshed_source_takes_the_place_of_the_packaged_one(write: Write) -> None:
    networks = load_networks(write())
    assert networks.of("203.0.113.7") == Network("cloud", "Amazon Web Services")
    assert networks.of("54.144.1.1") is None
    assert networks.of("40.92.17.3") == Network("scanner", "Exchange Online Protection")


def test_a_package_that_is_newer_than_the_file_counts(write: Write) -> None:
    networks = load_networks(write(noted="2020-01-01"))
    assert networks.of("203.0.113.7") is None
    assert networks.of("54.144.1.1") is not None


def test_the_kind_is_the_packages_to_say(write: Write) -> None:
    assert load_networks(write(kind="scanner")).of("203.0.113.7") == Network("cloud", "Amazon Web Services")
    assert load_networks(write(id="unheard-of")).of("203.0.113.7") is None


def test_what_is_written_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "networks.json"
    path.write_text(written(packaged_sources()), encoding="utf-8")
    assert merged(read_sources(path)) == list(packaged_sources().values())


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        (
            {"networks": ["203.0.113.0/24", "300.1.1.1/8"]},
            "source 1, “aws”: '300.1.1.1/8' is no network",
        ),
        ({"networks": ["203.0.113.7/24"]}, "203.0.113.7/24 begins within a network"),
        ({"networks": [5]}, "5 is no network"),
        ({"networks": "203.0.113.0/24"}, "source 1, “aws”"),
        ({"networks": ["0.0.0.0/0"]}, "too wide"),
        ({"networks": ["::/0"]}, "too wide"),
        ({"kind": "villain"}, "kind “villain” is unknown"),
        ({"noted": "yesterday"}, "source 1, “aws”: Invalid isoformat"),
        ({"noted": None}, "source 1, “aws”"),
    ],
)
def test_a_wrong_entry_is_named(write: Write, fields: dict[str, Any], complaint: str) -> None:
    path = write(**fields)
    with pytest.raises(InvalidNetworks) as caught:
        load_networks(path)
    assert complaint in str(caught.value)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('{"sources": [\n{"id": "aws",,', "line 2"),
        ("", "line 1"),
        ("[]", "no list “sources”"),
        ('{"sources": {}}', "no list “sources”"),
        ('{"sources": [7]}', "source 1"),
        ('{"sources": [{"id": "aws"}]}', "source 1, “aws”: kind is missing"),
    ],
)
def test_a_broken_file_is_named_with_the_place(tmp_path: Path, text: str, complaint: str) -> None:
    path = tmp_path / "networks.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidNetworks, match=r"networks\.json") as caught:
        load_networks(path)
    assert complaint in str(caught.value)


def test_a_file_in_another_encoding_is_broken_too(tmp_path: Path) -> None:
    path = tmp_path / "networks.json"
    path.write_bytes(b'{"sources": "\xff"}')
    with pytest.raises(InvalidNetworks):
        load_networks(path)


def test_a_running_process_notices_a_new_file_within_a_minute(write: Write, tmp_path: Path) -> None:
    file = NetworksFile(tmp_path / "networks.json")
    assert file.networks(NOW) is packaged_networks()
    write()
    assert file.networks(NOW + PATIENCE / 2).of("203.0.113.7") is None
    refreshed = file.networks(NOW + PATIENCE)
    assert refreshed.of("203.0.113.7") is not None
    assert file.networks(NOW + 2 * PATIENCE) is refreshed
    (tmp_path / "networks.json").unlink()
    assert file.networks(NOW + 3 * PATIENCE) is packaged_networks()


def test_a_broken_file_stops_nobody_and_is_logged_once(
    tmp_path: Path, write: Write, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "networks.json"
    path.write_text("{", encoding="utf-8")
    file = NetworksFile(path)
    with caplog.at_level(logging.WARNING):
        for minute in range(5):
            assert file.networks(NOW + minute * PATIENCE) is packaged_networks()
    assert [record.message for record in caplog.records] == ["the packaged networks are used"]
    write()
    os.utime(path, (1, 1))
    assert file.networks(NOW + timedelta(hours=1)).of("203.0.113.7") is not None


def test_every_address_of_a_network_belongs_to_it() -> None:
    for source in packaged_sources().values():
        for network in source.networks:
            whole = ip_network(str(network))
            for ip in (whole[0], whole[-1]):
                assert packaged_networks().of(str(ip)) is not None


@pytest.mark.parametrize(
    "text",
    ["203.0.113.0/24", "203.0.113.7/32", "224.0.0.0/8", "2001:db8::/32", "2001:db8::1/128", "2000::/16"],
)
def test_a_block_is_read_and_written_as_everybody_writes_it(text: str) -> None:
    assert str(block(text)) == text
    whole = ip_network(text)
    assert block(text) == (whole.version, int(whole[0]), int(whole[-1]))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "/",
        "10",
        "10.1/16",
        "203.0.113.0/33",
        "203.0.113.0/-1",
        "203.0.113.0/x",
        "2001:db8::/129",
        None,
        7,
    ],
)
def test_what_is_no_network_is_refused(text: Any) -> None:
    with pytest.raises(ValueError, match="is no network"):
        block(text)


def test_aggregating_says_the_same_with_as_few_blocks_as_possible() -> None:
    dice = random.Random(15)
    for _ in range(50):
        fours = [
            IPv4Network((10 << 24 | dice.getrandbits(8) << 8, dice.randint(22, 32)), strict=False)
            for _ in range(60)
        ]
        sixes = [
            IPv6Network((0x20010DB8 << 96 | dice.getrandbits(8) << 64, dice.randint(58, 68)), strict=False)
            for _ in range(60)
        ]
        mixed = [block(str(network)) for network in (*fours, *sixes)]
        dice.shuffle(mixed)
        expected = [*collapse_addresses(fours), *collapse_addresses(sixes)]
        assert [str(one) for one in aggregated(mixed)] == [str(network) for network in expected]
    assert list(aggregated([])) == []
