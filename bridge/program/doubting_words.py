"""What a programme's words leave out: a language of its readers, and values that nothing ever has."""

import re
from collections.abc import Iterator, Mapping

from bridge import i18n
from bridge.errors import Mistake
from bridge.program.building import KNOWN_FIELDS
from bridge.program.events import EVENT_KINDS
from bridge.program.expressions import Expression
from bridge.program.model import Program, Text
from bridge.program.names import listed, meant
from bridge.program.sequences import KINDS

Said = tuple[str, Text]
"""Where a text stands, and the text."""

READERS = {"de": "German", "en": "English"}

STAGES = ("visitor", "prospect", "marketing_qualified", "sales_qualified", "accepted", "won", "lost")
FORM_KINDS = ("download", "event", "contact", "callback", "order", "other")


def missing_languages(program: Program) -> Iterator[Mistake]:
    """Texts that lack a language in which others are written. Mails have mistakes of their own for that."""
    spoken = _languages(program)
    for place, text in _texts(program):
        for language in sorted(spoken - set(text)) if text else ():
            said = f"no text in “{language}”; {READERS[language]} readers see “{i18n.pick(text, language)}”"
            yield Mistake(place, None, said, f'{{…, {language} = "…"}}')


def _languages(program: Program) -> set[str]:
    """Those in which people are told something of their own; a text that is the same in all says nothing of that."""
    known = (*(mail.subject for mail in program.mails.values()), *(text for _, text in _own(program)))
    return {program.language, *(one for text in known if len({*text.values()}) > 1 for one in text)}


def _texts(program: Program) -> Iterator[Said]:
    yield from _own(program)
    yield from ((f"scoring.rules[{rule.id}].reason", rule.reason) for rule in program.rules)
    yield from ((f"sales.reasons[{one.id}].label", one.label) for one in program.reasons.values())
    desk = program.desk
    for many, entries in (
        ("territories", desk.territories.values()),
        ("teams", desk.teams.values()),
        ("filters", desk.filters),
        ("measures", desk.measures),
    ):
        yield from ((f"sales.{many}[{one.id}].title", one.title) for one in entries)


def _own(program: Program) -> Iterator[Said]:
    """What only the programme itself says; rules and reasons may be those of a preset."""
    yield from ((f"topics[{one.id}].title", one.title) for one in program.topics.values())
    yield from ((f"consents.{purpose}.text", text) for purpose, text in program.consents.items())
    fields = (one for one in program.fields.values() if one not in KNOWN_FIELDS)
    yield from ((f"fields[{one.id}].label", one.label) for one in fields)
    yield from ((f"forms[{one.id}].title", one.title) for one in program.forms.values())
    for one in program.sequences.values():
        yield f"sequences[{one.id}].title", one.title
        yield f"sequences[{one.id}].place", one.place


def misspelt_values(program: Program) -> Iterator[Mistake]:
    """Comparisons with a text that the variable never is."""
    known = _values(program)
    for place, expression in _expressions(program):
        for name, value in _compared(expression.source):
            names = known.get(name, ())
            if value and name in known and value not in names:
                said = f"“{name}” is never “{value}”{meant(value, names)}"
                yield Mistake(place, None, said, f"one of {listed(value, names)}" if names else "")


def _values(program: Program) -> Mapping[str, tuple[str, ...]]:
    forms = tuple(program.forms)
    return {
        "stage": STAGES,
        "event.kind": EVENT_KINDS,
        "event.form": forms,
        "event.form_kind": FORM_KINDS,
        "event.sequence": tuple(program.sequences),
        "event.sequence_kind": KINDS,
        "lead.form": forms,
        "lead.form_kind": FORM_KINDS,
        "mail.kind": KINDS,
        "mail.sequence": tuple(program.sequences),
        "mail.template": tuple(program.mails),
    }


_NAME = r"(?<![\w.'\"])(stage|(?:event|lead|mail)\.[a-z_]+)(?![\w.])"
_COMPARISON = re.compile(rf"""{_NAME}\s*[=!]=\s*(["'])([^"']*)\2|(["'])([^"']*)\4\s*[=!]=\s*{_NAME}""")
_CHOICE = re.compile(rf"{_NAME}\s+in\s*\[([^\]]*)\]")
_TEXT = re.compile(r"""(["'])([^"']*)\1""")


def _compared(source: str) -> Iterator[tuple[str, str]]:
    """Variables with the texts that they are compared with."""
    for before, _, right, _, left, behind in _COMPARISON.findall(source):
        yield before or behind, right or left
    for name, choices in _CHOICE.findall(source):
        yield from ((name, text) for _, text in _TEXT.findall(choices))


def _expressions(program: Program) -> Iterator[tuple[str, Expression]]:
    found = (
        *((f"scoring.rules[{one.id}].when", one.when) for one in program.rules),
        *((f"scoring.rules[{one.id}].points", one.points) for one in program.rules),
        ("stages.marketing_qualified.when", program.stages.marketing_when),
        ("stages.sales_qualified.when", program.stages.sales_when),
        *((f"sales.territories[{one.id}].when", one.when) for one in program.desk.territories.values()),
        *((f"sales.filters[{one.id}].when", one.when) for one in program.desk.filters),
        *((f"sales.measures[{one.id}].when", one.when) for one in program.desk.measures),
        *_of_series(program),
    )
    return ((place, one) for place, one in found if isinstance(one, Expression))


def _of_series(program: Program) -> Iterator[tuple[str, Expression | None]]:
    for one in program.sequences.values():
        yield f"sequences[{one.id}].when", one.when
        yield f"sequences[{one.id}].goal", one.goal
        yield from ((f"sequences[{one.id}].steps[{step.id}].when", step.when) for step in one.steps)
