"""Asked to stop, each part ends within ten seconds and loses no lease."""

import socket
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest
import requests
from redis import Redis
from sqlalchemy import Engine, text

from bridge.up.ports import free_port
from tests.conftest import Servers
from tests.mail_server import SILENCE, MailServer, Step, listening
from tests.promises.workers import (
    deliveries,
    listens,
    part,
    services_by_the_wall,
    settings_for,
    stop,
    submit,
)
from tests.together import eventually, waits_for_a_lock

pytestmark = pytest.mark.promise(
    "R5", "a part that is asked to stop ends within ten seconds, without losing a lease"
)


@pytest.fixture
def environ(servers: Servers, engine: Engine, redis: Redis, tmp_path: Path) -> dict[str, str]:
    """Settings over empty servers."""
    bind = f"127.0.0.1:{free_port()}"
    return settings_for(tmp_path, servers, BIND=bind, PUBLIC_URL=f"http://{bind}")


def log_of(environ: dict[str, str]) -> str:
    """What parts have said."""
    return Path(environ["LEADBRIDGE_DATA"]).with_suffix(".log").read_text(encoding="utf-8")


def test_what_is_under_way_is_finished_and_what_waits_is_not_begun(environ: dict[str, str]) -> None:
    def slow(step: Step, recipient: str) -> str | float:
        return 1.5 if step == "RCPT" else 0.0

    with listening(MailServer(slow)) as server, services_by_the_wall(environ) as services:
        for one in range(12):
            submit(services, f"p{one}@d{one}.example", form="webinar", allows=())
        with part(environ | {"LEADBRIDGE_SMTP_URL": server.url}, "worker", "deliver") as worker:
            assert eventually(lambda: bool(server.heard)), log_of(environ)
            assert stop(worker) == 0
        states = {state: len(deliveries(services, [state])) for state in ("sent", "due", "leased")}
        assert states["sent"] == len(server.taken) > 0
        assert states == {"sent": states["sent"], "due": 12 - states["sent"], "leased": 0}


def test_what_a_silent_server_holds_is_given_back_at_once(
    environ: dict[str, str], saw: Callable[..., None]
) -> None:
    silent = MailServer(lambda step, _: SILENCE if step == "RCPT" else 0.0)
    with listening(silent) as server, services_by_the_wall(environ) as services:
        submit(services, "anna@beispiel.example", form="webinar", allows=())
        with part(environ | {"LEADBRIDGE_SMTP_URL": server.url}, "worker", "deliver") as worker:
            assert eventually(lambda: ("RCPT", "anna@beispiel.example") in server.heard), log_of(environ)
            asked = time.monotonic()
            assert stop(worker) == 0
            seconds = time.monotonic() - asked
        (row,) = deliveries(services)
        assert (row.state, row.attempts, row.leased_until) == ("due", 1, None)
        assert row.error == "the worker was stopped while it was at it; whether it left is unknown"
    saw(seconds_with_a_silent_server=round(seconds, 1))


def test_whoever_has_nothing_to_do_ends_at_once_also_an_ingest_that_waits_for_another(
    environ: dict[str, str], saw: Callable[..., None]
) -> None:
    parts = [("ingest",), ("ingest",), ("cron",), ("worker", "score"), ("worker", "deliver")]
    with ExitStack() as running:
        processes = [running.enter_context(part(environ, *words)) for words in parts]
        assert eventually(lambda: all(map(listens, processes))), log_of(environ)
        seconds = []
        for process in processes:
            asked = time.monotonic()
            assert stop(process) == 0, log_of(environ)
            seconds.append(time.monotonic() - asked)
    saw(longest_seconds_when_idle=round(max(seconds), 1))


@pytest.mark.parametrize(
    "words",
    [
        ("worker", "score"),
        pytest.param(("ingest",), marks=pytest.mark.faults),
        pytest.param(("cron",), marks=pytest.mark.faults),
    ],
)
def test_a_database_that_hangs_keeps_nobody(
    words: tuple[str, ...], environ: dict[str, str], engine: Engine
) -> None:
    with services_by_the_wall(environ) as services, engine.connect() as connection:
        submit(services, "anna@beispiel.example")
        connection.execute(text("lock table events, outbox, profiles in access exclusive mode"))
        with part(environ, *words) as process:
            assert eventually(lambda: waits_for_a_lock(services.engine)), log_of(environ)
            assert stop(process) == 0
        connection.rollback()


def test_a_web_server_ends_although_somebody_is_still_talking(environ: dict[str, str]) -> None:
    url = environ["LEADBRIDGE_PUBLIC_URL"]
    host, port = environ["LEADBRIDGE_BIND"].split(":")

    def answers() -> bool:
        try:
            return requests.get(f"{url}/healthz", timeout=1).ok
        except requests.RequestException:
            return False

    with part(environ, "web") as web:
        assert eventually(answers), log_of(environ)
        with socket.create_connection((host, int(port))) as slow:
            slow.sendall(b"POST /forms/webinar HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nemail=")
            assert stop(web) == 0
