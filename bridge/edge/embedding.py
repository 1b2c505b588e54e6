"""The kit for other people's pages: what to copy into them, and the form that a script puts there."""

from flask import Blueprint, Response

from bridge.delivery.jinja import render
from bridge.delivery.site_script import integrity, newest_version, site_script_url
from bridge.edge.extension import services
from bridge.edge.hosted import consent_texts, form_parts, known_form, shown_language
from bridge.edge.origins import share
from bridge.edge.presentation import page
from bridge.program.model import Form

embedding = Blueprint("embedding", __name__)


@embedding.after_request
def let_scripts_read(response: Response) -> Response:
    """Mistakes, too: a browser's console would name a missing permission instead of a form's wrong name."""
    return share(response)


@embedding.get("/forms/<form_id>/embed")
def embed(form_id: str) -> Response:
    """What a website admin copies to have the form on a page of their own."""
    form, bridge, language = known_form(form_id), services(), shown_language()
    return page(
        "pages/embed.html",
        language=language,
        form=form,
        by_script=_snippet("script", form, language),
        by_hand=_snippet("form", form, language),
        origins=sorted(bridge.program.origins),
    )


@embedding.get("/forms/<form_id>/fragment")
def fragment(form_id: str) -> Response:
    """The hosted form alone, to be put into a page of a website that the programme names."""
    form, language = known_form(form_id), shown_language()
    return page(
        "fragment.html",
        language=language,
        action=_address(form),
        **form_parts(form, language),
    )


def _snippet(name: str, form: Form, language: str) -> str:
    public_url = services().settings.public_url
    return render(
        f"snippets/{name}.html",
        language,
        program=services().program,
        form=form,
        action=_address(form),
        consents=consent_texts(form, language),
        script_url=public_url + site_script_url(),
        integrity=integrity(newest_version()),
    )


def _address(form: Form) -> str:
    return f"{services().settings.public_url}/forms/{form.id}"
