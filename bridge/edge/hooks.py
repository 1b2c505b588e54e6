"""What mail providers tell of mails that left: proven, written to disk, then answered. Journal only.

What is proven but makes no sense is taken all the same, and lies among the dead letters for somebody to look at:
sent again and again it would make no more sense.
"""

import logging
from typing import Any

from flask import Blueprint, Response, jsonify, request

from bridge.edge.extension import services
from bridge.edge.problems import problem
from bridge.errors import InvalidSignature
from bridge.intake.records import NOTICE, to_body
from bridge.wiring.hooks import HookRequest, Proof, Report

hooks = Blueprint("hooks", __name__)
log = logging.getLogger(__name__)

BELOW = "/hooks/"
LARGEST = 1024 * 1024
"""SendGrid collects events; Amazon sends 256 KiB at most."""


@hooks.before_app_request
def find() -> None:
    """Whatever the method: who is not listened to has nothing here. Raises UnknownProvider."""
    if request.path.startswith(BELOW):
        request.max_content_length = LARGEST
        services().hooks.knows(request.path.removeprefix(BELOW))


@hooks.post(f"{BELOW}<provider>")
def receive(provider: str) -> Response:
    """Take a provider's events. 200 means that they are on the disk, or none of our business."""
    bridge = services()
    try:
        told = bridge.hooks.read(provider, _asked())
    except InvalidSignature as error:
        proof = bridge.hooks.proof_of(provider)
        facts = {"provider": provider, "reason": str(error), "expected": proof.expected}
        log.warning("a provider's event was refused", extra=facts)
        return _refused(proof)
    if told.notices or told.unreadable:
        bridge.journal.append_all(NOTICE, _bodies(provider, told), bridge.clock())
    bridge.hooks.count(provider, told)
    return jsonify({"taken": len(told.notices), "ignored": told.ignored, "unreadable": len(told.unreadable)})


def _asked() -> HookRequest:
    query = request.query_string.decode("latin-1")
    return HookRequest(
        target=request.path + (f"?{query}" if query else ""),
        headers={name.lower(): value for name, value in request.headers.items()},
        body=request.get_data(),
        at=services().clock(),
    )


def _bodies(provider: str, told: Report) -> list[dict[str, Any]]:
    """What goes into the journal. Ingest cannot read what only has a `raw`, and buries it."""
    strange = [{"source": provider, "raw": text} for text in told.unreadable]
    return [to_body(notice) for notice in told.notices] + strange


def _refused(proof: Proof) -> Response:
    """401, on which no provider gives up at once; 403 would end Postmark's attempts."""
    response = problem(401, error=f"expected {proof.expected}")
    response.headers["WWW-Authenticate"] = f'{proof.scheme} realm="leadbridge"'
    return response
