"""What a programme may say, but perhaps did not mean: it works, only not as somebody will expect."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import combinations

from bridge import i18n
from bridge.errors import Mistake
from bridge.program.doubting_desk import doubts_at_the_desk
from bridge.program.doubting_words import missing_languages, misspelt_values
from bridge.program.model import Program
from bridge.program.sequences import END, FIRST, Sequence, Step, Variant

_NO_TIME = timedelta(0)


def doubts_about(program: Program, now: datetime) -> list[Mistake]:
    """Doubts about series, sales and words, as they stand then; paths name ids, lines are not known."""
    series = program.sequences.values()
    return [
        *_same_topic(program),
        *(doubt for one in series for doubt in (*_over(one, program, now), *_ways(one))),
        *(doubt for one in series for step in one.steps for doubt in _wordings(program, one, step)),
        *doubts_at_the_desk(program, now),
        *missing_languages(program),
        *misspelt_values(program),
    ]


def _over(sequence: Sequence, program: Program, now: datetime) -> Iterator[Mistake]:
    if sequence.date is not None and not sequence.every and sequence.date <= now:
        day = f"{sequence.date.astimezone(program.timezone):%Y-%m-%d %H:%M}"
        yield Mistake(
            f"sequences[{sequence.id}].date",
            None,
            f"the event was on {day} and is over: who signs up now is not reminded of it any more",
            "the next date, or “every” for one that takes place again and again",
        )


def _same_topic(program: Program) -> Iterator[Mistake]:
    """Follow-ups that stand behind one on the same topic which always comes first."""
    chosen = [one for one in program.sequences.values() if one.kind == "follow-up" and not one.starts]
    before = {
        other.id: first.id
        for first, other in combinations(chosen, 2)
        if first.topic == other.topic and first.interest <= other.interest and not first.when
    }
    for name, first in before.items():
        yield Mistake(
            f"sequences[{name}].topic",
            None,
            f"“{first}” is about the same topic and always goes before: “{name}” begins only when that is over",
            f"a “when” that lets people past “{first}”, or one series for the topic",
        )


def _ways(sequence: Sequence) -> Iterator[Mistake]:
    """Steps that no way leads to, and ways that lead round in a circle without any wait."""
    ways = {step.id: set(_ways_on(sequence, at)) for at, step in enumerate(sequence.steps)}
    reached = _from(sequence.steps[0].id, ways)
    for step in sequence.steps:
        if step.id not in reached:
            yield Mistake(
                f"sequences[{sequence.id}].steps[{step.id}]",
                None,
                f"nothing leads to the step “{step.id}”: every step before it goes on elsewhere",
                "its name in a “next” or “otherwise”, or no such step",
            )
    hasty = {step.id for step in sequence.steps if step.id in reached and not _waits(step)}
    quick = {name: ways[name] & hasty for name in hasty}
    circle = [name for name in ways if name in hasty and any(name in _from(on, quick) for on in quick[name])]
    if circle:
        steps = ", ".join(f"“{name}”" for name in circle)
        yield Mistake(
            f"sequences[{sequence.id}].steps[{circle[0]}]",
            None,
            f"these steps lead back to each other without waiting: {steps}. People go round there once a day",
            "an “after” in one of them, or a way out",
        )


def _ways_on(sequence: Sequence, at: int) -> Iterator[str]:
    """Where it goes on after a step, done or passed over."""
    step = sequence.steps[at]
    behind = sequence.steps[at + 1].id if at + 1 < len(sequence.steps) else END
    yield step.next or behind
    if step.may_be_passed_over:
        yield step.otherwise or behind


def _from(start: str, ways: dict[str, set[str]]) -> set[str]:
    """Everything that can be reached from there, and the start itself."""
    seen, open_ones = {start}, [start]
    while open_ones:
        for name in ways.get(open_ones.pop(), ()):
            if name not in seen:
                seen.add(name)
                open_ones.append(name)
    return seen


def _waits(step: Step) -> bool:
    """Whether time goes by before it, also when it comes round again: a date does not."""
    return (step.after or _NO_TIME) > _NO_TIME or (step.until is not None and step.after is None)


def _wordings(program: Program, sequence: Sequence, step: Step) -> Iterator[Mistake]:
    """Wordings that cannot be told apart by who reads them."""
    if not step.variants:
        return
    known = [(FIRST, Variant(FIRST, step.mail, None)), *((one.id, one) for one in step.variants)]
    for at, (name, variant) in enumerate(known):
        said = _said(program, step, variant)
        same = next((other for other, one in known[:at] if _said(program, step, one) == said), None)
        if same:
            yield Mistake(
                f"sequences[{sequence.id}].steps[{step.id}].variants[{name}]",
                None,
                f"“{name}” says exactly what “{same}” says, so nothing is compared",
                "another mail or another subject",
            )


def _said(program: Program, step: Step, variant: Variant) -> dict[str, tuple[str, str]]:
    """Language → subject and text as people get them."""
    mail = program.mails[variant.mail or step.mail or ""]
    subject = variant.subject or mail.subject
    return {language: (i18n.pick(subject, language), text) for language, text in mail.text.items()}
