"""The preference centre: topics, frequency, language, and what a person allows."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, redirect, request
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate
from werkzeug.wrappers import Response as AnyResponse

from bridge import i18n
from bridge.delivery.links import DownloadTarget, read_preferences
from bridge.edge.answers import Answered, read_answers
from bridge.edge.extension import asker, services
from bridge.edge.gone import gone
from bridge.edge.own_pages import note_opened
from bridge.edge.presentation import page
from bridge.errors import UnknownProfile
from bridge.flow.profile_lines import also_given
from bridge.flow.save_preferences import Preferences, save_preferences
from bridge.flow.sending.write_together import asked_downloads
from bridge.flow.unit import Unit
from bridge.profiles.consent import PURPOSES, standing
from bridge.profiles.questions import CALLS, next_questions, open_questions
from bridge.program.model import FormField
from bridge.store import consents, profiles
from bridge.store.profiles import ProfileRow

preferences = Blueprint("preferences", __name__)


class PreferencesSchema(Schema):
    """The form of the preference centre, without its check boxes."""

    class Meta:
        unknown = EXCLUDE

    frequency = fields.String(load_default="normal", validate=validate.OneOf(("normal", "monthly", "paused")))
    pause_until = fields.Date(load_default=None, allow_none=True)
    language = fields.String(load_default="de", validate=validate.OneOf(i18n.LANGUAGES))


@preferences.get("/preferences/<token>")
def show(token: str) -> Response:
    """Show what is chosen now."""
    bridge = services()
    profile_id, mail_id = read_preferences(bridge.tokens, token)
    note_opened("preferences", profile_id, mail_id)
    try:
        with bridge.page_unit() as unit:
            profile = profiles.get(unit.connection, profile_id)
            return _page(unit, profile, _chosen(unit, profile), {})
    except UnknownProfile:
        return gone()


@preferences.post("/preferences/<token>")
def save(token: str) -> AnyResponse:
    """Write down what was chosen; with a mistake, show it and keep what was typed."""
    bridge = services()
    profile_id, mail_id = read_preferences(bridge.tokens, token)
    try:
        with bridge.page_unit() as unit:
            return _save(unit, profiles.get(unit.connection, profile_id), mail_id)
    except UnknownProfile:
        return gone()


def _save(unit: Unit, profile: ProfileRow, mail: UUID | None) -> AnyResponse:
    typed = {name: value for name, value in request.form.items() if value}
    asked = open_questions(unit.program, profile.fields, calls=True)
    answered = read_answers(asked, profile.language, may_call="consent_phone" in request.form)
    errors = _mistakes(profile, typed) | dict(answered.errors)
    if errors:
        return _page(unit, profile, _typed(unit, answered), errors)
    shown = _shown_purposes(unit, profile, answered.shown)
    wishes = _wishes(PreferencesSchema().load(typed), shown, answered)
    save_preferences(unit, profile.id, wishes, asker(), mail)
    return redirect(f"{request.path}?saved=1", 303)


def _mistakes(profile: ProfileRow, typed: dict[str, str]) -> dict[str, list[str]]:
    """Messages by field, in the person's language."""
    say = i18n.translations(profile.language).gettext
    today = services().clock().astimezone(services().program.timezone).date()
    try:
        loaded = PreferencesSchema().load(typed)
    except ValidationError as error:
        wrong = {name: [say("Please choose one of the options.")] for name in error.messages_dict}
        return wrong | ({"pause_until": [say("Please enter a date.")]} if "pause_until" in wrong else {})
    until: date | None = loaded["pause_until"]
    if loaded["frequency"] == "paused" and (until is None or until <= today):
        return {"pause_until": [say("Please choose a date in the future.")]}
    return {}


def _wishes(loaded: dict[str, Any], shown: list[str], answered: Answered) -> Preferences:
    program = services().program
    return Preferences(
        topics=tuple(topic for topic in program.topics if topic in request.form.getlist("topics")),
        frequency=loaded["frequency"],
        pause_until=loaded["pause_until"],
        language=loaded["language"],
        allowed={purpose: f"consent_{purpose}" in request.form for purpose in shown},
        take=frozenset(name.removeprefix("take_") for name in request.form if name.startswith("take_")),
        answers=answered.answers,
    )


def _shown_purposes(unit: Unit, profile: ProfileRow, questions: Iterable[FormField]) -> list[str]:
    """What is asked for; calls only of somebody who has a number, or who allowed them and may take that back.

    questions: those on the same page; beside one for a number stands the box for calls.
    """
    asked = [purpose for purpose in PURPOSES if purpose in unit.program.consents]
    reachable = (
        profile.fields.get("phone")
        or "phone" in profile.also_given
        or "phone" in _given(unit, profile)
        or any(one.field.type == CALLS for one in questions)
    )
    return asked if reachable else [purpose for purpose in asked if purpose != "phone"]


def _given(unit: Unit, profile: ProfileRow) -> set[str]:
    states = standing(consents.of_profile(unit.connection, profile.id))
    return {purpose for purpose, state in states.items() if state == "given"}


def _chosen(unit: Unit, profile: ProfileRow) -> dict[str, Any]:
    calls = "phone" in unit.program.consents
    return {
        "questions": next_questions(unit.program, profile.fields, calls=calls),
        "answers": {},
        "topics": set(profile.interests),
        "frequency": profile.frequency,
        "pause_until": profile.pause_until if profile.frequency == "paused" else None,
        "language": profile.language,
        "allowed": _given(unit, profile),
    }


def _typed(unit: Unit, answered: Answered) -> dict[str, Any]:
    return {
        "questions": answered.shown,
        "answers": answered.typed,
        "topics": set(request.form.getlist("topics")),
        "frequency": request.form.get("frequency", "normal"),
        "pause_until": request.form.get("pause_until"),
        "language": request.form.get("language", unit.program.language),
        "allowed": {purpose for purpose in PURPOSES if f"consent_{purpose}" in request.form},
    }


def _page(unit: Unit, profile: ProfileRow, chosen: dict[str, Any], errors: dict[str, list[str]]) -> Response:
    bridge, program, language = services(), unit.program, profile.language
    return page(
        "pages/preferences.html",
        program=program,
        now=unit.now,
        language=language,
        status=422 if errors else 200,
        action=request.path,
        saved="saved" in request.args,
        just_confirmed="confirmed" in request.args,
        downloads=_downloads(unit, profile.id, language),
        topics=[
            (t.id, i18n.pick(t.title, language), t.id in chosen["topics"]) for t in program.topics.values()
        ],
        frequency=chosen["frequency"],
        pause_until=chosen["pause_until"],
        language_choice=chosen["language"],
        consents=[
            (purpose, i18n.pick(program.consents[purpose], language), purpose in chosen["allowed"])
            for purpose in _shown_purposes(unit, profile, chosen["questions"])
        ],
        questions=chosen["questions"],
        typed=chosen["answers"],
        also_given=also_given(program, profile.also_given, language),
        errors=errors,
        objected=profile.objected,
        own_data_url=bridge.world.links.own_data(profile.id),
        unsubscribe_url=bridge.world.links.unsubscribe(profile.id, None),
    )


def _downloads(unit: Unit, profile_id: UUID, language: str) -> list[tuple[str, str]]:
    return [
        (
            i18n.pick(form.title, language),
            unit.world.links.download(DownloadTarget(profile_id, None, form.id, unit.now)),
        )
        for form in asked_downloads(unit, profile_id)
    ]
