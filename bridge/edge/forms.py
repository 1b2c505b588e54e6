"""Forms that a browser posts, from anybody's website or from the page we host."""

import secrets
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, jsonify, redirect, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from bridge.edge.channel import NAMES as CHANNEL
from bridge.edge.channel import bare, channel_facts, script_facts
from bridge.edge.extension import asker, services
from bridge.edge.hosted import consent_texts, form_parts, known_form, read_stamp, shown_language
from bridge.edge.limits import form_limits
from bridge.edge.origins import share
from bridge.edge.presentation import page
from bridge.edge.problems import wants_json
from bridge.errors import ExpiredToken, InvalidFields, InvalidToken
from bridge.ids import derived_id
from bridge.intake.records import SUBMISSION, GivenConsent, Submission, content_hash, to_body
from bridge.intake.validation import clean, validate
from bridge.intake.visitor import recognisable
from bridge.nurture.announced import announced
from bridge.program.model import Form

forms = Blueprint("forms", __name__)

FASTEST = timedelta(seconds=2)
HONEYPOT = "website"
OURS = frozenset({HONEYPOT, *CHANNEL})
"""Names that are no answers, as are all that begin with an underscore."""
YES = frozenset({"on", "1", "yes", "true", "ja"})


@forms.after_request
def let_scripts_read(response: Response) -> Response:
    """Scripts of named websites may read the answers that are meant for programs, mistakes included.

    A form's post needs no preflight, whatever it accepts, so none is answered: other content types and headers of
    a script's own stay out.
    """
    return share(response) if response.mimetype == "application/json" else response


@forms.get("/forms/<form_id>")
def show(form_id: str) -> Response:
    """The hosted page of a form."""
    return _form_page(known_form(form_id), {}, {}, 200, None)


@forms.post("/forms/<form_id>")
def send(form_id: str) -> AnyResponse:
    """Take a browser's form in."""
    form, posted, language = known_form(form_id), request.form, shown_language()
    typed = typed_values(posted)
    try:
        fields = validate(form, typed, language)
    except InvalidFields as error:
        form_limits().count_mistaken()
        if wants_json():
            raise
        ticked = ticked_boxes(posted)
        return _form_page(form, typed | ticked, dict(error.fields), 422, _first_stamp(form, posted))
    crowded = "too many" if form_limits().count_taken() else None
    submission = submission_of(form, fields, posted, language, suspicion_of(form, posted) or crowded)
    services().journal.append(SUBMISSION, to_body(submission), submission.at)
    thanks = thanks_address(form, submission)
    if wants_json():
        response = jsonify({"id": str(submission.id), "thanks": thanks})
        response.status_code = 202
        return response
    return redirect(thanks, 303)


def _form_page(
    form: Form, values: dict[str, str], errors: dict[str, Any], status: int, stamp: str | None
) -> Response:
    bridge, language = services(), shown_language()
    now = bridge.clock()
    return page(
        "pages/form.html",
        program=bridge.program,
        now=now,
        language=language,
        status=status,
        action=f"/forms/{form.id}",
        values=values,
        errors=errors,
        event=announced(bridge.program, form, now),
        channel=channel_facts() | script_facts(),
        embed_url=f"/forms/{form.id}/embed" if bridge.settings.demo else None,
        **form_parts(form, language, stamp),
    )


def _first_stamp(form: Form, posted: MultiDict[str, str]) -> str | None:
    """The stamp, or none, that a form comes back with beside its mistakes; None when it was forged.

    With a new one, whoever has only a telephone number to correct would be too fast.
    """
    stamp = posted.get("_stamp", "")
    try:
        if stamp:
            read_stamp(form, stamp)
    except ExpiredToken:
        pass
    except InvalidToken:
        return None
    return stamp


def typed_values(posted: MultiDict[str, str]) -> dict[str, str]:
    """The answers of a form, by field."""
    return {name: ", ".join(several) for name, several in posted.lists() if _is_answer(name)}


def ticked_boxes(posted: MultiDict[str, str]) -> dict[str, str]:
    """The boxes of consents that are ticked, by name."""
    boxes = ((name, ", ".join(several)) for name, several in posted.lists() if _is_consent(name))
    return {name: value for name, value in boxes if _is_yes(value)}


def _is_answer(name: str) -> bool:
    return name not in OURS and not name.startswith("_") and not _is_consent(name)


def _is_consent(name: str) -> bool:
    return name.startswith("consent_")


def _is_yes(value: str) -> bool:
    return value.lower() in YES


def _key(form: Form, fields: dict[str, str], consents: dict[str, GivenConsent], once: str) -> str:
    """What makes a browser's submission the same one: the page it was sent from and what it says.

    A form that was corrected and sent again from the same page is a new one.
    """
    return f"{once}:{content_hash(form.id, fields, consents)[:16]}" if once else secrets.token_urlsafe(12)


def submission_of(
    form: Form, fields: dict[str, str], posted: MultiDict[str, str], language: str, suspicion: str | None
) -> Submission:
    """What goes into the journal. posted: the boxes, and what stands beside the answers. language: of the page."""
    bridge = services()
    text_language = language if "_language" in request.values else bridge.program.language
    consents = {
        purpose: GivenConsent(_is_yes(posted.get(f"consent_{purpose}", "")), text)
        for purpose, text in consent_texts(form, text_language)
    }
    key = _key(form, fields, consents, clean(posted.get("_once", ""))[:64])
    facts = asker()
    return Submission(
        id=derived_id("submission", "browser", form.id, key),
        form=form.id,
        source="browser",
        key=f"{form.id}:{key}",
        at=bridge.clock(),
        fields=fields,
        consents=consents,
        context=recognisable(_context(language), consents),
        request=facts,
        suspicion=suspicion,
    )


def _context(language: str) -> dict[str, Any]:
    """Channel facts of a submission."""
    facts, told = channel_facts(), script_facts()
    page_url = facts.pop("page_url", "")
    utm = {name.removeprefix("utm_"): value for name, value in facts.items()}
    found = {
        "page_url": bare(page_url),
        "utm": utm,
        "referrer": bare(told.get("_referrer", "")),
        "visitor": told.get("_visitor"),
    }
    return {"language": language, **{name: value for name, value in found.items() if value}}


def suspicion_of(form: Form, posted: MultiDict[str, str]) -> str | None:
    """Why a submission looks like spam: a field that people do not see is filled, or it came too fast."""
    if posted.get(HONEYPOT):
        return "honeypot"
    stamp = posted.get("_stamp")
    try:
        shown_at = read_stamp(form, stamp) if stamp else None
    except ExpiredToken:
        return None
    except InvalidToken:
        return "forged time stamp"
    if shown_at and services().clock() - shown_at < FASTEST:
        return "too fast"
    return None


def thanks_address(form: Form, submission: Submission) -> str:
    """Where the browser goes on to."""
    target = form.thanks or services().program.thanks
    if not target.startswith("/"):
        return target
    ticked = "email" in submission.consents and submission.consents["email"].given
    return f"{target}?{urlencode({'form': form.id, 'mail': '1' if ticked else '0'})}"
