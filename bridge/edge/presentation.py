"""Pages as responses: rendered, and locked down so that a browser runs nothing that we did not write."""

from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urlsplit

from flask import Response, current_app, request

from bridge.clock import Course
from bridge.delivery.jinja import console_stylesheet, icon, render, stylesheet
from bridge.edge.extension import KEY, services, wanted_language
from bridge.edge.gate import ENDLESS, LENGTH
from bridge.program.model import Form, Program

FOR_EVER = "public, max-age=31536000, immutable"
_OWN_MAIL = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'self'; sandbox "
)


def page(
    template: str,
    /,
    *,
    program: Program | None = None,
    language: str | None = None,
    now: datetime | None = None,
    status: int = 200,
    cache: str = "no-store",
    **context: object,
) -> Response:
    """A page of the folder `templates/`; the context is what that template names at its top.

    program, now: those of this application unless given; language: the browser's wish unless given. cache: the
    Cache-Control header. A page with a `form` may submit to where its thank-you page lies.
    """
    program = program or services().program
    now, language = now or services().clock(), language or wanted_language()
    known = {"program": program, "now": now, "path": request.path, "status": status, "course": _course()}
    response = Response(render(template, language, **(known | context)), status, mimetype="text/html")
    targets = _origins(program) if isinstance(context.get("form"), Form) else ()
    policy = content_security_policy(targets, frames="html_url" in context, scripts="script_url" in context)
    response.headers["Content-Security-Policy"] = policy
    return _locked(response, cache)


def stylesheet_response() -> Response:
    """The stylesheet, to be kept for ever: its address carries a hash of its content."""
    return _locked(Response(stylesheet(), mimetype="text/css"), FOR_EVER)


def console_stylesheet_response() -> Response:
    """The console's own one, to be kept for ever as well."""
    return _locked(Response(console_stylesheet(), mimetype="text/css"), FOR_EVER)


def icon_response() -> Response:
    """The icon, to be kept for ever as well. Opened by itself it runs nothing."""
    response = Response(icon(), mimetype="image/svg+xml")
    response.headers["Content-Security-Policy"] = "default-src 'none'"
    return _locked(response, FOR_EVER)


def own_script(content: bytes) -> Response:
    """A script of one of our pages."""
    return _locked(Response(content, mimetype="text/javascript"), "no-cache")


def framed_mail(html: str) -> Response:
    """A mail's HTML for the frame of the demo's inbox: no script, and links open in a new tab."""
    opened = html.replace("<head>", '<head><base target="_blank">', 1)
    response = Response(opened, mimetype="text/html")
    response.headers["Content-Security-Policy"] = (
        _OWN_MAIL + "allow-popups allow-popups-to-escape-sandbox allow-downloads"
    )
    return _locked(response, "no-store")


def file_response(name: str, content: str | bytes | Iterable[str], mimetype: str) -> Response:
    """A file to be kept, and not to be shown. name: of letters, digits, dots and hyphens.

    What comes piece by piece leaves so: it may be long.
    """
    if not isinstance(content, str | bytes):
        request.environ[LENGTH] = ENDLESS
    response = Response(content, mimetype=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return _locked(response, "no-store")


def content_security_policy(
    form_targets: Iterable[str] = (), *, frames: bool = False, scripts: bool = False
) -> str:
    """The policy of our pages. form_targets: origins that a submitted form may be sent on to.

    scripts: the page runs scripts of ours, which talk to us alone.

    Browsers apply `form-action` to the redirect after a post, too (CSP level 3, 4.1.2).
    """
    rules = [
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self'",
        " ".join(["form-action 'self'", *form_targets]),
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
    rules += ["frame-src 'self'"] if frames else []
    rules += ["script-src 'self'", "connect-src 'self'"] if scripts else []
    return "; ".join(rules)


def _locked(response: Response, cache: str) -> Response:
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = cache
    return response


def _course() -> Course | None:
    """How time runs here, where it does not as in the world."""
    bridge = current_app.extensions.get(KEY)
    return bridge.settings.course if bridge else None


def _origins(program: Program) -> list[str]:
    pages = {program.thanks, *(form.thanks for form in program.forms.values() if form.thanks)}
    return sorted({f"{url.scheme}://{url.netloc}" for page in pages if (url := urlsplit(page)).netloc})
