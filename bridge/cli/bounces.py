"""`leadbridge bounces …`: what came back."""

from pathlib import Path

import click

from bridge.cli.environment import services
from bridge.cli.groups import CommandGroup
from bridge.cli.printing import as_json, print_json, print_table
from bridge.errors import LeadbridgeError
from bridge.flow.sending.came_back import FOLLOWS
from bridge.flow.sending.read_bounces import UNATTRIBUTED, Report, Seen
from connectors.contract import Notice

HEADINGS = ("message", "trouble", "status", "mail", "what became of it", "words")

NOTHING = {
    "delay": "nothing, the other server goes on trying",
    "automatic": "nothing, a machine answered",
    "other": f"nothing, it is set aside in {UNATTRIBUTED} for somebody to read",
}
TO_SALES = "nobody is suppressed, and the operator is told"


class NoMailbox(LeadbridgeError):
    """The settings name no mailbox for bounces."""

    def __str__(self) -> str:
        return "no mailbox for bounces: set LEADBRIDGE_BOUNCE_MAILBOX"


@click.group(cls=CommandGroup)
def bounces() -> None:
    """Bounces and complaints that arrived by mail."""


@bounces.command()
@as_json
def read(as_json: bool) -> None:
    """Empty the mailbox for bounces now, as cron does every twenty seconds, and print what was in it."""
    bridge = services()
    if bridge.bounces.address is None:
        raise NoMailbox
    seen = list(bridge.bounces.read())
    if as_json:
        print_json(seen)
    else:
        print_table(HEADINGS, [line for one in seen for line in _lines(one)], "the mailbox is empty")


@bounces.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@as_json
def judge(file: Path, as_json: bool) -> None:
    """Say what a message in a file means and what would follow from it, and change nothing."""
    report = services().bounces.understand(file.read_bytes())
    if as_json:
        print_json({"kind": report.kind, "notices": report.notices, "follows": consequences(report)})
        return
    print_table(HEADINGS, _lines(Seen(report.kind, report.notices, "only looked at")), "")
    for words in consequences(report):
        click.echo(f"\nWhat would follow: {words}.")


def consequences(report: Report) -> list[str]:
    """What would follow from each thing that a report tells, or from the report as a whole."""
    if not report.notices:
        return [NOTHING[report.kind]]
    return [_consequence(notice) for notice in report.notices]


def _consequence(notice: Notice) -> str:
    if notice.delivery is None:
        unproven = f"nothing, since no mail of ours is proven; it is set aside in {UNATTRIBUTED}"
        return f"{unproven}. Were it proven: {FOLLOWS[notice.trouble]}"
    return f"{FOLLOWS[notice.trouble]}. Had it been a mail to sales: {TO_SALES}"


def _lines(seen: Seen) -> list[tuple[str, ...]]:
    found: tuple[Notice | None, ...] = seen.notices or (None,)
    return [_line(seen, notice) for notice in found]


def _line(seen: Seen, notice: Notice | None) -> tuple[str, ...]:
    if notice is None:
        return (seen.kind, "", "", "", seen.fate, "")
    mail = str(notice.delivery) if notice.delivery else "not proven"
    return (seen.kind, notice.trouble, notice.status, mail, seen.fate, notice.words)
