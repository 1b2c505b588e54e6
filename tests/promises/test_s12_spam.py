"""S12: what looks like spam is answered like everything else, held, causes no mail, and can be released."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from redis import Redis
from sqlalchemy import Engine

from bridge.clock import utc_now
from bridge.store.tables import profiles, submissions
from tests.conftest import Servers
from tests.edge.site import Outline
from tests.house import Clock
from tests.promises.travelled import Bridge, travelling

pytestmark = pytest.mark.promise("S12", "suspects are held, cause no mail, and can be released")

ANNA = {
    "email": "anna@beispiel.example",
    "first_name": "Anna",
    "last_name": "Berg",
    "company": "Beispiel GmbH",
}
CALL = ANNA | {"phone": "+49 30 23125 010"}
CONFIRM = "Bitte bestätigen Sie Ihre Adresse"
LIMIT = 4
"""Forms a day from one network."""
FAR_ABOVE = 10 * LIMIT


@pytest.fixture
def bridge(tmp_path: Path, servers: Servers, engine: Engine, redis: Redis) -> Iterator[Bridge]:
    """A bridge at this moment, for commands look at the clock on the wall; with few forms for a network."""
    del engine, redis  # both are empty now
    with travelling(tmp_path, servers, Clock(utc_now()), RATE_LIMITS=f"{LIMIT}/day") as running:
        yield running


def hidden_fields(bridge: Bridge, form: str) -> dict[str, str]:
    """Open a hosted form; what it will send besides the answers."""
    page = Outline(bridge.ask("GET", f"/forms/{form}").text)
    return {one["name"]: one["value"] for one in page.all("input") if one.get("type") == "hidden"}


def into_the_trap(bridge: Bridge) -> requests.Response:
    """A machine fills every field."""
    return bridge.send_form("rueckruf", CALL | {"website": "https://spam.example"}, allows=["email"])


def too_fast(bridge: Bridge) -> requests.Response:
    """A machine opens the form and sends it at once."""
    hidden = hidden_fields(bridge, "rueckruf")
    bridge.clock.move(seconds=1.9)
    return bridge.send_form("rueckruf", CALL | hidden, allows=["email"])


def with_a_forged_stamp(bridge: Bridge) -> requests.Response:
    """A machine claims to have taken its time."""
    hidden = hidden_fields(bridge, "webinar")
    bridge.clock.move(minutes=5)
    stamp = {"_stamp": hidden["_stamp"]}
    return bridge.send_form("rueckruf", CALL | stamp, allows=["email"])


def one_of_too_many(bridge: Bridge) -> requests.Response:
    """The last of more than the network may send."""
    for number in range(LIMIT):
        bridge.send_form("webinar", ANNA | {"email": f"p{number}@elsewhere.example"})
    return bridge.send_form("rueckruf", CALL, allows=["email"])


WAYS: dict[str, Callable[[Bridge], requests.Response]] = {
    "honeypot": into_the_trap,
    "too fast": too_fast,
    "forged time stamp": with_a_forged_stamp,
    "too many": one_of_too_many,
}


def held(bridge: Bridge) -> list[dict[str, Any]]:
    """What `leadbridge held list` says to programs."""
    found: list[dict[str, Any]] = json.loads(bridge.command("held", "list", "--json"))
    return found


@pytest.mark.parametrize("because", WAYS)
def test_a_suspect_is_thanked_held_and_released_by_a_person(bridge: Bridge, because: str) -> None:
    answer = WAYS[because](bridge)
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/demo/danke?form=rueckruf&mail=1", "like everybody else"
    bridge.tick(days=1)
    assert all(mail.recipient.endswith("@elsewhere.example") for mail in bridge.mails())
    assert ANNA["email"] not in [row.email for row in bridge.rows(profiles)]
    [row] = held(bridge)
    assert row["held_because"] == because
    [listed] = bridge.command("held", "list").splitlines()[1:]
    for shown in (row["id"], "rueckruf", because, ANNA["email"]):
        assert shown in listed

    assert bridge.command("held", "release", row["id"]) == "released\n"
    bridge.settle()
    confirmation, receipt = bridge.mails(ANNA["email"])
    assert (confirmation.subject, receipt.subject) == (CONFIRM, "Angekommen: Rückruf")
    assert [mail.subject.partition(":")[0] for mail in bridge.mails()].count("Rückruf gewünscht") == 1
    [button] = [line for line in confirmation.text.splitlines() if "/confirm/" in line]
    assert bridge.ask("POST", button).status_code == 303
    assert held(bridge) == []


def test_a_suspect_that_is_dropped_stays_silent(bridge: Bridge) -> None:
    into_the_trap(bridge)
    bridge.settle()
    [row] = held(bridge)
    assert bridge.command("held", "drop", row["id"]) == "dropped\n"
    bridge.tick(days=1)
    assert bridge.mails() == []
    assert held(bridge) == []
    assert [one.state for one in bridge.rows(submissions)] == ["dropped"]


def test_two_seconds_are_enough_for_a_person(bridge: Bridge) -> None:
    hidden = hidden_fields(bridge, "rueckruf")
    bridge.clock.move(seconds=2)
    bridge.send_form("rueckruf", CALL | hidden, allows=["email"])
    bridge.settle()
    assert held(bridge) == []
    assert len(bridge.mails(ANNA["email"])) == 2


def statuses(bridge: Bridge, number: int, network: str) -> list[int]:
    """What so many forms of different people get that come from one network."""
    return [
        bridge.send_form(
            "webinar", ANNA | {"email": f"p{one}@beispiel.example"}, ["email"], network
        ).status_code
        for one in range(number)
    ]


def test_too_many_of_one_network_are_held_and_only_far_too_many_refused(bridge: Bridge) -> None:
    assert statuses(bridge, FAR_ABOVE + 2, "203.0.113.7") == [303] * FAR_ABOVE + [429] * 2
    assert statuses(bridge, 1, "203.0.113.8") == [303], "others are not asked to wait"
    bridge.settle()
    rows = held(bridge)
    assert len(rows) == FAR_ABOVE - LIMIT
    assert {row["held_because"] for row in rows} == {"too many"}
    assert len([mail for mail in bridge.mails() if mail.subject == CONFIRM]) == LIMIT, (
        "the one from elsewhere is for an address that had one just before"
    )


def test_a_network_of_ipv6_is_one_network_whatever_address_it_shows(bridge: Bridge) -> None:
    for number in range(LIMIT + 2):
        statuses(bridge, 1, f"2001:db8:7:7:{number:x}::{number + 1:x}")
    statuses(bridge, 1, "2001:db8:7:8::1")
    bridge.settle()
    assert len(held(bridge)) == 2


def test_the_address_of_a_websites_server_is_no_network_of_visitors(bridge: Bridge) -> None:
    for number in range(FAR_ABOVE + 5):
        fields = ANNA | {"email": f"p{number}@beispiel.example"}
        assert bridge.send_signed({"form": "webinar", "fields": fields}, f"key-{number}").status_code == 202
    assert bridge.send_form("webinar", ANNA, ["email"]).status_code == 303
    bridge.settle()
    assert held(bridge) == []
    assert len(bridge.rows(submissions)) == FAR_ABOVE + 6


def test_one_address_from_many_networks_is_not_held_but_its_mailbox_is_spared(bridge: Bridge) -> None:
    for number in range(20):
        fields = ANNA | {"company": f"Firma {number}"}
        assert bridge.send_form("webinar", fields, ["email"], f"198.51.100.{number}").status_code == 303
        bridge.tick(minutes=10)
    assert held(bridge) == []
    assert len(bridge.rows(submissions)) == 20
    assert [mail.subject for mail in bridge.mails(ANNA["email"])].count(CONFIRM) == 3
    assert len(bridge.mails()) == 6, "three receipts besides, and nothing more"
