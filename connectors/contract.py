"""What every connector answers: one of three words, nothing else.

A connector talks to one outside world and translates its many codes into `Receipt`, `Deferred` or
`Refused`. What that means for a delivery is decided by the flow that asked.
"""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Receipt:
    """The other side took responsibility.

    reference: what the other side called it (an SMTP reply line, an HTTP status); for the log.
    """

    reference: str


@dataclass(frozen=True, slots=True)
class Deferred:
    """Not now; a later attempt may succeed.

    reason: what happened, in words an operator understands.
    after: the pause the other side asked for, or None when it named none.
    """

    reason: str
    after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """Never; trying the same again is pointless.

    reason: what happened, in words an operator understands.
    bad_address: True when the refusal says that the recipient's mailbox does not exist or takes no mail,
    so that the address should be suppressed; False when the fault is ours or the message's.
    """

    reason: str
    bad_address: bool = False


Answer = Receipt | Deferred | Refused
