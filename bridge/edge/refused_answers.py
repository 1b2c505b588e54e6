"""What a page says of an answer of sales that was not taken, so that nothing that was typed is lost."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import request

from bridge import i18n
from bridge.errors import HandoverClosed, HandoverMoved, InvalidFields
from bridge.qualification.outcomes import POSSIBLE
from bridge.store.handovers import HandoverRow

Refusal = InvalidFields | HandoverClosed

_FORMS = {
    "not_reached": "not-reached",
    "come_back": "come-back",
    "forwarded": "forward",
    "rejected": "reject",
    "corrected": "correct",
}
"""Answer → how the ids in its form begin, where that is not its name; see sales/parts.html."""


@dataclass(frozen=True, slots=True)
class Refused:
    """An answer that was not taken. words: why, in the reader's language.

    typed: for the form that it came from, which is open again; nothing where the page has no such form any more.
    note: what was written in it then, to be copied.
    """

    words: str
    status: int
    typed: Mapping[str, str]
    note: str

    @property
    def has_form(self) -> bool:
        """Whether what was typed stands in its form again."""
        return bool(self.typed)


def refused(error: Refusal, row: HandoverRow | None, language: str) -> Refused:
    """What is said of the answer of this request. row: its hand-over, if that is the one the page has forms for."""
    say, sent = i18n.translations(language).gettext, request.form.to_dict()
    if isinstance(error, HandoverClosed):
        closed = say("This lead is no longer waiting for that answer.")
        moved = say(
            "Somebody answered this lead or passed it on since you saw it. Please look again before you answer."
        )
        return Refused(moved if isinstance(error, HandoverMoved) else closed, 409, {}, written_note())
    words = " ".join(say(text) for texts in error.fields.values() for text in texts)
    has_form = row is not None and sent.get("outcome") in POSSIBLE.get(row.state, ())
    return Refused(words, 422, sent, "") if has_form else Refused(words, 422, {}, written_note())


def written_note() -> str:
    """The note that came with this request, as somebody wrote it."""
    return request.form.get("note", "").strip()


def place_of(error: Refusal) -> str | None:
    """The id of the field on the page that an answer was refused for; None where it was not a field's fault."""
    fields_of_forms = {"amount", "date", "note", "reason", "to"}
    wrong = (
        [name for name in error.fields if name in fields_of_forms] if isinstance(error, InvalidFields) else []
    )
    outcome = request.form.get("outcome", "")
    if not wrong:
        return None
    dated = "reason-date" if outcome in ("rejected", "lost") else "date"
    return f"{_FORMS.get(outcome, outcome)}-{dated if wrong[0] == 'date' else wrong[0]}"
