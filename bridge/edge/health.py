"""Is it alive, is it ready, how much waits."""

from flask import Blueprint, Response, jsonify
from prometheus_client import CollectorRegistry, generate_latest
from redis import RedisError
from sqlalchemy import text

from bridge.delivery.jinja import console_stylesheet_url, icon_url, stylesheet_url
from bridge.edge.extension import services
from bridge.edge.presentation import console_stylesheet_response, icon_response, stylesheet_response
from bridge.observe.metrics import EventsOfProviders, StateOfWork
from bridge.store.database import Unavailable

health = Blueprint("health", __name__)
"""What every process answers without asking anybody."""

readiness = Blueprint("readiness", __name__)
"""What asks the database, which may be slow: not for the edge, whose thread belongs to tracked links."""

METRICS = "text/plain; version=0.0.4; charset=utf-8"


@health.get("/healthz")
def alive() -> Response:
    """This process answers."""
    return jsonify({"status": "ok"})


@readiness.get("/readyz")
def ready() -> tuple[Response, int]:
    """Whether pages can be served: the database has to answer. Without Redis everything is accepted, only later."""
    parts = {"database": _database(), "redis": _redis()}
    is_ready = parts["database"]
    body = {
        "status": "ready" if is_ready else "not ready",
        **{k: "up" if v else "down" for k, v in parts.items()},
    }
    response = jsonify(body)
    if not is_ready:
        response.headers["Retry-After"] = "5"
    return response, 200 if is_ready else 503


@readiness.get("/metrics")
def metrics() -> Response:
    """Metrics for Prometheus."""
    registry = CollectorRegistry()
    registry.register(StateOfWork(services().figures, services().clock))
    registry.register(EventsOfProviders(services().hooks.told))
    return Response(generate_latest(registry), content_type=METRICS)


@health.get(stylesheet_url().partition("?")[0])
def stylesheet() -> Response:
    """The stylesheet of every page."""
    return stylesheet_response()


@health.get(console_stylesheet_url().partition("?")[0])
def console_stylesheet() -> Response:
    """What pages of the console need besides."""
    return console_stylesheet_response()


@health.get(icon_url().partition("?")[0])
def icon() -> Response:
    """The icon of every page."""
    return icon_response()


def _database() -> bool:
    try:
        with services().page_engine.connect() as connection:
            connection.execute(text("select 1"))
    except Unavailable:
        return False
    return True


def _redis() -> bool:
    try:
        return bool(services().redis.ping())
    except RedisError:
        return False
