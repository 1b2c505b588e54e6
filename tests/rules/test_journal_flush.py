"""What is durable is on the disk before the writer returns, and those who wait together share one flush."""

import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bridge.errors import JournalUnavailable
from bridge.journal import JournalWriter, depth
from bridge.journal.flush import SharedFlush
from tests import make
from tests.together import eventually

MANY = 20
PATIENCE = 10
A_MOMENT = 0.05
"""Seconds, in which all come who have written."""


class Disk:
    """A disk whose flushes are counted, and take until they are let go, and then a moment each."""

    def __init__(self, *, is_open: bool = True) -> None:
        self.flushes = 0
        self.fails = False
        self.begun = threading.Semaphore(0)
        self.go_on = threading.Event()
        if is_open:
            self.go_on.set()

    def flush(self, file: int) -> None:
        """Flush a file."""
        self.flushes += 1
        self.begun.release()
        assert self.go_on.wait(PATIENCE)
        time.sleep(A_MOMENT)
        if self.fails:
            raise OSError("the disk is broken")


def together(
    disk: Disk, write: Callable[[], object], several: int, are_written: Callable[[], bool] = lambda: True
) -> list[Exception | None]:
    """What so many got who came while a flush was under way. The disk is let go when all are there."""
    came, got = threading.Semaphore(0), list[Exception | None]()

    def one() -> None:
        came.release()
        try:
            write()
        except Exception as error:
            got.append(error)
        else:
            got.append(None)

    threads = [threading.Thread(target=one) for _ in range(1 + several)]
    threads[0].start()
    assert disk.begun.acquire(timeout=PATIENCE)
    for thread in threads[1:]:
        thread.start()
    assert all(came.acquire(timeout=PATIENCE) for _ in threads)
    assert eventually(are_written)
    disk.go_on.set()
    for thread in threads:
        thread.join(PATIENCE)
    return got


def test_those_who_wait_together_share_one_flush(tmp_path: Path) -> None:
    disk = Disk(is_open=False)
    with closing(JournalWriter(tmp_path, disk.flush)) as writer:

        def all_written() -> bool:
            return depth(tmp_path)[0] == 1 + MANY

        got = together(disk, lambda: writer.append("submission", {}, make.NOON), MANY, all_written)
    assert got == [None] * (1 + MANY)
    assert 2 <= disk.flushes < MANY / 2
    assert depth(tmp_path)[0] == 1 + MANY


def test_all_who_waited_for_a_flush_that_failed_are_told(tmp_path: Path) -> None:
    disk = Disk(is_open=False)
    disk.fails = True
    with closing(JournalWriter(tmp_path, disk.flush)) as writer:
        got = together(disk, lambda: writer.append("submission", {}, make.NOON), MANY)
        assert {type(one) for one in got} == {JournalUnavailable}
        disk.fails = False
        writer.append("submission", {}, make.NOON)


def test_a_flush_that_began_before_something_was_written_is_not_enough_for_it(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    disk = Disk(is_open=False)
    with closing(SharedFlush(tmp_path / "file", disk.flush)) as flush:
        assert together(disk, flush.wait, 1) == [None, None]
    assert disk.flushes == 2


def test_what_is_durable_is_flushed_before_it_is_said_to_be_there_and_a_hit_waits_for_no_disk(
    tmp_path: Path,
) -> None:
    disk = Disk()
    with closing(JournalWriter(tmp_path, disk.flush)) as writer:
        writer.append("hit", {}, make.NOON, durable=False)
        assert disk.flushes == 0
        writer.append("submission", {}, make.NOON)
        assert disk.flushes == 1
        writer.append_all("notice", [{}, {}, {}], make.NOON)
        assert disk.flushes == 2


def test_a_hit_is_written_while_the_disk_flushes_a_form(tmp_path: Path) -> None:
    disk = Disk(is_open=False)
    with closing(JournalWriter(tmp_path, disk.flush)) as writer:
        form = threading.Thread(target=writer.append, args=("submission", {}, make.NOON))
        form.start()
        assert disk.begun.acquire(timeout=PATIENCE)
        writer.append("hit", {}, make.NOON, durable=False)
        assert depth(tmp_path)[0] == 2
        disk.go_on.set()
        form.join(PATIENCE)


def test_a_closed_file_flushes_nothing_whoever_has_its_number_now(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    flush = SharedFlush(tmp_path / "file")
    flush.wait()
    flush.close()
    flush.close()
    with pytest.raises(OSError, match="closed"):
        flush.wait()
