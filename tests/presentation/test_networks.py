"""`leadbridge networks …`, run as operators run it, against a real server with lists in the published shapes."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from bridge.cli.diagnosis.parts import networks
from bridge.judgement.network_sources import packaged_sources, read_sources
from bridge.judgement.networks import packaged_networks
from bridge.settings import Settings
from bridge.wiring import Services
from tests.commands import run_command
from tests.edge.site import environment
from tests.publisher import DOCUMENTS, PAGE, TAGS, Publisher

Say = Callable[..., CompletedProcess[str]]
LISTS = {source.id: source.shape for source in packaged_sources().values() if source.document}


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    """A server with every list, in the shapes in which they are published."""
    made = Publisher()
    made.says("/download/7/ServiceTags_Public_20261116.json", json.dumps(TAGS).encode())
    for name, shape in LISTS.items():
        made.says(f"/{name}", (PAGE if shape == "azure" else DOCUMENTS[shape]).encode())
    yield made
    made.close()


@pytest.fixture
def say(tmp_path: Path) -> Say:
    """Runs `leadbridge networks …` with a data folder of its own."""

    def said(*words: str) -> CompletedProcess[str]:
        return run_command("networks", *words, LEADBRIDGE_DATA=str(tmp_path))

    return said


def facts(done: CompletedProcess[str]) -> Any:
    """What a command says to programs."""
    return json.loads(done.stdout)


def test_all_lists_are_fetched_and_used_from_then_on(say: Say, publisher: Publisher, tmp_path: Path) -> None:
    done = say("refresh", "--from", publisher.address)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("ok    ") == len(LISTS)
    assert f"wrote {tmp_path / 'networks.json'}" in done.stdout

    refreshed = read_sources(tmp_path / "networks.json")
    assert refreshed.keys() == LISTS.keys()
    assert [str(network) for network in refreshed["aws"].networks] == ["203.0.113.0/25", "2001:db8::/32"]
    assert say("show", "203.0.113.7").stdout == "203.0.113.7: scanner, Exchange Online Protection\n"
    assert say("show", "54.144.1.1").stdout == "54.144.1.1: no known network\n"
    assert "in the package" not in say("show").stdout


def test_neighbours_become_one(say: Say, publisher: Publisher, tmp_path: Path) -> None:
    publisher.says("/zscaler", b'{"hubPrefixes": ["203.0.113.0/25", "203.0.113.128/25", "203.0.113.7/32"]}')
    [one] = [
        s
        for s in facts(say("refresh", "--from", publisher.address, "--json"))["sources"]
        if s["id"] == "zscaler"
    ]
    assert (one["published"], one["networks"], one["failure"]) == (3, 1, "")
    assert [str(n) for n in read_sources(tmp_path / "networks.json")["zscaler"].networks] == [
        "203.0.113.0/24"
    ]


def test_a_list_that_fails_is_named_and_its_old_networks_stay(
    say: Say, publisher: Publisher, tmp_path: Path
) -> None:
    assert say("refresh", "--from", publisher.address).returncode == 0
    before = read_sources(tmp_path / "networks.json")
    publisher.says("/aws", b"{broken")
    publisher.says("/apple-relay", b"0.0.0.0/0,DE\n")
    publisher.says("/oracle", b'{"regions": []}')
    publisher.says("/linode", b"198.51.100.0/24,DE\n")
    del publisher.answers["/zscaler"]

    done = say("refresh", "--from", publisher.address)

    assert done.returncode == 1
    assert "FAIL  Amazon Web Services: the list is not written as expected: JSONDecodeError" in done.stdout
    assert (
        "FAIL  iCloud Private Relay: the list is not written as expected: 0.0.0.0/0 is too wide"
        in done.stdout
    )
    assert "FAIL  Oracle Cloud: the list is empty" in done.stdout
    assert f"FAIL  Zscaler: {publisher.address}/zscaler answered 404" in done.stdout
    after = read_sources(tmp_path / "networks.json")
    for name in ("aws", "apple-relay", "oracle", "zscaler"):
        assert after[name].networks == before[name].networks
    assert [str(network) for network in after["linode"].networks] == ["198.51.100.0/24"]


def test_when_nothing_can_be_fetched_nothing_is_written(
    say: Say, publisher: Publisher, tmp_path: Path
) -> None:
    publisher.answers.clear()
    done = say("refresh", "--from", publisher.address)
    assert done.returncode == 1
    assert "nothing was written" in done.stderr
    assert not list(tmp_path.iterdir())
    assert facts(say("refresh", "--from", publisher.address, "--json"))["file"] is None


def test_a_folder_that_takes_no_file_is_said_in_one_line(
    say: Say, publisher: Publisher, tmp_path: Path
) -> None:
    (tmp_path / "networks.json").mkdir()
    done = say("refresh", "--from", publisher.address)
    assert done.returncode == 1
    assert f"{tmp_path / 'networks.json'} cannot be written" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["networks.json"]


def test_without_a_refresh_the_packaged_networks_are_shown(say: Say) -> None:
    said = say("show").stdout
    assert said.startswith("the packaged networks; ")
    assert "mimecast" in said
    told = facts(say("show", "--json"))
    assert told["file"] is None
    assert {source["id"] for source in told["sources"]} == packaged_sources().keys()
    assert facts(say("show", "40.92.1.2", "--json")) == {
        "ip": "40.92.1.2",
        "kind": "scanner",
        "name": "Exchange Online Protection",
    }
    assert facts(say("show", "203.0.113.7", "--json"))["kind"] is None


def test_what_is_no_address_is_said_to_be_none(say: Say) -> None:
    done = say("show", "somewhere")
    assert done.returncode == 2
    assert "'somewhere' does not appear to be an IPv4 or IPv6 address" in done.stderr


def test_a_broken_file_is_named_and_a_refresh_replaces_it(
    say: Say, publisher: Publisher, tmp_path: Path
) -> None:
    path = tmp_path / "networks.json"
    path.write_text('{"sources": [\n  {"id": "aws", oops', encoding="utf-8")
    done = say("show")
    assert done.returncode == 1
    assert done.stderr.startswith(f"{path}: ")
    assert "line 2" in done.stderr
    assert say("refresh", "--from", publisher.address).returncode == 0
    assert say("show").returncode == 0


def test_a_broken_file_stops_no_process_and_the_doctor_names_it(tmp_path: Path) -> None:
    path = tmp_path / "networks.json"
    path.write_text("{", encoding="utf-8")
    services = process(tmp_path)
    assert services.networks is packaged_networks()
    [found] = networks(services)
    assert not found.ok
    assert found.found.startswith(f"{path}: ")
    assert "leadbridge networks refresh" in found.advice


def test_the_doctor_says_how_old_the_lists_are(say: Say, publisher: Publisher, tmp_path: Path) -> None:
    def said() -> str:
        [found] = networks(process(tmp_path))
        assert found.ok
        return found.found

    oldest = min(source.noted for source in packaged_sources().values() if source.document)
    assert said() == f"packaged, the oldest list of {oldest}"
    assert say("refresh", "--from", publisher.address).returncode == 0
    assert said().startswith(f"refreshed, the oldest list of {datetime.now(UTC).date()}")


def test_a_running_process_uses_what_was_refreshed(say: Say, publisher: Publisher, tmp_path: Path) -> None:
    assert say("refresh", "--from", publisher.address).returncode == 0
    found = process(tmp_path).networks.of("203.0.113.7")
    assert found is not None
    assert found.kind == "scanner"


def process(data: Path) -> Services:
    """The parts of a process with that data folder."""
    return Services(Settings.from_env(environment(data, DATA=str(data))))
