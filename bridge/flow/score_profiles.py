"""Turn waiting events into points, and points into stages: one transaction for a batch of profiles."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from bridge.flow.advance_sequences import advance, enrol_for
from bridge.flow.hand_over import hand_over, may_be_handed_over, request_sales
from bridge.flow.move import move
from bridge.flow.unit import Unit
from bridge.ids import derived_id
from bridge.judgement.judge import judge
from bridge.judgement.sightings import Sighting, Verdict
from bridge.program.events import HITS
from bridge.qualification.stages import Answer, becomes_marketing_qualified, reaches_sales
from bridge.scoring.facts import Event, MailFacts, Person, resolver_for
from bridge.scoring.ledger import SCORE, Entry, Ledger
from bridge.scoring.rules import Failure, score_event
from bridge.store import dead_letters, events, ledger, mails, profiles
from bridge.store.dead_letters import DeadLetter
from bridge.store.events import EventRow
from bridge.store.mails import MailRow
from bridge.store.profiles import ProfileRow

log = logging.getLogger(__name__)


@dataclass
class Case:
    """All that is needed to score one profile; `entries` grows while it is scored."""

    profile: ProfileRow
    waiting: list[EventRow]
    book: Ledger
    entries: list[Entry]
    new: list[Entry] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)

    @property
    def person(self) -> Person:
        """What rules may know about the person."""
        profile = self.profile
        return Person(profile.stage, profile.confirmed, profile.fit, profile.fields)


@dataclass(frozen=True, slots=True)
class History:
    """Mails and what happened to them, shared by the cases of a batch."""

    mails: dict[UUID, MailRow]
    by_mail: dict[UUID, list[EventRow]]


def score_profiles(unit: Unit, profile_ids: Iterable[UUID]) -> None:
    """Score everything that is due for these profiles. Doing it again changes nothing.

    A number of statements for reading that does not grow with the number of profiles.
    """
    people = profiles.lock(unit.connection, profile_ids)
    ids = [person.id for person in people]
    waiting: dict[UUID, list[EventRow]] = {}
    for row in events.waiting(unit.connection, ids, unit.now):
        waiting.setdefault(row.profile_id, []).append(row)
    entries = ledger.of_profiles(unit.connection, ids)
    history = _history(unit, [row for rows in waiting.values() for row in rows])
    cases = []
    for person in people:
        known = entries.get(person.id, [])
        book = Ledger.of(known, unit.program.timezone)
        cases.append(Case(person, waiting.get(person.id, []), book, list(known)))
    for case in cases:
        _score(unit, case, history)
    advance(unit, [case.profile for case in cases])


def _history(unit: Unit, waiting: list[EventRow]) -> History:
    mail_ids = {row.mail_id for row in waiting if row.mail_id}
    return History(mails.get(unit.connection, mail_ids), events.of_mails(unit.connection, mail_ids))


def _score(unit: Unit, case: Case, history: History) -> None:
    verdicts = {row.id: _verdict(row, history) for row in case.waiting}
    for row in case.waiting:
        event = _event(row, verdicts[row.id])
        if not case.profile.objected:
            facts = _mail_facts(unit, row, history, verdicts)
            earned, failures = score_event(unit.program, case.person, case.book, event, facts)
            case.new += earned
            case.failures += failures
        if not event.is_machine:
            enrol_for(unit, case.profile.id, row.kind, row.at)
    case.entries += case.new
    _write(unit, case, verdicts)
    _qualify(unit, case)


def _write(unit: Unit, case: Case, verdicts: dict[UUID, Verdict]) -> None:
    ledger.add(unit.connection, case.profile.id, case.new, unit.program.version)
    judged = {event_id: (verdict.kind, verdict.signs) for event_id, verdict in verdicts.items()}
    events.mark_scored(unit.connection, judged, unit.now)
    if case.book.score != case.profile.score:
        profiles.change(unit.connection, case.profile.id, score=case.book.score)
        case.profile = replace(case.profile, score=case.book.score)
    for failure in case.failures:
        _bury(unit, failure)


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
    resolve = resolver_for(unit.program, case.person, case.book, None, None)
    last = case.waiting[-1].id if case.waiting else derived_id("recheck", case.profile.id, unit.now)
    if _holds(becomes_marketing_qualified(unit.program, case.person, resolve)):
        case.profile = move(unit, case.profile, "marketing_qualified", "confirmed", last)
    for row in case.waiting:
        if row.kind == "form.submitted" and row.data.get("channel") == "sales" and not _barred(case.profile):
            submission = UUID(row.data["submission"]) if row.data.get("submission") else None
            case.profile = request_sales(unit, case.profile, row.id, submission, case.entries)
    _cross_by_points(unit, case, last)


def _barred(profile: ProfileRow) -> bool:
    return profile.excluded or profile.objected


def _cross_by_points(unit: Unit, case: Case, because_of: UUID) -> None:
    settled, recheck_at = _settled(unit, case)
    resolve = resolver_for(unit.program, case.person, case.book, None, None)
    allowed = may_be_handed_over(case.profile)
    if allowed and _holds(reaches_sales(unit.program, case.person, settled, resolve)):
        case.profile = hand_over(unit, case.profile, "points", because_of, entries=case.entries)
        recheck_at = None
    if not allowed or case.book.score < unit.program.stages.threshold:
        recheck_at = None
    if recheck_at != case.profile.recheck_at:
        profiles.change(unit.connection, case.profile.id, recheck_at=recheck_at)


def _settled(unit: Unit, case: Case) -> tuple[int, datetime | None]:
    """The score without points of hits that are too young to hand over, and when the next of them is not."""
    rests = unit.world.settle.hands_over
    of_hits = {rule.id for rule in unit.program.rules if rule.on in HITS}
    young = [
        entry
        for entry in case.entries
        if entry.topic == SCORE and entry.rule in of_hits and entry.at + rests > unit.now
    ]
    settled = case.book.score - sum(entry.points for entry in young)
    return settled, min((entry.at + rests for entry in young), default=None)


def _holds(answer: Answer) -> bool:
    if answer.failure:
        log.warning("a stage's condition failed", extra={"error": answer.failure})
    return answer.holds


def _verdict(row: EventRow, history: History) -> Verdict:
    """Only hits can be a machine's; whatever else happened, somebody did on purpose."""
    if row.kind not in HITS:
        return Verdict("human")
    neighbours = history.by_mail.get(row.mail_id, []) if row.mail_id else []
    return judge(_sighting(row), [_sighting(other) for other in neighbours])


