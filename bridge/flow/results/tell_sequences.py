"""The report of series as others read it: rows for spreadsheets, facts for programs, sentences for people."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, astuple
from datetime import datetime, tzinfo
from typing import Any

from bridge import i18n
from bridge.flow.results.compare_wordings import Contest
from bridge.flow.results.report_sequences import SequenceReport, StepReport
from bridge.nurture.comparison import Comparison, likely_difference
from bridge.nurture.telling import difference, enough, told
from bridge.store.series_figures import FACTS

HEADINGS = ("sequence", "step", "variant", "entered", *FACTS, "waits", "rests", "left", "completed")


def sheet_rows(reports: Iterable[SequenceReport]) -> Iterator[tuple[object, ...]]:
    """A row for each series, step and wording, as HEADINGS name the columns; empty where a number means nothing."""
    for one in reports:
        ends = (one.active, sum(one.rests.values()), sum(one.ended.values()), one.completed)
        yield one.id, "", "", one.entered, *astuple(one.figures), *ends
        for step in one.steps:
            stands = (step.waits, sum(step.rests.values()), sum(step.left.values()), "")
            yield one.id, step.id, "", step.entered, *astuple(step.figures), *stands
            for wording in step.wordings:
                yield one.id, step.id, wording.id, "", *astuple(wording.figures), "", "", "", ""


def facts(reports: Iterable[SequenceReport]) -> list[dict[str, Any]]:
    """Everything, and how wordings compare."""
    return [
        {
            "id": one.id,
            "kind": one.kind,
            "entered": one.entered,
            **asdict(one.figures),
            "active": one.active,
            "rests": one.rests,
            "completed": one.completed,
            "ended": one.ended,
            "steps": [_step(step) for step in one.steps],
        }
        for one in reports
    ]


def opinions(step: StepReport, language: str, zone: tzinfo) -> list[str]:
    """What is known of the wordings of a step, in sentences; none where there is one wording.

    zone: in which days are told.
    """
    names = tuple(f"{wording.id} " for wording in step.wordings)
    return [_sentence(words, names) for words in _opinions(step, language, zone)]


def _sentence(words: str, names: tuple[str, ...]) -> str:
    """Words as a sentence: with a capital, unless a wording's name stands first, and a full stop."""
    begun = words if words.startswith(names) else words[:1].upper() + words[1:]
    return f"{begun}."


def _opinions(step: StepReport, language: str, zone: tzinfo) -> list[str]:
    say = i18n.translations(language).gettext
    said = []
    if step.decision:
        by = "decided by hand: %(wording)s" if step.decision.by == "hand" else "decided by rule: %(wording)s"
        because = f" ({step.decision.because})" if step.decision.because else ""
        said.append(say(by) % {"wording": step.decision.wording} + because)
    if step.contest:
        undecided = "" if step.decision else say("not decided yet") + ", "
        said.extend(_compared(step.contest, undecided, language))
        said.append(_whom(step.contest, language, zone))
    elif len(step.wordings) > 1 and not step.decision:
        said.append(say("not decided yet: the wordings were not sent side by side so far"))
    return said


def _compared(contest: Contest, undecided: str, language: str) -> Iterator[str]:
    """By clicks, with how large the difference may be where something can be said, and by hand-overs."""
    say = i18n.translations(language).gettext
    yield f"{undecided}{say('by clicks')}: {told(contest.clicks, language, contest.fewest)}"
    clicked = any(count.good for count in contest.clicks.counts.values())
    if clicked and enough(contest.clicks, contest.fewest):
        yield difference(contest.clicks, language)
    yield f"{say('by hand-overs to sales')}: {told(contest.qualified, language, contest.fewest)}"


def _whom(contest: Contest, language: str, zone: tzinfo) -> str:
    """Whom wordings are compared by, and when these got them."""
    say, several = i18n.translations(language).gettext, i18n.translations(language).ngettext
    readers = sum(count.people for count in contest.qualified.counts.values())
    first, last = (_day(moment, language, zone) for moment in (contest.since, contest.until))
    when = say("on %(first)s") if first == last else say("between %(first)s and %(last)s")
    entered = say(", of those who entered since %(day)s") if contest.entered_since else ""
    words = several(
        "compared is %(readers)s person who got it %(when)s, while all wordings were sent%(entered)s",
        "compared are %(readers)s people who got it %(when)s, while all wordings were sent%(entered)s",
        readers,
    )
    return words % {
        "readers": i18n.format_number(readers, language),
        "when": when % {"first": first, "last": last},
        "entered": entered % {"day": _day(contest.entered_since or contest.since, language, zone)},
    }


def _day(moment: datetime, language: str, zone: tzinfo) -> str:
    return i18n.format_day(moment.astimezone(zone).date(), language)


def _step(step: StepReport) -> dict[str, Any]:
    return {
        "id": step.id,
        "subject": dict(step.subject),
        "entered": step.entered,
        **asdict(step.figures),
        "waits": step.waits,
        "rests": step.rests,
        "left": step.left,
        "variants": [
            {"id": one.id, "subject": dict(one.subject), **asdict(one.figures)} for one in step.wordings
        ],
        "comparison": _contest(step.contest),
        "decision": asdict(step.decision) if step.decision else None,
    }


def _contest(contest: Contest | None) -> dict[str, Any] | None:
    if contest is None:
        return None
    by = {"clicks": contest.clicks, "qualified": contest.qualified}
    return {
        "since": contest.since,
        "until": contest.until,
        "entered_since": contest.entered_since,
        **{name: _comparison(one, contest.fewest) for name, one in by.items()},
    }


def _comparison(one: Comparison, fewest: int) -> dict[str, Any]:
    lower, upper = likely_difference(one)
    return {
        "enough": enough(one, fewest),
        "best": one.best,
        "certainty": round(one.certainty, 4),
        "next_best": one.next_best,
        "difference": [round(lower, 4), round(upper, 4)],
        "counts": {name: asdict(count) for name, count in one.counts.items()},
    }
