"""Pictures of figures as SVG, drawn inside the page: its stylesheet colours them, so they are dark where it is dark.

The library writes elements and escapes nothing: every word goes through `_words`. Whoever needs a picture imports
this module in the view, since a process that shows none needs no such library.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import svg
from markupsafe import Markup, escape

WIDTH, HEIGHT = 340, 168
"""Of a picture, in the units in which its words are 11 high: about as many pixels as a telephone has for it."""
_TOP, _FLOOR = 26, 142
_MOST_LABELS = 6
_FEWEST = 4
"""For so many there is always room, so that one alone is no wall."""
_SLIM = 2
_GUTTER = 32
"""Left of the columns, where a line that they are held against says how high it is."""
_LETTER = 6.2
"""How wide a figure is, about."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column. label: stands below it. shown: its value in words. pending: it may still grow."""

    label: str
    value: float
    shown: str
    pending: bool = False


@dataclass(frozen=True, slots=True)
class Level:
    """A line that columns are held against, and its value in words."""

    value: float
    label: str


def columns(
    title: str, description: str, all_of_them: Sequence[Column], level: Level | None = None
) -> Markup:
    """Columns side by side, each with its value above it."""
    highest = max([one.value for one in all_of_them] + [level.value if level else 0, 0]) or 1
    gutter = _GUTTER if level else 0
    step = (WIDTH - gutter) / max(len(all_of_them), _FEWEST)
    every = -(-len(all_of_them) // _MOST_LABELS)
    is_roomy = max((len(one.shown) for one in all_of_them), default=0) * _LETTER <= step
    drawn: list[svg.Element] = [svg.Line(x1=0, x2=WIDTH, y1=_FLOOR, y2=_FLOOR, class_=["axis"])]
    for index, one in enumerate(all_of_them):
        is_named = (len(all_of_them) - 1 - index) % every == 0
        place = _Place(gutter + index * step, step, _height(one.value, highest))
        drawn += _column(one, place, is_named=is_named, is_told=is_named or is_roomy)
    behind = _level(level, _height(level.value, highest)) if level else ()
    return _picture(title, description, WIDTH, HEIGHT, [*behind, *drawn], "plot")


def bar(title: str, description: str, share: float, before: float | None = None) -> Markup:
    """One bar of a funnel, as wide as its place allows. share: 0 to 1. before: where it ended the time before."""
    drawn: list[svg.Element] = [svg.Rect(width=_number(min(max(share, 0), 1) * 100), height=14)]
    if before is not None:
        drawn.append(
            svg.Rect(x=_number(min(max(before, 0) * 100, 99.4)), width=0.6, height=14, class_=["mark"])
        )
    stretched = svg.PreserveAspectRatio("none")
    return _picture(title, description, 100, 14, drawn, "bar meter", stretched)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a column stands, how much room it has and how high it is."""

    left: float
    step: float
    height: float


def _column(one: Column, at: _Place, *, is_named: bool, is_told: bool) -> Iterable[svg.Element]:
    """One column with its words. What is there at all is seen, however small beside the others."""
    middle = _number(at.left + at.step / 2)
    tall = max(at.height, _SLIM) if one.value else 0
    yield svg.Rect(
        x=_number(at.left + at.step * 0.14),
        y=_number(_FLOOR - tall),
        width=_number(at.step * 0.72),
        height=_number(tall),
        rx=2,
        class_=["pending"] if one.pending else None,
    )
    if is_told:
        y = _number(_FLOOR - tall - 6)
        yield svg.Text(x=middle, y=y, text=_words(one.shown), text_anchor="middle", class_=["value"])
    if is_named:
        yield svg.Text(x=middle, y=HEIGHT - 8, text=_words(one.label), text_anchor="middle")


def _level(level: Level, height: float) -> Iterable[svg.Element]:
    y = _number(_FLOOR - height)
    yield svg.Line(x1=_GUTTER, x2=WIDTH, y1=y, y2=y, class_=["level"])
    yield svg.Text(x=0, y=_number(y + 4), text=_words(level.label), class_=["level"])


def _height(value: float, highest: float) -> float:
    return value / highest * (_FLOOR - _TOP)


def _picture(
    title: str,
    description: str,
    width: int,
    height: int,
    drawn: list[svg.Element],
    look: str,
    stretched: svg.PreserveAspectRatio | None = None,
) -> Markup:
    words: list[svg.Element] = [svg.Title(text=_words(title)), svg.Desc(text=_words(description))]
    whole = svg.SVG(
        viewBox=svg.ViewBoxSpec(0, 0, width, height),
        preserveAspectRatio=stretched,
        class_=look.split(),
        elements=[*words, *drawn],
        extra={"role": "img", "aria-label": f"{_words(title)}. {_words(description)}"},
    )
    return Markup(str(whole))  # noqa: S704 - every word in it went through `_words`


def _words(text: str) -> str:
    return str(escape(text))


def _number(value: float) -> float:
    return round(value, 1)
