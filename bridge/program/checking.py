"""What a schema cannot see: references between parts, files on disk, expressions on sample values."""

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bridge.program.building import all_fields, key_size, mail_path, read_mail, secret_of, variable_of
from bridge.program.checking_desk import find_at_the_desk
from bridge.program.checking_sequences import find_in_sequences
from bridge.program.complaints import Complaint, condition, formula, unknown
from bridge.program.downloads import file_in, is_address
from bridge.program.expressions import compile_expression


def find_mistakes(
    data: Mapping[str, Any], folder: Path, environ: Mapping[str, str], needs_secrets: bool
) -> list[Complaint]:
    """Everything that is wrong with a programme of the right shape.

    needs_secrets: whether a secret that the environment does not have is a mistake.
    """
    return [
        *_twice(data),
        *_fields(data),
        *_forms(data, folder),
        *_stages(data),
        *_rules(data),
        *_mails(data, folder),
        *_topics_of_mails(data),
        *find_in_sequences(data),
        *_feeds(data),
        *_profiling(data),
        *find_at_the_desk(data),
        *_webhooks(data, environ, needs_secrets),
    ]


def _twice(data: Mapping[str, Any]) -> Iterator[Complaint]:
    lists = {
        "topics": data["topics"],
        "fields": data["fields_"],
        "forms": data["forms"],
        "scoring.rules": data["scoring"]["rules"],
        "fit": data["fit"],
        "feeds": data["feeds"],
        "mails": data["mails"],
        "sequences": data["sequences"],
        "sales.people": data["sales"]["people"],
        "sales.teams": data["sales"]["teams"],
        "sales.territories": data["sales"]["territories"],
        "sales.filters": data["sales"]["filters"],
        "sales.measures": data["sales"]["measures"],
        "sales.reasons": data["sales"]["reasons"],
        "webhooks": data["webhooks"],
    }
    for path, entries in lists.items():
        counts = Counter(entry["id"] for entry in entries)
        for index, entry in enumerate(entries):
            if counts[entry["id"]] > 1:
                yield (
                    f"{path}[{index}].id",
                    f"“{entry['id']}” is there {counts[entry['id']]} times",
                    "unique ids",
                )


RESERVED = ("website", "page_url")
RESERVED_STARTS = ("consent_", "utm_", "take_", "ask_")


def _fields(data: Mapping[str, Any]) -> Iterator[Complaint]:
    for index, field in enumerate(data["fields_"]):
        name = field["id"]
        if name in RESERVED or name.startswith(RESERVED_STARTS):
            place = f"fields[{index}].id"
            yield (
                place,
                f"“{name}” has a meaning of its own in forms",
                "another name, such as company_website",
            )


def _forms(data: Mapping[str, Any], folder: Path) -> Iterator[Complaint]:
    known = {
        "fields": set(all_fields(data)),
        "consents": set(data["consents"]),
        "topics": {topic["id"] for topic in data["topics"]},
    }
    for index, form in enumerate(data["forms"]):
        place = f"forms[{index}]"
        for key, names in known.items():
            asked = [name.rstrip("!") for name in form["fields_" if key == "fields" else key]]
            yield from unknown(f"{place}.{key}", asked, names)
        if "email!" not in form["fields_"]:
            yield (
                f"{place}.fields",
                "a form needs the address of whoever sends it",
                '"email!" among the fields',
            )
        if form["download"] and not is_address(form["download"]) and not file_in(folder, form["download"]):
            path = f"{folder}/files/{form['download']}"
            yield f"{place}.download", f"no file {form['download']}", path


def _stages(data: Mapping[str, Any]) -> Iterator[Complaint]:
    stages = data["stages"]
    place = "stages.marketing_qualified"
    yield from unknown(f"{place}.requires", stages["marketing_qualified"]["requires"], set(all_fields(data)))
    yield from condition(f"{place}.when", stages["marketing_qualified"]["when"], data, "address.confirmed")
    if when := stages["sales_qualified"]["when"]:
        yield from condition("stages.sales_qualified.when", when, data, "link.clicked")


def _rules(data: Mapping[str, Any]) -> Iterator[Complaint]:
    for index, rule in enumerate(data["scoring"]["rules"]):
        place = f"scoring.rules[{index}]"
        if rule["when"]:
            yield from condition(f"{place}.when", rule["when"], data, rule["on"])
        if isinstance(rule["points"], str):
            yield from formula(f"{place}.points", rule["points"], data, rule["on"])


def _mails(data: Mapping[str, Any], folder: Path) -> Iterator[Complaint]:
    for index, mail in enumerate(data["mails"]):
        place = f"mails[{index}]"
        for language in mail["subject"]:
            path = mail_path(folder, mail["text"], language)
            try:
                read_mail(path)
            except OSError:
                yield f"{place}.text", f"no text in “{language}”", str(path)
            except UnicodeDecodeError:
                yield f"{place}.text", f"the text in “{language}” is not UTF-8", f"{path}, saved as UTF-8"
        if data["program"]["language"] not in mail["subject"]:
            language = data["program"]["language"]
            yield f"{place}.subject", f"no subject in the programme's language “{language}”", ""


def _topics_of_mails(data: Mapping[str, Any]) -> Iterator[Complaint]:
    topics = {topic["id"] for topic in data["topics"]}
    for index, mail in enumerate(data["mails"]):
        yield from unknown(f"mails[{index}].topics", mail["topics"], topics)


def _feeds(data: Mapping[str, Any]) -> Iterator[Complaint]:
    topics = {topic["id"] for topic in data["topics"]}
    for index, feed in enumerate(data["feeds"]):
        yield from unknown(f"feeds[{index}].topics", feed["topics"], topics)


def _profiling(data: Mapping[str, Any]) -> Iterator[Complaint]:
    asked = data["profiling"]["questions"]
    yield from unknown("profiling.questions", asked, set(all_fields(data)) - {"email", "message"})
    for name in {one for one in asked if asked.count(one) > 1}:
        yield "profiling.questions", f"“{name}” is there {asked.count(name)} times", "each question once"
    for index, rule in enumerate(data["fit"]):
        yield from _fit(f"fit[{index}].when", rule["when"], data)


def _fit(place: str, source: str, data: Mapping[str, Any]) -> Iterator[Complaint]:
    """Fit is judged whenever a person's fields change, so it must depend on nothing else."""
    mistakes = list(condition(place, source, data, ""))
    yield from mistakes
    others = [] if mistakes else sorted(compile_expression(source).variables - {"profile"})
    if others:
        yield place, f"fit does not look at {', '.join(others)}", "a condition on `profile` alone"


def _webhooks(
    data: Mapping[str, Any], environ: Mapping[str, str], needs_secrets: bool
) -> Iterator[Complaint]:
    for index, hook in enumerate(data["webhooks"]):
        for value in hook["secret"]:
            place, secret = f"webhooks[{index}].secret", secret_of(value, environ)
            if secret and (fault := _fault_of(secret)):
                yield place, fault, f"whsec_ and base64 of {SHORTEST_KEY} to {LONGEST_KEY} random bytes"
            elif needs_secrets and not secret:
                name = variable_of(value)
                yield place, f"the environment has no {name}", f"{name}=whsec_…"


SHORTEST_KEY, LONGEST_KEY = 24, 64
"""Bytes of a key for signing, as Standard Webhooks asks."""


def _fault_of(secret: str) -> str:
    size = key_size(secret)
    if not size:
        return "cannot be used for signing"
    return "" if SHORTEST_KEY <= size <= LONGEST_KEY else f"its key has {size} byte(s)"
