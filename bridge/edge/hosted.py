"""A form as we show it: on its own page, or put into somebody else's."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import request

from bridge import i18n
from bridge.delivery.tokens import STAMP
from bridge.edge.extension import services, wanted_language
from bridge.errors import InvalidToken, UnknownForm
from bridge.program.model import Form


def known_form(form_id: str) -> Form:
    """The form of that name. Raises UnknownForm."""
    form = services().program.forms.get(form_id)
    if form is None:
        raise UnknownForm(form_id)
    return form


def shown_language() -> str:
    """The language that the form is or was shown in: it or its address says so, or the browser asks for it.

    The consent texts of that language are the ones that were read.
    """
    said = request.form.get("_language") or request.args.get("_language", "")
    language = said.partition("-")[0].lower()  # pages say "de-AT", too (RFC 5646)
    return language if language in i18n.LANGUAGES else wanted_language()


def form_parts(form: Form, language: str, stamp: str | None = None) -> Mapping[str, Any]:
    """What a template needs to show a form that can be sent once. stamp: of its first showing; None is this one."""
    return {
        "form": form,
        "consents": consent_texts(form, language),
        "stamp": _stamp(form) if stamp is None else stamp,
        "once": secrets.token_urlsafe(12),
    }


def consent_texts(form: Form, language: str) -> list[tuple[str, str]]:
    """Purpose and words of each box that the form shows."""
    texts = services().program.consents
    return [(purpose, i18n.pick(texts[purpose], language)) for purpose in form.consents]


def _stamp(form: Form) -> str:
    """When the form was shown, signed."""
    bridge = services()
    shown_at = bridge.clock()
    payload = f"{form.id} {shown_at.isoformat()}".encode()
    return bridge.tokens.sign(STAMP, payload, shown_at)


def read_stamp(form: Form, stamp: str) -> datetime:
    """When the form was shown. Raises ExpiredToken, and InvalidToken for a stamp that is not this form's."""
    bridge = services()
    form_id, _, shown_at = bridge.tokens.open(STAMP, stamp, bridge.clock()).decode().partition(" ")
    if form_id != form.id:
        raise InvalidToken
    return datetime.fromisoformat(shown_at)
