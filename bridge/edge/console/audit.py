"""The audit log: who saw and did what on the console, with a filter, and as a sheet."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Response, request
from marshmallow import EXCLUDE, Schema, ValidationError, fields, post_load, validate
from sqlalchemy import Connection

from bridge import i18n
from bridge.edge.console import deeds
from bridge.edge.console.frame import console, console_page, needs, visit
from bridge.edge.console.leaving import both_taken, leaving
from bridge.edge.console.taken_along import asked_form, heads
from bridge.edge.extension import services
from bridge.edge.presentation import file_response
from bridge.flow.sheet_forms import ENDINGS, TYPES, Format, Wording, wording
from bridge.intake.validation import clean
from bridge.observe.sheets import sheet
from bridge.store import accounts
from bridge.store import audit as rows
from bridge.store.accounts import AccountRow
from bridge.store.audit import Asked, AuditRow, Place
from bridge.store.exports import one_look
from bridge.wiring import Services

audit = console("audit")

SHOWN, AT_ONCE = 50, 1000
DAYS = validate.Range(date(2000, 1, 1), date(2100, 1, 1))
COLUMNS = ("at", "who", "what", "kind", "subject", "account", "details", "ip", "in_words")


class AskedSchema(Schema):
    """What a filter says; days are days in the programme's zone."""

    class Meta:
        unknown = EXCLUDE

    who = fields.String(load_default=None)
    what = fields.String(load_default=None)
    subject = fields.String(load_default=None)
    since = fields.Date(load_default=None, validate=DAYS)
    until = fields.Date(load_default=None, validate=DAYS)
    at = fields.AwareDateTime(load_default=None)
    id = fields.UUID(load_default=None)

    @post_load
    def known(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Days become moments; a place needs both its halves."""
        zone = services().program.timezone
        since, until = data.pop("since"), data.pop("until")
        at, id = data.pop("at"), data.pop("id")
        data["since"] = datetime.combine(since, time(), zone) if since else None
        data["until"] = datetime.combine(until + timedelta(days=1), time(), zone) if until else None
        return {"asked": Asked(**data), "place": Place(at, id) if at and id else None}


@audit.get("/console/audit")
@needs("audit")
def show() -> Response:
    """The newest deeds that fit."""
    typed = _typed()
    asked, place, wrong = _asked(typed)
    with visit() as on:
        found = rows.before(on.unit.connection, asked, place, SHOWN + 1)
        kept = {name: value for name, value in typed.items() if name not in {"at", "id"}}
        say = i18n.translations(on.language).gettext
        return console_page(
            "console/audit.html",
            on,
            status=422 if wrong else 200,
            found=found[:SHOWN],
            kinds=rows.kinds(on.unit.connection),
            words={deed: say(words) for deed, words in deeds.WORDS.items()},
            things={thing: say(words) for thing, words in deeds.THINGS.items()},
            beside={row.id: deeds.beside(row.details, say) for row in found[:SHOWN]},
            named=_accounts(on.unit.connection, found[:SHOWN]),
            typed=typed,
            wrong=wrong,
            first=f"/console/audit?{urlencode(kept)}" if place else "",
            older=_older(kept, found),
            csv_url=f"/console/audit.csv?{urlencode(kept)}",
            excel_url=f"/console/audit.csv?{urlencode({**kept, 'format': 'excel'})}",
        )


@audit.get("/console/audit.csv")
@needs("audit")
def export() -> Response:
    """All of it that fits, the newest first, when not too many files leave. Who takes it along is noted."""
    typed = _typed()
    asked, _, wrong = _asked(typed)
    with visit() as on:
        if wrong:
            return Response(status=422)
        form = asked_form()
        lines = leaving(_lines(services(), asked, form, on.language), lambda words: sheet([[words]]))
        if lines is None:
            return both_taken(on, "/console/audit", by_command=False)
        on.note("audit.exported", asked={name: typed[name] for name in SAID if name in typed}, format=form)
        now = on.unit.now
    return file_response(f"audit-{now:%Y-%m-%d}{ENDINGS[form]}", lines, TYPES[form])


SAID = ("who", "what", "subject", "since", "until")


def _lines(bridge: Services, asked: Asked, form: Format, language: str) -> Iterator[str]:
    """The sheet, a thousand rows at a time, and nothing is held between them."""
    said = wording(form, language, bridge.program.timezone)
    yield said.begins + said.lines(sheet, [heads(COLUMNS, form, language)])
    place: Place | None = None
    while True:
        with one_look(bridge.engine) as connection:
            found = rows.before(connection, asked, place, AT_ONCE)
            named = _accounts(connection, found)
        yield said.lines(sheet, (_cells(row, named, said, form, language) for row in found))
        if len(found) < AT_ONCE:
            return
        place = Place(found[-1].at, found[-1].id)


def _accounts(connection: Connection, found: Iterable[AuditRow]) -> Mapping[str, AccountRow]:
    """The accounts to which something was done, by their ids, of those that are still there."""
    return accounts.named(connection, (row.subject for row in found if row.kind == "account" and row.subject))


def _cells(
    row: AuditRow, named: Mapping[str, AccountRow], said: Wording, form: Format, language: str
) -> list[object]:
    """The last one is for people, in the language of whoever takes it along; the others are the same in each."""
    details = json.dumps(row.details, ensure_ascii=False, sort_keys=True) if row.details else ""
    say = i18n.translations(language).gettext
    kind = say(deeds.THINGS.get(row.kind, row.kind)) if row.kind and form == "excel" else row.kind
    words = say(deeds.WORDS.get(row.what, row.what))
    about = named.get(row.subject or "")
    account = about.email if about else None
    return [said.say(row.at), row.who, row.what, kind, row.subject, account, details, row.ip, words]


def _typed() -> Mapping[str, str]:
    known = (*SAID, "at", "id")
    typed = {name: clean(value)[:200] for name, value in request.args.items() if name in known}
    return {name: value for name, value in typed.items() if value}


def _asked(typed: Mapping[str, str]) -> tuple[Asked, Place | None, bool]:
    """What is wanted, from which place on, and whether something of it could not be understood."""
    try:
        known = AskedSchema().load(typed)
    except ValidationError:
        return Asked(), None, True
    return known["asked"], known["place"], False


def _older(kept: Mapping[str, str], found: list[AuditRow]) -> str:
    if len(found) <= SHOWN:
        return ""
    last = found[SHOWN - 1]
    return f"/console/audit?{urlencode({**kept, 'at': last.at.isoformat(), 'id': str(last.id)})}"
