"""What a telling needs of a ledger: mostly a few entries, and what all the others come to.

A ledger grows for years, and hardly any of it can matter to what happened today: whether something counted before is
a question about its once key, a cap is one about its rule. Only a correction weighs the past again.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bridge.program.model import Program
from bridge.scoring.ledger import SCORE, Entry
from bridge.scoring.rules import once_key
from bridge.scoring.telling import Happened


@dataclass(frozen=True, slots=True)
class Needs:
    """Which entries can matter: all of them, or those of some (rule, once key) and of some rules."""

    everything: bool = False
    keys: frozenset[tuple[str, str]] = frozenset()
    rules: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Account:
    """A ledger as far as it is needed.

    entries: in the order of writing. unread_score, unread_topics: what all others come to.
    """

    entries: list[Entry] = field(default_factory=list)
    unread_score: int = 0
    unread_topics: Mapping[str, int] = field(default_factory=dict)


def account_of(entries: list[Entry], score: int, topics: Mapping[str, int]) -> Account:
    """An account of some entries of a ledger. score, topics: what the whole ledger comes to."""
    unread = Counter({SCORE: score, **topics})
    for entry in entries:
        unread[entry.topic] -= entry.points
    return Account(entries, unread.pop(SCORE), unread)


def needs_of(program: Program, happened: Iterable[Happened], rests: timedelta, now: datetime) -> Needs:
    """What of the ledger can matter to a telling of these events at that moment; see Telling."""
    known = list(happened)
    if any(_weighs_the_past(one, rests, now) for one in known):
        return Needs(everything=True)
    keys, rules = set(), set()
    for one in known:
        if one.event.is_machine or (one.told and not one.is_cleared):
            continue
        for rule in program.rules_for(one.event.kind):
            if rule.is_capped:
                rules.add(rule.id)
            elif (key := once_key(program, rule, one.event)) != str(one.event.id) or one.told:
                keys.add((rule.id, key))
    return Needs(keys=frozenset(keys), rules=frozenset(rules))


def _weighs_the_past(one: Happened, rests: timedelta, now: datetime) -> bool:
    """Whether it is to be taken back, or its points may be too young to hand over."""
    is_taken_back = one.has_changed and one.event.is_machine
    return is_taken_back or (one.told and one.is_hit and one.event.at + rests > now)
