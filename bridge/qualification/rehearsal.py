"""A recorded trace, played through judgement, settle time and scoring as the workers would: who it was, and what
it was worth at every moment."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from bridge.ids import derived_id
from bridge.judgement.judge import Scene, judge_mail, revised
from bridge.judgement.networks import Networks
from bridge.judgement.sightings import CLICK, FOLLOWED, OPEN, Proof, Sighting, Verdict
from bridge.judgement.traces import OWN_PAGES, Step, Trace
from bridge.program.events import OWN_PAGE
from bridge.program.model import Program
from bridge.qualification.stages import reaches_sales
from bridge.scoring.corrections import correct
from bridge.scoring.facts import Event, MailFacts, Person, resolver_for
from bridge.scoring.ledger import SCORE, Entry, rightful_score
from bridge.scoring.telling import Happened, Telling

ACCEPTED = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
"""A Monday morning; traces know only how long after it something happened."""


@dataclass(frozen=True, slots=True)
class Played:
    """One hit of a trace with its final verdict and the points that stand in the end."""

    step: Step
    verdict: Verdict
    points: int


@dataclass
class Rehearsal:
    """What came of a trace.

    played: hits in the order of the trace. handed_over: recipient → seconds after acceptance when sales was told.
    withdrawn: recipients whose hand-over was taken back.
    """

    played: list[Played] = field(default_factory=list)
    handed_over: dict[str, float] = field(default_factory=dict)
    withdrawn: set[str] = field(default_factory=set)

    def contradicts(self, trace: Trace) -> list[str]:
        """What is not as the trace says: a machine's hit that counts, a person's click that does not."""
        return [
            f"{one.step.after:g}s {one.step.link or 'open'}: {words}"
            for one in self.played
            if (words := _contradiction(one, one.step.by or trace.by))
        ]


def _contradiction(one: Played, by: str) -> str:
    if by == "machine" and one.points:
        return "a machine's, but it counts"
    if by == "person" and one.step.link and one.step.method != "HEAD" and one.verdict.is_machine:
        return "a person's, but it does not count"
    return ""


@dataclass
class _Recipient:
    """One person of the trace while it is played."""

    steps: list[tuple[UUID, Step]]
    mail: UUID
    told: dict[UUID, Verdict] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    verdicts: dict[UUID, Verdict] = field(default_factory=dict)


@dataclass
class _Stage:
    """The rules of the play."""

    program: Program
    networks: Networks
    counts: timedelta
    hands_over: timedelta
    trace: Trace
    cast: Mapping[str, _Recipient]
    result: Rehearsal = field(default_factory=Rehearsal)

    def moments(self) -> list[datetime]:
        """When something is looked at: when a hit has rested, when it may hand over, when somebody proves it."""
        found = {ACCEPTED + timedelta(seconds=step.after) for step in self.trace.hits if step.proof}
        for step in self.trace.hits:
            at = ACCEPTED + timedelta(seconds=step.after)
            found |= {at + self.counts, at + self.hands_over}
        return sorted(found)

    def look(self, now: datetime) -> None:
        """Judge and tell everybody's case as it is at that moment."""
        for name, one in self.cast.items():
            self._judge(name, one, now)
            telling = self._tell(one, now)
            settled, _ = telling.settled()
            self._qualify(name, telling, settled, now)

    def _judge(self, name: str, one: _Recipient, now: datetime) -> None:
        colleagues = [
            sighting
            for other, them in self.cast.items()
            if other != name
            for sighting in _sightings(them, now)
            if sighting.kind in FOLLOWED
        ]
        scene = Scene(self.trace.links, colleagues, _proofs(one, now))
        judged = judge_mail(_sightings(one, now), self.program.verdicts, self.networks, scene)
        one.verdicts = {
            hit: revised(one.told[hit], verdict) if hit in one.told else verdict
            for hit, verdict in judged.items()
        }

    def _tell(self, one: _Recipient, now: datetime) -> Telling:
        telling = Telling(
            program=self.program,
            person=Person("marketing_qualified", True, 50, {}),
            entries=one.entries,
            happened=list(self._happened(one, now)),
            mails={one.mail: MailFacts(one.mail, "trace", self.trace.title, tracked=True)},
            rests=self.hands_over,
            may_cross=True,
            now=now,
        )
        correct(telling)
        telling.tell()
        for happened in telling.happened:
            if happened.event.id not in telling.put_off:
                one.told[happened.event.id] = one.verdicts[happened.event.id]
        return telling

    def _happened(self, one: _Recipient, now: datetime) -> Iterable[Happened]:
        for hit, step in one.steps:
            verdict = one.verdicts.get(hit)
            if verdict is None or step.link in OWN_PAGES:
                continue
            at = ACCEPTED + timedelta(seconds=step.after)
            before = one.told.get(hit)
            yield Happened(
                event=Event(hit, _kind(step), at, _data(step), one.mail, verdict.is_machine),
                told=before is not None,
                counted=before is not None and not before.is_machine,
                proved=verdict.proved,
                doubtful=verdict.is_doubtful,
                rests_until=at + self.counts,
            )

    def _qualify(self, name: str, telling: Telling, settled: int, now: datetime) -> None:
        person, threshold = telling.person, self.program.stages.threshold
        if name in self.result.handed_over:
            told_at = ACCEPTED + timedelta(seconds=self.result.handed_over[name])
            if rightful_score(telling.entries, told_at) < threshold:
                self.result.withdrawn.add(name)
            return
        resolve = resolver_for(self.program, person, telling.book, None, None)
        if reaches_sales(self.program, person, settled, resolve).holds:
            self.result.handed_over[name] = (now - ACCEPTED).total_seconds()


