"""Turn waiting events into points, and points into stages: one transaction for a batch of profiles."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from bridge.flow.advance_sequences import advance, enrol_for
from bridge.flow.hand_over import hand_over, may_be_handed_over, request_sales
from bridge.flow.judge_hits import SETTLED, History, read_history, verdict_on
from bridge.flow.move import move
from bridge.flow.unit import Unit
from bridge.flow.withdraw import withdraw
from bridge.ids import derived_id
from bridge.judgement.sightings import Verdict
from bridge.program.events import HITS
from bridge.program.expressions import Resolver
from bridge.qualification.stages import Answer, becomes_marketing_qualified, reaches_sales
from bridge.scoring.corrections import correct
from bridge.scoring.facts import Event, MailFacts, Person, resolver_for
from bridge.scoring.ledger import Entry
from bridge.scoring.rules import Failure
from bridge.scoring.telling import Happened, Telling
from bridge.store import dead_letters, due_events, ledger, profiles
from bridge.store.dead_letters import DeadLetter
from bridge.store.due_events import Judged
from bridge.store.events import EventRow
from bridge.store.mails import MailRow
from bridge.store.profiles import ProfileRow

log = logging.getLogger(__name__)


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
        return [row for row in self.rows if _is_due(row, self.telling.now) and row.id not in put_off]

    def resolver(self) -> Resolver:
        """The variables of a stage's condition."""
        telling = self.telling
        return resolver_for(telling.program, _person(self.profile), telling.book, None, None)


def score_profiles(unit: Unit, profile_ids: Iterable[UUID]) -> None:
    """Score everything that is due for these profiles. Doing it again changes nothing.

    A number of statements for reading that does not grow with the number of profiles.
    """
    people = profiles.lock(unit.connection, profile_ids)
    ids = [person.id for person in people]
    rows: dict[UUID, list[EventRow]] = {}
    for row in due_events.to_tell(unit.connection, ids, unit.now, unit.now - SETTLED):
        rows.setdefault(row.profile_id, []).append(row)
    entries = ledger.of_profiles(unit.connection, ids)
    history = read_history(unit, [row for of_one in rows.values() for row in of_one])
    cases = [
        _case(unit, person, rows.get(person.id, []), entries.get(person.id, []), history) for person in people
    ]
    for case in cases:
        _tell(unit, case)
    _mark(unit, cases)
    for case in cases:
        _qualify(unit, case)
    advance(unit, [case.profile for case in cases])


def _case(
    unit: Unit, profile: ProfileRow, rows: list[EventRow], entries: list[Entry], history: History
) -> Case:
    around = {row.id: row for row in rows}
    for mail_id in {row.mail_id for row in rows if row.mail_id}:
        around |= {row.id: row for row in history.by_mail.get(mail_id, [])}
    verdicts = {row.id: verdict_on(history, row, unit.now) for row in around.values()}
    happened = [
        _happened(unit, row, verdicts[row.id])
        for row in sorted(around.values(), key=lambda row: (row.at, row.id))
        if row.scored_at is not None or _is_due(row, unit.now)
    ]
    facts = {mail.id: _mail_facts(unit, mail) for mail in history.mails.values()}
    telling = Telling(
        program=unit.program,
        person=_person(profile),
        entries=list(entries),
        happened=happened,
        mails=facts,
        rests=unit.world.settle.hands_over,
        may_cross=may_be_handed_over(profile),
        now=unit.now,
    )
    return Case(profile, sorted(around.values(), key=lambda row: (row.at, row.id)), verdicts, telling)


def _person(profile: ProfileRow) -> Person:
    """What rules may know about the person."""
    return Person(profile.stage, profile.confirmed, profile.fit, profile.fields)


def _is_due(row: EventRow, now: datetime) -> bool:
    return row.scored_at is None and row.due_at <= now


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


def _tell(unit: Unit, case: Case) -> None:
    telling = case.telling
    case.taken_back = correct(telling)
    if case.profile.objected:
        telling.pass_over()
    else:
        telling.tell()
    for event in telling.counted:
        enrol_for(unit, case.profile.id, event.kind, event.at)
    _write(unit, case)


def _mark(unit: Unit, cases: list[Case]) -> None:
    """Note what was judged, and what has to rest: for all cases at once, so that nobody is blocked."""
    judged = {
        row.id: Judged(case.verdicts[row.id].kind, case.verdicts[row.id].signs, row.rejudge_at)
        for case in cases
        for row in case.rows
        if _is_to_be_marked(row, case)
    }
    resting = {one: until for case in cases for one, until in case.telling.put_off.items()}
    due_events.mark(unit.connection, judged, resting, unit.now)


def _write(unit: Unit, case: Case) -> None:
    telling = case.telling
    ledger.add(unit.connection, case.profile.id, telling.new, unit.program.version)
    if telling.book.score != case.profile.score:
        profiles.change(unit.connection, case.profile.id, score=telling.book.score)
        case.profile = replace(case.profile, score=telling.book.score)
    for failure in telling.failures:
        _bury(unit, failure)


def _is_to_be_marked(row: EventRow, case: Case) -> bool:
    """Newly told, judged differently than before, or looked at because somebody asked for it."""
    if row.scored_at is None:
        return _is_due(row, case.telling.now) and row.id not in case.telling.put_off
    verdict = case.verdicts[row.id]
    return row.rejudge_at is not None or (row.verdict, row.signs) != (verdict.kind, verdict.signs)


def _bury(unit: Unit, failure: Failure) -> None:
    """A rule failed on an event: it gave nothing and stopped no other, but somebody should know."""
    log.warning("rule failed", extra={"rule": failure.rule, "event": str(failure.event_id)})
    letter = DeadLetter(
        id=derived_id("rule", failure.rule, failure.event_id),
        source=f"rule {failure.rule}",
        payload={"event": str(failure.event_id)},
        error=failure.error,
        at=unit.now,
    )
    dead_letters.bury(unit.connection, letter)


def _qualify(unit: Unit, case: Case) -> None:
    """Decide marketing-qualified, then sales-qualified, on the locked row."""
    told = case.told
    last = told[-1].id if told else derived_id("recheck", case.profile.id, unit.now)
    if _holds(becomes_marketing_qualified(unit.program, _person(case.profile), case.resolver())):
        case.profile = move(unit, case.profile, "marketing_qualified", "confirmed", last)
    for row in told:
        if row.kind == "form.submitted" and row.data.get("channel") == "sales" and not _barred(case.profile):
            submission = UUID(row.data["submission"]) if row.data.get("submission") else None
            case.profile = request_sales(unit, case.profile, row.id, submission, case.telling.entries)
    if case.taken_back:
        case.profile = withdraw(unit, case.profile, case.telling.entries, case.taken_back)
    _cross_by_points(unit, case, last)


def _barred(profile: ProfileRow) -> bool:
    return profile.excluded or profile.objected


def _cross_by_points(unit: Unit, case: Case, because_of: UUID) -> None:
    settled, recheck_at = case.telling.settled()
    allowed = may_be_handed_over(case.profile)
    if allowed and _holds(reaches_sales(unit.program, _person(case.profile), settled, case.resolver())):
        case.profile = hand_over(unit, case.profile, "points", because_of, entries=case.telling.entries)
        recheck_at = None
    if not allowed or case.profile.score < unit.program.stages.threshold:
        recheck_at = None
    if recheck_at != case.profile.recheck_at:
        profiles.change(unit.connection, case.profile.id, recheck_at=recheck_at)


def _holds(answer: Answer) -> bool:
    if answer.failure:
        log.warning("a stage's condition failed", extra={"error": answer.failure})
    return answer.holds
