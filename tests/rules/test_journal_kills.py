"""Whatever is killed between any two steps: no hit is lost that was written, and none comes twice."""

import json
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bridge.errors import JournalUnavailable
from bridge.journal import JournalReader, JournalWriter, depth, forget, journal_files
from tests import make
from tests.disks import no_file_larger_than

TINY = 200
"""Bytes of a segment: two or three lines."""
KILLS = 8
IGNORES_OPEN_FILES = pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")
"""Who was killed closed nothing."""
PATIENCE = 20


class Killed(BaseException):
    """A process ended in the midst of something. It does nothing any more."""


@contextmanager
def _killed_after(steps: int) -> Iterator[None]:
    """Die before the next line of the journal's code, once so many lines were run."""
    left = steps

    def step(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal left
        if "/bridge/journal" not in frame.f_code.co_filename:
            return None
        if event == "line":
            left -= 1
            if left < 0:
                sys.settrace(None)
                raise Killed
        return step

    before = sys.gettrace()
    sys.settrace(step)
    try:
        with suppress(Killed):
            yield
    finally:
        sys.settrace(before)


@dataclass
class Node:
    """A journal, who writes to it, who takes it over, and what both know of it."""

    folder: Path
    written: list[int] = field(default_factory=list)
    taken_over: set[int] = field(default_factory=set)
    acknowledged: set[int] = field(default_factory=set)
    _begun: int = 0

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        """Both processes, after those that were killed."""
        self.writer = JournalWriter(self.folder, segment=TINY)
        [path] = journal_files(self.folder)
        self.reader = JournalReader(path)

    def stop(self) -> None:
        """What the system does when a process ends: it closes its files."""
        self.writer.close()
        self.reader.close()

    def write(self) -> None:
        """A hit; it is known to be there as soon as this returns."""
        self._begun += 1
        number = self._begun
        self.writer.append("hit", {"n": number}, make.NOON, durable=False)
        self.written.append(number)

    def take_over(self, size: int = 4) -> None:
        """A batch, as ingest does it."""
        rows = self.reader.batch(size)
        numbers = [json.loads(row.body)["n"] for row in rows]
        assert len(set(numbers)) == len(numbers)
        assert not self.acknowledged & set(numbers), "it comes again"
        self.taken_over |= set(numbers)
        self.reader.acknowledge(rows)
        self.acknowledged |= set(numbers)

    def idle(self) -> None:
        """What ingest does when nothing waits."""
        self.reader.truncate()

    def forget_nobody(self) -> None:
        """What another process does that erases somebody else."""
        assert forget(self.folder, lambda row: False) == 0

    def count(self) -> None:
        """As metrics do."""
        depth(self.folder)

    def settle(self) -> None:
        """Take over what is left; then the books must balance."""
        self.stop()
        self.start()
        while self.reader.batch(1):
            self.take_over()
        self.idle()
        self.stop()
        assert set(self.written) <= self.taken_over, "lost"
        assert depth(self.folder) == (0, None)


DEEDS: tuple[Callable[[Node], None], ...] = (
    Node.write,
    Node.take_over,
    Node.idle,
    Node.forget_nobody,
    Node.count,
)
A_DAY = st.lists(st.tuples(st.sampled_from(DEEDS), st.none() | st.integers(0, 150)), max_size=25)


@IGNORES_OPEN_FILES
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(A_DAY)
def test_killed_anywhere_nothing_is_lost_and_nothing_doubled(
    day: list[tuple[Callable[[Node], None], int | None]],
) -> None:
    with TemporaryDirectory() as folder:
        node = Node(Path(folder))
        for deed, dies_after in day:
            if dies_after is None:
                deed(node)
            else:
                with _killed_after(dies_after):
                    deed(node)
                node.stop()
                node.start()
        node.settle()


@IGNORES_OPEN_FILES
def test_taking_over_may_be_killed_at_every_single_step(tmp_path: Path) -> None:
    steps, is_whole = 0, False
    while not is_whole:
        node = Node(tmp_path / str(steps))
        for _ in range(8):
            node.write()
        with _killed_after(steps):
            node.take_over()
            node.idle()
            node.take_over()
            is_whole = True
        node.settle()
        steps += 4
    assert steps > 100


WRITES = """
import itertools, sys
from datetime import UTC, datetime
from pathlib import Path
from bridge.journal import JournalWriter
writer = JournalWriter(Path(sys.argv[1]), segment=20_000)
for number in itertools.count(int(sys.argv[2])):
    writer.append("hit", {"n": number, "text": "x" * 300}, datetime.now(UTC), durable=False)
    print(number, flush=True)
"""
TAKES_OVER = """
import json, sys
from pathlib import Path
from bridge.journal import JournalReader, journal_files
readers = [JournalReader(path) for path in journal_files(Path(sys.argv[1]))]
while True:
    for reader in readers:
        rows = reader.batch(50)
        print(*(json.loads(row.body)["n"] for row in rows), sep="\\n", flush=True)
        reader.acknowledge(rows)
        reader.truncate()
"""


def test_killed_for_real_nothing_is_lost(tmp_path: Path) -> None:
    """What a process said before it died counts; what it said twice is one."""
    chance, written, taken_over = random.Random(7), set[int](), set[int]()
    for number in range(KILLS):
        with (
            _process(WRITES, tmp_path, str(number * 1_000_000)) as writes,
            _process(TAKES_OVER, tmp_path) as takes_over,
        ):
            first, second = (writes, takes_over) if number % 2 else (takes_over, writes)
            assert writes.stdout
            written.add(int(writes.stdout.readline()))
            time.sleep(chance.uniform(0, 0.3))
            first.kill()
            time.sleep(chance.uniform(0, 0.1))
            second.kill()
            written |= _said(writes)
            taken_over |= _said(takes_over)
    for path in journal_files(tmp_path):
        with closing(JournalReader(path)) as reader:
            left = [json.loads(row.body)["n"] for row in reader.batch(-1)]
            assert len(set(left)) == len(left)
            taken_over |= set(left)
    assert len(written) > 10 * KILLS
    assert written <= taken_over


@contextmanager
def _process(script: str, *words: object) -> Iterator[subprocess.Popen[str]]:
    argv = [sys.executable, "-c", script, *map(str, words)]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def _said(process: subprocess.Popen[str]) -> set[int]:
    """Whole lines only: it may have died while it spoke."""
    assert process.stdout
    return {int(line) for line in process.stdout if line.endswith("\n") and line.strip()}


def test_several_threads_write_while_several_take_in(tmp_path: Path) -> None:
    """Of one process, as the edge has them; ingest and an erasure at the same time."""
    is_over, seen = threading.Event(), list[int]()
    with closing(JournalWriter(tmp_path, segment=5_000)) as writer:

        def write(begin: int) -> None:
            for number in range(begin, begin + 1000):
                writer.append("hit", {"n": number}, make.NOON, durable=False)

        def erase() -> None:
            while not is_over.is_set():
                forget(tmp_path, lambda row: False)

        writers = [threading.Thread(target=write, args=(begin,)) for begin in (0, 1000, 2000)]
        others = [threading.Thread(target=erase)]
        for thread in writers + others:
            thread.start()
        with closing(JournalReader(tmp_path / "web-0.sqlite")) as reader:
            until = time.monotonic() + PATIENCE
            while len(seen) < 3000 and time.monotonic() < until:
                rows = reader.batch(100)
                seen += [json.loads(row.body)["n"] for row in rows]
                reader.acknowledge(rows)
        is_over.set()
        for thread in writers + others:
            thread.join(PATIENCE)
    assert sorted(seen) == list(range(3000))


def test_a_disk_that_is_full_for_a_moment_leaves_no_half_line_before_others(tmp_path: Path) -> None:
    with closing(JournalWriter(tmp_path)) as writer:

        def write(number: int) -> None:
            writer.append("hit", {"n": number}, make.NOON, durable=False)

        for number in range(0, 30, 3):
            write(number)
            file = max(tmp_path.glob("*.hits"))
            whole = file.read_bytes()
            with no_file_larger_than(len(whole) + 40), pytest.raises(JournalUnavailable):
                write(number + 1)
            write(number + 2)
            assert file.read_bytes() == whole, "who is just reading takes no two halves for a line"
        with closing(JournalReader(tmp_path / "web-0.sqlite")) as reader:
            read = [json.loads(row.body)["n"] for row in reader.batch(-1)]
    assert read == [number for number in range(30) if number % 3 != 1]
