"""How people stand with their series: what they wish, what they got, and what conditions may know of them."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from bridge.flow.unit import Unit
from bridge.nurture.due import Holds, Wishes
from bridge.nurture.places import Place
from bridge.program.expressions import Expression, FailedExpression, Resolver
from bridge.program.sequences import Sequence
from bridge.scoring.facts import Event, MailFacts, Person, resolver_for
from bridge.scoring.ledger import Ledger
from bridge.store import consents, events, ledger, mails, suppressions, trials
from bridge.store.mails import Past
from bridge.store.profiles import ProfileRow

log = logging.getLogger(__name__)

Pasts = Mapping[tuple[UUID, str], Past]
"""(Person, series) → what was prepared of it."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of some people whose places are looked at. facts: (person, series) → its newest mail.

    chosen: (series, step) → the wording that a comparison was decided for.
    """

    unit: Unit
    people: Mapping[UUID, ProfileRow]
    pasts: Pasts
    topics: Mapping[UUID, Mapping[str, int]]
    facts: Mapping[tuple[UUID, str], MailFacts]
    chosen: Mapping[tuple[str, str], str]

    def holds(self, place: Place) -> Holds:
        """Tells whether a condition of the place's series is true now."""
        owner = place.profile_id

        def holds(condition: Expression) -> bool:
            facts, topics = self.facts.get((owner, place.sequence)), self.topics.get(owner, {})
            return condition_for(resolver_of(self.unit, self.people[owner], topics, facts))(condition)

        return holds

    def was_prepared(self, place: Place, position: int, mail: str | None) -> bool:
        """Whether the mail of a step was prepared before steps had names: it stood there, or was that mail."""
        past = self.pasts.get((place.profile_id, place.sequence))
        return past is not None and place.round == 0 and not past.nameless.isdisjoint((position, mail))


def read_standing(unit: Unit, people: Mapping[UUID, ProfileRow], places: Iterable[Place]) -> Standing:
    """What is known of the people of some places: a number of statements that does not grow with theirs."""
    many = list(places)
    owners = {place.profile_id for place in many}
    pasts = {(one.profile_id, one.sequence): one for one in mails.past_of(unit.connection, owners)}
    series = {place.sequence: unit.program.sequences.get(place.sequence) for place in many}
    asks_topics = {name for name, one in series.items() if one and _names(one, "topics")}
    asks_mail = {name for name, one in series.items() if one and _names(one, "mail")}
    asking = {place.profile_id for place in many if place.sequence in asks_topics}
    return Standing(
        unit=unit,
        people=people,
        pasts=pasts,
        topics=ledger.topic_scores(unit.connection, asking) if asking else {},
        facts=_facts(unit, [past for key, past in pasts.items() if key[1] in asks_mail]),
        chosen=_chosen(unit, series.values()),
    )


def _chosen(unit: Unit, series: Iterable[Sequence | None]) -> dict[tuple[str, str], str]:
    """What was decided; nobody asks where no step has several wordings."""
    if not any(step.variants for one in series if one for step in one.steps):
        return {}
    return {step: choice.variant for step, choice in trials.choices(unit.connection).items()}


def wishes_of(unit: Unit, people: Iterable[ProfileRow], last: Mapping[UUID, datetime]) -> dict[UUID, Wishes]:
    """What holds over every series of these people. last: when the newest nurture mail of each was prepared."""
    known = list(people)
    allowed, floor = may_be_mailed(unit, known), unit.program.mailing.rest_at
    return {
        profile.id: Wishes(
            stage=profile.stage,
            may_mail=profile.id in allowed,
            frequency=profile.frequency,
            pause_until=profile.pause_until,
            resumes_at=profile.resumes_at,
            last_mail=last.get(profile.id),
            is_tired=floor is not None and profile.score <= floor,
        )
        for profile in known
    }


def may_be_mailed(unit: Unit, people: Iterable[ProfileRow]) -> set[UUID]:
    """Those who consented to advertising mail, and of whom nothing is known that forbids it."""
    willing = [one for one in people if not (one.excluded or one.objected)]
    allowing = consents.allowing_mail(unit.connection, [one.id for one in willing])
    given = [one for one in willing if one.id in allowing]
    suppressed = suppressions.reasons_for(unit.connection, [one.email_key for one in given])
    return {one.id for one in given if one.email_key not in suppressed}


def last_mails(pasts: Pasts) -> dict[UUID, datetime]:
    """Person → when the newest nurture mail was prepared."""
    last: dict[UUID, datetime] = {}
    for (owner, _), past in pasts.items():
        last[owner] = max(past.last, last.get(owner, past.last))
    return last


def resolver_of(
    unit: Unit,
    profile: ProfileRow,
    topics: Mapping[str, int],
    mail: MailFacts | None = None,
    event: Event | None = None,
) -> Resolver:
    """The variables of a condition of a series."""
    person = Person(profile.stage, profile.confirmed, profile.fit, profile.fields)
    book = Ledger.of((), unit.program.timezone, profile.score, topics)
    return resolver_for(unit.program, person, book, event, mail)


def condition_for(resolve: Resolver) -> Holds:
    """Evaluates conditions; one that fails does not hold, and somebody should know."""

    def holds(condition: Expression) -> bool:
        try:
            return condition.truth(resolve)
        except FailedExpression as error:
            log.warning("a series' condition failed", extra={"condition": error.source})
            return False

    return holds


def _names(sequence: Sequence, variable: str) -> bool:
    conditions = (sequence.goal, *(step.when for step in sequence.steps))
    return any(variable in one.variables for one in conditions if one)


def _facts(unit: Unit, pasts: list[Past]) -> dict[tuple[UUID, str], MailFacts]:
    """What conditions may know of the newest mails of series."""
    if not pasts:
        return {}
    known = mails.get(unit.connection, [one.newest for one in pasts])
    facts: dict[UUID, MailFacts] = {}
    for mail in known.values():
        sequence = unit.program.sequences.get(mail.sequence or "")
        of_kind = sequence.kind if sequence else ""
        facts[mail.id] = MailFacts(
            mail.id, mail.template, mail.subject, of_kind, mail.sequence or "", mail.tracked
        )
    asked = [(one.newest, one.profile_id) for one in pasts]
    for mail_id, kind, at, link in events.of_people_with(unit.connection, asked):
        one = facts[mail_id]
        clicked = ((at, link or ""),) if kind == "link.clicked" else ()
        facts[mail_id] = replace(
            one, opened=one.opened or kind == "mail.opened", clicks=(*one.clicks, *clicked)
        )
    return {(one.profile_id, one.sequence): facts[one.newest] for one in pasts if one.newest in facts}
