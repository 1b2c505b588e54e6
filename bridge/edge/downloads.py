"""Gated downloads: what somebody asked for, behind a link of their own. The journal is all that this needs."""

import logging

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from bridge.delivery.links import DownloadTarget, read_download
from bridge.edge.extension import services
from bridge.edge.gate import LENGTH
from bridge.edge.gone import PRIVATE
from bridge.edge.presentation import page
from bridge.edge.problems import problem, wants_json
from bridge.edge.sending import begins_download, sent
from bridge.edge.telling import hit_facts
from bridge.errors import ExpiredToken, FileAway, JournalUnavailable
from bridge.intake.records import HIT, Hit
from bridge.program.model import Form

downloads = Blueprint("downloads", __name__)
log = logging.getLogger(__name__)

HEADERS = {
    "Cache-Control": "private, no-cache",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}
"""A browser may keep the file, and asks each time whether it is still good."""


@downloads.get("/d/<token>")
def download(token: str) -> AnyResponse:
    """The file. Its first request is written down, and failing to do so holds nobody up."""
    bridge = services()
    target = read_download(bridge.tokens, token)
    form = offered(target)
    if form.link_is_over(target.since, bridge.clock()):
        return over(form, token)
    try:
        answer = sent(bridge.files.find(form.download or ""), request.environ)
    except (FileAway, OSError) as why:
        log.error("a download is not there", extra={"form": form.id, "reason": str(why)})
        return _away(form, coming=isinstance(why, FileAway) and why.coming)
    if begins_download(answer):
        _note(target)
    request.environ[LENGTH] = answer.content_length or 0
    answer.headers.update(HEADERS)
    return answer


def offered(target: DownloadTarget) -> Form:
    """The form that a link belongs to. Raises ExpiredToken when its file is not offered any more."""
    form = services().program.forms.get(target.form)
    if form is None or not form.download:
        raise ExpiredToken
    return form


def over(form: Form, token: str) -> Response:
    """The page behind a link that has expired: it offers a new one."""
    if wants_json():
        return problem(410)
    return shown(form, "over", 410, f"/downloads/{token}")


def shown(form: Form, state: str, status: int, action: str = "") -> Response:
    """The page about a file that is not sent. state: "over", "asked", "coming" or "away"."""
    response = page(
        "pages/download.html",
        status=status,
        state=state,
        title=form.title,
        action=action,
        days=form.link_expires.days if form.link_expires else 0,
    )
    response.headers.update(PRIVATE)
    return response


def _away(form: Form, *, coming: bool) -> Response:
    response = problem(503) if wants_json() else shown(form, "coming" if coming else "away", 503)
    response.headers["Retry-After"] = "3" if coming else "60"
    return response


def _note(target: DownloadTarget) -> None:
    bridge = services()
    facts = hit_facts(request.environ, bridge.settings.trusted_proxies)
    hit = Hit("file.downloaded", target.mail, target.profile, facts, form=target.form)
    try:
        bridge.journal.append(HIT, hit, bridge.clock(), durable=False)
    except JournalUnavailable as error:
        log.error("a download was not journalled", extra={"reason": str(error)})
