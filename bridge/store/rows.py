"""Rows that are written as dataclasses, whose fields are named after columns."""

from collections.abc import Callable
from dataclasses import fields
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def values_of(row: "DataclassInstance") -> dict[str, Any]:
    """Column → value. Nothing is copied, other than by `dataclasses.asdict`, which takes many times as long."""
    names, values = _read(type(row))
    return dict(zip(names, values(row), strict=True))


@cache
def _read(kind: "type[DataclassInstance]") -> tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]]]:
    names = tuple(column.name for column in fields(kind))
    return names, attrgetter(*names)
