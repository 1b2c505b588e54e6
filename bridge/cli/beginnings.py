"""Ids named by their beginning, as people copy it out of a list."""

from collections.abc import Callable
from uuid import UUID

import click
from sqlalchemy import Connection

from bridge.errors import NotFound
from bridge.store.beginnings import MOST_NAMED

SHORTEST = 8
"""Characters of an id that is not named whole: two that begin alike would be a rare chance."""
BEGINNING = click.argument("beginning", metavar="ID")


def the_one(
    connection: Connection,
    named: Callable[[Connection, str], list[UUID]],
    beginning: str,
    nothing: str = "nothing is held under",
) -> UUID:
    """The one that `named` finds under that beginning. Raises NotFound, and UsageError when there are several."""
    if len(beginning.replace("-", "")) < SHORTEST:
        raise click.UsageError(f"name at least {SHORTEST} characters of the id")
    found = named(connection, beginning)
    if not found:
        raise NotFound(f"{nothing} {beginning}")
    if len(found) > 1:
        several = "\n".join(f"  {one}" for one in found[: MOST_NAMED - 1])
        more = "\n  and more" if len(found) == MOST_NAMED else ""
        raise click.UsageError(f"several ids begin with {beginning}: name more of it\n{several}{more}")
    return found[0]
