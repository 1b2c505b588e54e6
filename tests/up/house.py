"""A supervisor with sample children: `python house.py apps`, or `python house.py servers DATA`.

`apps` are started as programs, with the word `forked` they come from the nursery; `stubborn` makes one of them so.
"""

import os
import signal
import sys
import time
from pathlib import Path

import click

from bridge.up.child import Child
from bridge.up.nursery import open_nursery
from bridge.up.postgres import prepare_postgres
from bridge.up.state import EmbeddedState, only_one_up, write_state
from bridge.up.supervisor import Supervisor
from bridge.up.valkey import prepare_valkey

_PATIENT = "import os, time; print('pid', os.getpid(), flush=True); time.sleep(600)"
_STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + _PATIENT


def app(name: str, code: str) -> Child:
    return Child(name, [sys.executable, "-c", code])


def patient() -> None:
    click.echo(f"pid {os.getpid()}")
    time.sleep(600)


def stubborn() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    patient()


def apps() -> None:
    is_stubborn, is_forked = "stubborn" in sys.argv, "forked" in sys.argv
    with Supervisor(patience=30.0) as supervisor:
        if is_forked:
            open_nursery(["bridge.errors"])
            supervisor.start(Child("first", call=patient))
            supervisor.start(Child("second", call=stubborn if is_stubborn else patient))
        else:
            supervisor.start(app("first", _PATIENT))
            supervisor.start(app("second", _STUBBORN if is_stubborn else _PATIENT))
        supervisor.say("everything runs")
        supervisor.run()


def servers(data: Path) -> None:
    with only_one_up(data), Supervisor() as supervisor:
        database = prepare_postgres(data, supervisor.say)
        supervisor.start(database.child)
        queue = prepare_valkey(data, supervisor.say)
        supervisor.start(queue.child)
        supervisor.start(app("first", _PATIENT))
        write_state(data, EmbeddedState(database.url, queue.url, None, "127.0.0.1:1", True, os.getpid()))
        supervisor.say("everything runs")
        supervisor.run()


if __name__ == "__main__":
    if sys.argv[1] == "servers":
        servers(Path(sys.argv[2]))
    else:
        apps()
