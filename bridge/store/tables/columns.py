"""Columns that many tables have, and the register of all tables."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, DateTime, ForeignKey, MetaData, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def moment(
    name: str, *, nullable: bool = False, index: bool = False, default: str | None = None
) -> Column[datetime]:
    given = text(default) if default else None
    return Column(name, DateTime(timezone=True), nullable=nullable, index=index, server_default=given)


def text_of(name: str, *, nullable: bool = False, default: str | None = None) -> Column[str]:
    return Column(name, Text, nullable=nullable, server_default=default)


def json_of(name: str, default: str = "{}") -> Column[Any]:
    return Column(name, JSONB, nullable=False, server_default=text(f"'{default}'::jsonb"))


def of_profile(*, nullable: bool = False, index: bool = True) -> Column[UUID]:
    cascade = ForeignKey("profiles.id", ondelete="CASCADE")
    return Column("profile_id", Uuid, cascade, nullable=nullable, index=index)
