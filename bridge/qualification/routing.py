"""To whom a lead goes, and why.

The order: whose the lead is, whose the company is, the narrowest territory, everybody else; among several whoever has
fewest leads, then who waits longest, then the order of the programme.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bridge import i18n
from bridge.program.desk import Territory
from bridge.program.model import Program, SalesPerson
from bridge.qualification.leads import BY_FORM, BY_POINTS, SENT_ON, Lead
from bridge.qualification.presence import absence_of, who_is_there
from bridge.qualification.territories import Roster
from bridge.qualification.unknown_facts import unknown_facts
from bridge.qualification.workload import Full, Workload


@dataclass(frozen=True, slots=True)
class Route:
    """Who gets a lead, and why, in sentences of the programme's language.

    person: None when the lead has to wait until one of `waits_for`, the best choice first, has room again.
    """

    person: SalesPerson | None
    because: tuple[str, ...]
    waits_for: tuple[SalesPerson, ...] = ()


def route(
    program: Program,
    lead: Lead,
    territories: Sequence[Territory],
    workload: Workload,
    roster: Roster,
    not_to: str | None = None,
) -> Route:
    """Decide who gets a lead; nothing is noted in the workload.

    territories: those that have the lead, the narrowest first. not_to: somebody who said that it is not theirs; the
    lead comes back to them only when there is nobody else. Only leads by points wait for room; what is sent on goes
    to those who have room first, and to somebody full only when nobody has any.
    """
    return _Decision(program, lead, territories, workload, roster, not_to).made()


@dataclass
class _Decision:
    program: Program
    lead: Lead
    territories: Sequence[Territory]
    workload: Workload
    roster: Roster
    not_to: str | None
    because: list[str] = field(default_factory=list)
    full_owners: list[SalesPerson] = field(default_factory=list)

    def made(self) -> Route:
        for owner, words in self._owners():
            self._say(words, name=owner.name, company=self.lead.company or "")
            if found := self._to_owner(owner):
                return found
        return self._to_one_of(self._candidates())

    # Whose it is already

    def _owners(self) -> Iterable[tuple[SalesPerson, str]]:
        """Whose the lead is, and whose the company is, if they are still there and may have it."""
        known = self.program.people
        own = known.get(self.lead.owner or "")
        if own and own.id != self.not_to:
            yield own, "%(name)s has had this lead before."
        of_company = known.get(self.workload.companies.get(self.lead.company or "", ""))
        if of_company and of_company.id != self.not_to and of_company is not own:
            yield of_company, "%(name)s looks after %(company)s."

    def _to_owner(self, owner: SalesPerson) -> Route | None:
        """To the owner or who stands in, now or later; None when others are to be asked."""
        there = self._there(owner)
        if there is None and self.lead.cause == BY_POINTS:
            return None
        person = there or owner
        if self.lead.cause == SENT_ON and (full := self.workload.brake_of(self.program, person)):
            self._say_full(person, full)
            self.full_owners.append(person)
            return None
        return self._unless_full([person])

    # Whose it becomes

    def _candidates(self) -> list[SalesPerson]:
        """Who may get it: by the narrowest territory that anybody has, else who has none, else everybody."""
        people = [one for one in self.roster.people if one.id != self.not_to] or self.roster.people
        for asks in sorted({one.asks for one in self.territories}, reverse=True):
            alike = [one for one in self.territories if one.asks == asks]
            having = self.roster.having(alike)
            if found := [one for one in people if one.id in having]:
                self._say("Territory: %(titles)s.", titles=", ".join(map(self._title, alike)))
                return found
        if self.program.desk.territories:
            self._say_outside()
        return [one for one in people if one.id in self.roster.without] or people

    def _to_one_of(self, candidates: list[SalesPerson]) -> Route:
        present = {there.id: there for one in candidates if (there := self._there(one))}
        if not present:
            first = candidates[0]
            if self.lead.cause == BY_FORM or not self.workload.brake_of(self.program, first):
                self._say("All of them are away: it goes to %(name)s all the same.", name=first.name)
            return self._unless_full([first])
        return self._unless_full(sorted(present.values(), key=self._turn))

    def _turn(self, person: SalesPerson) -> tuple[int, float, int]:
        """Whose turn it is: whoever has fewest, waits longest, is named first."""
        newest = self.workload.newest.get(person.id)
        waited_since = newest.timestamp() if newest else 0.0
        return self.workload.pending[person.id], waited_since, self.roster.place[person.id]

    def _there(self, person: SalesPerson) -> SalesPerson | None:
        """The person or who stands in; None when nobody does, or only who passed it on."""
        absence = absence_of(person, self.workload.today)
        if absence is None:
            return person
        until = i18n.format_day(absence.last, self.program.language)
        there = who_is_there(self.program, person, self.workload.today)
        if there is None or there.id == self.not_to:
            self._say("%(name)s is away until %(day)s, and nobody stands in.", name=person.name, day=until)
            return None
        words = "%(name)s is away until %(day)s; %(other)s stands in."
        self._say(words, name=person.name, day=until, other=there.name)
        return there

    # Who has room

    def _unless_full(self, people: list[SalesPerson]) -> Route:
        """To the first who has room. people: whoever's turn it is first; at least one."""
        for person in people:
            full = self.workload.brake_of(self.program, person)
            if full is None or self.lead.cause == BY_FORM:
                self._say_why(person, people)
                return Route(person, tuple(self.because))
            if person not in self.full_owners:
                self._say_full(person, full)
        if self.lead.cause == SENT_ON:
            first = [*self.full_owners, *people][0]
            self._say("Nobody has room, and what is passed on does not wait: to %(name)s.", name=first.name)
            return Route(first, tuple(self.because))
        return Route(None, tuple(self.because), tuple(people))

    def _say_why(self, person: SalesPerson, people: list[SalesPerson]) -> None:
        if len(people) == 1:
            return
        count, newest = self.workload.pending[person.id], self.workload.newest.get(person.id)
        others = [one for one in people if one is not person]
        alike = [one for one in others if self.workload.pending[one.id] == count]
        words = "Of %(people)s people %(name)s has the fewest leads in hand: %(count)s."
        if any(self.workload.newest.get(one.id) == newest for one in alike):
            words = "Of %(people)s people who have as much in hand (%(count)s), %(name)s is named first."
        elif alike:
            words = "Of %(people)s people %(name)s has waited longest, with %(count)s leads in hand."
        self._say(words, people=len(people), name=person.name, count=count)

    def _say_full(self, person: SalesPerson, full: Full) -> None:
        words = {
            ("day", False): "%(name)s has got as many leads today as the brake lets through (%(most)s).",
            ("week", False): "%(name)s has got as many leads this week as the brake lets through (%(most)s).",
            (
                "day",
                True,
            ): "%(team)s has got as many leads today as the brake lets through (%(most)s): not to %(name)s.",
            (
                "week",
                True,
            ): "%(team)s has got as many leads this week as the brake lets through (%(most)s): not to %(name)s.",
        }[full.period, full.team is not None]
        self._say(
            words, name=person.name, most=full.most, team=i18n.pick(full.team or {}, self.program.language)
        )

    # In words

    def _say(self, words: str, **facts: object) -> None:
        known = i18n.translations(self.program.language).gettext(words)
        self.because.append(known % facts)

    def _say_outside(self) -> None:
        fields, language = self.lead.person.fields, self.program.language
        if unknown := unknown_facts(self.program, fields, language):
            self._say("No territory of anybody has this lead. Unknown: %(facts)s.", facts=unknown)
        else:
            self._say("No territory of anybody has this lead.")

    def _title(self, territory: Territory) -> str:
        return i18n.pick(territory.title, self.program.language) or territory.id
