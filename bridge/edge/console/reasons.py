"""Why something did not leave, or not yet: our own sentences in the reader's language, others' words as they are.

Deliveries keep their reason in English, as logs and `leadbridge outbox` tell it. Whoever writes a new one adds it
here.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

THEIRS = "theirs"
"""What somebody else said stands at the end of a sentence."""
BEFORE = "before"
"""So does another sentence."""

SENTENCES = (
    "the profile is gone",
    "the programme has no such mail any more",
    "the event has taken place",
    "its series has ended: %(cause)s",
    "the programme does not offer the file any more",
    "nothing is left to confirm",
    "others of its kind went to this address just before",
    "the submission is gone",
    "the programme has no form %(form)s any more",
    "the hand-over or the sales person is gone",
    "the link to the profile was revoked",
    "the hand-over was withdrawn",
    "sales has answered meanwhile",
    "somebody else has the lead by now, or there is a new request",
    "the link to the profile or the sales person is gone",
    "the code was used, or is too old",
    "there is no account, or none that a password opens",
    "the programme does not send the weekly figures there any more",
    "the settings name no operator any more",
    "the programme has no such webhook any more",
    "webhook %(endpoint)s was switched off: %(command)s",
    "the address is suppressed: %(why)s",
    "the profile is excluded",
    "the person objected",
    "no consent to advertising mail",
    "waits for another mail to this person",
    "waits its turn, many mails go to %(domain)s",
    "waits its turn, %(count)s mails to %(domain)s are under way",
    "waits its turn, %(count)s webhooks to %(endpoint)s are under way",
    "waits for the end of the quiet hours",
    "waits for the end of the pause",
    "waits for tomorrow, enough mails went to this person today",
    "waits for Monday, enough mails went to this person this week",
    "waits until sales gives the person back",
    "waits for the end of the pause after sales",
    "its worker died each of the last %(count)s times; whether it left is unknown",
    "the worker was stopped while it was at it; whether it left is unknown",
    "the worker was stopped before it was sent",
    "its lease was half over before it was sent, as after a machine slept, so it is begun again",
    "all lanes were busy for seconds, so it is begun again",
    "another worker holds its line, or something else that it needs, for longer than usual",
    "cannot be written: %(theirs)s",
    "the connector failed: %(theirs)s",
    "the mail cannot be written: %(theirs)s",
    "the mail has an address outside ASCII, and the server does not offer SMTPUTF8",
    "the SMTP server answered out of step",
    "the connection broke while the text was handed over, so the mail may have arrived or not; "
    "a retry carries the same Message-ID",
    "the server postponed the %(step)s: %(theirs)s",
    "the server cannot take the %(step)s now: %(theirs)s",
    "the server refused the %(step)s: %(theirs)s",
    "the server wants another login, check user and password: %(theirs)s",
    "the SMTP server %(server)s refused the login, check user and password: %(theirs)s",
    "the SMTP server %(server)s is not ready for us: %(theirs)s",
    "the SMTP server %(server)s lacks what the configuration asks for: %(theirs)s",
    "the SMTP server %(server)s hung up or fell silent: %(theirs)s",
    "the SMTP server %(server)s shows a certificate that is not trusted: %(theirs)s",
    "the SMTP server %(server)s has a name that cannot be resolved",
    "the SMTP server %(server)s did not answer in time",
    "the SMTP server %(server)s accepts no connection",
    "the SMTP server %(server)s cannot be used: %(theirs)s",
    "%(host)s answered 410: it wants no more",
    "%(host)s answered %(status)s: redirects are not followed",
    "%(host)s answered %(status)s",
    "%(host)s could not be connected to: no answer",
    "%(host)s could not be connected to: %(theirs)s",
    "%(host)s has no address",
    "%(host)s was not found",
    "%(host)s was not found within %(count)s seconds",
    "%(host)s did not answer within %(count)s seconds",
    "%(host)s broke off without an answer",
    "%(host)s speaks no TLS that we understand: unexpected end",
    "%(host)s speaks no TLS that we understand: %(theirs)s",
    "%(host)s broke off in the middle, or took longer than %(count)s seconds",
    "%(host)s broke off, or did not send all of it within %(count)s seconds",
    "%(host)s packs what it sends in a way that we do not understand",
    "%(host)s sends more than %(count)s bytes",
    "%(host)s sends more than %(count)s MB",
    "%(host)s redirects more than %(count)s times",
    "%(host)s redirects to nowhere",
    "%(host)s redirects to what is no address",
    "%(host)s redirects from https to what anybody may read along",
    "%(host)s is not public",
    "%(host)s leads to %(address)s, which is not public",
    "%(host)s is this machine",
    "%(host)s leads to %(address)s, which is this machine",
    "port %(port)s is for other things than the web",
    "this is no web address",
    "only addresses with http or https can be asked",
    "name and password do not belong into an address",
    "this is neither RSS nor Atom",
    "it broke us: %(theirs)s",
    "it took nothing for %(count)s days; last: %(before)s",
    "the certificate of %(host)s is not to be trusted: %(theirs)s",
)
"""What we say ourselves."""

VALUES: Mapping[str, Mapping[str, str]] = {
    "cause": {
        "no consent": "consent is missing",
        "programme": "the programme has changed",
        "handover": "handed over to sales",
        "goal": "its goal was reached",
        "not chosen": "another topic was chosen",
    },
    "why": {
        "blocked": "blocked by hand",
        "bounced": "mails came back",
        "complained": "reported as unwanted",
        "unsubscribed": "unsubscribed",
    },
    "step": {"sender": "address of the sender", "recipient": "address of the recipient", "text": "content"},
}
"""What stands in a gap → its words."""

DROPPED = "dropped by hand"
_GAP = re.compile(r"%\((\w+)\)s")
_TO_THE_END = {THEIRS, BEFORE, "command"}


@dataclass(frozen=True, slots=True)
class Reason:
    """ours: sentences in the reader's language, or ""; theirs: what others said, word for word, or ""."""

    ours: str
    theirs: str


def in_words(error: str | None, say: Callable[[str], str]) -> Reason:
    """Why, for somebody who reads; what we do not know as a sentence of ours is somebody else's."""
    first, _, rest = (error or "").partition("; ")
    if first == DROPPED:
        before = in_words(rest, say)
        said = [_capital(say(DROPPED)), before.ours]
        return Reason("; ".join(part for part in said if part), before.theirs)
    for sentence in SENTENCES:
        if found := _pattern(sentence).fullmatch(error or ""):
            gaps = found.groupdict()
            within = in_words(gaps.get(BEFORE), say)
            theirs = gaps.get(THEIRS, within.theirs)
            filled = {name: _value(name, value, say) for name, value in gaps.items()}
            filled |= {THEIRS: "", BEFORE: within.ours}
            words = say(sentence)
            words = words if words.startswith("%(") else _capital(words)
            return Reason((words % filled).rstrip(": "), theirs)
    return Reason("", error or "")


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _value(name: str, value: str, say: Callable[[str], str]) -> str:
    words = VALUES.get(name, {}).get(value)
    return say(words) if words else value


@cache
def _pattern(sentence: str) -> re.Pattern[str]:
    """Recognizes a sentence. What others said may be anything, colons too, so a value of ours ends as soon as it can;
    what else stands in a gap is one word.
    """
    parts = _GAP.split(sentence)
    words = (_gap(part) if place % 2 else re.escape(part) for place, part in enumerate(parts))
    return re.compile("".join(words), re.DOTALL)


def _gap(name: str) -> str:
    return f"(?P<{name}>{'.*' if name in _TO_THE_END else '.*?' if name in VALUES else '[^ ]+'})"
