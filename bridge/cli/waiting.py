"""What failed and what was held back: `dead`, `held`."""

import click

from bridge.cli.beginnings import BEGINNING, the_one
from bridge.cli.environment import services, time_zone
from bridge.cli.groups import CommandGroup
from bridge.cli.held_leads import leads
from bridge.cli.printing import as_json, print_json, print_table, short
from bridge.errors import NotFound
from bridge.flow.held import release as release_held
from bridge.flow.retry import note_failure, retry_letter
from bridge.store import dead_letters, submissions
from bridge.store.database import is_unavailable


@click.group(cls=CommandGroup)
def dead() -> None:
    """What could not be processed."""


@dead.command("list")
@as_json
def list_dead(as_json: bool) -> None:
    """Dead letters, the oldest first."""
    with services().engine.connect() as connection:
        rows = dead_letters.listing(connection)
    if as_json:
        print_json(rows)
        return
    zone = time_zone()
    lines = [
        (
            r.id,
            r.source,
            short(r.at, zone),
            short(r.tried_at, zone) if r.tried_at else "–",
            r.attempts,
            r.error,
        )
        for r in rows
    ]
    print_table(("id", "source", "when", "tried", "attempts", "error"), lines, "no dead letters")


@dead.command("retry")
@BEGINNING
def retry_dead(beginning: str) -> None:
    """Process a dead letter again; when it fails again it stays, and that attempt is counted.

    ID: the whole, or as much of its beginning as names no other.
    """
    bridge, nothing = services(), "nothing to retry under"
    with bridge.unit() as unit:
        identifier = the_one(unit.connection, dead_letters.named, beginning, nothing)
    try:
        with bridge.unit() as unit:
            is_there = retry_letter(unit, identifier)
    except Exception as error:  # a letter is here because of an error that nobody foresaw
        if not is_unavailable(error):
            with bridge.unit() as unit:
                note_failure(unit, identifier, error)
        raise
    if not is_there:
        raise NotFound(f"{nothing} {beginning}")
    click.echo("processed")


@dead.command("drop")
@BEGINNING
def drop_dead(beginning: str) -> None:
    """Forget a dead letter. ID: as for retry."""
    nothing = "nothing to drop under"
    with services().unit() as unit:
        letter = the_one(unit.connection, dead_letters.named, beginning, nothing)
        if dead_letters.take(unit.connection, letter) is None:
            raise NotFound(f"{nothing} {beginning}")
    click.echo("dropped")


@click.group(cls=CommandGroup)
def held() -> None:
    """Submissions that looked like spam: see them, let them through, or drop them. And leads that are held."""


held.add_command(leads)


@held.command("list")
@as_json
def list_held(as_json: bool) -> None:
    """Held submissions, the oldest first."""
    with services().engine.connect() as connection:
        rows = submissions.held(connection)
    if as_json:
        print_json(rows)
        return
    zone = time_zone()
    lines = [
        (r.id, short(r.received_at, zone), r.form, r.held_because or "", r.fields.get("email", ""))
        for r in rows
    ]
    print_table(("id", "when", "form", "because", "address"), lines, "nothing is held")


@held.command()
@BEGINNING
def release(beginning: str) -> None:
    """Let a submission through after all. ID: the whole, or as much of its beginning as names no other."""
    with services().unit() as unit:
        row = submissions.get(unit.connection, the_one(unit.connection, submissions.held_named, beginning))
        if row is None or not release_held(unit, row):
            raise NotFound(f"nothing is held under {beginning}")
    click.echo("released")


@held.command("drop")
@BEGINNING
def drop_held(beginning: str) -> None:
    """Decide that it is spam. ID: the whole, or as much of its beginning as names no other."""
    with services().unit() as unit:
        if not submissions.decide(
            unit.connection, the_one(unit.connection, submissions.held_named, beginning), "dropped"
        ):
            raise NotFound(f"nothing is held under {beginning}")
    click.echo("dropped")
