"""In the demo only: every mail that Leadbridge sends, in both languages, before anybody gets it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort

from bridge import i18n
from bridge.delivery.letters import Letter
from bridge.delivery.previews import Preview, find_preview, grouped, preview_line, preview_links
from bridge.edge.extension import services
from bridge.edge.presentation import framed_mail, page

demo_mails = Blueprint("demo_mails", __name__)


@dataclass(frozen=True, slots=True)
class _Shown:
    """A mail in one language. preview: what an inbox shows beside the subject."""

    language: str
    letter: Letter
    preview: str


@demo_mails.get("/demo/mails")
def all_mails() -> Response:
    """The mails by whom they are for, and by series, with their subjects."""
    shown = [
        (group, [(one.name, list(_in_both_languages(one)), one.idle) for one in group.previews])
        for group in grouped(services().program)
    ]
    return _page("demo_mails", groups=shown)


@demo_mails.get("/demo/mails/<family>/<name>")
def one_mail(family: str, name: str) -> Response:
    """One mail as an inbox, a telephone and a computer show it, and as plain text."""
    found = _preview(family, name)
    html_url = f"/demo/mails/{family}/{name}"
    return _page(
        "demo_mail_preview", name=found.name, shown=list(_in_both_languages(found)), html_url=html_url
    )


@demo_mails.get("/demo/mails/<family>/<name>/<language>")
def mail_html(family: str, name: str, language: str) -> Response:
    """Its HTML, for the frames on its page."""
    if language not in i18n.LANGUAGES:
        abort(404)
    return framed_mail(_written(_preview(family, name), language).html)


def _preview(family: str, name: str) -> Preview:
    return find_preview(services().program, f"{family}/{name}") or abort(404)


def _in_both_languages(preview: Preview) -> Iterator[_Shown]:
    for language in i18n.LANGUAGES:
        letter = _written(preview, language)
        yield _Shown(language, letter, preview_line(letter.html))


def _written(preview: Preview, language: str) -> Letter:
    bridge = services()
    links = preview_links(bridge.settings.public_url)
    return preview.letter(bridge.program, links, bridge.settings.mail_from, language, bridge.clock())


def _page(template: str, **context: Any) -> Response:
    bridge = services()
    return page(
        f"pages/{template}.html",
        sender=bridge.settings.mail_from,
        **context,
    )
