"""`leadbridge web`: granian in front of the application."""

import os

import click
from granian.constants import Interfaces
from granian.server import Server

from bridge.cli.run import ready_services
from bridge.edge.gate import THREADS, Part


@click.command()
@click.option("--only", type=click.Choice(["edge", "pages"]), help="Serve one part; default is both.")
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1), help="Number of processes.")
@click.option(
    "--threads",
    type=click.IntRange(1, 256),
    help="Of each process; default is 1 for edge, 8 for pages, 64 for both.",
)
def web(only: str | None, workers: int, threads: int | None) -> None:
    """Serve HTTP. Behind a proxy: `edge` for /t/, /forms/, /api/v1/submissions …, `pages` for the rest."""
    settings = ready_services().settings
    part: Part = "edge" if only == "edge" else "pages" if only == "pages" else "all"
    os.environ["LEADBRIDGE_WEB_PART"] = part
    threads = threads or THREADS[part]
    os.environ["LEADBRIDGE_WEB_THREADS"] = str(threads)
    Server(
        "bridge.app:from_environment",
        factory=True,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        respawn_failed_workers=True,
        workers_kill_timeout=8,
        websockets=False,
        log_access=False,
    ).serve()
