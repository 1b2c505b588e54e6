"""Disks that are full, or soon will be."""

import os
import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def no_file_larger_than(size: int) -> Iterator[None]:
    """What a full disk is to a process: the next write fails, or only its first part is written."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def tiny_disk(folder: Path, size: str) -> Iterator[None]:
    """A file system in memory that is soon full. size: as of `mount`, such as "10m"."""
    if os.geteuid() != 0:
        pytest.skip("only root may mount a tiny disk")
    folder.mkdir(parents=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size},mode=700", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("this machine lets nobody mount a tiny disk")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)
