"""Hits are lines in plain files, and from there they come into the journal's SQLite file, each once."""

import errno
import json
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from bridge.errors import JournalUnavailable
from bridge.intake.reading import UnreadableRecord, parse_record
from bridge.journal import JournalReader, JournalWriter, Row, depth, forget
from bridge.journal.segments import UNREADABLE, Place, remove
from tests import make

CANARY = "Kanarienvogel-7c1f"
TINY = 200
"""Bytes: two or three lines."""


@contextmanager
def _journal(folder: Path) -> Iterator[tuple[JournalWriter, JournalReader]]:
    with (
        closing(JournalWriter(folder, segment=TINY)) as writer,
        closing(JournalReader(folder / "web-0.sqlite")) as reader,
    ):
        yield writer, reader


def _hit(writer: JournalWriter, number: int, text: str = "") -> None:
    writer.append("hit", {"n": number, "text": text}, make.NOON, durable=False)


def _numbers(rows: list[Row]) -> list[int]:
    return [json.loads(row.body)["n"] for row in rows]


def _segments(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.hits"))


def _bytes(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir())


def test_a_hit_needs_no_sqlite(tmp_path: Path) -> None:
    with _journal(tmp_path) as (writer, _), closing(sqlite3.connect(tmp_path / "web-0.sqlite")) as locked:
        locked.execute("begin exclusive")
        _hit(writer, 1)
        assert b'"n":1' in _segments(tmp_path)[0].read_bytes()


def test_hits_are_read_in_their_order_over_many_files_in_small_batches(tmp_path: Path) -> None:
    with _journal(tmp_path) as (writer, reader):
        for number in range(20):
            _hit(writer, number)
        assert len(_segments(tmp_path)) > 5
        seen = list[int]()
        while rows := reader.batch(3):
            assert len(rows) <= 3
            seen += _numbers(rows)
            reader.acknowledge(rows)
        assert seen == list(range(20))
        assert depth(tmp_path) == (0, None)


def test_files_whose_hits_were_taken_in_are_removed_and_the_last_is_overwritten(tmp_path: Path) -> None:
    with _journal(tmp_path) as (writer, reader):
        for number in range(20):
            _hit(writer, number, CANARY)
        reader.acknowledge(reader.batch(-1))
        reader.truncate()
        assert len(_segments(tmp_path)) == 1
        assert CANARY.encode() not in _bytes(tmp_path)
        _hit(writer, 20)
        assert _numbers(reader.batch(9)) == [20]


def test_what_a_dead_process_left_is_taken_in_and_its_file_removed(tmp_path: Path) -> None:
    with _journal(tmp_path) as (writer, reader):
        _hit(writer, 1)
        writer.close()
        reader.acknowledge(reader.batch(9))
        reader.truncate()
        assert _segments(tmp_path) == []
    with _journal(tmp_path) as (writer, reader):
        _hit(writer, 2)
        assert _numbers(reader.batch(9)) == [2], "the next process's file is not taken for the one before"


def test_a_form_that_was_answered_before_a_click_came_is_read_before_it(tmp_path: Path) -> None:
    with _journal(tmp_path) as (writer, reader):
        for number in range(0, 10, 2):
            writer.append("submission", {"n": number}, make.NOON)
            _hit(writer, number + 1)
            if number == 4:
                reader.batch(1)
        read = list[int]()
        while rows := reader.batch(1):
            read += _numbers(rows)
            reader.acknowledge(rows)
    assert sorted(read) == list(range(10))
    assert all(read.index(number) < read.index(number + 1) for number in range(0, 10, 2))


def test_half_a_line_at_the_end_was_never_written_and_spoils_no_other(tmp_path: Path) -> None:
    with _journal(tmp_path) as (writer, _):
        _hit(writer, 1)
    with _segments(tmp_path)[0].open("ab") as torn:
        torn.write(b"0123 hit 17 {" + CANARY.encode())
    assert depth(tmp_path) == (1, make.NOON)
    with _journal(tmp_path) as (writer, reader):
        _hit(writer, 2)
        rows = reader.batch(9)
        assert _numbers(rows) == [1, 2]
        reader.acknowledge(rows)
        reader.truncate()
        assert CANARY.encode() not in _bytes(tmp_path)


def test_half_a_line_is_waited_for_as_long_as_its_writer_lives(tmp_path: Path) -> None:
    with _journal(tmp_path) as (writer, reader):
        _hit(writer, 1)
        [file] = _segments(tmp_path)
        line = file.read_bytes()
        file.write_bytes(line + line[:40])
        reader.acknowledge(reader.batch(9))
        reader.truncate()
        with file.open("ab") as rest:
            rest.write(line[40:])
        assert _numbers(reader.batch(9)) == [1]


@pytest.mark.parametrize(
    "garbage",
    [
        b"no record at all",
        b"",
        b" ",
        b"\xff\xfe",
        b"0" * 32 + b" hit 99999999999999999999 {}",
        b"0" * 32 + b" hit -1 {}",
        b"0" * 31 + b" hit 17 {}",
        b"0" * 32 + b" hit 17 \xff",
        b"0" * 32 + b' hit 17 {"n":1,"te' + bytes(40) + b'"}',
        b"x" * 100_000,
    ],
)
def test_a_line_that_nobody_can_read_ends_as_a_dead_letter_and_stops_nothing(
    tmp_path: Path, garbage: bytes
) -> None:
    with _journal(tmp_path) as (writer, reader):
        _hit(writer, 1)
        with _segments(tmp_path)[0].open("ab") as file:
            file.write(garbage + b"\n")
        _hit(writer, 2)
        rows = reader.batch(9)
    poison = [row for row in rows if row.kind == UNREADABLE]
    assert _numbers([row for row in rows if row.kind == "hit"]) == [1, 2]
    assert len(poison) == (1 if garbage else 0)
    for row in poison:
        with pytest.raises(UnreadableRecord):
            parse_record(row.id, row.kind, row.at, row.body)


def test_zeros_that_a_crashed_machine_left_are_passed_over(tmp_path: Path) -> None:
    with _journal(tmp_path) as (writer, reader):
        _hit(writer, 1)
        with _segments(tmp_path)[0].open("ab") as file:
            file.write(bytes(500))
        _hit(writer, 2)
        assert _numbers(reader.batch(9)) == [1, 2]


def test_of_a_line_that_nobody_can_read_no_word_is_kept(tmp_path: Path) -> None:
    """It may have lost the id by which an erasure finds it."""
    with _journal(tmp_path) as (writer, reader):
        _hit(writer, 1)
        [file] = _segments(tmp_path)
        file.write_bytes(bytes(50) + b'3.7","text":"' + CANARY.encode() + b'"}\n')
        [row] = reader.batch(9)
        assert (row.kind, row.body) == (UNREADABLE, "33 bytes")


@pytest.mark.parametrize("empty", [2, 2500])
def test_empty_lines_hide_nothing_that_stands_behind_them(tmp_path: Path, empty: int) -> None:
    with _journal(tmp_path) as (writer, reader):
        _hit(writer, 1)
        reader.acknowledge(reader.batch(9))
        _hit(writer, 2)
        [file] = _segments(tmp_path)
        taken, line = file.read_bytes().splitlines(keepends=True)
        file.write_bytes(taken + b"\n" * empty + line)
        writer.close()
        reader.truncate()
        reader.take_in()
        assert _numbers(reader.batch(9)) == [2]


def test_people_are_forgotten_in_hits_that_nobody_has_taken_in(tmp_path: Path) -> None:
    with _journal(tmp_path) as (writer, reader):
        for number in range(10):
            _hit(writer, number, CANARY if number % 2 else "")
        assert forget(tmp_path, lambda row: CANARY in row.body) == 5
        assert CANARY.encode() not in _bytes(tmp_path)
        assert _numbers(reader.batch(99)) == [0, 2, 4, 6, 8]


def test_what_an_older_version_wrote_flows_as_before(tmp_path: Path) -> None:
    with closing(JournalWriter(tmp_path)) as writer:
        writer.append("hit", {"n": 1}, make.NOON)
    with closing(sqlite3.connect(tmp_path / "web-0.sqlite")) as connection:
        connection.execute("drop table taken_in")
    assert depth(tmp_path) == (1, make.NOON)
    with _journal(tmp_path) as (writer, reader):
        _hit(writer, 2)
        assert depth(tmp_path) == (2, make.NOON)
        assert _numbers(reader.batch(9)) == [1, 2]


def test_several_may_take_in_at_once(tmp_path: Path) -> None:
    with _journal(tmp_path) as (writer, reader), closing(JournalReader(reader.path)) as other:
        for number in range(20):
            _hit(writer, number)
            (reader if number % 3 else other).batch(1)
        assert _numbers(reader.batch(99)) == _numbers(other.batch(99)) == list(range(20))
        other.acknowledge(other.batch(99))
        other.truncate()
        assert reader.batch(99) == []
        reader.truncate()
        _hit(writer, 20)
        assert _numbers(reader.batch(99)) == [20]


def test_hits_that_cannot_be_read_from_the_disk_stop_no_forms(tmp_path: Path) -> None:
    with _journal(tmp_path) as (writer, reader):
        _hit(writer, 1)
        [file] = _segments(tmp_path)
        file.unlink()
        file.mkdir()
        with pytest.raises(JournalUnavailable):
            reader.batch(9)
        writer.append("submission", {"n": 2}, make.NOON)
        assert _numbers(reader.batch(9)) == [2]


def test_a_file_that_cannot_be_closed_costs_one_hit_and_not_all_that_follow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(file: int, close: Callable[[int], None] = os.close) -> None:
        close(file)
        raise OSError(errno.EDQUOT, "said only now")

    with closing(JournalWriter(tmp_path, segment=1)) as writer:
        _hit(writer, 1)
        with monkeypatch.context() as patched, pytest.raises(JournalUnavailable):
            patched.setattr(os, "close", no_room)
            _hit(writer, 2)
        _hit(writer, 3)
        with closing(JournalReader(tmp_path / "web-0.sqlite")) as reader:
            assert _numbers(reader.batch(9)) == [1, 3]


def test_who_removes_a_file_beside_somebody_else_is_not_stopped_by_that(tmp_path: Path) -> None:
    """The one finds a file, and the other knows already that nobody writes to it any more."""
    (tmp_path / "web-0-00000001.hits").symlink_to(tmp_path / "gone")
    remove(tmp_path / "web-0.sqlite", Place(1), Place(1, 10))
