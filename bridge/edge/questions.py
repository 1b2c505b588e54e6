"""What is not known of somebody yet, asked by a link from their own mailbox: a few questions, or within a form.

Whoever got the link passed on sees which questions are open, and nothing that is known.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from bridge.delivery.links import AskTarget, read_ask
from bridge.edge.answers import Answered, read_answers
from bridge.edge.extension import asker, services
from bridge.edge.forms import (
    HONEYPOT,
    submission_of,
    suspicion_of,
    thanks_address,
    ticked_boxes,
    typed_values,
)
from bridge.edge.gone import PRIVATE, gone
from bridge.edge.hosted import form_parts, known_form
from bridge.edge.limits import form_limits
from bridge.edge.own_pages import note_opened
from bridge.edge.presentation import page
from bridge.edge.wanted import BOX, asks_for_a_tick, is_ticked, machine_at_work, missing_tick
from bridge.errors import InvalidFields, UnknownProfile
from bridge.flow.answer_questions import answer_questions
from bridge.flow.unit import Unit
from bridge.intake.records import SUBMISSION, to_body
from bridge.intake.validation import validate_answers
from bridge.nurture.announced import announced
from bridge.profiles.consent import standing
from bridge.profiles.questions import next_questions, open_questions
from bridge.program.model import Form, FormField
from bridge.store import consents, profiles
from bridge.store.profiles import ProfileRow

questions = Blueprint("questions", __name__)


@dataclass(frozen=True, slots=True)
class Guest:
    """Whose link this is. form: as it is shown, without what is known; None for a page of questions alone.

    known: what the form does not ask again, by field. calls: whether these are allowed already.
    """

    profile: ProfileRow
    form: Form | None
    known: Mapping[str, str]
    calls: bool

    @property
    def asks_for_calls(self) -> bool:
        """Whether the page has a box for them."""
        return self.form is not None and "phone" in self.form.consents

    @property
    def open(self) -> tuple[FormField, ...]:
        """All questions that the page may ask, besides what the form asks itself."""
        calls = self.calls or self.asks_for_calls
        found = open_questions(services().program, self.profile.fields, calls=calls)
        return tuple(one for one in found if one.field.id not in self.own)

    @property
    def own(self) -> frozenset[str]:
        """The fields of the form."""
        return frozenset(one.field.id for one in self.form.fields) if self.form else frozenset()

    def next(self) -> tuple[FormField, ...]:
        """Those that it asks now."""
        calls = self.calls or self.asks_for_calls
        fields = self.profile.fields
        return next_questions(services().program, fields, calls=calls, besides={*self.own, *_later()})


@questions.get("/ask/<token>")
def show(token: str) -> Response:
    """Ask what is not known yet."""
    target = _target(token)
    note_opened("ask", target.profile, target.mail)
    try:
        with services().page_unit() as unit:
            guest = _guest(unit, target)
    except UnknownProfile:
        return gone()
    return _form_page(guest, guest.form, guest.next()) if guest.form else _page(guest, guest.next())


@questions.post("/ask/<token>")
def answer(token: str) -> AnyResponse:
    """Write down what was answered, and send the form if there is one; with a mistake, keep what was typed."""
    target = _target(token)
    try:
        with services().page_unit() as unit:
            guest = _guest(unit, target)
            may_call = guest.calls or (guest.asks_for_calls and "consent_phone" in ticked_boxes(request.form))
            answered = read_answers(guest.open, guest.profile.language, may_call=may_call)
            if guest.form:
                return _send(unit, guest, guest.form, answered, target.mail)
            if answered.errors:
                return _page(guest, answered.shown, answered)
            if not request.form.get(HONEYPOT):
                answer_questions(unit, guest.profile.id, answered.answers, asker(), target.mail)
    except UnknownProfile:
        return gone()
    left = [one.field.id for one in answered.shown if one.field.id not in answered.answers]
    later = ",".join([*_later(), *left])
    return redirect(f"{request.path}?thanks=1" + (f"&later={later}" if later else ""), 303)


def _target(token: str) -> AskTarget:
    bridge = services()
    return read_ask(bridge.tokens, token, bridge.clock())


def _later() -> tuple[str, ...]:
    """Questions that were left empty a moment ago."""
    said = request.args.get("later", "").split(",")
    return tuple(one for one in services().program.profiling.questions if one in said)


def _guest(unit: Unit, target: AskTarget) -> Guest:
    profile = profiles.get(unit.connection, target.profile)
    states = standing(consents.of_profile(unit.connection, profile.id))
    given = {purpose for purpose, state in states.items() if state == "given"}
    whole = known_form(target.form) if target.form else None
    if whole is None:
        return Guest(profile, None, {}, "phone" in given)
    facts = {**profile.fields, "email": profile.email}
    known = {one.field.id: facts[one.field.id] for one in whole.fields if facts.get(one.field.id)}
    form = replace(
        whole,
        fields=tuple(one for one in whole.fields if one.field.id not in known),
        consents=tuple(purpose for purpose in whole.consents if purpose not in given),
    )
    return Guest(profile, form, known, "phone" in given)


def _send(unit: Unit, guest: Guest, form: Form, answered: Answered, mail: UUID | None) -> AnyResponse:
    """The form goes the way of all forms; what else was answered is written down at once."""
    language, posted = guest.profile.language, request.form
    errors = {**answered.errors, **missing_tick(form, language)}
    fields: dict[str, str] = {}
    try:
        fields = validate_answers(form.fields, typed_values(posted), language)
    except InvalidFields as error:
        errors = {name: list(said) for name, said in error.fields.items()} | errors
    if errors:
        form_limits().count_mistaken()
        return _form_page(guest, form, answered.shown, answered, errors)
    crowded = "too many" if form_limits().count_taken() else None
    suspicion = (
        suspicion_of(form, posted) or crowded or (None if fields else machine_at_work(guest.profile.id))
    )
    submission = replace(
        submission_of(form, {**guest.known, **fields}, posted, language, suspicion),
        mail=mail,
        how=None if fields else "button",
    )
    if suspicion is None:
        answer_questions(unit, guest.profile.id, answered.answers, asker(), mail)
    services().journal.append(SUBMISSION, to_body(submission), submission.at)
    return redirect(thanks_address(form, submission), 303)


def _page(guest: Guest, asked: tuple[FormField, ...], answered: Answered | None = None) -> Response:
    later = ",".join(_later())
    errors = answered.errors if answered else {}
    return _private(
        page(
            "pages/ask.html",
            language=guest.profile.language,
            status=422 if errors else 200,
            action=request.path + (f"?later={later}" if later else ""),
            thanks="thanks" in request.args and not errors,
            questions=asked,
            typed=answered.typed if answered else {},
            errors=errors,
        )
    )


def _form_page(
    guest: Guest,
    form: Form,
    asked: tuple[FormField, ...],
    answered: Answered | None = None,
    errors: Mapping[str, list[str]] | None = None,
) -> Response:
    bridge, language = services(), guest.profile.language
    now = bridge.clock()
    return _private(
        page(
            "pages/form.html",
            program=bridge.program,
            now=now,
            language=language,
            status=422 if errors else 200,
            action=request.path,
            values=typed_values(request.form) | ticked_boxes(request.form) if errors else {},
            wanted=BOX if asks_for_a_tick(form) else None,
            is_wanted=is_ticked(),
            errors=errors or {},
            channel={},
            event=announced(bridge.program, form, now),
            whole_form_url=f"/forms/{form.id}",
            questions=asked,
            typed=answered.typed if answered else {},
            **form_parts(form, language, request.form.get("_stamp") if errors else None),
        )
    )


def _private(response: Response) -> Response:
    response.headers.update(PRIVATE)
    return response
