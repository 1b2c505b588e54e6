"""`leadbridge retention …`: forget what has been kept long enough."""

import sys
from collections import Counter
from collections.abc import Iterable

import click

from bridge.cli.environment import services
from bridge.cli.groups import CommandGroup
from bridge.cli.printing import as_json, print_json, print_table
from bridge.flow.retention import Found, forget_expired, survey


@click.group(cls=CommandGroup)
def retention() -> None:
    """Forget what has been kept long enough."""


@retention.command("run")
@click.option("--dry-run", is_flag=True, help="Change nothing, only say what would go.")
@as_json
def run(dry_run: bool, as_json: bool) -> None:
    """Do now what cron does once a day, and say what went and why."""
    bridge = services()
    kept, now = bridge.program.retention, bridge.clock()
    with bridge.engine.connect() as connection:
        found = list(survey(connection, kept, now))
    if not dry_run:
        found = _together(found, forget_expired(bridge.unit, kept, now))
    if as_json:
        rules = [{"what": one.rule.what, "why": one.rule.why, "count": one.count} for one in found]
        print_json({"dry_run": dry_run, "at": now, "rules": rules})
        return
    print_table(("count", "what", "when"), [(one.count, one.rule.what, one.rule.why) for one in found], "")
    total = sum(one.count for one in found)
    click.echo(f"{total} would go; nothing was changed" if dry_run else f"{total} gone")


def _together(expected: list[Found], steps: Iterable[Found]) -> list[Found]:
    """How much went by each rule, with a bar meanwhile for whoever looks at a terminal."""
    gone: Counter[str] = Counter()
    total = sum(one.count for one in expected)
    with click.progressbar(length=total, file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
        for step in steps:
            gone[step.rule.what] += step.count
            bar.update(step.count)
    return [Found(one.rule, gone[one.rule.what]) for one in expected]
