"""`leadbridge lead …`: one person."""

import dataclasses
import sys
from typing import Any

import click

from bridge.cli.addresses import typed_address
from bridge.cli.environment import services, time_zone
from bridge.cli.groups import CommandGroup
from bridge.cli.printing import as_json, print_json, print_table, short
from bridge.cli.reach import print_suppressions
from bridge.flow.erase_profile import erase_profile
from bridge.flow.export_profile import export_profile
from bridge.flow.object_to_scoring import allow_scoring, object_to_scoring
from bridge.flow.sales.ask_sales import send_link_again
from bridge.flow.show_profile import show_profile
from bridge.intake.records import Request
from bridge.profiles.consent import standing
from bridge.profiles.overview import MailLine, Profile360, TimelineLine
from bridge.store import consents, handovers, profiles, suppressions


@click.group(cls=CommandGroup)
def lead() -> None:
    """One person: show, export, erase, note an objection, close the links to the profile."""


@lead.command("show")
@click.argument("email")
@as_json
def show_lead(email: str, as_json: bool) -> None:
    """Profile, stage, score, ledger with reasons, consents, mails, hand-overs."""
    bridge = services()
    with bridge.engine.connect() as connection:
        profile = profiles.by_address(connection, typed_address(email))
        states = dict(standing(consents.of_profile(connection, profile.id)))
        picture = show_profile(connection, bridge.world, profile)
        kept = suppressions.of_address(connection, profile.email_key)
    if as_json:
        print_json(_summary(picture, states) | {"suppressions": [row.facts for row in kept]})
    else:
        _print(picture, states)
        if kept:
            _section("Suppressions")
            print_suppressions(kept, time_zone())


def _summary(lead: Profile360, states: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": lead.id,
        "email": lead.email,
        "stage": lead.stage,
        "excluded": lead.excluded,
        "objected": lead.objected,
        "confirmed": lead.confirmed,
        "suppressed": lead.suppressed,
        "score": lead.score,
        "threshold": lead.threshold,
        "fit": lead.fit,
        "fit_reasons": lead.fit_reasons,
        "misfits": lead.misfits,
        "grade": lead.grade,
        "topics": {row.topic: row.score for row in lead.topics},
        "fields": dict(lead.fields),
        "also_given": {row.key: row.value for row in lead.also_given},
        "language": lead.language,
        "owner": lead.owner,
        "source": lead.source,
        "consents": states,
        "ledger": [line for line in reversed(lead.ledger) if line.topic is None],
        "topic_ledger": [line for line in reversed(lead.ledger) if line.topic is not None],
        "events": [_event(line) for line in reversed(lead.timeline)],
        "mails": list(reversed(lead.mails)),
        "handovers": list(reversed(lead.handovers)),
    }


def _event(line: TimelineLine) -> dict[str, Any]:
    """What happened; `page` only where a page was visited, `title` and `by` in the story of a lead alone, a verdict
    on hits.
    """
    facts = dataclasses.asdict(line) | {"reason": ", ".join(line.signs) or line.subject}
    facts["verdict"] = line.verdict if line.is_judged else None
    return {name: value for name, value in facts.items() if value or name not in {"page", "title", "by"}}