def rehearse(
    program: Program, networks: Networks, counts: timedelta, hands_over: timedelta, trace: Trace
) -> Rehearsal:
    """Play a trace. counts, hands_over: the settle times.

    Everybody starts confirmed, with no points, and everybody's mail has the trace's links.
    """
    cast: dict[str, _Recipient] = {}
    for number, step in enumerate(trace.hits):
        one = cast.setdefault(step.to, _Recipient([], derived_id("trace", "mail", step.to)))
        one.steps.append((derived_id("trace", step.to, number), step))
    stage = _Stage(program, networks, counts, hands_over, trace, cast)
    for moment in stage.moments():
        stage.look(moment)
    stage.result.played = [
        _played(one, hit, step) for one in cast.values() for hit, step in one.steps if not step.proof
    ]
    stage.result.played.sort(key=lambda played: played.step.after)
    return stage.result


def _played(one: _Recipient, hit: UUID, step: Step) -> Played:
    points = sum(entry.points for entry in one.entries if entry.event_id == hit and entry.topic == SCORE)
    return Played(step, one.verdicts[hit], points)


def _kind(step: Step) -> str:
    if step.open:
        return OPEN
    return OWN_PAGE if step.link in OWN_PAGES else CLICK


def _data(step: Step) -> dict[str, object]:
    return {"link": step.link, "subject": step.link} if step.link else {}


def _sightings(one: _Recipient, now: datetime) -> list[Sighting]:
    """What has happened by now."""
    return [
        _sighting(hit, step, one.mail)
        for hit, step in one.steps
        if not step.proof and ACCEPTED + timedelta(seconds=step.after) <= now
    ]


def _sighting(hit: UUID, step: Step, recipient: UUID) -> Sighting:
    headers = step.headers or {}
    return Sighting(
        id=hit,
        at=ACCEPTED + timedelta(seconds=step.after),
        kind=_kind(step),
        link=step.link or "",
        recipient=recipient,
        accepted_at=ACCEPTED,
        method=step.method,
        user_agent=step.agent,
        ip=step.network,
        purpose=next((headers[name] for name in PURPOSES if headers.get(name)), None),
        headers=step.headers,
    )


PURPOSES = ("sec-purpose", "purpose", "x-purpose", "x-moz")


def _proofs(one: _Recipient, now: datetime) -> list[Proof]:
    found = []
    for _, step in one.steps:
        at = ACCEPTED + timedelta(seconds=step.after)
        if step.proof and at <= now:
            hit = _last_click(one, step) if step.proof == "page" else None
            found.append(Proof(at, step.proof, hit, step.agent, step.network))
    return found


def _last_click(one: _Recipient, proof: Step) -> UUID | None:
    """The last hit on the link whose page was used, by the browser that used it if there is one."""
    before = [(h, s) for h, s in one.steps if s.link == proof.link and not s.proof and s.after <= proof.after]
    own = [(h, s) for h, s in before if (s.agent, s.network) == (proof.agent, proof.network)]
    return (own or before)[-1][0] if before else None
