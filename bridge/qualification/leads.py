"""What routing, filters and measures may know of somebody who is about to go to sales."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bridge.profiles.address import FREE_PROVIDERS
from bridge.profiles.countries import country_of
from bridge.program.expressions import Expression, FailedExpression, Resolver
from bridge.program.model import Form, Program
from bridge.scoring.facts import Person, resolver_for
from bridge.scoring.ledger import Ledger

BY_FORM, BY_POINTS, SENT_ON = "form", "points", "rerouted"
"""Causes of a hand-over: somebody asked for sales, interest reached the threshold, somebody in sales passed it on."""


@dataclass(frozen=True, slots=True)
class Channels:
    """By which ways sales may get in touch; a letter may be sent wherever the address of a house is known."""

    phone: bool = False
    mail: bool = False
    letter: bool = False

    @property
    def is_none(self) -> bool:
        """Whether there is no way at all."""
        return not (self.phone or self.mail or self.letter)


@dataclass(frozen=True)
class Lead:
    """Somebody who is about to go to sales, and why.

    address: as it is compared. company: the domain of the address, where it stands for a company. topics: topic →
    points. interests: topics that the person chose. form: the sales form behind it, if there is one.
    """

    person: Person
    address: str
    score: int
    cause: str = BY_POINTS
    company: str | None = None
    owner: str | None = None
    topics: Mapping[str, int] = field(default_factory=dict)
    interests: tuple[str, ...] = ()
    form: Form | None = None
    channels: Channels = Channels()
    country: str = ""

    @property
    def domain(self) -> str:
        """What stands behind the @."""
        return self.address.rpartition("@")[2]

    @property
    def postcode(self) -> str:
        """The answer to the question `postcode`."""
        return self.person.fields.get("postcode", "")

    @property
    def industry(self) -> str:
        """The answer to the question `industry`."""
        return self.person.fields.get("industry", "")

    @property
    def size(self) -> str:
        """The answer to the question `employees`."""
        return self.person.fields.get("employees", "")

    def is_about(self, topic: str) -> bool:
        """Whether the person showed interest in a topic, chose it, or sent a form about it."""
        of_form = self.form is not None and topic in self.form.topics
        return of_form or topic in self.interests or self.topics.get(topic, 0) > 0


def lead_of(person: Person, address: str, score: int, **facts: Any) -> Lead:
    """A lead whose country is worked out. facts: as in Lead."""
    return Lead(person, address, score, country=country_of(person.fields), **facts)


@dataclass
class Conditions:
    """Conditions of the sales desk as one lead meets them. failed: sources of those that could not be told.

    territory: id of the narrowest territory that has the lead, once that is known.
    """

    program: Program
    lead: Lead
    territory: str = ""
    failed: list[str] = field(default_factory=list)
    _known: Resolver | None = None

    def hold(self, when: Expression | None) -> bool:
        """Whether a condition holds; a missing one does, one that fails does not."""
        if when is None:
            return True
        try:
            return when.truth(self.resolve)
        except FailedExpression as error:
            self.failed.append(error.source)
            return False

    def resolve(self, name: str) -> Any:
        """The value of a variable."""
        if name == "lead":
            return self._values()
        if self._known is None:
            ledger = Ledger(self.program.timezone, self.lead.score, Counter(self.lead.topics))
            self._known = resolver_for(self.program, self.lead.person, ledger, None, None)
        return self._known(name)

    def _values(self) -> dict[str, Any]:
        """The members of `lead`; see docs/sales-desk.md."""
        lead = self.lead
        return {
            "cause": lead.cause,
            "form": lead.form.id if lead.form else "",
            "form_kind": lead.form.kind if lead.form else "",
            "country": lead.country,
            "postcode": lead.postcode,
            "industry": lead.industry,
            "size": lead.size,
            "domain": lead.domain,
            "private": lead.domain in FREE_PROVIDERS,
            "territory": self.territory,
            "phone": lead.channels.phone,
            "mail": lead.channels.mail,
            "letter": lead.channels.letter,
        }
