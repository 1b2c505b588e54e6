"""Questions on a page of ours: in boxes of their own, so that none is taken for something else on the page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask import request

from bridge import i18n
from bridge.errors import InvalidFields
from bridge.intake.validation import validate_answers
from bridge.profiles.questions import CALLS
from bridge.program.model import FormField

BOX = "ask_"
"""How the names of these boxes begin."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What came back. shown: the questions that the page had. typed: by the name of the box, as it was typed.

    answers: by field, cleaned. errors: messages by the name of the box.
    """

    shown: tuple[FormField, ...]
    typed: Mapping[str, str]
    answers: Mapping[str, str]
    errors: Mapping[str, list[str]]


def read_answers(asked: Iterable[FormField], language: str, *, may_call: bool) -> Answered:
    """The answers of this request to questions that may be asked; others are not looked at.

    may_call: whether calls are allowed, or allowed by this very request: a number without that is a mistake.
    """
    shown = tuple(one for one in asked if BOX + one.field.id in request.form)
    typed = {one.field.id: request.form[BOX + one.field.id] for one in shown}
    errors: dict[str, list[str]] = {}
    answers: dict[str, str] = {}
    try:
        answers = validate_answers(shown, typed, language)
    except InvalidFields as error:
        errors = {name: list(said) for name, said in error.fields.items()}
    if not may_call:
        say = i18n.translations(language).gettext
        numbers = [one.field.id for one in shown if one.field.type == CALLS and answers.get(one.field.id)]
        errors |= {name: [say("Please allow calls as well, or leave this empty.")] for name in numbers}
    return Answered(
        shown,
        {BOX + name: value for name, value in typed.items()},
        answers,
        {BOX + name: messages for name, messages in errors.items()},
    )
