"""Notes of a hand-over: what sales said and who of them, one below the other, in the programme's language."""

from datetime import date

from bridge import i18n
from bridge.flow.unit import Unit
from bridge.qualification.outcomes import Answer
from bridge.store.handovers import HandoverRow


def noted(unit: Unit, row: HandoverRow, answer: Answer, *said: str) -> str:
    """The notes with what was said by that answer, with whoever gave it, and in which words.

    said: in the programme's language.
    """
    return with_line(unit, row, f"{', '.join(said)} ({giver(unit, row, answer)})", answer.note)


def noted_at_end(unit: Unit, row: HandoverRow, answer: Answer, *said: str) -> str | None:
    """The same of an answer that the hand-over itself tells of, so that it needs a line only to say more.

    That is words, a second thing said, or that it is an answer of somebody else than of whom the hand-over is.
    """
    has_more = answer.note or len(said) > 1 or giver(unit, row, answer) != _name(unit, row.sales_person)
    return noted(unit, row, answer, *said) if has_more else row.note


def comes_back(unit: Unit, on: date) -> str:
    """That somebody will be asked again on that day."""
    language = unit.program.language
    say = i18n.translations(language).gettext
    return say("to come back on %(date)s") % {"date": i18n.format_day(on, language)}


def with_line(unit: Unit, row: HandoverRow, said: str, words: str | None) -> str:
    """The notes with one more line. The same once more within a minute is one: somebody pressed twice."""
    line = a_line(unit, said, words)
    is_there = row.note is not None and (row.note == line or row.note.endswith(f"\n{line}"))
    return row.note if is_there and row.note else row.noted(line) or line


def a_line(unit: Unit, said: str, words: str | None) -> str:
    """When it was said, what, and in which words."""
    program = unit.program
    line = f"{i18n.format_exact(unit.now, program.language, program.timezone)} – {said}"
    return f"{line}: {words}" if words else line


def is_noted(row: HandoverRow, words: str) -> bool:
    """Whether somebody's words stand in the notes already."""
    return f": {words}\n" in f"{row.note}\n"


def giver(unit: Unit, row: HandoverRow, answer: Answer) -> str:
    """The name of whoever gave an answer."""
    return answer.for_them or _name(unit, answer.by or row.sales_person)


def _name(unit: Unit, person: str) -> str:
    return unit.program.person_name(person)
