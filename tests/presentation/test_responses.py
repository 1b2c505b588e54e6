"""Pages as responses."""

from flask import Flask, Response

from bridge.delivery.jinja import stylesheet_url
from bridge.edge.presentation import framed_mail, page, stylesheet_response

from .samples import NOW, PAGES, program


def shown(name: str) -> Response:
    template, context = PAGES[name]
    with Flask(__name__).test_request_context("/somewhere"):
        return page(f"pages/{template}.html", program=program(), language="de", now=NOW, **context)


def test_a_page_runs_nothing_and_is_kept_nowhere() -> None:
    headers = shown("confirm").headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; ")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_a_form_may_lead_to_the_websites_own_thank_you_page() -> None:
    policy = shown("form-kontakt").headers["Content-Security-Policy"]
    assert "form-action 'self' https://www.example.com;" in policy


def test_a_problem_page_has_its_status() -> None:
    assert shown("problem-404").status_code == 404


def test_a_mail_in_its_frame_runs_nothing() -> None:
    answer = framed_mail("<html><head></head><body><a href='/x'>x</a></body></html>")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox allow-popups" in policy
    assert "script" not in policy
    assert '<base target="_blank">' in answer.get_data(as_text=True)


def test_the_stylesheet_may_be_kept_for_ever() -> None:
    answer = stylesheet_response()
    assert answer.mimetype == "text/css"
    assert "immutable" in answer.headers["Cache-Control"]
    assert stylesheet_url().startswith("/static/leadbridge.css?v=")
