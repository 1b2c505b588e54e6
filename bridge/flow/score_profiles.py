"""Turn waiting events into points, and points into stages: one transaction for a batch of profiles."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import replace
from uuid import UUID

from bridge.flow.cases import Case, is_due, read_cases
from bridge.flow.qualify import may_go_to_sales, qualify
from bridge.flow.sales.release_leads import give_out_soon
from bridge.flow.sales.sales_floor import Floor
from bridge.flow.sequences.advance_sequences import advance
from bridge.flow.sequences.complete_series import complete_series
from bridge.flow.sequences.follow_interests import could_follow, follow_interests, kin, may_choose
from bridge.flow.sequences.start_sequences import start_sequences
from bridge.flow.unit import Unit
from bridge.ids import derived_id
from bridge.scoring.corrections import correct
from bridge.scoring.rules import Failure
from bridge.store import dead_letters, due_events, ledger, profile_changes, stale_days
from bridge.store.dead_letters import DeadLetter
from bridge.store.due_events import Judged
from bridge.store.events import MOST_OF_A_MAIL, EventRow
from bridge.store.profiles import ProfileRow

log = logging.getLogger(__name__)

READING = frozenset({"mail.opened", "link.clicked"})
"""What people do with mails."""


def score_profiles(unit: Unit, profile_ids: Iterable[UUID]) -> None:
    """Score everything that is due for these profiles. Doing it again changes nothing.

    Points are read and written with a number of statements that does not grow with the number of profiles; who moves
    to another stage is written down one by one.
    """
    read = read_cases(unit, profile_ids)
    cases = read.cases
    before = {case.profile.id: (case.profile.score, case.profile.recheck_at) for case in cases}
    for case in cases:
        _tell(case)
    _write(unit, cases)
    _mark(unit, cases)
    floor = Floor(unit, (case.profile for case in cases if may_go_to_sales(unit, case)))
    for case in cases:
        qualify(unit, case, floor)
    give_out_soon(unit, floor.put_off)
    settled = ((one.id, one.score, one.recheck_at) for one in (case.profile for case in cases))
    profile_changes.settle(unit.connection, (one for one in settled if one[1:] != before[one[0]]))
    _nurture(unit, cases, read.idle)


def _nurture(unit: Unit, cases: list[Case], idle: list[ProfileRow]) -> None:
    """Begin series, go on with what is due in them, and choose the follow-ups that fit what is known now."""
    complete_series(unit, cases)
    start_sequences(unit, cases)
    people = {one.id: one for one in (*(case.profile for case in cases), *idle)}
    series, choosing = kin(unit.program), set()
    if series:
        choosing |= {case.profile.id for case in cases if may_choose(case)}
        choosing |= {one.id for one in idle if could_follow(one)}
    places = advance(unit, people, choosing, series)
    if choosing:
        among_kin = [place for place in places if place.sequence in series]
        follow_interests(unit, {owner: people[owner] for owner in choosing}, among_kin)


def _tell(case: Case) -> None:
    telling = case.telling
    case.taken_back = correct(telling)
    if case.profile.objected:
        telling.pass_over()
    else:
        telling.tell()
    if telling.book.score != case.profile.score:
        case.profile = replace(case.profile, score=telling.book.score)


def _write(unit: Unit, cases: list[Case]) -> None:
    entries = ((case.profile.id, entry) for case in cases for entry in case.telling.new)
    ledger.add(unit.connection, entries, unit.program.version)
    failures = [failure for case in cases for failure in case.telling.failures]
    dead_letters.bury_all(unit.connection, [_letter(unit, failure) for failure in failures])


def _letter(unit: Unit, failure: Failure) -> DeadLetter:
    """A rule failed on an event: it gave nothing and stopped no other, but somebody should know."""
    log.warning("rule failed", extra={"rule": failure.rule, "event": str(failure.event_id)})
    return DeadLetter(
        id=derived_id("rule", failure.rule, failure.event_id),
        source=f"rule {failure.rule}",
        payload={"event": str(failure.event_id)},
        error=failure.error,
        at=unit.now,
    )


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
    _recount(unit, cases, judged)


def _recount(unit: Unit, cases: list[Case], judged: Mapping[UUID, Judged]) -> None:
    """What people do with a mail counts on the day on which it was sent; one that was not yet will mark its day."""
    beyond: set[tuple[UUID, UUID]] = set()
    for case in cases:
        changed = [row for row in case.rows if row.id in judged and _counts_differently(row, judged[row.id])]
        mails = {row.mail_id: row.profile_id for row in changed}
        unit.mark(row.at for row in case.rows if row.kind == "mail.sent" and row.mail_id in mails)
        if len(case.rows) >= MOST_OF_A_MAIL:  # that one was sent may be older than what was read
            beyond |= {(mail, owner) for mail, owner in mails.items() if mail}
    stale_days.mark_mails(unit.connection, beyond)


def _counts_differently(row: EventRow, judged: Judged) -> bool:
    """Whether an open or click was none of a person before, and is now, or the other way round."""
    was_human = row.scored_at is not None and row.verdict == "human"
    return row.kind in READING and was_human != (judged.verdict == "human")


def _is_to_be_marked(row: EventRow, case: Case) -> bool:
    """Newly told, judged differently than before, or looked at because somebody asked for it."""
    now, verdict = case.telling.now, case.verdicts[row.id]
    if row.scored_at is None:
        return is_due(row, now) and row.id not in case.telling.put_off
    was_asked_for = row.rejudge_at is not None and row.rejudge_at <= now
    return was_asked_for or (row.verdict, row.signs) != (verdict.kind, verdict.signs)
