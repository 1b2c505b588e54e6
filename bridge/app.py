"""Assembles the web: Flask with its blueprints, the tracking edge in front. Decides nothing."""

import os

from flask import Flask

from bridge.edge.bounds import Bounds
from bridge.edge.confirmations import confirmations
from bridge.edge.consent_proofs import consent_proofs
from bridge.edge.console.account import own_account
from bridge.edge.console.accounts import accounts
from bridge.edge.console.audit import audit
from bridge.edge.console.code import code
from bridge.edge.console.dead_letters import letters
from bridge.edge.console.elsewhere import elsewhere
from bridge.edge.console.export import export
from bridge.edge.console.handover_papers import handover_papers
from bridge.edge.console.handovers import handover_board
from bridge.edge.console.happened import happened
from bridge.edge.console.held import held
from bridge.edge.console.home import home
from bridge.edge.console.outbox import outbox
from bridge.edge.console.passwords import passwords
from bridge.edge.console.people import people
from bridge.edge.console.programme import programme
from bridge.edge.console.results import results
from bridge.edge.console.sign_in import sign_in
from bridge.edge.console.sources import sources
from bridge.edge.demo import demo
from bridge.edge.demo_articles import demo_articles
from bridge.edge.demo_mails import demo_mails
from bridge.edge.devices import devices
from bridge.edge.download_links import download_links
from bridge.edge.downloads import downloads
from bridge.edge.embedding import embedding
from bridge.edge.extension import KEY
from bridge.edge.forms import forms
from bridge.edge.gate import UNKNOWN_SERVER, Gate, Part, in_one_piece
from bridge.edge.health import health, readiness
from bridge.edge.hooks import hooks
from bridge.edge.joomla import joomla
from bridge.edge.lead_papers import lead_papers
from bridge.edge.leads import leads
from bridge.edge.limits import FormLimits, SignInLimits, VisitLimits
from bridge.edge.openapi import describe_routes
from bridge.edge.own_data import own_data
from bridge.edge.posting import PostedRequest, read_to_the_end
from bridge.edge.preferences import preferences
from bridge.edge.problems import handle_problems
from bridge.edge.questions import questions
from bridge.edge.reading import reading
from bridge.edge.reports import demo_reports, reports
from bridge.edge.scripts import scripts
from bridge.edge.submissions import submissions
from bridge.edge.thanks import thank_at
from bridge.edge.tracking import Tracking
from bridge.edge.unsubscribes import unsubscribes
from bridge.edge.visits import visits
from bridge.edge.wsgi import Application
from bridge.observe.logs import set_up_logging
from bridge.settings import Settings
from bridge.settings.unknown import warn_of_unknown_settings
from bridge.wiring import Services
from bridge.wiring.garbage import PART_OF_A_PAGE, collect_after, keep_what_is_loaded

ANYWHERE = (health, downloads, joomla, hooks)
EDGE = (forms, embedding, submissions, unsubscribes, visits, scripts)
PAGES = (
    readiness,
    reading,
    reports,
    confirmations,
    preferences,
    questions,
    own_data,
    consent_proofs,
    leads,
    lead_papers,
    devices,
    download_links,
)
CONSOLE = (
    sign_in,
    code,
    elsewhere,
    passwords,
    own_account,
    accounts,
    audit,
    home,
    results,
    people,
    happened,
    handover_board,
    handover_papers,
    held,
    outbox,
    letters,
    sources,
    programme,
    export,
)

LARGEST_BODY = 64 * 1024
MOST_PARTS = 200


def create_app(services: Services, part: Part = "all") -> Flask:
    """The Flask application. part: "edge" needs no database, "pages" does, "all" is both."""
    app = Flask("bridge", static_folder=None, template_folder=None)
    app.request_class = PostedRequest
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.config["MAX_FORM_MEMORY_SIZE"] = LARGEST_BODY
    app.config["MAX_FORM_PARTS"] = MOST_PARTS
    app.url_map.merge_slashes = False  # it would redirect to whatever host the request names
    app.extensions[KEY] = services
    handle_problems(app)
    app.after_request(read_to_the_end)
    thank_at(app, services.program)
    for blueprint in ANYWHERE:
        app.register_blueprint(blueprint)
    FormLimits(app, services.settings)
    if part in {"edge", "all"}:
        VisitLimits(app, services.settings)
        for blueprint in EDGE:
            app.register_blueprint(blueprint)
    if part in {"pages", "all"}:
        SignInLimits(app, services.settings)
        for blueprint in (*PAGES, *CONSOLE):
            app.register_blueprint(blueprint)
    only_here = (demo, demo_articles, demo_mails, demo_reports) if services.settings.demo else ()
    for blueprint in only_here:
        app.register_blueprint(blueprint)
    describe_routes(app, (*ANYWHERE, *EDGE, *PAGES, *only_here), services)
    return app


def create_wsgi(services: Services, part: Part = "all", threads: int = UNKNOWN_SERVER) -> Application:
    """Everything in the order in which a request meets it: tracking, bounds, the gate for pages, Flask."""
    app: Application = create_app(services, part)
    app = Gate.of_threads(app, threads) if part == "all" else in_one_piece(app)
    app = Bounds(app)
    if part == "pages":
        return app
    return Tracking(
        services.tokens,
        services.journal,
        services.clock,
        services.settings.trusted_proxies,
        services.program.origins,
        app,
    )


def from_environment() -> Application:
    """The application of a server process. Raises InvalidSetting, InvalidProgram, JournalUnavailable."""
    settings = Settings.from_env(os.environ)
    set_up_logging(plain=os.environ.get("LEADBRIDGE_LOG") == "plain")
    if "LEADBRIDGE_WEB_PART" not in os.environ:  # else “leadbridge web” has said it
        warn_of_unknown_settings(os.environ)
    part = os.environ.get("LEADBRIDGE_WEB_PART", "all")
    threads = int(os.environ.get("LEADBRIDGE_WEB_THREADS", str(UNKNOWN_SERVER)))
    application = create_wsgi(
        Services(settings), "edge" if part == "edge" else "pages" if part == "pages" else "all", threads
    )
    keep_what_is_loaded()
    collect_after(PART_OF_A_PAGE)
    return application
