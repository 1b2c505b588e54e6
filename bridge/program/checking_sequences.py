"""What is wrong with the series of a programme: what they name, what their kind needs, where their steps lead."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from bridge.program.complaints import Complaint, condition, unknown
from bridge.program.sequences import END, FIRST

NEEDS = {
    "welcome": ("starts",),
    "follow-up": ("topic",),
    "event": ("form", "date"),
    "wake-up": (),
}
"""Kind → the keys without which a series of that kind never starts."""
ONLY = {"topic": "follow-up", "date": "event", "every": "event", "place": "event", "access": "event"}
"""Key → the one kind of series that it means something for."""


def find_in_sequences(data: Mapping[str, Any]) -> Iterator[Complaint]:
    """Everything that is wrong with the series of a programme of the right shape."""
    for index, sequence in enumerate(data["sequences"]):
        place = f"sequences[{index}]"
        yield from _keys_of_kind(place, sequence)
        yield from _start(place, sequence, data)
        yield from _without_end(place, sequence)
        yield from _steps(place, sequence, data)


def _keys_of_kind(place: str, sequence: Mapping[str, Any]) -> Iterator[Complaint]:
    kind = sequence["kind"]
    for key in NEEDS[kind]:
        if not sequence[key] and not (kind == "follow-up" and sequence["starts"]):
            yield f"{place}.{key}", f"a series of the kind “{kind}” needs it", _EXPECTED[key]
    for key, owner in ONLY.items():
        if sequence[key] is not None and sequence[key] != {} and kind != owner:
            yield f"{place}.{key}", f"means something for a series of the kind “{owner}” only", ""
    if kind == "event" and sequence["every"] == timedelta(0):
        expected = "a longer time, such as “7d”, or no “every” for what takes place once"
        yield f"{place}.every", "nothing takes place again after no time", expected


_EXPECTED = {
    "starts": 'an event kind such as "address.confirmed"',
    "topic": "the id of a topic, in which somebody shows interest",
    "form": "the id of the form by which people sign up",
    "date": "when the event takes place, such as 2026-12-10T10:00:00",
}


def _without_end(place: str, sequence: Mapping[str, Any]) -> Iterator[Complaint]:
    """What begins by what lasts, or by its own end, needs a time between."""
    by_interest = sequence["kind"] == "follow-up" and not sequence["starts"]
    by_its_end = sequence["starts"] == "sequence.completed" and not sequence["when"]
    if sequence["again"] == timedelta(0) and (by_interest or by_its_end):
        yield f"{place}.again", "the series would begin anew without end", "a longer time, such as “180d”"


def _start(place: str, sequence: Mapping[str, Any], data: Mapping[str, Any]) -> Iterator[Complaint]:
    if sequence["form"]:
        yield from unknown(f"{place}.form", [sequence["form"]], {form["id"] for form in data["forms"]})
    if sequence["topic"]:
        yield from unknown(f"{place}.topic", [sequence["topic"]], {topic["id"] for topic in data["topics"]})
    for key in ("when", "goal"):
        if sequence[key]:
            kind = sequence["starts"] or "form.submitted" if key == "when" else ""
            yield from condition(f"{place}.{key}", sequence[key], data, kind)


def _steps(place: str, sequence: Mapping[str, Any], data: Mapping[str, Any]) -> Iterator[Complaint]:
    mails = {mail["id"]: mail for mail in data["mails"]}
    counts = Counter(step["id"] for step in sequence["steps"])
    for number, step in enumerate(sequence["steps"]):
        here = f"{place}.steps[{number}]"
        if step["mail"]:
            yield from unknown(f"{here}.mail", [step["mail"]], set(mails))
        if counts[step["id"]] > 1:
            yield f"{here}.id", f"“{step['id']}” is there {counts[step['id']]} times", "a name of its own"
        if step["when"]:
            yield from condition(f"{here}.when", step["when"], data, "")
        yield from _ways(here, step, set(counts))
        yield from _dates(here, step, sequence)
        yield from _variants(here, step, mails)


def _ways(here: str, step: Mapping[str, Any], steps: set[str]) -> Iterator[Complaint]:
    for key, name in (("next_", step["next_"]), ("otherwise", step["otherwise"])):
        if name:
            yield from unknown(f"{here}.{key.rstrip('_')}", [name], steps | {END})
    passed = step["when"] or step["needs_articles"] or step["before_date"] is not None
    if step["otherwise"] and not passed:
        yield (
            f"{here}.otherwise",
            "is never taken, for nothing makes anybody pass this step over",
            "a “when”, “needs_articles” or “before_date” beside it",
        )
    if step["id"] == END:
        yield f"{here}.id", f"“{END}” means that the series is over", "another name"


def _dates(here: str, step: Mapping[str, Any], sequence: Mapping[str, Any]) -> Iterator[Complaint]:
    for key in ("before_date", "after_date"):
        if step[key] is not None and sequence["kind"] != "event":
            yield f"{here}.{key}", "only an event has a date", "“after”"


def _variants(
    here: str, step: Mapping[str, Any], mails: Mapping[str, Mapping[str, Any]]
) -> Iterator[Complaint]:
    ids = [variant["id"] for variant in step["variants"]]
    if ids and not step["mail"]:
        yield f"{here}.variants", "there is no mail of which they could be variants", "“mail”"
    for number, variant in enumerate(step["variants"]):
        if variant["mail"]:
            yield from unknown(f"{here}.variants[{number}].mail", [variant["mail"]], set(mails))
        if variant["subject"] and step["mail"] in mails:
            languages = mails[step["mail"]]["subject"]
            yield from _in_each(f"{here}.variants[{number}].subject", variant["subject"], languages)
        if variant["id"] == FIRST:
            said = f"“{FIRST}” is what the step's own wording is called"
            yield f"{here}.variants[{number}].id", said, "another name, such as “b”"
        elif ids.count(variant["id"]) > 1:
            said = f"“{variant['id']}” is there {ids.count(variant['id'])} times"
            yield f"{here}.variants[{number}].id", said, "a name of its own"
    if step["chosen"]:
        yield from unknown(f"{here}.chosen", [step["chosen"]], {FIRST, *ids})


def _in_each(place: str, subject: Mapping[str, str], languages: Mapping[str, str]) -> Iterator[Complaint]:
    """Nobody should read a mail in one language beneath a subject in another one."""
    for language in languages:
        if language not in subject:
            mail = "its mail has a text in it"
            yield place, f"there is no subject in “{language}”, and {mail}", f'{{…, {language} = "…"}}'
