"""`leadbridge consent …`: proof of what people allowed."""

import dataclasses
from datetime import tzinfo
from typing import Any

import click

from bridge.cli.addresses import typed_address
from bridge.cli.environment import services, time_zone
from bridge.cli.groups import CommandGroup
from bridge.cli.printing import as_json, print_json, short
from bridge.flow.show_consents import Consents, show_consents
from bridge.profiles.proofs import Proof, Record

STATES = {"requested": "asked for, not confirmed", "given": "given", "withdrawn": "withdrawn"}
STEPS = {"requested": "asked for", "given": "given", "withdrawn": "withdrawn"}
WAYS = {
    "form": "by a form",
    "website": "by a form of the website, which passed it on with its signature",
    "confirmation": "by the button behind the confirmation mail",
    "preferences": "in the preference centre",
    "unsubscribe page": "on the unsubscribe page",
    "one-click": "by one click in the mail program",
    "provider": "through the mail provider",
    "sales": "by word to sales",
    "own data page": "on the page with their own data",
    "operator": "by hand, with a command",
}
MAILBOX_ONLY = "The confirmation proves the mailbox. It does not prove whose telephone number it is."


@click.group(cls=CommandGroup)
def consent() -> None:
    """Proof of what people allowed."""


@consent.command("show")
@click.argument("email")
@as_json
def show(email: str, as_json: bool) -> None:
    """Every consent of a person: words and hash, form, page, times, addresses, ways. Newest first."""
    with services().engine.connect() as connection:
        found = show_consents(connection, typed_address(email))
    if as_json:
        print_json([summary(record) for record in found.records])
    else:
        _print(found)


def summary(record: Record) -> dict[str, Any]:
    """A record for programs."""
    first = record.first
    return {
        "purpose": first.purpose,
        "state": record.state,
        "text": first.text,
        "text_hash": first.text_hash,
        "language": first.language,
        "form": first.form,
        "program_version": first.program_version,
        "page": first.place,
        "kept_until": record.kept_until,
        "note": MAILBOX_ONLY if first.purpose == "phone" else None,
        "steps": [_step(step) for step in record.steps],
    }


def _step(step: Proof) -> dict[str, Any]:
    return {name: value for name, value in dataclasses.asdict(step).items() if name != "keep_until"}


def _print(found: Consents) -> None:
    count = len(found.records)
    kept = (
        f"{count} {'consent' if count == 1 else 'consents'}, newest first" if count else "no consent to prove"
    )
    click.echo(f"{found.email}: {kept}")
    if not found.known:
        click.echo("Nobody is known by this address any more; only these proofs are kept.")
    for record in found.records:
        _print_record(record, time_zone())
    if found.records:
        click.echo("\nTo verify a hash: printf %s 'the words' | sha256sum")


def _print_record(record: Record, zone: tzinfo) -> None:
    first = record.first
    click.echo(f"\n{first.purpose}: {STATES[record.state]}")
    _row("words", "\n           ".join(first.text.split("\n")))
    _row("SHA-256", first.text_hash)
    _row("form", f"{first.form or '–'}, programme {first.program_version}, language {first.language}")
    _row("page", first.place or "–")
    for step in record.steps:
        _print_step(step, first, zone)
    until = record.kept_until
    _row("kept", f"until {short(until, zone)}" if until else "as long as it stands, and three years")
    if first.purpose == "phone":
        _row("note", MAILBOX_ONLY)


def _print_step(step: Proof, first: Proof, zone: tzinfo) -> None:
    _row(STEPS[step.state], f"{short(step.at, zone)} {WAYS.get(step.how, step.how)}")
    _row("", f"from {step.ip or 'an unknown address'}, {step.user_agent or 'unknown browser'}")
    if step.message_id:
        _row("", f"mail {step.message_id}")
    if step.text_hash != first.text_hash:
        _row("", f"beside the words “{step.text}” (SHA-256 {step.text_hash})")


def _row(name: str, value: str) -> None:
    click.echo(f"  {name:<10} {value}".rstrip())
