"""Rows as people read them: the lines of the whole picture of a person."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from bridge import i18n
from bridge.delivery.titles import TITLES
from bridge.flow.event_titles import named_by
from bridge.flow.story_lines import doer_of, subject_of, title_of
from bridge.profiles.consent import Consent
from bridge.profiles.fields import full_name
from bridge.profiles.overview import (
    AlsoGiven,
    Colleague,
    ConsentLine,
    FitLine,
    HandoverLine,
    LedgerLine,
    MailLine,
    MeasureLine,
    SubmissionLine,
    TimelineLine,
    TopicScore,
)
from bridge.program.events import STORY
from bridge.program.model import Program
from bridge.qualification.measures import measure_of, until
from bridge.qualification.working_hours import due_after
from bridge.scoring.fit import fit_of
from bridge.scoring.ledger import Entry
from bridge.store.events import EventRow
from bridge.store.handovers import HandoverRow
from bridge.store.mails import MailRow
from bridge.store.outbox import Delivery
from bridge.store.profiles import ProfileRow
from bridge.store.submissions import SubmissionRow

A_MOMENT = timedelta(microseconds=1)
"""What is due when work ends is due on that day."""


def fit_lines(program: Program, profile: ProfileRow) -> tuple[FitLine, ...]:
    """The rules that are true of a person, the strongest first; none of whoever objects to being evaluated."""
    if profile.objected:
        return ()
    true = sorted(fit_of(program, profile.fields, profile.misfits).rules, key=lambda rule: -abs(rule.points))
    return tuple(
        FitLine(rule.id, rule.points, i18n.pick(rule.reason, program.language) or rule.id) for rule in true
    )


def ledger_lines(entries: Sequence[Entry]) -> tuple[LedgerLine, ...]:
    """Ledger entries as lines, newest first."""
    undone = {entry.undoes for entry in entries if entry.undoes}
    lines = [
        LedgerLine(e.at, e.rule, e.points, e.reason, e.topic or None, e.id in undone or e.undoes is not None)
        for e in entries
    ]
    return tuple(reversed(lines))


def handover_line(program: Program, row: HandoverRow) -> HandoverLine:
    """A hand-over as people read it."""
    reason = program.reasons.get(row.reason or "")
    return HandoverLine(
        id=row.id,
        state=row.state,
        cause=row.cause,
        sales_person=program.person_name(row.sales_person),
        at=row.at,
        due_at=row.due_at,
        decided_at=row.decided_at,
        reason=i18n.pick(reason.label, program.language) if reason else row.reason,
        note=row.note,
        amount=row.amount,
        currency=row.currency,
        measure=_measure_line(program, row),
        route=tuple(row.route),
        since=row.begun_at,
        decided_on=row.decided_on,
        is_untouched=row.is_untouched,
        passed_by=program.person_name(row.passed_by) if row.passed_by else None,
        agreed_on=row.agreed_on,
        has_reacted=row.touched_at is not None,
    )


def _measure_line(program: Program, row: HandoverRow) -> MeasureLine | None:
    """What is asked of sales, until a time that moves along: to the agreed day, else when an answer is due later."""
    measure, hours = measure_of(program.desk, row.measure), program.desk.hours
    if measure is None:
        return None
    first_due = due_after(row.begun_at, program.response_hours, program.timezone, hours)
    begins = row.begun_at if row.due_at <= first_due else row.due_at - A_MOMENT
    if row.agreed_on:
        begins = datetime.combine(row.agreed_on, hours.opens, tzinfo=program.timezone)
    title = i18n.pick(measure.title, program.language) if measure.title else ""
    by = until(measure.deed, begins, program.timezone, hours)
    if by and row.agreed_on:  # what was agreed is not done by the end of that week
        by = min(by, row.due_at)
    return MeasureLine(measure.deed, title, by)


def submission_line(program: Program, row: SubmissionRow) -> SubmissionLine:
    """A form sent, as people read it; fields that the programme does not know keep their own names."""
    form = program.forms.get(row.form)
    order = [asked.field.id for asked in form.fields] if form else []
    named = sorted(row.fields, key=lambda name: (order.index(name) if name in order else len(order), name))
    answers = [
        (_label(program, name, program.language), row.fields[name])
        for name in named
        if row.fields[name] and name != "message"
    ]
    return SubmissionLine(
        at=row.at,
        form=row.form,
        title=i18n.pick(form.title, program.language) if form else row.form,
        channel=form.channel if form else "marketing",
        answers=tuple(answers),
        message=row.fields.get("message"),
        page_url=row.context.get("page_url"),
        referrer=row.context.get("referrer"),
        campaign=source_of(row.context),
    )


def source_of(touch: Mapping[str, Any]) -> str | None:
    """Where somebody came from, in a few words: “google / cpc / sepa”, or the referring site."""
    utm = touch.get("utm") or {}
    parts = [str(utm[key]) for key in ("source", "medium", "campaign") if utm.get(key)]
    return " / ".join(parts) or (str(touch["referrer"]) if touch.get("referrer") else None)


def also_given(program: Program, waiting: Mapping[str, Any], language: str) -> tuple[AlsoGiven, ...]:
    """Values from forms that wait until the person or sales takes them over."""
    return tuple(
        AlsoGiven(
            name, _label(program, name, language), str(entry["value"]), datetime.fromisoformat(entry["at"])
        )
        for name, entry in waiting.items()
    )


def _label(program: Program, name: str, language: str) -> str:
    field = program.fields.get(name)
    return i18n.pick(field.label, language) if field else name


def labelled(program: Program, fields: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Label and value of what is known, in the programme's order, without name and address."""
    shown_elsewhere = {"email", "first_name", "last_name"}
    return tuple(
        (_label(program, name, program.language), fields[name])
        for name in program.fields
        if fields.get(name) and name not in shown_elsewhere
    )


