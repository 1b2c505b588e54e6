"""Deliveries that a worker has taken and written, alone or together with others."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self
from uuid import UUID

from bridge.delivery.domains import domain_of
from bridge.delivery.letters import Letter
from bridge.delivery.webhooks import WebhookRequest
from bridge.flow.sending.pace import NotYet
from bridge.store.outbox import Delivery


@dataclass(frozen=True, slots=True)
class Begun:
    """A delivery that is ours under a lease, and what is to be sent."""

    delivery: Delivery
    message: Letter | WebhookRequest


@dataclass(frozen=True, slots=True)
class Together:
    """What became of deliveries that were to be begun together.

    behind: a begun one → those to its domain that may be begun one after another once it is through. left: those
    that are to be begun by themselves. Of the rest none is to be begun now: refused, or put off.
    """

    begun: Sequence[Begun] = ()
    behind: Mapping[UUID, Sequence[UUID]] = field(default_factory=dict)
    left: Sequence[UUID] = ()

    @classmethod
    def of(
        cls, asked: Iterable[UUID], begun: Sequence[Begun], others: Mapping[UUID, object], now: datetime
    ) -> Self:
        """others: a delivery that was claimed and does not leave → why."""
        letters = [(one.delivery.id, one.message) for one in begun if isinstance(one.message, Letter)]
        first = _by_domain((domain_of(letter.recipient), one) for one, letter in letters)
        soon = {
            one: why.domain for one, why in others.items() if isinstance(why, NotYet) and why.until <= now
        }
        crowds = _by_domain((domain, one) for one, domain in soon.items() if domain in first)
        behind = {
            one: crowd[number :: len(first[domain])]
            for domain, crowd in crowds.items()
            for number, one in enumerate(first[domain])
        }
        lonely = [one for one, domain in soon.items() if domain not in first]
        settled = {one.delivery.id for one in begun} | others.keys()
        unknown = [one for one in asked if one not in settled]
        return cls(begun, behind, [*unknown, *lonely])


def _by_domain(pairs: Iterable[tuple[str | None, UUID]]) -> dict[str | None, list[UUID]]:
    found: dict[str | None, list[UUID]] = {}
    for domain, one in pairs:
        found.setdefault(domain, []).append(one)
    return found
