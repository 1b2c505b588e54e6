"""What happened in the series, as a page and as a spreadsheet, behind a signed link. It names nobody."""

from datetime import datetime, timedelta

from flask import Blueprint, Response, request

from bridge.delivery.links import check_reports
from bridge.edge.extension import services, wanted_language
from bridge.edge.funnels import funnel
from bridge.edge.gone import PRIVATE
from bridge.edge.presentation import file_response, page
from bridge.flow.results.report_sequences import SequenceReport, report_sequences
from bridge.flow.results.tell_sequences import HEADINGS, opinions, sheet_rows
from bridge.observe.sheets import sheet
from bridge.store.snapshots import snapshot

reports = Blueprint("reports", __name__)
demo_reports = Blueprint("demo_reports", __name__)

DAYS = (30, 90, 365)
"""Of whom it can be asked: who entered so many days ago at most."""


@reports.get("/reports/<token>")
def show(token: str) -> Response:
    """Every series with its funnel: who entered, what became of the mails, where people leave."""
    check_reports(services().tokens, token, services().clock())
    return _page(f"/reports/{token}")


@reports.get("/reports/<token>/sequences.csv")
def download(token: str) -> Response:
    """The same for a spreadsheet, a line for each series, step and wording."""
    check_reports(services().tokens, token, services().clock())
    return _sheet()


@demo_reports.get("/demo/reports")
def show_in_the_demo() -> Response:
    """The same page for invented people, without a token."""
    return _page("/demo/reports")


@demo_reports.get("/demo/reports/sequences.csv")
def download_in_the_demo() -> Response:
    """The same spreadsheet for invented people."""
    return _sheet()


def _page(own: str) -> Response:
    bridge, language, days = services(), wanted_language(), _days()
    found, zone = _found(days), bridge.program.timezone
    response = page(
        "pages/reports.html",
        language=language,
        reports=[
            (one, funnel(one), [(step, opinions(step, language, zone)) for step in one.steps])
            for one in found
        ],
        days=days,
        choices=DAYS,
        own_url=own,
        csv_url=f"{own}/sequences.csv" + (f"?days={days}" if days else ""),
        is_demo=bridge.settings.demo,
    )
    response.headers.update(PRIVATE)
    return response


def _sheet() -> Response:
    content = sheet([HEADINGS, *sheet_rows(_found(_days()))])
    response = file_response("sequences.csv", content, "text/csv")
    response.headers.update(PRIVATE)
    return response


def _found(days: int | None) -> list[SequenceReport]:
    bridge = services()
    with snapshot(bridge.engine) as connection:
        return report_sequences(connection, bridge.program, _since(bridge.clock(), days))


def _days() -> int | None:
    asked = request.args.get("days", "")
    return int(asked) if asked in map(str, DAYS) else None


def _since(now: datetime, days: int | None) -> datetime | None:
    """The beginning of the first day, today included."""
    if days is None:
        return None
    local = now.astimezone(services().program.timezone)
    return local.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=days - 1)
