"""What the nursery forks is like a program that was started."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import click
import pytest

from bridge.up.nursery import Call, Forked, open_nursery

TOLD = {"TOLD": "ja, äöü"}


def live(call: Call, env: Mapping[str, str] | None = None, cwd: Path | None = None) -> Forked:
    open_nursery(["bridge.errors"])
    return Forked("somebody", call, env, cwd, signal.SIGTERM)


def ended(process: Forked) -> tuple[int | None, str]:
    """Its exit status, and what it printed."""
    with process.stdout as output:
        printed = output.read().decode()
    return process.wait(30), printed


def say_where_we_are() -> None:
    click.echo(f"{dict(os.environ)} {Path.cwd()} {os.getpgid(0) == os.getpid()}", err=True)


def test_it_has_its_own_environment_folder_and_group(tmp_path: Path) -> None:
    process = live(say_where_we_are, TOLD, tmp_path)
    assert ended(process) == (0, f"{TOLD} {tmp_path} True\n")


@pytest.mark.parametrize("status", [0, 3, "words"])
def test_it_ends_with_the_status_that_it_exits_with(status: int | str) -> None:
    expected = (1, "words\n") if status == "words" else (status, "")
    assert ended(live(partial(sys.exit, status))) == expected


def say_signals() -> None:
    usual = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
    click.echo(f"{usual == (signal.SIG_DFL, signal.default_int_handler)} {os.read(0, 1)!r}")


def test_it_hears_signals_as_any_python_does_and_reads_nothing() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        assert ended(live(say_signals)) == (0, "True b''\n")
    finally:
        signal.signal(signal.SIGINT, before)


SLOW = (
    "import pathlib, time; pathlib.Path('loading').touch(); time.sleep(0.5); pathlib.Path('loaded').touch()"
)
PARENT = """
import pathlib, signal, time
from bridge.up.nursery import open_nursery
signal.signal(signal.SIGINT, lambda *_: print("asked to stop", flush=True))
open_nursery(["slow_to_load"])
until = time.monotonic() + 30
while not pathlib.Path("loaded").exists() and time.monotonic() < until:
    time.sleep(0.01)
"""


def test_while_it_loads_it_hears_no_ctrl_c_of_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "slow_to_load.py").write_text(SLOW, encoding="utf-8")
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path])}
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT],
        cwd=tmp_path,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    until = time.monotonic() + 30
    while not (tmp_path / "loading").exists() and time.monotonic() < until:
        time.sleep(0.01)
    os.killpg(parent.pid, signal.SIGINT)
    assert parent.communicate(timeout=60)[0] == b"asked to stop\n"
    assert (tmp_path / "loaded").exists()


def start_a_program() -> None:
    subprocess.run([sys.executable, "-c", "print('from a program', flush=True)"], check=True)


def test_what_it_starts_prints_to_the_same_place() -> None:
    assert ended(live(start_a_program)) == (0, "from a program\n")


def raise_something() -> None:
    raise RuntimeError("broken")


def test_an_error_is_printed_and_its_status_is_1() -> None:
    status, printed = ended(live(raise_something))
    assert status == 1
    assert "RuntimeError: broken" in printed


def sleep_long() -> None:
    click.echo("asleep")
    signal.pause()


def test_it_can_be_ended() -> None:
    process = live(sleep_long)
    with process.stdout as output:
        assert output.readline() == b"asleep\n"
    assert process.wait(0.01) is None
    name = Path(f"/proc/{process.pid}/comm").read_text()
    process.kill()
    assert process.wait(30) == -signal.SIGKILL
    process.send_signal(signal.SIGTERM)  # nobody hears it
    assert name == "somebody\n"
