"""A supervisor with sample children: `python house.py apps`, or `python house.py servers DATA`."""

import os
import sys
from pathlib import Path

from bridge.up.child import Child
from bridge.up.postgres import prepare_postgres
from bridge.up.state import EmbeddedState, only_one_up, write_state
from bridge.up.supervisor import Supervisor
from bridge.up.valkey import prepare_valkey

_PATIENT = "import os, time; print('pid', os.getpid(), flush=True); time.sleep(600)"
_STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + _PATIENT


def app(name: str, code: str) -> Child:
    return Child(name, [sys.executable, "-c", code])


def apps() -> None:
    with Supervisor(patience=30.0) as supervisor:
        supervisor.start(app("first", _PATIENT))
        supervisor.start(app("second", _STUBBORN if "stubborn" in sys.argv else _PATIENT))
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
