"""R13: one slow domain hurts no other, and an endpoint of webhooks that hangs hurts no mail."""

import base64
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from redis import Redis
from sqlalchemy import Engine

from bridge.program.loading import DEMO
from bridge.store.outbox import Delivery
from bridge.wiring import Services
from tests.conftest import Servers
from tests.endpoint import Endpoint
from tests.mail_server import SILENCE, MailServer, Step, listening
from tests.promise import few_or_many
from tests.promises.workers import (
    deliveries,
    part,
    services_by_the_wall,
    settings_for,
    stop,
    submit,
)
from tests.together import eventually

pytestmark = pytest.mark.promise("R13", "one slow domain, or endpoint of webhooks, hurts no other")

SECRET = "whsec_" + base64.b64encode(bytes(24)).decode()
TARPIT = "teer.example"
STUCK, QUICK = few_or_many(10, 100), few_or_many(60, 600)
A_SECOND = 20
"""Forms of the others, as P6 has them. Of more than a worker can send, everybody waits for everybody."""


def tarpit(step: Step, recipient: str) -> str | float:
    """A domain that takes a minute for each mail."""
    return SILENCE if step == "RCPT" and recipient.endswith(TARPIT) else 0.0


def others_ask(services: Services) -> dict[str, float]:
    """Forms of people of twelve domains; address → when."""
    asked: dict[str, float] = {}
    began = time.monotonic()
    for one in range(QUICK):
        time.sleep(max(0.0, began + one / A_SECOND - time.monotonic()))
        address = f"p{one}@d{one % 12}.example"
        submit(services, address, form="webinar", allows=())
        asked[address] = time.monotonic()
    return asked


def test_mails_to_others_leave_within_five_seconds_beside_a_tarpit(
    servers: Servers, engine: Engine, redis: Redis, tmp_path: Path, saw: Callable[..., None]
) -> None:
    with listening(MailServer(tarpit)) as server:
        environ = settings_for(tmp_path, servers, SMTP_URL=server.url)
        with services_by_the_wall(environ) as services, part(environ, "worker", "deliver") as worker:
            submit(services, "first@anderswo.example", form="webinar", allows=())
            assert eventually(lambda: bool(server.taken))  # the worker is there
            server.taken.clear()
            for one in range(STUCK):
                submit(services, f"p{one}@{TARPIT}", form="webinar", allows=())
            asked = others_ask(services)
            assert eventually(lambda: len(server.taken) >= QUICK), len(server.taken)
            waited = sorted(one.at - asked[one.recipient] for one in server.taken)
            assert len([row for row in under_way(services) if row.domain == TARPIT]) == 2
            assert stop(worker) == 0
            assert deliveries(services, ["leased"]) == []
            assert len(deliveries(services, ["due"])) == STUCK
    p95 = waited[int(len(waited) * 0.95)]
    saw(others=QUICK, p95_seconds=round(p95, 2), longest_seconds=round(waited[-1], 2), stuck=STUCK)
    assert p95 <= 5


def under_way(services: Services) -> list[Delivery]:
    """What workers are at, as the database knows: the server has a mail a moment before that is written down."""
    return deliveries(services, ["leased"])


def with_endpoint(folder: Path, url: str) -> str:
    """A programme that tells an endpoint of every new person."""
    folder.mkdir()
    for part_of_it in ("mails", "files"):
        (folder / part_of_it).symlink_to(DEMO.parent / part_of_it)
    table = f'[[webhooks]]\nid = "crm"\nurl = "{url}"\nsecret = "{SECRET}"\nevents = ["lead.created"]\n'
    program = folder / "program.toml"
    program.write_text(f"{DEMO.read_text(encoding='utf-8')}\n{table}", encoding="utf-8")
    return str(program)


def test_mails_leave_within_five_seconds_beside_an_endpoint_that_hangs(
    servers: Servers, engine: Engine, redis: Redis, tmp_path: Path, saw: Callable[..., None]
) -> None:
    let_go = threading.Event()

    def hangs(_: BaseHTTPRequestHandler) -> None:
        let_go.wait(60)

    with listening(MailServer()) as server, Endpoint(hangs) as endpoint:
        program = with_endpoint(tmp_path / "programme", endpoint.url)
        settings = {"SMTP_URL": server.url, "PROGRAM": program, "PRIVATE_TARGETS": "127.0.0.1"}
        environ = settings_for(tmp_path, servers, **settings)
        with services_by_the_wall(environ) as services, part(environ, "worker", "deliver") as worker:
            submit(services, "first@anderswo.example", form="webinar", allows=())
            assert eventually(lambda: bool(server.taken) and endpoint.connections == 1)
            server.taken.clear()
            asked = others_ask(services)
            assert eventually(lambda: len(server.taken) >= QUICK), len(server.taken)
            waited = sorted(one.at - asked[one.recipient] for one in server.taken)
            assert eventually(lambda: {row.domain for row in under_way(services)} <= {"webhook:crm"})
            assert len(under_way(services)) <= 2
            stop(worker)
            let_go.set()
            waiting = [row for row in deliveries(services, ["due", "deferred"]) if row.kind == "webhook"]
    p95 = waited[int(len(waited) * 0.95)]
    saw(mails=QUICK, p95_seconds=round(p95, 2), webhooks_stuck=len(waiting))
    assert len(waiting) == QUICK + 1
    assert p95 <= 5
