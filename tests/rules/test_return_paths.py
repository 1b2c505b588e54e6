"""Return paths: each names its delivery, survives what servers do to addresses, and cannot be made up."""

import re
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.delivery.return_paths import LONGEST_LOCAL_PART, ReturnPaths

OLD, NEW = "the-key-of-last-year-000", "the-key-of-this-year-000"
PATHS = ReturnPaths([NEW], "bounces@example.com")
MAIL = UUID("0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b")
LETTERS = "abcdefghijklmnopqrstuvwxyz234567"


def written(paths: ReturnPaths = PATHS, mail: UUID = MAIL) -> str:
    path = paths.write(mail)
    assert path is not None
    return path


@given(st.uuids())
def test_what_comes_back_to_a_return_path_names_its_delivery(mail: UUID) -> None:
    path = written(mail=mail)
    assert re.fullmatch(r"bounces\+[a-z2-7]{40}@example\.com", path)
    assert PATHS.read(path) == mail


def test_it_is_the_same_at_every_attempt() -> None:
    assert written() == written()


def test_the_longest_local_part_still_leaves_room_for_the_token() -> None:
    path = written(ReturnPaths([NEW], "b" * LONGEST_LOCAL_PART + "@example.com"))
    assert len(path.partition("@")[0]) == 64


def test_servers_may_change_and_wrap_it() -> None:
    path = written()
    local = path.partition("@")[0]
    for changed in (
        local,
        path.upper(),
        f"<{path}>",
        f" {path} ",
        path.replace("+", "-"),
        f"prvs=4211abcdef={path}",
        f"SRS0=HHH=TT=example.com={local}@forwarder.example",
    ):
        assert PATHS.read(changed) == MAIL, changed


def test_a_change_of_keys_forgets_no_mail_that_is_under_way() -> None:
    before = written(ReturnPaths([OLD], "bounces@example.com"))
    assert ReturnPaths([NEW, OLD]).read(before) == MAIL
    assert PATHS.read(before) is None


def test_without_an_address_nothing_is_written_but_everything_is_read() -> None:
    paths = ReturnPaths([NEW])
    assert paths.write(MAIL) is None
    assert paths.read(written()) == MAIL


@given(st.integers(0, 39), st.sampled_from(LETTERS))
def test_no_letter_of_it_can_be_changed(place: int, letter: str) -> None:
    token = written().partition("+")[2].partition("@")[0]
    other = token[:place] + letter + token[place + 1 :]
    assert (PATHS.read(f"bounces+{other}@example.com") == MAIL) == (other == token)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "@",
        "bounces@example.com",
        "bounces+@example.com",
        "bounces+" + "a" * 40 + "@example.com",
        "bounces+" + "a" * 39 + "@example.com",
        "bounces+" + "1" * 40 + "@example.com",
        "bounces+" + "ä" * 40 + "@example.com",
        written().replace("@", "a@"),
        written().replace("+", ""),
        "bounces+" + str(MAIL) + "@example.com",
    ],
)
def test_what_we_did_not_write_names_nothing(address: str) -> None:
    assert PATHS.read(address) is None


@given(st.text())
def test_whatever_stands_there_reading_is_quiet(address: str) -> None:
    assert PATHS.read(address) is None
