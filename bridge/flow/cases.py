"""What is known of people for whom something is due: a case for each, ready to be told."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from bridge.flow.judge_fit import judged
from bridge.flow.judge_hits import SETTLED, History, read_history, verdict_on
from bridge.flow.sales.hand_over import may_be_handed_over
from bridge.flow.unit import Unit
from bridge.judgement.sightings import Verdict
from bridge.program.events import HITS
from bridge.program.expressions import Resolver
from bridge.qualification.stages import BEFORE_SALES
from bridge.scoring.accounts import Account, Needs, account_of, needs_of
from bridge.scoring.facts import Event, MailFacts, Person, resolver_for
from bridge.scoring.ledger import Entry
from bridge.scoring.telling import Happened, Telling
from bridge.store import due_events, ledger, profiles
from bridge.store.events import EventRow
from bridge.store.mails import MailRow
from bridge.store.profiles import ProfileRow


@dataclass
class Case:
    """All that is needed to score one profile. rows: its events that are due, and all that belongs to their mails."""

    profile: ProfileRow
    rows: list[EventRow]
    verdicts: Mapping[UUID, Verdict]
    telling: Telling
    taken_back: list[Entry] = field(default_factory=list)

    @property
    def told(self) -> list[EventRow]:
        """What was scored or judged now, by time."""
        put_off = self.telling.put_off
        return [row for row in self.rows if is_due(row, self.telling.now) and row.id not in put_off]

    @property
    def person(self) -> Person:
        """What rules may know about the person."""
        return _person(self.profile)

    def resolver(self) -> Resolver:
        """The variables of a stage's condition."""
        telling = self.telling
        return resolver_for(telling.program, self.person, telling.book, None, None)


def is_due(row: EventRow, now: datetime) -> bool:
    """Whether it waits to be scored, and may."""
    return row.scored_at is None and row.due_at <= now


@dataclass(frozen=True, slots=True)
class _Draft:
    """A case before its ledger is read."""

    profile: ProfileRow
    rows: list[EventRow]
    verdicts: Mapping[UUID, Verdict]
    happened: list[Happened]


@dataclass(frozen=True, slots=True)
class Read:
    """Cases, and people who are none: nothing happened to them of late, and no stage of theirs can change."""

    cases: list[Case]
    idle: list[ProfileRow]


def read_cases(unit: Unit, profile_ids: Iterable[UUID]) -> Read:
    """Lock these profiles, those that exist, and read what is due for them, with what it is judged and weighed by.

    A number of statements that does not grow with the number of profiles.
    """
    people = judged(unit, profiles.lock(unit.connection, profile_ids))
    rows: dict[UUID, list[EventRow]] = {}
    recent = unit.now - max(SETTLED, unit.world.settle.hands_over)
    for row in due_events.to_tell(unit.connection, [person.id for person in people], unit.now, recent):
        rows.setdefault(row.profile_id, []).append(row)
    history = read_history(unit, [row for of_one in rows.values() for row in of_one])
    facts = {mail.id: _mail_facts(unit, mail) for mail in history.mails.values()}
    threshold = unit.program.stages.threshold
    idle = [person for person in people if person.id not in rows and _stays(person, threshold)]
    resting = {person.id for person in idle}
    drafts = [_draft(unit, one, rows.get(one.id, []), history) for one in people if one.id not in resting]
    accounts = _accounts(unit, drafts)
    return Read([_case(unit, draft, facts, accounts[draft.profile.id]) for draft in drafts], idle)


def _stays(person: ProfileRow, threshold: int) -> bool:
    """Whether somebody without events stays in their stage whatever conditions say."""
    if person.recheck_at is not None or person.stage == "prospect":
        return False
    return person.stage not in BEFORE_SALES or person.score < threshold


def _draft(unit: Unit, profile: ProfileRow, rows: list[EventRow], history: History) -> _Draft:
    around = {row.id: row for row in rows}
    for mail_id in {row.mail_id for row in rows if row.mail_id}:
        around |= {row.id: row for row in history.by_mail.get(mail_id, [])}
    in_order = sorted(around.values(), key=lambda row: (row.at, row.id))
    verdicts = {row.id: verdict_on(history, row, unit.now) for row in in_order}
    happened = [
        _happened(unit, row, verdicts[row.id])
        for row in in_order
        if row.scored_at is not None or is_due(row, unit.now)
    ]
    return _Draft(profile, in_order, verdicts, happened)


def _case(unit: Unit, draft: _Draft, facts: Mapping[UUID, MailFacts], account: Account) -> Case:
    telling = Telling(
        program=unit.program,
        person=_person(draft.profile),
        entries=account.entries,
        happened=draft.happened,
        mails=facts,
        rests=unit.world.settle.hands_over,
        may_cross=may_be_handed_over(draft.profile),
        now=unit.now,
        unread_score=account.unread_score,
        unread_topics=account.unread_topics,
    )
    return Case(draft.profile, draft.rows, draft.verdicts, telling)


def _accounts(unit: Unit, drafts: Iterable[_Draft]) -> dict[UUID, Account]:
    """Of each ledger what can matter, and what the rest comes to: by the profile's score, which is the sum."""
    rests = unit.world.settle.hands_over
    needs = {one.profile.id: needs_of(unit.program, one.happened, rests, unit.now) for one in drafts}
    entries = _entries(unit, needs)
    in_part = [owner for owner, need in needs.items() if not need.everything]
    weighs_topics = unit.program.weighs_topics and in_part
    topics = ledger.topic_scores(unit.connection, in_part) if weighs_topics else {}
    return {
        one.profile.id: Account(entries.get(one.profile.id, []))
        if needs[one.profile.id].everything
        else account_of(entries.get(one.profile.id, []), one.profile.score, topics.get(one.profile.id, {}))
        for one in drafts
    }


def _entries(unit: Unit, needs: Mapping[UUID, Needs]) -> ledger.Entries:
    everything = [owner for owner, need in needs.items() if need.everything]
    keys = [(owner, rule, key) for owner, need in needs.items() for rule, key in need.keys]
    rules = [(owner, rule) for owner, need in needs.items() for rule in need.rules]
    found = ledger.of_profiles(unit.connection, everything) if everything else {}
    for asked in (
        ledger.of_keys(unit.connection, keys) if keys else {},
        ledger.of_rules(unit.connection, rules) if rules else {},
    ):
        for owner, entries in asked.items():
            found.setdefault(owner, []).extend(entries)
    return found


def _person(profile: ProfileRow) -> Person:
    return Person(profile.stage, profile.confirmed, profile.fit, profile.fields)


def _happened(unit: Unit, row: EventRow, verdict: Verdict) -> Happened:
    is_hit = row.kind in HITS
    return Happened(
        event=Event(row.id, row.kind, row.at, row.data, row.mail_id, verdict.is_machine),
        told=row.scored_at is not None,
        counted=row.verdict == "human",
        proved=verdict.proved,
        doubtful=verdict.is_doubtful,
        rests_until=row.at + unit.world.settle.counts if is_hit else None,
    )


def _mail_facts(unit: Unit, mail: MailRow) -> MailFacts:
    sequence = unit.program.sequences.get(mail.sequence or "")
    return MailFacts(
        id=mail.id,
        template=mail.template,
        subject=mail.subject,
        kind=sequence.kind if sequence else "",
        sequence=mail.sequence or "",
        tracked=mail.tracked,
    )
