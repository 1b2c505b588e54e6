"""R13: one slow domain hurts no other."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from redis import Redis
from sqlalchemy import Engine

from tests.conftest import Servers
from tests.mail_server import SILENCE, MailServer, Step, listening
from tests.promise import few_or_many
from tests.promises.workers import (
    deliveries,
    eventually,
    part,
    services_by_the_wall,
    settings_for,
    stop,
    submit,
)

pytestmark = pytest.mark.promise("R13", "one slow domain hurts no other")

TARPIT = "teer.example"
STUCK, QUICK = few_or_many(10, 100), few_or_many(60, 600)


def tarpit(step: Step, recipient: str) -> str | float:
    """A domain that takes a minute for each mail."""
    return SILENCE if step == "RCPT" and recipient.endswith(TARPIT) else 0.0


def test_mails_to_others_leave_within_five_seconds_beside_a_tarpit(
    servers: Servers, engine: Engine, redis: Redis, tmp_path: Path, saw: Callable[..., None]
) -> None:
    with listening(MailServer(tarpit)) as server:
        environ = settings_for(tmp_path, servers, SMTP_URL=server.url)
        with services_by_the_wall(environ) as services, part(environ, "worker", "deliver") as worker:
            submit(services, "first@anderswo.example", form="webinar", allows=())
            assert eventually(lambda: bool(server.taken))  # the worker is there
            server.taken.clear()
            asked: dict[str, float] = {}
            for one in range(STUCK):
                submit(services, f"p{one}@{TARPIT}", form="webinar", allows=())
            for one in range(QUICK):
                address = f"p{one}@d{one % 12}.example"
                submit(services, address, form="webinar", allows=())
                asked[address] = time.monotonic()
            assert eventually(lambda: len(server.taken) >= QUICK), len(server.taken)
            waited = sorted(one.at - asked[one.recipient] for one in server.taken)
            under_way = [row for row in deliveries(services, ["leased"]) if row.domain == TARPIT]
            assert len(under_way) == 2
            assert stop(worker) == 0
            assert deliveries(services, ["leased"]) == []
            assert len(deliveries(services, ["due"])) == STUCK
    p95 = waited[int(len(waited) * 0.95)]
    saw(others=QUICK, p95_seconds=round(p95, 2), longest_seconds=round(waited[-1], 2), stuck=STUCK)
    assert p95 <= 5
