"""Ids that people name by their beginning."""

from uuid import UUID

from sqlalchemy import Column, ColumnElement, Text, cast, func


def begins(identifier: Column[UUID], beginning: str) -> ColumnElement[bool]:
    """Whether an id begins so, with or without hyphens, in small letters or capitals."""
    bare = func.replace(cast(identifier, Text), "-", "")
    return bare.startswith(beginning.replace("-", "").lower(), autoescape=True)
