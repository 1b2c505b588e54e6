"""One process each, for production: ingest, worker, cron."""

import os
import signal
import threading

import click

from bridge.cli.endpoints import misaddressed
from bridge.cli.environment import join_running_system
from bridge.delivery.proofreading import fingerprint, proofread
from bridge.errors import InvalidProgram
from bridge.settings import Settings
from bridge.settings.unknown import warn_of_unknown_settings
from bridge.wiring import Services
from bridge.wiring.garbage import ROWS_OF_A_BATCH, collect_after, keep_what_is_loaded
from bridge.wiring.queues import JOBS
from bridge.worker.cron import run_cron
from bridge.worker.ingest import Ingest
from bridge.worker.leaving import leave
from bridge.worker.queues import run_worker


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
    if "LEADBRIDGE_PROOFREAD" not in os.environ:  # else “leadbridge up” has said it
        warn_of_unknown_settings(os.environ)
    services = Services(Settings.from_env(os.environ))
    check_programme(services)
    keep_what_is_loaded()
    collect_after(ROWS_OF_A_BATCH)
    return services


def check_programme(services: Services) -> None:
    """Raises InvalidProgram for a programme that would fail later. What was proofread before is not read again."""
    is_read = os.environ.get("LEADBRIDGE_PROOFREAD") == fingerprint(services.program)
    mistakes = [] if is_read else proofread(services.program)
    if mistakes := [*mistakes, *misaddressed(services.program)]:
        raise InvalidProgram(str(services.settings.program), mistakes)


def _on_stop(stop: threading.Event) -> None:
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: leave(stop.set))
