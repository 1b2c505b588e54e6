"""Folders for embedded servers."""

import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path
from shutil import rmtree

import pytest

from bridge.up.leftovers import end_leftovers


@pytest.fixture
def data() -> Iterator[Path]:
    """A data folder with a space in its name that every account can reach, unlike pytest's own."""
    outer = Path(tempfile.mkdtemp(prefix="lead bridge ä-", dir="/tmp"))
    outer.chmod(0o711)
    yield outer / "var"
    for program, name in (("postgres", "postgres"), ("valkey-server", "valkey")):
        end_leftovers(outer / "var" / name / "data", program, signal.SIGKILL, lambda _: None)
    rmtree(outer)
