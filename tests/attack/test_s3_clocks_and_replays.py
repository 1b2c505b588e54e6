"""Promise S3: clocks may differ by five minutes, and a request that is sent again has no effect."""

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import Engine

from bridge.store.tables import events, submissions
from tests.attack.web import Web
from tests.conftest import Servers
from tests.edge.signed import ANNA, PATH, headers
from tests.edge.site import Site
from tests.house import Clock
from tests.make import NOON
from tests.promise import few_or_many
from tests.promises.travelled import travelling

pytestmark = pytest.mark.promise("S3", "±299 s accepted, ±301 s refused; a replayed webhook-id has no effect")
BODY = json.dumps(ANNA).encode()


@pytest.mark.parametrize(
    ("skew", "status"),
    [(0, 202), (299, 202), (-299, 202), (300, 202), (-300, 202), (301, 401), (-301, 401), (10**6, 401)],
)
def test_clocks_may_differ_by_five_minutes(edge: Site, skew: int, status: int) -> None:
    with time_machine.travel(NOON, tick=False):
        answer = edge.post(
            PATH, BODY, content_type="application/json", headers=headers(BODY, at=time.time() + skew)
        )
    assert answer.status_code == status


@pytest.mark.xdist_group("web")
def test_so_they_may_by_the_clock_on_the_wall(web: Web) -> None:
    sent = {}
    for skew in (299, -297, 303, -303):  # a second or two may pass on the way
        signed = {"Content-Type": "application/json"} | headers(BODY, at=time.time() + skew)
        sent[skew] = web.ask("POST", PATH, BODY, signed)[0]
    assert sent == {299: 202, -297: 202, 303: 401, -303: 401}


@pytest.mark.parametrize(
    "stamp", ["", "x", "1e9", "-1", "0x10", "١٢٣", "9" * 400, "1764000000.5", "inf", "nan"]
)
def test_a_timestamp_that_is_none_is_refused(edge: Site, stamp: str) -> None:
    signed = headers(BODY) | {"webhook-timestamp": stamp}
    answer = edge.client.post(
        PATH,
        data=BODY,
        content_type="application/json",
        environ_overrides={f"HTTP_{name.upper().replace('-', '_')}": value for name, value in signed.items()},
    )
    assert answer.status_code == 401


def test_a_replay_has_no_effect(
    tmp_path: Path, servers: Servers, engine: Engine, saw: Callable[..., None]
) -> None:
    clock, replays = Clock(), few_or_many(20, 300)
    with travelling(tmp_path, servers, clock) as bridge:
        assert bridge.send_signed(ANNA, "msg_1").status_code == 202
        bridge.settle()
        known = len(bridge.rows(events)), len(bridge.mails())
        for number in range(replays):
            answer = bridge.send_signed(ANNA, "msg_1")
            assert answer.status_code == 202
            if number % 7 == 0:
                bridge.tick(minutes=9)
        bridge.settle()
        assert (len(bridge.rows(events)), len(bridge.mails())) == known
        assert len(bridge.rows(submissions)) == 1
    saw(replays=replays, kept=1)


def test_another_body_under_a_known_id_has_no_effect_either(
    tmp_path: Path, servers: Servers, engine: Engine
) -> None:
    """Only the website's own server can sign it; still, what came first stands."""
    with travelling(tmp_path, servers, Clock()) as bridge:
        bridge.send_signed(ANNA, "msg_1")
        other = ANNA | {"fields": ANNA["fields"] | {"company": "Andere AG"}}
        assert bridge.send_signed(other, "msg_1").status_code == 202
        bridge.settle()
        [row] = bridge.rows(submissions)
        assert row.fields["company"] == "Beispiel GmbH"
