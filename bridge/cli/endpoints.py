"""Endpoints of webhooks: as commands name them, and addresses at which nobody may be asked."""

from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from bridge.errors import LeadbridgeError, Mistake
from bridge.program.model import Program, Webhook
from bridge.settings.reach import DEMO, OWN_NAMES, Reach
from connectors.web import (
    Forbidden,
    Guard,
    NotPublic,
    Unreachable,
    addresses_of,
    literal_resolver,
    system_resolver,
)
from connectors.web.public import Network

INNER = "LEADBRIDGE_PRIVATE_TARGETS names inner addresses that may be reached all the same"
LOOK_UP_SECONDS = 5.0


class UnknownWebhook(LeadbridgeError):
    """The programme has no webhook of that id."""


class NoSecret(LeadbridgeError):
    """A webhook cannot be signed, for a variable with its secret is not set where the command runs."""


def out_of_reach(
    program: Program, allowed: Iterable[Network], *, by_name: bool
) -> Iterator[tuple[Webhook, Unreachable]]:
    """Endpoints that a request cannot be made to, and why. None of them is asked.

    allowed: networks that are not public and may be reached. by_name: names are looked up, too; without that all but
    localhost are Unreachable, and only what is Forbidden says something.
    """
    guard = Guard(allowed, system_resolver if by_name else literal_resolver)
    for hook in program.webhooks:
        if error := _what_stands_against(guard, hook.url):
            yield hook, error


def _what_stands_against(guard: Guard, url: str) -> Unreachable | None:
    try:
        addresses_of(guard, url, LOOK_UP_SECONDS)
    except Unreachable as error:
        return error
    return None


def misaddressed(program: Program) -> list[Mistake]:
    """Mistakes in the addresses of endpoints and feeds, whatever may be reached."""
    guard = Guard((), literal_resolver)
    addresses = [
        *((f"webhooks[{hook.id}].url", hook.url) for hook in program.webhooks),
        *((f"feeds[{feed.id}].url", feed.url) for feed in program.feeds.values()),
    ]
    found = [(place, _what_stands_against(guard, url)) for place, url in addresses]
    return [
        Mistake(place, None, str(error))
        for place, error in found
        if isinstance(error, Forbidden) and not isinstance(error, NotPublic)
    ]


def inner_feeds(program: Program, reach: Reach) -> Iterator[Mistake]:
    """Feeds whose address is written so that it will be refused. Nobody is asked, no name is looked up."""
    for feed in program.feeds.values():
        if is_of_the_sample(feed.url):
            continue
        guard, address = reach.way_to(feed.url)
        error = _what_stands_against(guard, address)
        if isinstance(error, NotPublic):
            said = f"this feed will not be read: {error}"
            yield Mistake(f"feeds[{feed.id}].url", None, said, f"a public address; {INNER}")


def is_of_the_sample(url: str) -> bool:
    """Whether it is a feed of the demo's sample website, as whoever copies the demo's programme finds it."""
    parts = urlsplit(url)
    return parts.hostname in OWN_NAMES and parts.path.startswith(f"{DEMO}feeds/")


def signing(hook: Webhook) -> Webhook:
    """The endpoint, whose secrets are all there. Raises NoSecret."""
    if hook.unset:
        first, them = hook.unset[0], " and ".join(hook.unset)
        raise NoSecret(
            f"webhook {hook.id} is signed with {them}, not set in this shell or in .env of this folder. "
            f"Example: {first}=whsec_… leadbridge webhook test {hook.id}"
        )
    return hook


def named(program: Program, identifier: str) -> Webhook:
    """The endpoint of that id. Raises UnknownWebhook."""
    found = next((hook for hook in program.webhooks if hook.id == identifier), None)
    if found is None:
        known = ", ".join(hook.id for hook in program.webhooks) or "none at all"
        raise UnknownWebhook(f"the programme has no webhook {identifier}; it has {known}")
    return found
