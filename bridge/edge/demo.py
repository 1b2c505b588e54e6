"""In the demo only: a sample website with a form, and the mails that were sent."""

from typing import Any

from flask import Blueprint, Response, abort, redirect
from werkzeug.wrappers import Response as AnyResponse

from bridge import i18n
from bridge.delivery.jinja import template_folder
from bridge.delivery.site_script import site_script_url
from bridge.edge.extension import services, wanted_language
from bridge.edge.presentation import framed_mail, own_script, page
from bridge.inbox import CaughtMail, list_mails, read_mail
from bridge.nurture.announced import announced
from bridge.program.model import Form

demo = Blueprint("demo", __name__)


@demo.get("/")
def home() -> AnyResponse:
    """The demo begins at its sample website."""
    return redirect("/demo")


@demo.get("/demo")
def site() -> Response:
    """Somebody's website, with a form that posts straight to us."""
    texts, main = services().program.consents, _main_form()
    consents = [(name, i18n.pick(texts[name], wanted_language())) for name in main.consents]
    program, now = services().program, services().clock()
    events = {form.id: announced(program, form, now) for form in program.forms.values()}
    dates = {form: event for form, event in events.items() if event and not event.is_over}
    forms = list(program.forms.values())
    return _website("demo", forms=forms, form=main, consents=consents, dates=dates)


@demo.get("/demo/preise")
def prices() -> Response:
    """Another page of that website, so that there is more than one to visit."""
    return _website("demo_prices")


@demo.get("/demo/consent.js")
def consent_manager() -> Response:
    """What asks for consent on the sample website."""
    return own_script((template_folder() / "static" / "demo.js").read_bytes())


@demo.get("/demo/inbox")
def inbox() -> Response:
    """All mails that were sent, newest first."""
    bridge = services()
    return page(
        "pages/demo_inbox.html",
        mails=list_mails(bridge.settings.inbox),
        leaves_by=None if bridge.settings.keeps_mails else bridge.settings.smtp.host,
    )


@demo.get("/demo/inbox/<key>")
def mail(key: str) -> Response:
    """One mail, as a mail program shows it."""
    found = _mail(key)
    extra = {"html_url": f"/demo/inbox/{key}/html"} if found.html else {"html_url": None}
    return page(
        "pages/demo_mail.html",
        mail=found,
        **extra,
    )


@demo.get("/demo/inbox/<key>/html")
def mail_html(key: str) -> Response:
    """The HTML of one mail, for the frame on its page."""
    return framed_mail(_mail(key).html or "")


def _main_form() -> Form:
    return next(iter(services().program.forms.values()))


def _website(name: str, **context: Any) -> Response:
    bridge = services()
    return page(
        f"pages/{name}.html",
        inbox_url="/demo/inbox" if bridge.settings.keeps_mails else None,
        embed_url=f"/forms/{_main_form().id}/embed",
        script_url=site_script_url(),
        **context,
    )


def _mail(key: str) -> CaughtMail:
    found = read_mail(services().settings.inbox, key)
    if found is None:
        abort(404)
    return found
