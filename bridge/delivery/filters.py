"""How templates write moments, numbers and addresses: in their language, and in the programme's zone."""

import re
import shlex
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol
from urllib.parse import quote

from jinja2 import pass_context
from jinja2.runtime import Context

from bridge import i18n
from bridge.program.periods import Period


class _Dated(Protocol):
    @property
    def at(self) -> datetime: ...


@pass_context
def _when(context: Context, moment: datetime) -> str:
    return i18n.format_when(moment, context["now"], context["language"], context["timezone"])


@pass_context
def _since(context: Context, moment: datetime) -> str:
    return i18n.format_since(moment, context["now"], context["language"], context["timezone"])


@pass_context
def _exact(context: Context, moment: datetime) -> str:
    return i18n.format_exact(moment, context["language"], context["timezone"])


@pass_context
def _to_the_second(context: Context, moment: datetime) -> str:
    return i18n.format_to_the_second(moment, context["language"], context["timezone"])


@pass_context
def _clock(context: Context, moment: datetime) -> str:
    return f"{moment.astimezone(context['timezone']):%H:%M}"


@pass_context
def _day(context: Context, day: date) -> str:
    return i18n.format_day(day, context["language"])


@pass_context
def _period(context: Context, of: Period) -> str:
    return i18n.format_period(of.per, of.first, context["language"])


@pass_context
def _lasting(context: Context, seconds: float) -> str:
    return i18n.format_lasting(seconds, context["language"])


@pass_context
def _number(context: Context, number: int | float | Decimal) -> str:
    return i18n.format_number(number, context["language"])


@pass_context
def _percent(context: Context, share: float) -> str:
    return i18n.format_rate(share, context["language"])


@pass_context
def _points(context: Context, points: int) -> str:
    sign = "+" if points > 0 else "−" if points < 0 else "±"
    return sign + i18n.format_number(abs(points), context["language"])


@pass_context
def _money(context: Context, amount: Decimal, currency: str | None) -> str:
    return i18n.format_money(amount, currency, context["language"])


@pass_context
def _euros(context: Context, amount: int | Decimal) -> str:
    return i18n.format_euros(amount, context["language"])


@pass_context
def _pick(context: Context, text: Mapping[str, str]) -> str:
    return i18n.pick(text, context["language"])


@pass_context
def _by_day(context: Context, lines: Iterable[_Dated]) -> list[tuple[str, list[_Dated]]]:
    """Lines under the heading of their day, in the order they came in."""
    days: dict[date, list[_Dated]] = {}
    for line in lines:
        days.setdefault(line.at.astimezone(context["timezone"]).date(), []).append(line)
    today = context["now"].astimezone(context["timezone"]).date()
    return [(i18n.format_weekday(day, today, context["language"]), found) for day, found in days.items()]


def _tel(number: str) -> str:
    """The address that dials a number (RFC 3966)."""
    return "tel:" + re.sub(r"[^0-9+]", "", number)


def _mailto(address: str) -> str:
    """The address that writes to somebody (RFC 6068); nothing in it can add a header."""
    return "mailto:" + quote(address, safe="@+")


def _company_path(domain: str) -> str:
    """Where the console shows a company."""
    return f"/console/companies/{quote(domain, safe='')}"


FILTERS: dict[str, Callable[..., object]] = {
    "when": _when,
    "since": _since,
    "exact": _exact,
    "to_the_second": _to_the_second,
    "clock": _clock,
    "day": _day,
    "period": _period,
    "lasting": _lasting,
    "number": _number,
    "percent": _percent,
    "points": _points,
    "money": _money,
    "euros": _euros,
    "pick": _pick,
    "by_day": _by_day,
    "tel": _tel,
    "mailto": _mailto,
    "company_path": _company_path,
    "shell_word": shlex.quote,
}
