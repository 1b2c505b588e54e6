"""Gated downloads: what somebody asked for, behind a link of their own."""

import logging

from flask import Blueprint, Response, request, send_file

from bridge.delivery.links import read_download
from bridge.edge.extension import services
from bridge.edge.telling import hit_facts
from bridge.errors import ExpiredToken, JournalUnavailable
from bridge.intake.records import HIT, Hit

downloads = Blueprint("downloads", __name__)
log = logging.getLogger(__name__)


@downloads.get("/d/<token>")
def download(token: str) -> Response:
    """The file; following the link is written down, and failing to do so holds nobody up."""
    bridge = services()
    target = read_download(bridge.tokens, token)
    form = bridge.program.forms.get(target.form)
    if form is None or not form.download:
        raise ExpiredToken
    facts = hit_facts(request.environ, bridge.settings.trusted_proxies)
    hit = Hit("file.downloaded", target.mail, target.profile, facts, form=form.id)
    try:
        bridge.journal.append(HIT, hit, bridge.clock(), durable=False)
    except JournalUnavailable as error:
        log.error("a download was not journalled", extra={"reason": str(error)})
    response = send_file(
        bridge.program.path_of(form.download).resolve(), as_attachment=True, download_name=form.download
    )
    response.headers.update(
        {
            "Cache-Control": "no-store",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
            "X-Robots-Tag": "noindex",
        }
    )
    return response
