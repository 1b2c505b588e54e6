"""The journal: what arrived is on the disk of this machine, in a file of its own for each process."""

import json
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from bridge.errors import JournalUnavailable
from bridge.journal import (
    JournalReader,
    JournalWriter,
    copy_journal,
    depth,
    forget,
    journal_files,
    readers,
    reserve,
)
from bridge.journal.file import A_MOMENT, claim
from tests import make
from tests.disks import no_file_larger_than

CANARY = "Kanarienvogel-7c1f"


@contextmanager
def _writer(folder: Path) -> Iterator[JournalWriter]:
    with closing(JournalWriter(folder)) as writer:
        yield writer


@contextmanager
def _reader(folder: Path) -> Iterator[JournalReader]:
    with closing(JournalReader(journal_files(folder)[0])) as reader:
        yield reader


def _bytes(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()))


@pytest.mark.parametrize("durable", [True, False])
def test_what_was_appended_is_read_in_the_order_of_arrival(tmp_path: Path, durable: bool) -> None:
    with _writer(tmp_path) as writer:
        ids = [writer.append("hit", {"n": n, "name": "Jörg"}, make.NOON, durable=durable) for n in range(5)]
        with _reader(tmp_path) as reader:
            rows = reader.batch(100)
    assert [row.id for row in rows] == ids
    assert [json.loads(row.body) for row in rows] == [{"n": n, "name": "Jörg"} for n in range(5)]
    assert {row.kind for row in rows} == {"hit"}
    assert {row.at for row in rows} == {make.NOON}


def test_ids_sort_by_time(tmp_path: Path) -> None:
    with _writer(tmp_path) as writer:
        early = writer.append("hit", {}, make.NOON)
        late = writer.append("hit", {}, make.NOON + timedelta(milliseconds=1))
    assert early < late
    assert early.version == late.version == 7


def test_a_moment_keeps_its_microseconds(tmp_path: Path) -> None:
    moment = make.NOON + timedelta(microseconds=123_457)
    with _writer(tmp_path) as writer, _reader(tmp_path) as reader:
        writer.append("hit", {}, moment)
        assert reader.batch(1)[0].at == moment


def test_a_batch_is_no_larger_than_asked_for(tmp_path: Path) -> None:
    with _writer(tmp_path) as writer, _reader(tmp_path) as reader:
        for n in range(5):
            writer.append("hit", {"n": n}, make.NOON)
        assert [json.loads(row.body)["n"] for row in reader.batch(3)] == [0, 1, 2]


def test_what_was_acknowledged_does_not_come_back_and_the_rest_does(tmp_path: Path) -> None:
    with _writer(tmp_path) as writer, _reader(tmp_path) as reader:
        for n in range(5):
            writer.append("hit", {"n": n}, make.NOON)
        reader.acknowledge(reader.batch(3))
        assert [json.loads(row.body)["n"] for row in reader.batch(9)] == [3, 4]
        reader.acknowledge([])
        assert len(reader.batch(9)) == 2


def test_what_was_not_acknowledged_comes_again(tmp_path: Path) -> None:
    with _writer(tmp_path) as writer:
        writer.append("hit", {}, make.NOON)
    for _ in range(2):
        with _reader(tmp_path) as reader:
            assert len(reader.batch(9)) == 1


def test_places_are_never_given_twice(tmp_path: Path) -> None:
    with _writer(tmp_path) as writer, _reader(tmp_path) as reader:
        writer.append("hit", {}, make.NOON)
        first = reader.batch(1)
        reader.acknowledge(first)
        writer.append("hit", {}, make.NOON)
        assert reader.batch(1)[0].seq > first[0].seq


@pytest.mark.parametrize("durable", [True, False])
def test_text_that_is_no_unicode_is_kept_all_the_same(tmp_path: Path, durable: bool) -> None:
    with _writer(tmp_path) as writer, _reader(tmp_path) as reader:
        writer.append("submission", {"name": "Anna \ud83d"}, make.NOON, durable=durable)
        assert json.loads(reader.batch(1)[0].body)["name"].startswith("Anna ")


# Files


def test_two_writers_have_two_files(tmp_path: Path) -> None:
    with _writer(tmp_path) as one, _writer(tmp_path) as two:
        one.append("hit", {}, make.NOON)
        two.append("hit", {}, make.NOON)
        assert len(journal_files(tmp_path)) == 2
        assert depth(tmp_path) == (2, make.NOON)


def test_the_next_writer_takes_the_file_of_one_that_ended(tmp_path: Path) -> None:
    for _ in range(3):
        with _writer(tmp_path) as writer:
            writer.append("hit", {}, make.NOON)
    assert len(journal_files(tmp_path)) == 1
    assert depth(tmp_path)[0] == 3


