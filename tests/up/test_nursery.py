"""What the nursery forks is like a program that was started."""

import os
import signal
import subprocess
import sys
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
