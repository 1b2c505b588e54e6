"""The recorded traces follow their own format, and there are enough kinds of machines and people."""

import json
from collections import Counter
from ipaddress import ip_address, ip_network
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

TRACES = Path(__file__).parents[1] / "traces"
FILES = sorted(TRACES.glob("*.json"))

NEEDED = {"title", "by", "source", "noted", "hits"}
OPTIONAL = {"links", "note"}
WHAT = {"open", "link", "proof"}
HIT = WHAT | {"after", "method", "agent", "network", "headers", "to", "by"}
PROOFS = {"form", "button", "page"}
NOT_CONTENT = {"hidden", "unsubscribe", "preferences"}
A_CLOUD = ip_network("20.50.0.0/18")
"""Microsoft's cloud in Western Europe, where people's desktops and VPN gateways stand, too."""
TELLING = {
    "accept",
    "accept-language",
    "sec-fetch-site",
    "sec-fetch-mode",
    "sec-fetch-dest",
    "sec-fetch-user",
    "sec-ch-ua",
    "sec-ch-ua-mobile",
    "sec-ch-ua-platform",
    "sec-purpose",
    "purpose",
    "x-purpose",
    "x-moz",
    "via",
}

Hit = dict[str, Any]
Trace = dict[str, Any]
every_trace = pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)


def _read(file: Path) -> Trace:
    trace: Trace = json.loads(file.read_text(encoding="utf-8"))
    return trace


def _content(trace: Trace) -> set[str]:
    return {hit["link"] for hit in trace["hits"] if "link" in hit} - NOT_CONTENT


# Every file


@every_trace
def test_a_trace_says_what_it_must_and_nothing_else(file: Path) -> None:
    trace = _read(file)
    assert set(trace) >= NEEDED
    assert set(trace) <= NEEDED | OPTIONAL
    assert trace["by"] in {"machine", "person", "both"}
    assert file.stem.split("-")[0] == trace["by"]
    assert trace["noted"] == "2026-11"
    assert trace["hits"]


@every_trace
def test_a_trace_names_the_pages_that_describe_it(file: Path) -> None:
    source = _read(file)["source"]
    assert source
    assert len(set(source)) == len(source)
    assert all(address.startswith(("https://", "http://")) and " " not in address for address in source)


@every_trace
def test_a_mail_has_at_least_the_links_that_were_followed(file: Path) -> None:
    trace = _read(file)
    assert len(_content(trace)) <= trace.get("links", 8) <= 8


@every_trace
def test_hits_stand_in_the_order_of_time(file: Path) -> None:
    assert all(one["after"] <= next_one["after"] for one, next_one in pairwise(_read(file)["hits"]))


@every_trace
def test_every_hit_is_an_open_a_link_or_a_proof(file: Path) -> None:
    for hit in _read(file)["hits"]:
        assert set(hit) <= HIT
        assert isinstance(hit["after"], int | float)
        assert len(set(hit) & WHAT - ({"link"} if "proof" in hit else set())) == 1
        assert hit.get("open", True) is True
        assert hit.get("proof", "form") in PROOFS
        assert hit.get("method", "GET") in {"GET", "HEAD", "POST", "OPTIONS"}


@every_trace
def test_networks_are_addresses_and_headers_are_telling(file: Path) -> None:
    for hit in _read(file)["hits"]:
        ip_address(hit["network"])
        assert isinstance(hit.get("agent", ""), str | None)
        names = [name.lower() for name in hit.get("headers", {})]
        assert len(set(names)) == len(names)
        assert set(names) <= TELLING


@every_trace
def test_who_did_it_is_said_once(file: Path) -> None:
    trace = _read(file)
    said = [hit.get("by") for hit in trace["hits"]]
    assert set(said) == ({"machine", "person"} if trace["by"] == "both" else {None})


@every_trace
def test_a_used_page_was_opened_before_from_a_link(file: Path) -> None:
    hits = _read(file)["hits"]
    for number, hit in enumerate(hits):
        if hit.get("proof") == "page":
            followed = [
                (one.get("to"), one["link"]) for one in hits[:number] if "link" in one and "proof" not in one
            ]
            assert (hit.get("to"), hit["link"]) in followed


# All together


def test_the_examples_of_the_documentation_can_be_read() -> None:
    lines = (TRACES / "README.md").read_text(encoding="utf-8").splitlines()
    starts = [number for number, line in enumerate(lines) if line == "    {"]
    examples = ["\n".join(lines[start : lines.index("    }", start) + 1]) for start in starts]
    assert [json.loads(example)["by"] for example in examples] == ["machine", "person"]


def test_there_are_traces_of_at_least_fifteen_kinds_each() -> None:
    kinds = Counter(file.stem.split("-")[0] for file in FILES)
    assert kinds["machine"] >= 15
    assert kinds["person"] >= 15
    assert kinds["both"] >= 3


def test_no_two_traces_have_the_same_title() -> None:
    titles = Counter(_read(file)["title"] for file in FILES)
    assert [title for title, times in titles.items() if times > 1] == []


def test_no_two_traces_tell_the_same_story() -> None:
    """The same moments of the same kinds of hits: copied, not recorded."""
    stories = Counter(
        json.dumps([[hit["after"], *sorted(set(hit) & WHAT)] for hit in _read(file)["hits"]])
        for file in FILES
    )
    assert max(stories.values()) == 1


def test_people_come_from_addresses_for_documentation_or_through_a_cloud() -> None:
    """Nobody's real address stands in a trace."""
    for file in FILES:
        trace = _read(file)
        for hit in trace["hits"]:
            if hit.get("by", trace["by"]) == "person" and "open" not in hit:
                address = ip_address(hit["network"])
                assert not address.is_global or address in A_CLOUD, (file.name, hit["network"])
