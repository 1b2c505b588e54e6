"""The description of every route: for programs as OpenAPI, for people as a page."""

from collections.abc import Sequence
from functools import cached_property

from flask import Blueprint, Flask, Response, current_app, jsonify, request
from werkzeug.wrappers import Response as AnyResponse

from bridge.edge.openapi.contents import groups_of, shapes_of
from bridge.edge.openapi.description import Described, describe, routes_of
from bridge.edge.presentation import page
from bridge.wiring import Services

openapi = Blueprint("openapi", __name__)

KEY = "bridge-description"


class Description:
    """The description of one application, written when somebody asks for it first."""

    def __init__(self, blueprints: Sequence[Blueprint], services: Services) -> None:
        self._blueprints = blueprints
        self._services = services

    @cached_property
    def content(self) -> Described:
        """All of it."""
        program = self._services.program
        routes = routes_of(self._blueprints, program)
        return describe(routes, program, self._services.settings.public_url)


def describe_routes(app: Flask, blueprints: Sequence[Blueprint], services: Services) -> None:
    """Serve the description of these blueprints, whichever of them this process serves itself."""
    app.extensions[KEY] = Description([*blueprints, openapi], services)
    app.register_blueprint(openapi)


@openapi.get("/openapi.json")
def describe_as_json() -> AnyResponse:
    """This description."""
    response = jsonify(_described())
    response.headers["Cache-Control"] = "no-cache"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.add_etag()
    return response.make_conditional(request)


@openapi.get("/docs")
def read() -> Response:
    """This description as a page."""
    described = _described()
    return page(
        "pages/docs.html",
        description_url="/openapi.json",
        groups=groups_of(described),
        shapes=shapes_of(described),
    )


def _described() -> Described:
    known: Description = current_app.extensions[KEY]
    return known.content
