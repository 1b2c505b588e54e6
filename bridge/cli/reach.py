"""Whether mail goes to an address, in words."""

from collections.abc import Iterable
from datetime import tzinfo
from typing import Any

import click

from bridge.cli.consents import WAYS
from bridge.cli.printing import print_table, short
from bridge.flow.sending.show_reach import Reach
from bridge.store.events import EventRow
from bridge.store.suppressions import Suppression
from connectors.smtp.status_words import in_words

HAPPENED = {"hard": "bounced for good", "soft": "bounced for now"}


def reach_facts(reach: Reach) -> dict[str, Any]:
    """What is known of an address, for programs."""
    last = reach.answer
    return {
        "email": reach.email,
        "known": reach.known,
        "advertising": {"leaves": reach.advertising is None, "why_not": reach.advertising},
        "answers": {"leave": reach.answers is None, "why_not": reach.answers},
        "consent": {"state": last.state, "at": last.at, "how": last.how} if last else None,
        "paused_until": reach.paused_until,
        "suppressions": [row.facts for row in reach.suppressions],
        "returned": [{"at": row.at, "kind": row.kind, **row.data} for row in reach.returned],
    }


def print_reach(reach: Reach, zone: tzinfo) -> None:
    """What is known of an address, for people."""
    click.echo(reach.email)
    click.echo(f"advertising  {_leaves(reach.advertising)}{_pause(reach)}")
    click.echo(f"answers      {_leaves(reach.answers)}")
    click.echo(f"consent      {_consent(reach, zone)}\n")
    print_suppressions(reach.suppressions, zone)
    if reach.returned:
        click.echo()
        lines = [_returned(row, zone) for row in reach.returned]
        print_table(("when", "mail", "what happened", "code", "which means", "words"), lines, "")


def print_suppressions(rows: Iterable[Suppression], zone: tzinfo) -> None:
    """Why an address is not mailed, or was not for a time."""
    lines = [
        (row.reason, short(row.at, zone), row.note or "", _lifted(row, zone), row.lifted_because or "")
        for row in rows
    ]
    print_table(("reason", "since", "words", "lifted", "because"), lines, "not suppressed")


def _leaves(why_not: str | None) -> str:
    return f"none leaves: {why_not}" if why_not else "leaves"


def _pause(reach: Reach) -> str:
    return f", but paused by the person until {reach.paused_until}" if reach.paused_until else ""


def _consent(reach: Reach, zone: tzinfo) -> str:
    last = reach.answer
    if last is None:
        return "to advertising: none"
    words = {"given": "given", "requested": "asked for, not confirmed", "withdrawn": "unsubscribed"}
    return f"{words[last.state]} {short(last.at, zone)} {WAYS.get(last.how, last.how)}"


def _returned(row: EventRow, zone: tzinfo) -> tuple[str, ...]:
    data = row.data
    mail = str(data.get("subject") or data.get("template") or "unknown")
    if row.kind == "mail.complained":
        return short(row.at, zone), mail, "called spam by its recipient", "", "", str(data.get("words", ""))
    code = str(data.get("status", ""))
    happened = HAPPENED.get(str(data.get("bounce")), "bounced")
    return short(row.at, zone), mail, happened, code, in_words(code), str(data.get("words", ""))


def _lifted(row: Suppression, zone: tzinfo) -> str:
    return short(row.lifted_at, zone) if row.lifted_at else ""
