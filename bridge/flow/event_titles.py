"""Titles of what an event names, in the reader's language; what stands with it is in the one of its time."""

from bridge import i18n
from bridge.program.model import Program, Text
from bridge.store.events import EventRow

_NAMED_BY = {
    "preferences.saved": "topics",
    "sequence.completed": "sequence",
    "question.answered": "field",
    "sales.rejected": "reason",
    "sales.lost": "reason",
    "form.submitted": "form",
    "address.confirmed": "form",
    "file.downloaded": "form",
}
"""Kind of event → where it holds the id of what it was about."""


def named_by(program: Program, row: EventRow) -> str:
    """What an event was about, by the programme of today; "" of what that does not know any more, or never did."""
    return ", ".join(i18n.pick(text, program.language) for text in _titles(program, row))


def _titles(program: Program, row: EventRow) -> list[Text]:
    name = row.data.get(_NAMED_BY.get(row.kind, ""), "")
    match row.kind:
        case "preferences.saved" if set(name) <= set(program.topics):
            return [program.topics[topic].title for topic in name]
        case "sequence.completed" if name in program.sequences:
            return [program.sequences[name].title]
        case "question.answered" if name in program.fields:
            return [program.fields[name].label]
        case "sales.rejected" | "sales.lost" if name in program.reasons:
            return [program.reasons[name].label]
        case "form.submitted" | "address.confirmed" | "file.downloaded" if name in program.forms:
            return [program.forms[name].title]
    return []