def _sighting(row: EventRow) -> Sighting:
    data = row.data
    return Sighting(
        id=row.id,
        at=row.at,
        kind=row.kind,
        link=str(data.get("link") or data.get("file") or ""),
        method=str(data.get("method") or "GET"),
        user_agent=data.get("user_agent"),
        purpose=data.get("purpose"),
    )


def _event(row: EventRow, verdict: Verdict) -> Event:
    return Event(row.id, row.kind, row.at, row.data, row.mail_id, verdict.is_machine)


def _mail_facts(
    unit: Unit, row: EventRow, history: History, verdicts: dict[UUID, Verdict]
) -> MailFacts | None:
    mail = history.mails.get(row.mail_id) if row.mail_id else None
    if mail is None:
        return None
    counted = [e for e in history.by_mail.get(mail.id, []) if _counts(e, verdicts)]
    sequence = unit.program.sequences.get(mail.sequence or "")
    return MailFacts(
        id=mail.id,
        template=mail.template,
        subject=mail.subject,
        kind=sequence.kind if sequence else "",
        sequence=mail.sequence or "",
        tracked=mail.tracked,
        opened=any(e.kind == "mail.opened" and e.at <= row.at for e in counted),
        clicks=tuple((e.at, str(e.data.get("link"))) for e in counted if e.kind == "link.clicked"),
    )


def _counts(row: EventRow, verdicts: dict[UUID, Verdict]) -> bool:
    """Whether a person did that: judged now, or judged before."""
    if row.id in verdicts:
        return not verdicts[row.id].is_machine
    return row.scored_at is not None and row.verdict == "human"