def test_who_clears_up_after_the_dead_makes_nobody_take_another_file(tmp_path: Path) -> None:
    with _writer(tmp_path):
        pass
    claimed = claim(tmp_path / "web-0.sqlite")
    assert claimed
    gone = threading.Timer(A_MOMENT / 10, claimed.close)
    gone.start()
    with _writer(tmp_path):
        assert len(journal_files(tmp_path)) == 1
    gone.join()


def test_nobody_else_can_read_the_files(tmp_path: Path) -> None:
    with _writer(tmp_path) as writer:
        writer.append("hit", {}, make.NOON, durable=False)
        texts = [*journal_files(tmp_path), *tmp_path.glob("*.hits")]
        assert [oct(path.stat().st_mode & 0o777) for path in texts] == ["0o600"] * 2


def test_readers_are_opened_once_and_find_new_files(tmp_path: Path) -> None:
    known: dict[Path, JournalReader] = {}
    with _writer(tmp_path):
        first = list(readers(tmp_path, known))
        with _writer(tmp_path):
            both = list(readers(tmp_path, known))
    assert (len(first), len(both)) == (1, 2)
    assert both[0] is first[0]
    for reader in both:
        reader.close()


@pytest.mark.parametrize("durable", [True, False])
def test_deleted_text_is_gone_from_the_files(tmp_path: Path, durable: bool) -> None:
    with _writer(tmp_path) as writer, _reader(tmp_path) as reader:
        writer.append("submission", {"name": CANARY}, make.NOON, durable=durable)
        assert CANARY.encode() in _bytes(tmp_path)
        reader.acknowledge(reader.batch(9))
        reader.truncate()
        assert CANARY.encode() not in _bytes(tmp_path)
        writer.append("submission", {"name": "Anna"}, make.NOON, durable=durable)
        assert len(reader.batch(9)) == 1


def test_what_somebody_deleted_who_died_before_it_was_overwritten_is_overwritten_by_the_next(
    tmp_path: Path,
) -> None:
    with _writer(tmp_path) as writer, _reader(tmp_path) as ingest, _reader(tmp_path) as erases:
        writer.append("submission", {"name": CANARY}, make.NOON)
        ingest.truncate()
        erases.acknowledge(erases.batch(9))
        assert CANARY.encode() in _bytes(tmp_path)
        assert ingest.batch(9) == []
        assert ingest.is_dirty
        ingest.truncate()
        assert CANARY.encode() not in _bytes(tmp_path)
        assert not ingest.is_dirty


EMPTIES = """
import fcntl, sys, time
with open(sys.argv[1] + "-shm", "r+b") as file:
    fcntl.lockf(file, fcntl.LOCK_EX, 1, 121)
    print(flush=True)
    time.sleep(0.3)
"""
"""Holds the lock of those who empty a write-ahead log (https://www.sqlite.org/walformat.html#wal_locks)."""


def test_an_erasure_waits_for_who_is_just_emptying_the_log(tmp_path: Path) -> None:
    with _writer(tmp_path) as writer:
        writer.append("submission", {"name": CANARY}, make.NOON)
        argv = [sys.executable, "-c", EMPTIES, str(journal_files(tmp_path)[0])]
        with subprocess.Popen(argv, stdout=subprocess.PIPE) as other:
            assert other.stdout
            other.stdout.readline()
            assert forget(tmp_path, lambda row: True) == 1
        assert CANARY.encode() not in _bytes(tmp_path)


# Depth


def test_records_can_be_forgotten_before_anybody_takes_them_over(tmp_path: Path) -> None:
    with _writer(tmp_path) as one, _writer(tmp_path) as other:
        one.append("submission", {"name": CANARY, "n": 1}, make.NOON)
        kept = one.append("submission", {"n": 2}, make.NOON)
        other.append("hit", {"name": CANARY}, make.NOON, durable=False)
        assert CANARY.encode() in _bytes(tmp_path)
        assert forget(tmp_path, lambda row: CANARY in row.body) == 2
        assert CANARY.encode() not in _bytes(tmp_path)
        later = one.append("submission", {"n": 3}, make.NOON)
        with _reader(tmp_path) as reader:
            assert [row.id for row in reader.batch(10)] == [kept, later]


def test_a_broken_file_stops_no_forgetting(tmp_path: Path) -> None:
    with _writer(tmp_path) as writer:
        writer.append("hit", {"name": CANARY}, make.NOON)
        (tmp_path / "a-broken.sqlite").write_bytes(b"this is no database" * 100)
        assert forget(tmp_path, lambda row: True) == 1
    assert forget(tmp_path / "nowhere", lambda row: True) == 0


def test_depth_says_how_much_waits_and_since_when(tmp_path: Path) -> None:
    assert depth(tmp_path) == (0, None)
    with _writer(tmp_path) as one, _writer(tmp_path) as two:
        assert depth(tmp_path) == (0, None)
        one.append("hit", {}, make.NOON + timedelta(hours=2))
        two.append("hit", {}, make.NOON + timedelta(hours=1), durable=False)
        two.append("hit", {}, make.NOON + timedelta(hours=3))
        assert depth(tmp_path) == (3, make.NOON + timedelta(hours=1))


