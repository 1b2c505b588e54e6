"""The plugin's real spool and courier, in PHP processes, against a bridge that runs, is away, or behaves badly."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bridge.journal import JournalReader, journal_files
from bridge.up.ports import free_port
from tests.connectors.joomla.conftest import OpenSite
from tests.connectors.joomla.servers import (
    Answer,
    bad_server,
    dripping,
    garbage,
    hanging_up,
    running_bridge,
    says,
    swallowing,
)

LONGEST = 1200
"""Milliseconds. What the plugin promises is a second; the rest is this machine, which may be busy."""

ACCEPTED = '{"id": "0b2d1f5e-6f0a-5d38-9c3e-6f1f6f0c8f10"}'


def journalled(folder: Path) -> list[dict[str, Any]]:
    """The submissions in the bridge's journal, oldest first."""
    found = []
    for path in journal_files(folder / "var" / "journal"):
        reader = JournalReader(path)
        found += [json.loads(row.body) for row in reader.batch(10_000)]
        reader.close()
    return found


def test_a_lead_is_in_the_journal_before_the_visitor_sees_the_answer(
    tmp_path: Path, open_mini_site: OpenSite
) -> None:
    port = free_port()
    site = open_mini_site(f"http://127.0.0.1:{port}")
    with running_bridge(tmp_path, port):
        [waited] = site.submit(1)
        [record] = journalled(tmp_path)
    assert record["fields"]["email"] == "person0@beispiel.example"
    assert site.counts() == {"waiting": 0, "parked": 0, "sent": 1}
    assert waited <= LONGEST


def test_a_hundred_leads_kept_while_the_bridge_was_down_arrive_once_each(
    tmp_path: Path, open_mini_site: OpenSite
) -> None:
    port = free_port()
    site = open_mini_site(f"http://127.0.0.1:{port}")
    waited = site.submit(100)
    assert max(waited) <= LONGEST
    assert site.counts() == {"waiting": 100, "parked": 0, "sent": 0}

    with running_bridge(tmp_path, port):
        assert site.drain() == {"sent": 100, "left": 0, "parked": 0}
        assert site.drain() == {"sent": 0, "left": 0, "parked": 0}
        records = journalled(tmp_path)

    assert sorted(record["fields"]["email"] for record in records) == sorted(
        f"person{one}@beispiel.example" for one in range(100)
    )
    assert len({record["id"] for record in records}) == 100


def test_a_message_of_any_length_arrives_whole(tmp_path: Path, open_mini_site: OpenSite) -> None:
    port = free_port()
    site = open_mini_site(f"http://127.0.0.1:{port}")
    text = " ".join(str(number) for number in range(3000))
    with running_bridge(tmp_path, port):
        site.submit(1, contact_message=text)
        [record] = journalled(tmp_path)
    parts = [record["fields"][name] for name in ("message", "message_2", "message_3")]
    assert "".join(parts).replace(" […]", "").replace(" ", "") == text.replace(" ", "")


def test_a_refused_lead_is_parked_with_the_names_of_its_fields(
    tmp_path: Path, open_mini_site: OpenSite
) -> None:
    port = free_port()
    site = open_mini_site(f"http://127.0.0.1:{port}")
    with running_bridge(tmp_path, port):
        site.submit(1, contact_email="not an address", contact_message=" ")
        shown = site.do("show")
        assert journalled(tmp_path) == []
    [refused] = shown["refused"]
    assert refused["lastError"] == "fields:email, message"
    assert shown["trouble"]["status"] == 422


def test_a_lead_with_a_wrong_phone_number_arrives_all_the_same(
    tmp_path: Path, open_mini_site: OpenSite
) -> None:
    port = free_port()
    site = open_mini_site(f"http://127.0.0.1:{port}")
    with running_bridge(tmp_path, port):
        site.submit(1, com_fields={"phone": "bitte nur per Mail"})
        assert site.counts() == {"waiting": 1, "parked": 0, "sent": 0}
        site.do("hurry")
        assert site.drain() == {"sent": 1, "left": 0, "parked": 0}
        [record] = journalled(tmp_path)
    assert record["fields"]["phone_as_typed"] == "bitte nur per Mail"
    assert "phone" not in record["fields"]


def test_the_test_button_names_the_form_and_leaves_no_lead(tmp_path: Path, open_mini_site: OpenSite) -> None:
    port = free_port()
    site = open_mini_site(f"http://127.0.0.1:{port}")
    with running_bridge(tmp_path, port):
        [finding] = site.do("try")
        assert journalled(tmp_path) == []
    assert finding["isAccepted"]
    assert (finding["form"], finding["title"], finding["unmapped"]) == ("kontakt", "Kontakt", [])
    assert finding["explanation"]["arguments"] == [finding["milliseconds"]]


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (says("202 Accepted", ACCEPTED, after=20), "no-answer"),
        (dripping, "no-answer"),
        (garbage, "no-answer"),
        (hanging_up, "no-answer"),
        (says("500 Internal Server Error"), "broken"),
        (says("503 Service Unavailable"), "busy"),
        (says("200 OK", "<!doctype html><title>Parked domain</title>"), "not-the-bridge"),
        (says("202 Accepted", "x" * 3_000_000), "not-the-bridge"),
        (says("301 Moved\r\nLocation: http://127.0.0.1:1/"), "not-the-bridge"),
    ],
    ids=["20 s", "byte by byte", "garbage", "hangs up", "500", "503", "HTML", "3 MB", "redirect"],
)
def test_no_visitor_waits_longer_than_a_second_and_the_lead_stays(
    answer: Answer, why: str, open_mini_site: OpenSite
) -> None:
    with bad_server(answer) as address:
        site = open_mini_site(address)
        waited = site.submit(3)
        shown = site.do("show")
    assert max(waited) <= LONGEST, waited
    assert (shown["waiting"], shown["sent"]) == (3, 0)
    assert shown["trouble"]["error"].split(":")[0] == why


def test_after_a_slow_answer_the_next_visitors_do_not_wait_at_all(open_mini_site: OpenSite) -> None:
    with bad_server(says("202 Accepted", ACCEPTED, after=20)) as address:
        waited = open_mini_site(address).submit(5)
    assert waited[0] >= 700
    assert max(waited[1:]) <= 400


def test_a_lead_that_the_bridge_took_but_whose_answer_was_lost_counts_once(
    tmp_path: Path, open_mini_site: OpenSite
) -> None:
    port = free_port()
    with running_bridge(tmp_path, port):
        with bad_server(swallowing(port)) as between:
            site = open_mini_site(between)
            site.submit(1)
        assert site.counts()["waiting"] == 1
        straight = replace(site, address=f"http://127.0.0.1:{port}")
        straight.do("hurry")
        assert straight.drain() == {"sent": 1, "left": 0, "parked": 0}
        first, second = journalled(tmp_path)
    assert first["id"] == second["id"], "ingest takes a submission's id once"
    assert first["key"] == second["key"]
