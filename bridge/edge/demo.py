"""In the demo only: a sample website with a form, and the mails that were sent."""

from flask import Blueprint, Response, redirect
from werkzeug.wrappers import Response as AnyResponse

from bridge import i18n
from bridge.delivery.jinja import template_folder
from bridge.delivery.site_script import site_script_url
from bridge.edge.extension import services, wanted_language
from bridge.edge.presentation import framed_mail, own_script, page
from bridge.errors import UnknownForm
from bridge.inbox import CaughtMail, list_mails, read_mail

demo = Blueprint("demo", __name__)


@demo.get("/")
def home() -> AnyResponse:
    """The demo begins at its sample website."""
    return redirect("/demo")


@demo.get("/demo")
def site() -> Response:
    """Somebody's website, with a form that posts straight to us."""
    bridge, language = services(), wanted_language()
    all_forms = list(bridge.program.forms.values())
    main = all_forms[0]
    return page(
        "pages/demo.html",
        program=bridge.program,
        now=bridge.clock(),
        language=language,
        forms=all_forms,
        form=main,
        consents=[(name, i18n.pick(bridge.program.consents[name], language)) for name in main.consents],
        inbox_url="/demo/inbox",
        script_url=site_script_url(),
    )


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
        program=bridge.program,
        now=bridge.clock(),
        language=wanted_language(),
        mails=list_mails(bridge.settings.inbox),
    )


@demo.get("/demo/inbox/<key>")
def mail(key: str) -> Response:
    """One mail, as a mail program shows it."""
    bridge = services()
    found = _mail(key)
    extra = {"html_url": f"/demo/inbox/{key}/html"} if found.html else {"html_url": None}
    return page(
        "pages/demo_mail.html",
        program=bridge.program,
        now=bridge.clock(),
        language=wanted_language(),
        mail=found,
        **extra,
    )


@demo.get("/demo/inbox/<key>/html")
def mail_html(key: str) -> Response:
    """The HTML of one mail, for the frame on its page."""
    return framed_mail(_mail(key).html or "")


def _mail(key: str) -> CaughtMail:
    found = read_mail(services().settings.inbox, key)
    if found is None:
        raise UnknownForm(key)
    return found
