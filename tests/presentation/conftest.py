"""Commands as people run them: in a process of its own."""

from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.commands import run_command
from tests.edge.site import environment

Say = Callable[..., str]


Run = Callable[..., CompletedProcess[str]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs `leadbridge …`; more settings by name."""

    def ran(*words: str, **settings: str) -> CompletedProcess[str]:
        return run_command(*words, **environment(tmp_path, **settings))

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
