import json
from dataclasses import asdict
from pathlib import Path

import pytest

from bridge.up.errors import AlreadyUp
from bridge.up.state import (
    EmbeddedState,
    is_up,
    only_one_up,
    read_state,
    remove_state,
    running_state,
    write_state,
)

STATE = EmbeddedState("postgresql://a", "redis://b", None, "127.0.0.1:8000", True, 17)


def test_a_second_shell_reads_what_was_written(tmp_path: Path) -> None:
    write_state(tmp_path, STATE)
    assert read_state(tmp_path) == STATE
    assert (tmp_path / "embedded.json").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["embedded.json"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        '"text"',
        json.dumps({"pid": 1}),
        json.dumps(asdict(STATE) | {"pid": "17"}),
        json.dumps(asdict(STATE) | {"bind": None}),
        "\udcff",
    ],
)
def test_garbage_is_no_state(tmp_path: Path, text: str) -> None:
    (tmp_path / "embedded.json").write_bytes(text.encode(errors="surrogateescape"))
    assert read_state(tmp_path) is None


def test_nothing_is_no_state(tmp_path: Path) -> None:
    remove_state(tmp_path)
    assert read_state(tmp_path) is None
    assert not is_up(tmp_path)


def test_a_state_counts_only_while_its_up_lives(tmp_path: Path) -> None:
    with only_one_up(tmp_path):
        write_state(tmp_path, STATE)
        assert running_state(tmp_path) == STATE
    assert running_state(tmp_path) is None


def test_two_ups_on_one_folder_refuse(tmp_path: Path) -> None:
    data = tmp_path / "new" / "var"
    with only_one_up(data), pytest.raises(AlreadyUp, match="already running"), only_one_up(data):
        pass
    with only_one_up(data):
        assert is_up(data)
