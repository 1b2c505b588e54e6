"""What the address of the list of people asks for, without what means nothing there: the page says so."""

from collections.abc import Container, Mapping

from flask import request

from bridge import i18n
from bridge.edge.console.deeds import VALUES
from bridge.flow.results.row_titles import title
from bridge.intake.validation import clean
from bridge.profiles.finding import LONGEST, ORDERS, Wanted
from bridge.program.figures import DIRECT
from bridge.program.model import Program

STAGES = ("prospect", "marketing_qualified", "sales_qualified", "accepted", "won", "lost")
STATES = {
    "excluded": "is:excluded",
    "objected": "is:objected",
    "unconfirmed": "is:unconfirmed",
}
"""What may be chosen beside the stage → how it is kept; besides those, "held"."""
HELD = "held"
KEPT = ("q", "stage", "topic", "interest", "source", "owner", "state", "from", "to", "order")
"""What a link to the next page keeps."""
LABELS = {**VALUES["asked"], "order": "Sorted"}
MOST_POINTS = 10**6


def asked_of_people(program: Program, language: str) -> tuple[dict[str, str], list[str]]:
    """What is asked for, by field, without what is empty; and what of it was left out, in sentences."""
    given = {name: clean(request.args.get(name, ""))[:LONGEST] for name in (*KEPT, "after")}
    typed = {name: value for name, value in given.items() if value}
    if typed.get("source", "").lower() == title(program, "channel", DIRECT, language).lower():
        typed["source"] = DIRECT
    choices = _choices(program)
    wrong = [name for name in typed if not _means_something(name, typed[name], choices)]
    asked = {name: value for name, value in typed.items() if name not in wrong}
    return asked, [*(_why(name, typed[name], language) for name in wrong), *_of_points(asked, language)]


def points(text: str | None) -> int | None:
    """A number of points; None for nothing, or for what is no whole number."""
    try:
        return max(-MOST_POINTS, min(MOST_POINTS, int(text))) if text else None
    except ValueError:
        return None


def _choices(program: Program) -> Mapping[str, Container[str]]:
    """Field → what may be chosen there."""
    topics = program.topics
    return {
        "stage": STAGES,
        "topic": topics,
        "interest": topics,
        "owner": program.people,
        "state": (*STATES, HELD),
        "order": ORDERS,
    }


def _means_something(name: str, value: str, choices: Mapping[str, Container[str]]) -> bool:
    if name in choices:
        return value in choices[name]
    if name in {"from", "to"}:
        return points(value) is not None
    return name == "after" or bool(
        Wanted(value if name == "q" else "", value if name == "source" else "").query
    )


def _why(name: str, value: str, language: str) -> str:
    say = i18n.translations(language).gettext
    words = {
        "q": "“%(value)s” has neither letters nor digits, and was left out: %(field)s.",
        "source": "“%(value)s” has neither letters nor digits, and was left out: %(field)s.",
        "from": "“%(value)s” is no whole number, and was left out: %(field)s.",
        "to": "“%(value)s” is no whole number, and was left out: %(field)s.",
    }.get(name, "“%(value)s” is nothing to choose, and was left out: %(field)s.")
    return say(words) % {"value": value, "field": say(LABELS[name])}


def _of_points(asked: Mapping[str, str], language: str) -> list[str]:
    """That nobody can have so many points and so few."""
    least, most = points(asked.get("from")), points(asked.get("to"))
    if least is None or most is None or least <= most:
        return []
    say = i18n.translations(language).gettext
    return [say("“Points from” is more than “Points to”: nobody has such points.")]
