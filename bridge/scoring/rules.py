"""Apply the rules to one event: pure, in file order, each rule seeing the score so far."""

import hashlib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from bridge.ids import derived_id
from bridge.program.expressions import FailedExpression
from bridge.program.model import Program, Rule
from bridge.scoring.facts import Event, MailFacts, Person, resolver_for
from bridge.scoring.ledger import SCORE, Entry, Ledger

LONGEST_IN_KEY = 300


@dataclass(frozen=True, slots=True)
class Failure:
    """A rule that could not be evaluated on an event. It gives nothing and stops no other."""

    rule: str
    event_id: UUID
    error: str


def score_event(
    program: Program, person: Person, ledger: Ledger, event: Event, mail: MailFacts | None
) -> tuple[list[Entry], list[Failure]]:
    """The entries that an event earns; they are written into `ledger` as they come.

    A machine's event earns nothing.
    """
    entries: list[Entry] = []
    failures: list[Failure] = []
    if event.is_machine:
        return entries, failures
    for rule in program.rules_for(event.kind):
        try:
            earned = earned_by(program, rule, person, ledger, event, mail)
        except FailedExpression as error:
            failures.append(Failure(rule.id, event.id, str(error)))
            continue
        for entry in earned:
            ledger.add(entry)
        entries += earned
    return entries, failures


def earned_by(
    program: Program,
    rule: Rule,
    person: Person,
    ledger: Ledger,
    event: Event,
    mail: MailFacts | None,
    then: Ledger | None = None,
) -> list[Entry]:
    """What one rule gives for an event; the ledger stays as it is. Raises FailedExpression.

    then: the ledger whose scores its expressions see, when that is not today's.
    """
    key = once_key(program, rule, event)
    if ledger.has(rule.id, key):
        return []
    resolve = resolver_for(program, person, then or ledger, event, mail)
    if rule.when and not rule.when.truth(resolve):
        return []
    points = rule.points if isinstance(rule.points, int) else rule.points.number(resolve)
    points = _capped(rule, ledger, event, points)
    if not points:
        return []
    reason = words(program, rule, event, mail)
    topics = [topic for topic in event.data.get("topics") or () if topic in program.topics]
    return [
        _entry(rule, ledger, event, points, key, topic, reason)
        for topic in (SCORE, *dict.fromkeys(topics))
        if not ledger.has(rule.id, key, topic)
    ]


def _entry(rule: Rule, ledger: Ledger, event: Event, points: int, key: str, topic: str, reason: str) -> Entry:
    turn = ledger.turn(rule.id, key, topic)
    return Entry(
        id=derived_id("entry", event.id, rule.id, topic, turn, key),
        event_id=event.id,
        rule=rule.id,
        points=points,
        topic=topic,
        once_key=key,
        turn=turn,
        reason=reason,
        at=event.at,
        expires_at=event.at + rule.expires if rule.expires else None,
    )


def _capped(rule: Rule, ledger: Ledger, event: Event, points: int) -> int:
    """Cut points so that the rule's sums stay within its caps, which are sizes without a sign."""
    if rule.max_per_day is not None:
        points = _within(rule.max_per_day, ledger.total_on(rule.id, event.at), points)
    if rule.max_per_week is not None:
        points = _within(rule.max_per_week, ledger.total_in_week(rule.id, event.at), points)
    if rule.max_per_month is not None:
        points = _within(rule.max_per_month, ledger.total_in_month(rule.id, event.at), points)
    if rule.max_total is not None:
        points = _within(rule.max_total, ledger.total(rule.id), points)
    return points


def _within(cap: int, so_far: int, points: int) -> int:
    if points > 0:
        return max(0, min(points, cap - so_far))
    return min(0, max(points, -cap - so_far))


def once_key(program: Program, rule: Rule, event: Event) -> str:
    """What may count only once under this rule; an event without the thing in question stands for itself."""
    data = event.data
    match rule.once:
        case "link" if event.mail_id and data.get("link"):
            return f"{event.mail_id}|{_short(data['link'])}"
        case "mail" if event.mail_id:
            return str(event.mail_id)
        case "form" | "file" if data.get(rule.once):
            return str(data[rule.once])
        case "page_day" if data.get("page"):
            return f"{_short(data['page'])}|{_day(program, event)}"
        case "day":
            return _day(program, event)
        case "profile":
            return "profile"
    return str(event.id)


def _day(program: Program, event: Event) -> str:
    return event.at.astimezone(program.timezone).date().isoformat()


def _short(address: str) -> str:
    """An address as part of a key: a long one by its hash, for keys are indexed."""
    return address if len(address) <= LONGEST_IN_KEY else hashlib.sha256(address.encode()).hexdigest()


def words(program: Program, rule: Rule, event: Event, mail: MailFacts | None) -> str:
    """The reason in plain words, in the programme's language."""
    template = rule.reason.get(program.language) or next(iter(rule.reason.values()), rule.id)
    titles = [
        program.topics[topic].title.get(program.language, topic)
        for topic in event.data.get("topics") or ()
        if topic in program.topics
    ]
    values = defaultdict(
        str,
        subject=str(event.data.get("subject") or ""),
        mail=mail.subject if mail else "",
        topics=", ".join(titles),
    )
    return _fill(template, values)


def _fill(template: str, values: Mapping[str, str]) -> str:
    for name in ("subject", "mail", "topics"):
        template = template.replace(f"{{{name}}}", values[name])
    return template
