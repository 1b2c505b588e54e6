"""Pages and mails from templates: ours, and in a sandbox the marketer's."""

import re
import shlex
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path
from string import punctuation
from typing import Protocol
from urllib.parse import quote

from css_inline import CSSInliner
from jinja2 import (
    Environment,
    FileSystemLoader,
    StrictUndefined,
    Template,
    TemplateRuntimeError,
    pass_context,
    select_autoescape,
)
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bridge import i18n
from bridge.program.periods import Period

_PACKAGE = Path(__file__).parents[1]
_INLINER = CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)
_MARKDOWN_PUNCTUATION = str.maketrans({sign: f"\\{sign}" for sign in punctuation})
_EMPTY_LINES = re.compile(r"\n{3,}")
_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class RenderedMail:
    """A mail in words. html has its styles inlined; subject is a single line."""

    subject: str
    text: str
    html: str


_WRONG_USE = (TypeError, ValueError, ArithmeticError, LookupError)
"""What values raise that somebody adds to a number, calls, or divides by."""


class Trusted(str):
    """Text that may go into Markdown as it is, such as an address that we made ourselves."""

    __slots__ = ()


class Personal(str):
    """A value of one person. As a whole it is written as its `stand_in`, for which it is put in afterwards."""

    __slots__ = ("stand_in",)
    stand_in: str

    @classmethod
    def of(cls, value: str, stand_in: str) -> "Personal":
        """The value, and Markdown that stands for it."""
        made = cls(value)
        made.stand_in = stand_in
        return made


class _Dated(Protocol):
    @property
    def at(self) -> datetime: ...


def template_folder() -> Path:
    """Where the templates lie: inside the installed package, or beside it in a checkout."""
    packaged = _PACKAGE / "_templates"
    return packaged if packaged.is_dir() else _PACKAGE.parent / "templates"


@cache
def stylesheet() -> str:
    """The stylesheet of all pages."""
    return (template_folder() / "static" / "leadbridge.css").read_text(encoding="utf-8")


@cache
def stylesheet_url() -> str:
    """Its address, which changes whenever its content does, so that browsers may keep it for ever."""
    return f"/static/leadbridge.css?v={_mark(stylesheet())}"


@cache
def console_stylesheet() -> str:
    """What the pages of the console need besides."""
    return (template_folder() / "static" / "console.css").read_text(encoding="utf-8")


@cache
def console_stylesheet_url() -> str:
    """Its address, which changes with its content, too."""
    return f"/static/console.css?v={_mark(console_stylesheet())}"


@cache
def icon() -> str:
    """The mark that browsers show beside a page's title, as SVG."""
    return (template_folder() / "static" / "leadbridge.svg").read_text(encoding="utf-8")


@cache
def icon_url() -> str:
    """Its address, which changes with its content, too."""
    return f"/static/leadbridge.svg?v={_mark(icon())}"


def _mark(content: str) -> str:
    return sha256(content.encode()).hexdigest()[:12]


@cache
def environment(language: str = "de") -> Environment:
    """The environment of one language; made once, shared by all renders."""
    made = Environment(
        loader=FileSystemLoader(template_folder()),
        autoescape=select_autoescape(("html",), default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    made.policies["ext.i18n.trimmed"] = True
    made.filters |= _FILTERS
    made.globals.update({"stylesheet_url": stylesheet_url(), "icon_url": icon_url()})
    made.globals["console_stylesheet_url"] = console_stylesheet_url()
    words = i18n.translations(language)
    made.install_gettext_callables(words.gettext, words.ngettext, newstyle=True)  # type: ignore[attr-defined]
    return made


def render(template: str, language: str, /, **context: object) -> str:
    """A template as text. The context needs `program`; `timezone` is the programme's unless given."""
    program = context.get("program")
    known = {"language": language, "timezone": getattr(program, "timezone", None)}
    return environment(language).get_template(template).render(known | context)


def render_mail(name: str, language: str, /, **context: object) -> RenderedMail:
    """The mail in the folder of that name ("mail/confirm", "sales/handover"). The context needs `program`."""
    subject = one_line(render(f"{name}/subject.txt", language, **context))
    known = context | {"subject": subject}
    text = _spaced(render(f"{name}/body.txt", language, **known))
    return RenderedMail(subject, text, _INLINER.inline(render(f"{name}/body.html", language, **known)))


def _spaced(text: str) -> str:
    """The text with line feeds only, and never more than one empty line at a time."""
    return _EMPTY_LINES.sub("\n\n", "\n".join(text.splitlines())).strip() + "\n"


def one_line(text: str) -> str:
    """The text without line breaks or runs of blanks."""
    return _BLANKS.sub(" ", text).strip()


def render_marketer_text(source: str, variables: Mapping[str, object]) -> str:
    """Markdown with its personal values filled in, in a sandbox.

    Values are escaped so that none of them can be read as Markdown or HTML, except those marked `Trusted` and
    `Personal`; None becomes "". Raises jinja2.TemplateError for a mistake in the source or an unknown name.
    """
    try:
        return _marketer_template(source).render(variables)
    except _WRONG_USE as error:
        raise TemplateRuntimeError(str(error)).with_traceback(error.__traceback__) from error


@lru_cache(maxsize=256)
def _marketer_template(source: str) -> Template:
    return _sandbox().from_string(source)


@cache
def _sandbox() -> ImmutableSandboxedEnvironment:
    return ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, finalize=_as_markdown, autoescape=False, keep_trailing_newline=True
    )


def _as_markdown(value: object) -> str:
    if isinstance(value, Personal):
        return value.stand_in
    if isinstance(value, Trusted):
        return value
    return "" if value is None else as_words(one_line(str(value)))


def as_words(text: str) -> str:
    """Markdown that shows exactly this text, which has no line breaks."""
    return text.translate(_MARKDOWN_PUNCTUATION)


@pass_context
def _when(context: Context, moment: datetime) -> str:
    return i18n.format_when(moment, context["now"], context["language"], context["timezone"])


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
    return i18n.format_share(round(share, 2), context["language"])


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


_FILTERS: dict[str, Callable[..., object]] = {
    "when": _when,
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
    "one_line": one_line,
    "shell_word": shlex.quote,
}
