"""Rows that are written as dataclasses, whose fields are named after columns."""

from dataclasses import fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def values_of(row: "DataclassInstance") -> dict[str, Any]:
    """Column → value. Nothing is copied, other than by `dataclasses.asdict`, which takes many times as long."""
    return {column.name: getattr(row, column.name) for column in fields(row)}
