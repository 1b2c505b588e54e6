"""Questions that a person is asked a few at a time: which are open, and which answers fill something in."""

from collections.abc import Collection, Mapping

from bridge.program.model import FormField, Program

CALLS = "phone"
"""The type of fields that are asked only where calls are allowed, or where the same page asks for that."""


def open_questions(program: Program, fields: Mapping[str, str], *, calls: bool) -> tuple[FormField, ...]:
    """The questions that nobody has answered yet, in the order of asking. No answer is required.

    fields: what is known of the person. calls: whether these are allowed, or asked for beside the questions.
    """
    asked = (program.fields[name] for name in program.profiling.questions if not fields.get(name))
    return tuple(FormField(one, False) for one in asked if calls or one.type != CALLS)


def next_questions(
    program: Program, fields: Mapping[str, str], *, calls: bool, besides: Collection[str] = ()
) -> tuple[FormField, ...]:
    """Those of them that are asked now. besides: ids of fields that the page asks anyway, or that come later."""
    found = open_questions(program, fields, calls=calls)
    return tuple(one for one in found if one.field.id not in besides)[: program.profiling.at_once]


def fresh_answers(program: Program, fields: Mapping[str, str], answers: Mapping[str, str]) -> dict[str, str]:
    """The answers to questions that are open: what is known is changed by none of them."""
    asked = open_questions(program, fields, calls=True)
    return {one.field.id: answers[one.field.id] for one in asked if answers.get(one.field.id)}
