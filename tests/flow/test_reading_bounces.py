"""The mailbox for bounces is emptied, whatever lies in it."""

from dataclasses import dataclass, field

import pytest

from bridge.flow.sending.read_bounces import read_bounces
from connectors.contract import Notice
from tests.house import House


@dataclass(frozen=True)
class Odd:
    """What nobody understands."""

    kind: str = "other"
    notices: tuple[Notice, ...] = ()


@dataclass
class Box:
    """A mailbox of which some messages can neither be removed nor moved."""

    messages: list[str]
    fixed: set[str]
    read_so_far: list[str] = field(default_factory=list)

    def waiting(self, limit: int) -> list[str]:
        return self.messages[:limit]

    def read(self, name: str) -> bytes:
        self.read_so_far.append(name)
        return name.encode()

    def remove(self, name: str) -> None:
        self.set_aside(name, "")

    def set_aside(self, name: str, folder: str) -> None:
        if name in self.fixed:
            raise OSError("NO [OVERQUOTA]")
        self.messages.remove(name)


def emptied(box: Box, house: House, stuck: set[str]) -> None:
    list(read_bounces(box, lambda _: Odd(), house.unit, limit=2, stuck=stuck))


def test_a_message_that_cannot_be_moved_holds_up_no_other(house: House) -> None:
    box, stuck = Box(list("abcdef"), {"a", "b"}), set[str]()
    with pytest.raises(OSError, match="OVERQUOTA"):
        emptied(box, house, stuck)
    assert box.read_so_far == ["a", "b"]
    emptied(box, house, stuck)
    emptied(box, house, stuck)
    assert box.messages == ["a", "b"]


def test_it_is_tried_again_when_nothing_else_is_left(house: House) -> None:
    box, stuck = Box(list("ab"), {"a"}), set[str]()
    with pytest.raises(OSError, match="OVERQUOTA"):
        emptied(box, house, stuck)
    box.fixed.clear()
    emptied(box, house, stuck)
    assert (box.messages, stuck) == ([], set())
