"""`leadbridge hooks …`: what a mail provider needs to tell what became of mails."""

from collections.abc import Mapping, Sequence
from urllib.parse import quote, urlsplit, urlunsplit

import click

from bridge.cli.environment import services
from bridge.cli.groups import CommandGroup
from bridge.cli.printing import as_json, print_json, print_table
from bridge.settings.reading import hook_setting
from connectors.providers.words import WITH_LOGIN, WORDS

EVENTS: Mapping[str, str] = {
    "postmark": "Bounce, Spam complaint, Subscription change",
    "ses": "Bounce, Complaint, Reject, with the original headers",
    "mailgun": "Permanent failure, Spam complaint, Unsubscribe",
    "sendgrid": "Bounced, Dropped, Spam reports, Unsubscribes; signed",
    "brevo": "Hard and soft bounce, Blocked, Error, Invalid email, Complaint, Unsubscribed",
    "smtpeter": "failures, abuses",
}
"""What to tick at each."""


@click.group(cls=CommandGroup)
def hooks() -> None:
    """How mail providers tell what became of mails."""


@hooks.command()
@as_json
def show(as_json: bool) -> None:
    """The addresses to paste at those providers that a setting names, and the settings of the others."""
    settings = services().settings
    facts = [
        {
            "provider": name,
            "setting": hook_setting(name),
            "address": hook_address(settings.public_url, name, settings.hooks.get(name, ())),
            "events": EVENTS[name],
        }
        for name in WORDS
    ]
    if as_json:
        print_json(facts)
        return
    print_table(
        ("provider", "address to paste", "events to choose"),
        (
            (one["provider"], one["address"] or f"not heard: set {one['setting']}", one["events"])
            for one in facts
        ),
        "",
    )


def hook_address(public_url: str, provider: str, words: Sequence[str]) -> str | None:
    """Where a provider posts to, with its newest login in it where it has one; None when it is not heard."""
    if not words:
        return None
    parts = urlsplit(f"{public_url}/hooks/{provider}")
    user, colon, password = words[0].partition(":")
    if provider not in WITH_LOGIN or not colon:
        return urlunsplit(parts)
    login = f"{quote(user, safe='')}:{quote(password, safe='')}"
    return urlunsplit(parts._replace(netloc=f"{login}@{parts.netloc}"))
