"""Turn the checked values of a programme file into the frozen `Program`."""

import base64
from collections.abc import Iterable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol, TypeVar
from zoneinfo import ZoneInfo

from bridge.program.building_desk import build_desk, build_person, build_results
from bridge.program.expressions import Expression, compile_expression
from bridge.program.feeds import Feed
from bridge.program.mailing import Mailing
from bridge.program.model import (
    Field,
    Form,
    FormField,
    MailTemplate,
    Program,
    Reason,
    Rule,
    Stages,
    Topic,
    Webhook,
)
from bridge.program.profiling import FitRule, Profiling
from bridge.program.retention import Retention
from bridge.program.sequences import Sequence, Step, Variant
from bridge.program.verdicts import Thresholds

KNOWN_FIELDS = (
    Field("email", "email", {"de": "E-Mail-Adresse", "en": "E-mail address"}),
    Field("first_name", "text", {"de": "Vorname", "en": "First name"}),
    Field("last_name", "text", {"de": "Nachname", "en": "Last name"}),
    Field("company", "text", {"de": "Firma", "en": "Company"}),
    Field("phone", "phone", {"de": "Telefon", "en": "Telephone"}),
    Field("role", "text", {"de": "Funktion", "en": "Role"}),
    Field("message", "textarea", {"de": "Ihre Nachricht", "en": "Your message"}),
)


AWAKE_AGAIN = timedelta(days=180)
"""How long after one wake-up the next may begin, unless the programme says otherwise."""


class _Identified(Protocol):
    @property
    def id(self) -> str: ...


Entry = TypeVar("Entry", bound=_Identified)


def build(data: Mapping[str, Any], folder: Path, version: str, environ: Mapping[str, str]) -> Program:
    """Build a programme from values that `checking` found nothing wrong with."""
    head, sales = data["program"], data["sales"]
    known = all_fields(data)
    return Program(
        **{key: head[key] for key in ("name", "language", "timezone", "imprint", "privacy", "thanks")},
        origins=frozenset(data["website"]["origins"]),
        topics=_by_id(Topic(**topic) for topic in data["topics"]),
        consents={purpose: consent["text"] for purpose, consent in data["consents"].items()},
        fields=known,
        forms=_by_id(_form(form, known) for form in data["forms"]),
        stages=_stages(data["stages"]),
        verdicts=Thresholds(**{**data["verdicts"], "bursts": tuple(data["verdicts"]["bursts"])}),
        mailing=_mailing(data["mailing"]),
        retention=Retention(**data["retention"]),
        rules=tuple(_rule(rule) for rule in data["scoring"]["rules"]),
        profiling=Profiling(tuple(data["profiling"]["questions"]), data["profiling"]["at_once"]),
        fit=tuple(_fit(rule) for rule in data["fit"]),
        feeds=_by_id(Feed(**{**feed, "topics": tuple(feed["topics"])}) for feed in data["feeds"]),
        mails=_by_id(_mail(mail, folder) for mail in data["mails"]),
        sequences=_by_id(_sequence(one, head["timezone"]) for one in data["sequences"]),
        people=_by_id(build_person(person) for person in sales["people"]),
        desk=build_desk(sales),
        results=build_results(data["results"]),
        reasons=_by_id(Reason(**reason) for reason in sales["reasons"]),
        webhooks=tuple(_webhook(hook, environ) for hook in data["webhooks"]),
        sales_link=sales["link"],
        reply_to_lead=sales["reply_to_lead"],
        response_hours=sales["response_hours"],
        folder=folder,
        version=version,
    )


def all_fields(data: Mapping[str, Any]) -> dict[str, Field]:
    """The fields known everywhere, then the programme's own, which may rename them."""
    own = (Field(**{**field, "choices": tuple(field["choices"])}) for field in data["fields_"])
    return _by_id((*KNOWN_FIELDS, *own))


def secret_of(value: str, environ: Mapping[str, str]) -> str | None:
    """Resolve `env:NAME`; None when the environment has no such variable."""
    return environ.get(variable_of(value)) if value.startswith("env:") else value


def variable_of(value: str) -> str:
    """The name in `env:NAME`."""
    return value.removeprefix("env:")


