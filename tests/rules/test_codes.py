"""Codes for devices of sales."""

from uuid import UUID

import pytest

from bridge.delivery.codes import Codes

ROW = UUID("018f2d6e-0000-7000-8000-000000000001")
OTHER = UUID("018f2d6e-0000-7000-8000-000000000002")


def test_the_same_row_has_the_same_code_and_another_row_another() -> None:
    codes = Codes(["a-key"])
    assert codes.write(ROW) == codes.write(ROW) == Codes(["a-key"]).write(ROW)
    assert codes.write(ROW) != codes.write(OTHER)
    assert not codes.fits(OTHER, codes.write(ROW))


def test_nobody_makes_codes_without_the_key() -> None:
    assert Codes(["a-key"]).write(ROW) != Codes(["another-key"]).write(ROW)


def test_codes_of_older_keys_fit_until_the_key_is_removed() -> None:
    code = Codes(["old"]).write(ROW)
    assert Codes(["new", "old"]).fits(ROW, code)
    assert Codes(["new", "old"]).write(ROW) == Codes(["new"]).write(ROW)
    assert not Codes(["new"]).fits(ROW, code)


@pytest.mark.parametrize("grouped", ["{a}{b}", "{a} {b}", "{a}-{b}", " {a}{b}\n", "{a}\u00a0{b}"])
def test_digits_may_be_grouped_as_people_do(grouped: str) -> None:
    codes = Codes(["a-key"])
    code = codes.write(ROW)
    assert codes.fits(ROW, grouped.format(a=code[:3], b=code[3:]))


def test_leading_noughts_are_part_of_a_code() -> None:
    codes = Codes(["a-key"])
    row = next(one for one in (UUID(int=n) for n in range(1000)) if codes.write(one).startswith("0"))
    assert codes.fits(row, codes.write(row))
    assert not codes.fits(row, codes.write(row).lstrip("0"))
