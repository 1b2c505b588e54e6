"""The words for what speaks for a machine or for a person; `_` in templates translates what stands before a colon.

A strong sign decides by itself. Hints are weak: each of them happens to people, several at once hardly do.
"""

from collections.abc import Iterable

PREFETCH = "prefetch header"
PRIVACY_PROXY = "fetched by the mail program's privacy protection"
LOOKED_UP = "looked up by the mail program"

HEAD = "HEAD request"
NO_AGENT = "no user agent"
KNOWN_AGENT = "known machine"
NO_BROWSER = "not a browser"
KNOWN_NETWORK = "network of link scanners"
HIDDEN_LINK = "hidden link followed"
BEFORE_ACCEPTED = "before the mail was accepted"
BURST = "links in a burst"
COLLEAGUES = "mails of colleagues followed at the same time"
SAME_CLIENT = "same browser as a machine"

CLOUD = "network of a data centre"
NO_LANGUAGE = "browser without a language"
NO_PAGE = "asks for something else than a page"
CONTRADICTION = "headers contradict the browser"
OUTDATED = "outdated browser"
EVERY_LINK = "every link of the mail"
UNOPENED = "soon after delivery, without opening the mail"
RHYTHM = "at a steady pace"
HURRY = "three links with no time to read"
PAIR = "two links within a few seconds"
MANY_NETWORKS = "from several networks within seconds"
NEW_NETWORKS = "every link from another network"
NEW_DEVICES = "every link from another device"
ADDRESS = "address of a machine"
CHANGED = "from another device and another network than the link before"
MANY_DEVICES = "from several devices within seconds"
PARADE = "one browser after another"
ONE_COLLEAGUE = "together with a colleague's mail"

FORM, BUTTON, PAGE = "proved by a form", "proved by a button", "proved by a page that was used"

BARE_CLIENT = frozenset({NO_LANGUAGE, NO_PAGE, UNOPENED})
"""Hints with one common explanation: who sends few headers loads no pictures, either. Together they are one."""

DOUBTS = frozenset(
    {
        CONTRADICTION,
        OUTDATED,
        RHYTHM,
        HURRY,
        MANY_NETWORKS,
        NEW_NETWORKS,
        MANY_DEVICES,
        NEW_DEVICES,
        CHANGED,
        ONE_COLLEAGUE,
    }
)
"""Hints that keep a click from being one of several that qualify somebody at once."""

PROOFS = {"form": FORM, "button": BUTTON, "page": PAGE}


def weight(hints: Iterable[str]) -> int:
    """How many hints these are, those with a common explanation counted once."""
    found = {bare(hint) for hint in hints}
    return len(found - BARE_CLIENT) + bool(found & BARE_CLIENT)


def named(sign: str, what: object) -> str:
    """A sign with what it is about, such as “known machine: curl”."""
    return f"{sign}: {what}" if str(what) else sign


def bare(sign: str) -> str:
    """A sign without what it is about."""
    return sign.partition(":")[0]