def topics(program: Program, entries: Sequence[LedgerLine]) -> tuple[TopicScore, ...]:
    """The points for each topic of the programme, most first."""
    scores = dict.fromkeys(program.topics, 0)
    for entry in entries:
        if entry.topic in scores:
            scores[entry.topic] += entry.points
    rows = [
        TopicScore(topic, i18n.pick(program.topics[topic].title, program.language), score)
        for topic, score in scores.items()
    ]
    return tuple(sorted(rows, key=lambda row: -row.score))


def timeline_line(program: Program, row: EventRow) -> TimelineLine:
    """Something that happened, as people read it."""
    if row.kind in STORY:
        title, subject = title_of(program, row), subject_of(program, row)
        return TimelineLine(
            row.at, row.kind, subject, row.verdict, (), False, title=title, by=doer_of(program, row)
        )
    parts = (
        named_by(program, row) or row.data.get("subject"),
        row.data.get("words"),
    )  # the words of a server that returned a mail
    subject = " – ".join(str(part) for part in parts if part)
    pending, page = row.scored_at is None, row.data.get("page")
    return TimelineLine(row.at, row.kind, subject, row.verdict, row.signs, pending, page)


def consent_line(answer: Consent) -> ConsentLine:
    """An answer about a consent."""
    return ConsentLine(
        purpose=answer.purpose,
        state=answer.state,
        at=answer.at,
        how=answer.how,
        where=answer.place,
        text=answer.text,
        text_hash=answer.text_hash,
    )


def _returned(happened: Iterable[EventRow]) -> dict[UUID, str]:
    """Delivery → what happened to it afterwards: "mail.bounced" or "mail.complained"."""
    return {
        UUID(str(row.data["delivery"])): row.kind
        for row in happened
        if row.kind in ("mail.bounced", "mail.complained") and row.data.get("delivery")
    }


def mail_lines(
    program: Program,
    sent: Iterable[tuple[MailRow, str]],
    answers: Iterable[Delivery],
    happened: Iterable[EventRow],
) -> tuple[MailLine, ...]:
    """Nurture mails with their states, confirmations and receipts, and what came back of them; newest first."""
    say, returned = i18n.translations(program.language).gettext, _returned(happened)
    lines = [(row.created_at, _mail_line(row, state, returned.get(row.id))) for row, state in sent]
    lines += [(row.created_at, _answer_line(row, say, returned.get(row.id))) for row in answers]
    return tuple(line for _, line in sorted(lines, key=lambda one: one[0], reverse=True))


def _mail_line(row: MailRow, state: str, came_back: str | None) -> MailLine:
    return MailLine(row.subject or row.template, row.template, state, row.sent_at, row.tracked, came_back)


def _answer_line(row: Delivery, say: Callable[[str], str], came_back: str | None) -> MailLine:
    return MailLine(say(TITLES[row.template]), row.template, row.state, row.finished_at, False, came_back)


def colleague(row: ProfileRow) -> Colleague:
    """Somebody of the same company."""
    name, role = full_name(row.fields) or row.email, row.fields.get("role")
    return Colleague(name, row.email, row.stage, role, row.excluded)
