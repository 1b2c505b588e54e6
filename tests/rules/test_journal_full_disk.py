"""A journal whose disk is full of hits is emptied all the same, and gives the room back."""

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bridge.errors import JournalUnavailable
from bridge.journal import JournalReader, JournalWriter, depth, journal_files, reserve
from tests import make
from tests.disks import tiny_disk


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """With room for the reserve, and little more than it takes to keep it again."""
    with tiny_disk(tmp_path / "journal", "10m"):
        yield tmp_path / "journal"


def _fill(writer: JournalWriter, forms: int) -> set[int]:
    """Until nothing more fits, not even something small; the numbers of what did. forms: of ten records."""
    written = set[int]()
    for text in ("x" * 700, "x" * 50, ""):
        try:
            while True:
                number = len(written)
                writer.append("hit", {"n": number, "text": text}, make.NOON, durable=number % 10 < forms)
                written.add(number)
        except JournalUnavailable:
            pass
    return written


def _emptied(folder: Path) -> set[int]:
    """What ingest does."""
    seen = set[int]()
    [path] = journal_files(folder)
    with closing(JournalReader(path)) as reader:
        while rows := reader.batch(1000):
            seen |= {json.loads(row.body)["n"] for row in rows}
            reader.acknowledge(rows)
        reader.shrink()
    return seen


@pytest.mark.parametrize("forms", [0, 1, 5])
def test_a_disk_full_of_hits_is_emptied_and_all_goes_on(folder: Path, forms: int) -> None:
    with closing(JournalWriter(folder)) as writer:
        for _ in range(2):
            assert reserve.keep(folder)
            written = _fill(writer, forms)
            assert len(written) > 500
            assert depth(folder)[0] == len(written)
            with closing(JournalReader(journal_files(folder)[0])) as reader:
                assert reader.batch(1), "ingest begins"
            with pytest.raises(JournalUnavailable):  # whoever writes makes way, or leaves what it wrote to
                writer.append("hit", {"n": -1}, make.NOON, durable=False)
            assert _emptied(folder) == written
            assert depth(folder) == (0, None)
