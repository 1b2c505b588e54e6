"""What every connector answers: one of three words; and what it hears later: a notice.

A connector talks to one outside world and translates its many codes into `Receipt`, `Deferred` or
`Refused`. What that means for a delivery is decided by the flow that asked.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Receipt:
    """The other side took responsibility.

    reference: what the other side called it (an SMTP reply line, an HTTP status). No log gets it: servers repeat
    whom a mail is for.
    """

    reference: str


Trouble = Literal["hard", "soft", "ours", "complaint", "unsubscribed"]
"""hard: the mailbox does not exist or takes no mail. soft: not now, a full mailbox for instance, given up for good.
ours: refused for what we are or sent (reputation, policy, content). complaint: called spam by its recipient.
unsubscribed: through the mail program or the provider."""


@dataclass(frozen=True, slots=True)
class Deferred:
    """Not now; a later attempt may succeed.

    reason: what happened, in words an operator understands.
    after: the pause the other side asked for, or None when it named none.
    trouble: "soft" when it is the recipient's mailbox that cannot take mail now; None for every other cause.
    status: enhanced status code (RFC 3463), or "".
    """

    reason: str
    after: timedelta | None = None
    trouble: Trouble | None = None
    status: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """Never; trying the same again is pointless.

    reason: what happened, in words an operator understands.
    trouble: whom a mail server blames; None when no mail server said anything, as for a mail that we could not write.
    status: enhanced status code (RFC 3463), or "".
    """

    reason: str
    trouble: Trouble | None = None
    status: str = ""

    @property
    def bad_address(self) -> bool:
        """Whether the recipient's mailbox does not exist or takes no mail: the address is to be suppressed."""
        return self.trouble == "hard"


Answer = Receipt | Deferred | Refused

MOST_WORDS = 300
"""Characters of what the other side said, as an operator reads it."""


def one_line(text: str) -> str:
    """A text as one printable line of at most MOST_WORDS characters."""
    printable = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(printable.split())[:MOST_WORDS]


@dataclass(frozen=True, slots=True)
class Posted:
    """What became of a request over HTTP. status: its code, or None without an answer. milliseconds: until then."""

    answer: Answer
    status: int | None = None
    milliseconds: int | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """What somebody reports about a mail that had left.

    source: who says so: "smtp", "mailbox", or a provider such as "postmark".
    key: the same whenever the same report is told again; unique within the source.
    delivery: our id of the mail, proven by a signed return path, a signed Message-ID, or a mark that a proven source
    hands back; or None. message_id: the mail's Message-ID as a provider tells it, which proves nothing by itself:
    whoever knows our keys looks at it and puts the delivery in its place; or None.
    recipient: whom it is about, to be believed only where the source proved itself; or None.
    at: when it happened, aware; None means now. status: enhanced status code (RFC 3463), or "".
    words: what the other side said, as `one_line` gives it, for an operator.
    """

    source: str
    key: str
    trouble: Trouble
    delivery: UUID | None = None
    recipient: str | None = None
    at: datetime | None = None
    status: str = ""
    words: str = ""
    message_id: str | None = None
