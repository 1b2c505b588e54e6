"""One process each, for production: web, ingest, worker, cron."""

import os
import signal
import threading

import click
from granian.constants import Interfaces
from granian.server import Server

from bridge.cli.environment import join_running_system
from bridge.settings import Settings
from bridge.wiring import JOBS, Services
from bridge.worker.cron import run_cron
from bridge.worker.ingest import Ingest
from bridge.worker.queues import run_worker

THREADS = {"edge": 1, "pages": 8, "all": 8}


@click.command()
@click.option("--only", type=click.Choice(["edge", "pages"]), help="Serve one part; default is both.")
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1), help="Number of processes.")
def web(only: str | None, workers: int) -> None:
    """Serve HTTP. Behind a proxy: `edge` for /t/, /forms/, /api/, /unsubscribe/, `pages` for the rest."""
    settings = ready_services().settings
    part = only or "all"
    os.environ["LEADBRIDGE_WEB_PART"] = part
    os.environ["LEADBRIDGE_WEB_THREADS"] = str(THREADS[part])
    Server(
        "bridge.app:from_environment",
        factory=True,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS[part],
        respawn_failed_workers=True,
        workers_kill_timeout=8,
        websockets=False,
        log_access=False,
    ).serve()


@click.command()
def ingest() -> None:
    """Take over the journal of this node's web processes into the database."""
    loop = Ingest(ready_services())
    _on_stop(loop.stop)
    loop.run()


@click.command()
@click.argument("queue", type=click.Choice(sorted(JOBS)))
def worker(queue: str) -> None:
    """Do the jobs of one queue."""
    run_worker(ready_services(), queue)


@click.command()
def cron() -> None:
    """Do what is due by the clock: sweep up unfinished work, expire points, return lost leads."""
    stop = threading.Event()
    _on_stop(stop)
    run_cron(ready_services(), stop)


def ready_services() -> Services:
    """Services whose settings and programme are known to be right before anything starts."""
    join_running_system()
    services = Services(Settings.from_env(os.environ))
    _ = services.program
    return services


def _on_stop(stop: threading.Event) -> None:
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: stop.set())
