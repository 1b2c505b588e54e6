"""Commands as people run them: in a process of its own."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.edge.site import environment

Say = Callable[..., str]


@pytest.fixture
def say(tmp_path: Path) -> Say:
    """Runs `leadbridge …`; more settings by name. Returns what it prints."""

    def said(*words: str, **settings: str) -> str:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("LEADBRIDGE_")}
        done = subprocess.run(
            [sys.executable, "-m", "bridge.cli", *words],
            env=kept | environment(tmp_path, **settings),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return said