def _print(lead: Profile360, states: dict[str, Any]) -> None:
    click.echo(f"{lead.name or lead.email}{f', {lead.company}' if lead.company else ''}  <{lead.email}>")
    notes = [f"stage {lead.stage}", f"score {lead.score} of {lead.threshold}"]
    notes += [f"fit {lead.judged_fit} of 100", f"grade {lead.grade}"] if lead.judged_fit is not None else []
    notes += ["confirmed" if lead.confirmed else "not confirmed", *(["excluded"] if lead.excluded else [])]
    notes += ["objects to being evaluated"] if lead.objected else []
    notes += [f"suppressed: {lead.suppressed}"] if lead.suppressed else []
    click.echo(", ".join(notes))
    click.echo("consents: " + (", ".join(f"{p} {s}" for p, s in states.items()) or "none"))
    shown = [f"{row.title} {row.score:+d}" for row in lead.topics if row.score]
    click.echo("topics: " + (", ".join(shown) or "none yet"))
    if lead.judged_fit is not None:
        click.echo("fit: " + "; ".join(_fit_words(lead)))
    zone = time_zone()
    _section("Ledger")
    entries = [(short(e.at, zone), f"{e.points:+d}", e.topic or "", e.reason) for e in reversed(lead.ledger)]
    print_table(("when", "points", "topic", "reason"), entries, "no points yet")
    _section("Events")
    events = [(short(e.at, zone), e.kind, _verdict(e), e.in_words) for e in reversed(lead.timeline)]
    print_table(("when", "kind", "verdict", "about"), events, "nothing happened yet")
    _section("Mails")
    mails = [
        (short(m.sent_at, zone), _fate(m), "tracked" if m.tracked else "", m.subject)
        for m in reversed(lead.mails)
    ]
    print_table(("sent", "state", "", "subject"), mails, "no mail yet")
    _section("Hand-overs")
    crossings = [
        (short(h.at, zone), h.state, h.sales_person, h.cause, h.reason or "")
        for h in reversed(lead.handovers)
    ]
    print_table(("when", "state", "sales person", "cause", "reason"), crossings, "not handed over yet")


def _fit_words(lead: Profile360) -> list[str]:
    """Why somebody fits, or does not."""
    halved = [f"halved {lead.misfits} time(s): sales said “does not fit”"] if lead.misfits else []
    return [f"{line.points:+d} {line.reason}" for line in lead.fit_reasons] + halved


def _verdict(line: TimelineLine) -> str:
    """Of hits alone: nobody asks whether a machine sent a mail of ours."""
    if not line.is_judged:
        return ""
    return "pending" if line.pending else line.verdict


def _fate(mail: MailLine) -> str:
    afterwards = {"mail.bounced": ", bounced", "mail.complained": ", called spam"}
    return mail.state + afterwards.get(mail.came_back or "", "")


def _section(title: str) -> None:
    click.echo(f"\n{title}")


@lead.command()
@click.argument("email")
def export(email: str) -> None:
    """Everything stored about a person, as JSON (GDPR, articles 15 and 20)."""
    with services().unit() as unit:
        print_json(export_profile(unit, typed_address(email)))


@lead.command()
@click.argument("email")
@click.option("--yes", is_flag=True, help="Do not ask. (Only a terminal is asked.)")
def erase(email: str, yes: bool) -> None:
    """Remove a person for good (GDPR, article 17)."""
    bridge, address = services(), typed_address(email)
    with bridge.unit() as unit:
        export_profile(unit, address)  # an unknown address is said to be so before anybody is asked
    if not yes and sys.stdin.isatty():
        click.confirm(f"Erase everything about {email}? This cannot be undone", abort=True)
    with bridge.unit() as unit:
        traces = erase_profile(unit, address)
    bridge.forget(traces)
    click.echo(f"{email} is erased")


@lead.command("object")
@click.argument("email")
@click.option("--take-back", is_flag=True, help="The person takes the objection back.")
def object_to(email: str, take_back: bool) -> None:
    """Write down that a person objects to being evaluated (GDPR, article 21), or takes that back."""
    with services().unit() as unit:
        profile = profiles.by_address(unit.connection, typed_address(email))
        do = allow_scoring if take_back else object_to_scoring
        changed = do(unit, profile.id, "operator", Request())
    what = "allows to be evaluated" if take_back else "objects to being evaluated"
    click.echo(f"{email} {what}" if changed else f"{email} {what} already; nothing changed")


@lead.command()
@click.argument("email")
def revoke(email: str) -> None:
    """Close every link that sales has to a person's profile."""
    with services().unit() as unit:
        profile = profiles.by_address(unit.connection, typed_address(email))
        count = handovers.revoke_links(unit.connection, profile.id, unit.now)
    click.echo(f"{count} link(s) revoked")


@lead.command("link")
@click.argument("email")
def renew(email: str) -> None:
    """Close the links to a person's profile, and mail a new one to whoever in sales has the lead."""
    with services().unit() as unit:
        person = send_link_again(unit, profiles.by_address(unit.connection, typed_address(email)))
    if person is None:
        click.echo(f"{email} is with nobody in sales; no link was sent", err=True)
        raise click.exceptions.Exit(1)
    click.echo(f"a new link goes to {person.name} <{person.email}>")
