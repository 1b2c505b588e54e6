"""Pages and mails from templates: ours, and in a sandbox the marketer's."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path
from string import punctuation

from css_inline import CSSInliner
from jinja2 import (
    Environment,
    FileSystemLoader,
    StrictUndefined,
    Template,
    TemplateRuntimeError,
    select_autoescape,
)
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bridge import i18n
from bridge.delivery.filters import FILTERS

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
    made.filters |= FILTERS | {"one_line": one_line}
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
