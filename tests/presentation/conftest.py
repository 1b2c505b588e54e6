"""Commands as people run them: in a process of its own."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.edge.site import environment

Say = Callable[..., str]


Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs `leadbridge …`; more settings by name."""

    def ran(*words: str, **settings: str) -> subprocess.CompletedProcess[str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("LEADBRIDGE_")}
        return subprocess.run(
            [sys.executable, "-m", "bridge.cli", *words],
            env=kept | environment(tmp_path, **settings),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return ran


@pytest.fixture
def say(run: Run) -> Say:
    """Runs a command that does its work. Returns what it prints."""

    def said(*words: str, **settings: str) -> str:
        done = run(*words, **settings)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return said


@pytest.fixture
def fail(run: Run) -> Say:
    """Runs a command that cannot do its work. Returns what it says on standard error."""

    def failed(*words: str, **settings: str) -> str:
        done = run(*words, **settings)
        assert (done.returncode, done.stdout) == (1, "")
        return done.stderr

    return failed