def can_sign(secret: str) -> bool:
    """Whether a webhook can be signed with that secret: base64, after `whsec_` as in Standard Webhooks."""
    return key_size(secret) > 0


def key_size(secret: str) -> int:
    """Bytes of the key in a secret, 0 when it holds none."""
    encoded = secret.removeprefix("whsec_").rstrip("=")
    try:
        return len(base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True))
    except ValueError:
        return 0


def mail_path(folder: Path, text: str, language: str) -> Path:
    """The Markdown file of a mail in one language."""
    return folder / mail_file(text, language)


def mail_file(text: str, language: str) -> str:
    """The same, from the programme's folder."""
    return text.replace("{language}", language)


def read_mail(path: Path) -> str:
    """The text of a mail. Raises OSError, or UnicodeDecodeError when it is not UTF-8."""
    return path.read_text(encoding="utf-8-sig")


def _webhook(hook: Mapping[str, Any], environ: Mapping[str, str]) -> Webhook:
    found = [(value, secret_of(value, environ)) for value in hook["secret"]]
    return Webhook(
        hook["id"],
        hook["url"],
        tuple(secret for _, secret in found if secret),
        tuple(hook["events"]),
        unset=tuple(variable_of(value) for value, secret in found if not secret),
    )


def _by_id(entries: Iterable[Entry]) -> dict[str, Entry]:
    return {entry.id: entry for entry in entries}


def _form(form: Mapping[str, Any], known: Mapping[str, Field]) -> Form:
    asked = tuple(FormField(known[name.rstrip("!")], name.endswith("!")) for name in form["fields_"])
    return Form(
        fields=asked,
        consents=tuple(form["consents"]),
        topics=tuple(form["topics"]),
        **{
            key: form[key] for key in ("id", "kind", "channel", "title", "download", "link_expires", "thanks")
        },
    )


def _stages(stages: Mapping[str, Any]) -> Stages:
    marketing, sales = stages["marketing_qualified"], stages["sales_qualified"]
    return Stages(
        requires=tuple(marketing["requires"]),
        marketing_when=compile_expression(marketing["when"]),
        threshold=sales["threshold"],
        sales_when=_compiled(sales["when"]),
    )


def _rule(rule: Mapping[str, Any]) -> Rule:
    points, when = rule["points"], rule["when"]
    return Rule(
        **{
            **rule,
            "points": compile_expression(points) if isinstance(points, str) else points,
            "when": _compiled(when),
        }
    )


def _fit(rule: Mapping[str, Any]) -> FitRule:
    return FitRule(**{**rule, "when": compile_expression(rule["when"])})


def _compiled(source: str | None) -> Expression | None:
    return compile_expression(source) if source else None


def _mailing(mailing: Mapping[str, Any]) -> Mailing:
    return Mailing(
        quiet=mailing["quiet_hours"], **{key: mailing[key] for key in mailing if key != "quiet_hours"}
    )


def _mail(mail: Mapping[str, Any], folder: Path) -> MailTemplate:
    texts = {language: read_mail(mail_path(folder, mail["text"], language)) for language in mail["subject"]}
    files = {language: mail_file(mail["text"], language) for language in texts}
    return MailTemplate(mail["id"], mail["subject"], texts, files, tuple(mail["topics"]))


def _sequence(sequence: Mapping[str, Any], zone: ZoneInfo) -> Sequence:
    date = sequence["date"]
    return Sequence(
        **{
            **sequence,
            "date": date.replace(tzinfo=zone) if date and date.tzinfo is None else date,
            "again": sequence["again"] or (AWAKE_AGAIN if sequence["kind"] == "wake-up" else None),
            "when": _compiled(sequence["when"]),
            "goal": _compiled(sequence["goal"]),
            "steps": tuple(_step(step) for step in sequence["steps"]),
        }
    )


def _step(step: Mapping[str, Any]) -> Step:
    known = {key.rstrip("_"): value for key, value in step.items()}
    known["variants"] = tuple(Variant(**one) for one in step["variants"])
    return Step(**{**known, "when": _compiled(step["when"])})
