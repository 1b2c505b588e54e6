"""What proves requests is asked for seldom."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.providers.familiar import Familiar
from connectors.providers.hook import Unreachable
from connectors.providers.remembering import Remembering


class World:
    """A world in which everything is its own name, and a clock."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.now = 0.0

    def fetch(self, name: str) -> str:
        self.asked.append(name)
        return name.upper()

    def clock(self) -> float:
        return self.now


def test_what_is_known_is_not_asked_for_until_it_is_old() -> None:
    world = World()
    known = Remembering(world.fetch, keep=60, clock=world.clock)
    assert [known("a"), known("a")] == ["A", "A"]
    world.now = 59.9
    known("a")
    assert world.asked == ["a"]
    world.now = 60
    known("a")
    assert world.asked == ["a", "a"]


def test_so_many_are_asked_for_within_a_minute_and_no_more() -> None:
    world = World()
    known = Remembering(world.fetch, a_minute=3, clock=world.clock)
    for name in "abc":
        known(name)
    with pytest.raises(Unreachable):
        known("d")
    assert known("a") == "A"
    world.now = 60
    assert known("d") == "D"


def test_strangers_cannot_make_us_forget_what_is_old_but_known() -> None:
    world = World()
    known = Remembering(world.fetch, keep=60, a_minute=3, clock=world.clock)
    known("a")
    world.now = 100
    for name in "bcd":
        known(name)
    assert known("a") == "A"
    assert world.asked == ["a", "b", "c", "d", "a"], "what was found before is asked for all the same"


def test_what_is_old_is_good_enough_when_too_much_was_asked_for() -> None:
    world = World()
    known = Remembering(world.fetch, keep=60, a_minute=1, clock=world.clock)
    known("a")
    world.now = 60
    known("b")
    world.now = 130
    assert [known("a"), known("b")] == ["A", "B"]
    assert world.asked == ["a", "b", "a"]


def test_only_so_many_are_known_at_once_and_the_oldest_go_first() -> None:
    world = World()
    known = Remembering(world.fetch, most=2, a_minute=99, clock=world.clock)
    for name in "abcbca":
        known(name)
    assert world.asked == ["a", "b", "c", "a"]


def test_strangers_names_leave_room_for_those_that_are_familiar_after_a_restart(tmp_path: Path) -> None:
    world, file = World(), tmp_path / "proofs" / "ses"
    Remembering(world.fetch, familiar=Familiar(file), clock=world.clock)("good")

    def fetch(name: str) -> str:
        if name != "good":
            raise Unreachable(name)
        return world.fetch(name)

    known = Remembering(fetch, a_minute=3, familiar=Familiar(file), clock=world.clock)
    for number in range(9):
        with pytest.raises(Unreachable):
            known(f"made-up-{number}")
    assert known("good") == "GOOD"
    assert file.read_text() == "good\n"


def test_familiar_names_are_few_shared_and_no_trouble(tmp_path: Path) -> None:
    file = tmp_path / "names"
    one, other = Familiar(file, most=3), Familiar(file, most=3)
    one.add("a")
    other.add("b")
    assert "a" in Familiar(file)
    for name in "cde":
        one.add(name)
    assert file.read_text().split() == ["c", "d", "e"]
    file.write_bytes(b"\xff")
    assert "a" not in Familiar(file)
    blocked = Familiar(file / "below")
    blocked.add("a")
    assert "a" in blocked


def test_a_failure_is_not_kept() -> None:
    answers: Iterator[Unreachable | str] = iter([Unreachable("silence"), "A"])

    def fetch(_: str) -> str:
        answer = next(answers)
        if isinstance(answer, Unreachable):
            raise answer
        return answer

    known = Remembering(fetch)
    with pytest.raises(Unreachable):
        known("a")
    assert known("a") == "A"