@pytest.mark.parametrize("name", ["a folder with blanks", "100%25", "was ist? #1", "Übersicht"])
def test_a_folder_may_have_any_name(tmp_path: Path, name: str) -> None:
    with _writer(tmp_path / name) as writer:
        writer.append("hit", {}, make.NOON)
        assert depth(tmp_path / name) == (1, make.NOON)


def test_a_file_that_is_just_being_made_holds_nothing(tmp_path: Path) -> None:
    (tmp_path / "web-0.sqlite").touch()
    assert depth(tmp_path) == (0, None)


# Trouble


def test_a_folder_that_cannot_be_made_is_said_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(JournalUnavailable):
        JournalWriter(tmp_path / "file" / "journal")


def test_a_folder_that_cannot_be_written_is_said_at_the_start() -> None:
    with pytest.raises(JournalUnavailable):
        JournalWriter(Path("/proc/self"))


def test_a_file_that_is_no_journal_is_said_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "web-0.sqlite").write_bytes(b"not a database at all" * 100)
    with pytest.raises(JournalUnavailable):
        JournalWriter(tmp_path)


@pytest.mark.parametrize("durable", [True, False])
def test_a_closed_journal_takes_nothing(tmp_path: Path, durable: bool) -> None:
    writer = JournalWriter(tmp_path)
    writer.append("hit", {}, make.NOON, durable=durable)
    writer.close()
    with pytest.raises(JournalUnavailable):
        writer.append("hit", {}, make.NOON, durable=durable)


@pytest.mark.parametrize("durable", [True, False])
def test_a_full_disk_is_said_and_when_there_is_room_again_all_goes_on(tmp_path: Path, durable: bool) -> None:
    with _writer(tmp_path) as writer:
        writer.append("hit", {"n": 1}, make.NOON)
        with no_file_larger_than(64 * 1024), pytest.raises(JournalUnavailable):
            for _ in range(50):
                writer.append("hit", {"text": "x" * 10_000}, make.NOON, durable=durable)
        kept = depth(tmp_path)[0]
        writer.append("hit", {"n": 2}, make.NOON)
        assert depth(tmp_path)[0] == kept + 1
        with closing(sqlite3.connect(journal_files(tmp_path)[0])) as connection:
            assert connection.execute("pragma integrity_check").fetchone() == ("ok",)


def test_room_for_emptying_is_kept_once_given_up_and_taken_again(tmp_path: Path) -> None:
    assert reserve.keep(tmp_path)
    assert reserve.keep(tmp_path)
    [kept] = tmp_path.iterdir()
    assert kept.stat().st_blocks * 512 >= reserve.SIZE, "really taken, not only promised"
    with _writer(tmp_path) as writer:
        reserve.release(tmp_path)
        reserve.release(tmp_path)
        assert not reserve.is_kept(tmp_path)
        with pytest.raises(JournalUnavailable):  # it would take the room that emptying needs
            writer.append("hit", {}, make.NOON, durable=False)
        assert reserve.keep(tmp_path)
        writer.append("hit", {}, make.NOON, durable=False)


def test_a_copy_holds_what_waits_while_somebody_writes(tmp_path: Path) -> None:
    with _writer(tmp_path / "journal") as writer:
        writer.append("submission", {"number": 1}, make.NOON)
        writer.append("hit", {"number": 2}, make.NOON, durable=False)
        assert copy_journal(tmp_path / "journal", tmp_path / "copy") == 2
        writer.append("hit", {"number": 3}, make.NOON, durable=False)
        assert depth(tmp_path / "journal")[0] == 3
    assert [path.name for path in (tmp_path / "copy").iterdir()] == ["web-0.sqlite"]
    assert depth(tmp_path / "copy")[0] == 2
    with _reader(tmp_path / "copy") as reader:
        assert [json.loads(row.body)["number"] for row in reader.batch(9)] == [1, 2]


def test_several_records_are_written_together_or_not_at_all(tmp_path: Path) -> None:
    large = [{"n": n, "text": "x" * 10_000} for n in range(50)]
    with _writer(tmp_path) as writer:
        writer.append("hit", {"n": 0}, make.NOON)
        with no_file_larger_than(64 * 1024), pytest.raises(JournalUnavailable):
            writer.append_all("notice", large, make.NOON)
        assert depth(tmp_path)[0] == 1
        writer.append_all("notice", large, make.NOON)
        with _reader(tmp_path) as reader:
            rows = reader.batch(100)[1:]
    assert [json.loads(row.body) for row in rows] == large
    assert {(row.kind, row.at) for row in rows} == {("notice", make.NOON)}
    assert len({row.id for row in rows}) == 50
