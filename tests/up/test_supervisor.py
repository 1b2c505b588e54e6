import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from bridge.up.leftovers import parse_lsof, working_in
from bridge.up.state import read_state
from bridge.up.supervisor import Supervisor, next_pause
from tests.together import eventually


class House:
    """A process that supervises, as a person would start it; what it printed is in `printed()`."""

    def __init__(self, log: Path, *words: str) -> None:
        self.log = log
        with log.open("wb") as out:
            self.popen = subprocess.Popen(
                [sys.executable, str(Path(__file__).with_name("house.py")), *words],
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def printed(self) -> str:
        return self.log.read_text()

    def pid_of(self, name: str) -> int:
        """The process id that a sample child printed last."""
        said = [line for line in self.printed().splitlines() if line.startswith(name) and " pid " in line]
        return int(said[-1].split()[-1])


Build = Callable[..., House]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Callable[..., House]]:
    built: list[House] = []

    def build(*words: str) -> House:
        built.append(House(tmp_path / f"log{len(built)}", *words))
        return built[-1]

    yield build
    for one in built:
        one.popen.kill()
        one.popen.wait()


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # A dead child that nobody fetched yet still has its id.
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"


def running_apps(house: Build, *words: str) -> House:
    one = house("apps", *words)
    assert eventually(lambda: one.printed().count(" pid ") == 2)
    return one


EITHER = pytest.mark.parametrize("kind", ["programs", "forked"])


@EITHER
def test_what_dies_is_started_again_and_said(house: Build, kind: str) -> None:
    one = running_apps(house, kind)
    os.kill(one.pid_of("first"), signal.SIGKILL)
    assert eventually(lambda: one.printed().count("first     | pid") == 2)
    assert "up        | first ended (ended by SIGKILL); next start in 0.2 s" in one.printed()


@EITHER
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_everything_with_status_0(house: Build, number: signal.Signals, kind: str) -> None:
    one = running_apps(house, kind)
    pids = one.pid_of("first"), one.pid_of("second")
    one.popen.send_signal(number)
    assert one.popen.wait(5) == 0
    assert not any(map(alive, pids))


@EITHER
def test_a_second_ctrl_c_hurries(house: Build, kind: str) -> None:
    one = running_apps(house, "stubborn", kind)
    one.popen.send_signal(signal.SIGINT)
    assert eventually(lambda: "stopping" in one.printed())
    time.sleep(0.4)
    assert one.popen.poll() is None
    one.popen.send_signal(signal.SIGINT)
    assert one.popen.wait(5) == 0
    assert "second did not stop in time and is killed" in one.printed()


@EITHER
def test_children_die_with_a_killed_supervisor(house: Build, kind: str) -> None:
    one = running_apps(house, kind)
    pids = one.pid_of("first"), one.pid_of("second")
    one.popen.kill()
    assert eventually(lambda: not any(map(alive, pids)))


def test_servers_are_restarted_in_place_and_die_with_a_killed_supervisor(house: Build, data: Path) -> None:
    one = house("servers", str(data))
    assert eventually(lambda: "everything runs" in one.printed())
    folders = {"postgres": data / "postgres" / "data", "valkey-server": data / "valkey" / "data"}
    postmaster = int((folders["postgres"] / "postmaster.pid").read_text().splitlines()[0])
    os.kill(postmaster, signal.SIGKILL)
    assert eventually(lambda: "postgres is back" in one.printed())
    state = read_state(data)
    assert state
    psycopg.connect(state.database_url).close()

    one.popen.kill()
    assert eventually(lambda: not any(working_in(folder, program) for program, folder in folders.items()))


def test_a_second_up_on_the_same_data_refuses(house: Build, data: Path) -> None:
    one = house("servers", str(data))
    assert eventually(lambda: "everything runs" in one.printed())
    other = house("servers", str(data))
    assert other.popen.wait(10) == 1
    assert f"already running (process {one.popen.pid})" in other.printed()
    one.popen.send_signal(signal.SIGINT)
    assert one.popen.wait(10) == 0


def test_ctrl_c_interrupts_nothing_that_is_closed_after_the_children() -> None:
    closed: list[str] = []
    with Supervisor() as supervisor:
        supervisor.closing.callback(closed.append, "after it")
        supervisor.closing.callback(signal.raise_signal, signal.SIGINT)
    assert closed == ["after it"]


def test_pauses_grow_and_are_forgiven() -> None:
    pauses = [0.1]
    for _ in range(8):
        pauses.append(next_pause(pauses[-1], alive=0.0))
    assert pauses[1:] == [0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10.0, 10.0]
    assert next_pause(10.0, alive=31.0) == 0.2


def test_what_lsof_prints_is_understood() -> None:
    assert parse_lsof("p12\nfcwd\nn/a b\np13\nfcwd\nn/c\n") == [(12, "/a b"), (13, "/c")]
