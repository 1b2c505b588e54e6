"""Page visits and uses that our script on a website tells of: only with consent, and only of named websites."""

import json
from typing import Any

from flask import Blueprint, Response, abort, request
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from bridge.delivery.links import Arrival, read_arrival
from bridge.edge.channel import bare, utm_of
from bridge.edge.extension import asker, services
from bridge.edge.limits import too_many_uses, too_many_visits, too_many_withdrawals
from bridge.edge.network import origin_of
from bridge.edge.origins import allowed_origin, share
from bridge.errors import InvalidToken, InvalidVisit
from bridge.intake.records import USE, VISIT, WITHDRAWAL, PageUse, Visit, Withdrawal, to_body
from bridge.intake.validation import clean
from bridge.intake.visitor import is_visitor

visits = Blueprint("visits", __name__)

LARGEST = 4096
LONGEST_URL = 2000
LONGEST_TEXT = 300
UNSEEN = ("prefetch", "prerender", "preview")
"""What a browser calls its purpose when it prepares a page that nobody looks at."""


class _Told(Schema):
    class Meta:
        unknown = EXCLUDE

    visitor = fields.String(required=True)


class UseSchema(_Told):
    """What the script tells when somebody uses a page."""

    arrival = fields.String(load_default="", allow_none=True)


class VisitSchema(UseSchema):
    """What the script tells of a visit. Longer texts are cut, a wrong kind of value is a mistake."""

    page_url = fields.String(required=True, validate=validate.Length(1, LONGEST_URL))
    title = fields.String(load_default="", allow_none=True)
    referrer = fields.String(load_default="", allow_none=True)
    language = fields.String(load_default="", allow_none=True)


@visits.after_request
def let_scripts_read(response: Response) -> Response:
    """Without this, every visit would be reported as an error in the website's console."""
    return share(response)


@visits.post("/t/p")
def tell() -> Response:
    """Take a visit, the word that a page is used, or that a browser wants to be forgotten. Needs only the journal."""
    request.max_content_length = LARGEST
    told = _json(request.get_data())
    if told.get("withdrawn") is True:
        _take_withdrawal(Withdrawal(_checked(_Told(), told)["visitor"]))
    elif told.get("used") is True:
        _take_use(told)
    else:
        _take_visit(told)
    return Response(status=204, headers={"Cache-Control": "no-store"})


def _take_withdrawal(withdrawal: Withdrawal) -> None:
    """From wherever it comes: a website that is not named any more has people who withdraw, too."""
    if too_many_withdrawals():
        abort(429)
    bridge = services()
    bridge.journal.append(WITHDRAWAL, to_body(withdrawal), bridge.clock())


def _take_visit(told: dict[str, Any]) -> None:
    origin = _named_origin()
    if too_many_visits():
        abort(429)
    visit = _visit(_checked(VisitSchema(), told), origin)
    _note(VISIT, visit)


def _take_use(told: dict[str, Any]) -> None:
    _named_origin()
    if too_many_uses():
        abort(429)
    checked = _checked(UseSchema(), told)
    arrival = _arrival(checked)
    mail, hit = (arrival.mail, arrival.hit) if arrival else (None, None)
    _note(USE, PageUse(checked["visitor"], asker(), mail, hit))


def _named_origin() -> str:
    """The website that tells; others are refused."""
    return allowed_origin() or abort(403)


def _note(kind: str, record: Visit | PageUse) -> None:
    bridge = services()
    if not _is_unwanted():
        bridge.journal.append(kind, to_body(record), bridge.clock(), durable=False)


def _json(body: bytes) -> dict[str, Any]:
    try:
        content = json.loads(body.decode())
    except (ValueError, RecursionError) as error:
        raise InvalidVisit({"body": ["not valid JSON"]}) from error
    if not isinstance(content, dict):
        raise InvalidVisit({"body": ["expected a JSON object"]})
    return content


def _checked(schema: Schema, content: dict[str, Any]) -> dict[str, Any]:
    try:
        told: dict[str, Any] = schema.load(content)
    except ValidationError as error:
        raise InvalidVisit(error.messages_dict) from error
    if not is_visitor(told["visitor"]):
        raise InvalidVisit({"visitor": ["expected 32 hexadecimal digits"]})
    return told


def _visit(told: dict[str, Any], origin: str) -> Visit:
    if origin_of(told["page_url"]) != origin:
        raise InvalidVisit({"page_url": ["not a page of the website that tells of it"]})
    arrival = _arrival(told)
    return Visit(
        visitor=told["visitor"],
        page=bare(told["page_url"]),
        request=asker(),
        title=clean(told["title"] or "")[:LONGEST_TEXT],
        referrer=bare(told["referrer"] or "") or None,
        utm=utm_of(told["page_url"]),
        language=clean(told["language"] or "")[:35] or None,
        arrival=arrival.mail if arrival else None,
    )


def _arrival(told: dict[str, Any]) -> Arrival | None:
    """The tracked link that led there; a token that says nothing (any more) is passed over."""
    bridge, token = services(), told["arrival"]
    try:
        return read_arrival(bridge.tokens, token, bridge.clock()) if token else None
    except InvalidToken:
        return None


def _is_unwanted() -> bool:
    """Whether the browser asks not to be watched, or fetched a page that nobody has seen yet.

    Do Not Track: https://www.w3.org/TR/tracking-dnt/; Global Privacy Control: https://www.w3.org/TR/gpc/.
    """
    headers, purpose = request.headers, (asker().purpose or "").lower()
    return headers.get("DNT") == "1" or headers.get("Sec-GPC") == "1" or any(one in purpose for one in UNSEEN)
