"""The description of the routes: whole, valid, and readable."""

from itertools import pairwise

import pytest
import schemathesis
from werkzeug.routing import Map

from bridge.app import create_app
from bridge.edge.openapi.routes import OPERATIONS, TRACKED
from bridge.program.schema import WEBHOOK_TYPES
from tests.edge.conftest import Open
from tests.edge.site import Outline, Site, is_locked_down, words

CONSOLE = "console_"
"""How views begin that are pages for whoever is signed in: docs/console.md describes them, they are no interface."""
METHODS = {"get", "post", "put", "delete", "patch"}


def routes(known: Map) -> set[str]:
    """Method and path of every route, as OpenAPI writes it."""
    return {
        f"{method} {rule.rule.replace('<', '{').replace('>', '}')}"
        for rule in known.iter_rules()
        if not rule.endpoint.startswith(CONSOLE)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def described(site: Site) -> set[str]:
    """The same, as the description has them."""
    paths = site.get("/openapi.json").json["paths"]  # type: ignore[index]
    return {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}


@pytest.mark.parametrize("demo", ["", "1"])
def test_every_route_is_described(open_one: Open, demo: str) -> None:
    site = open_one(DEMO=demo)
    tracked = {f"GET {path.replace('<', '{').replace('>', '}')}" for path in TRACKED}
    assert described(site) == routes(create_app(site.services).url_map) | tracked


@pytest.mark.parametrize("part", ["edge", "pages"])
def test_each_part_describes_the_whole(open_one: Open, part: str) -> None:
    assert described(open_one(part=part)) == described(open_one())


def test_nothing_is_described_that_is_no_route(open_one: Open) -> None:
    site = open_one(DEMO="1")
    app = create_app(site.services)
    views = {name.partition(":")[0] for name in app.view_functions if not name.startswith(CONSOLE)}
    assert views == set(OPERATIONS)


def test_an_independent_reader_finds_it_valid(edge: Site) -> None:
    content = edge.get("/openapi.json").json
    schemathesis.openapi.from_dict(content).validate()  # type: ignore[arg-type]


def test_names_and_words_are_whole(open_one: Open) -> None:
    content = open_one(DEMO="1").get("/openapi.json").json
    assert content
    both = [*content["paths"].values(), *content["webhooks"].values()]
    found = [operation for methods in both for operation in methods.values()]
    names = sorted(operation["operationId"] for operation in found)
    assert all(one != other for one, other in pairwise(names))
    assert all(operation["summary"] and operation["responses"] for operation in found)
    assert {tag["name"] for tag in content["tags"]} == {operation["tags"][0] for operation in found}
    assert all(shape["description"] for shape in content["components"]["schemas"].values())


def test_the_description_comes_from_the_schemas_and_the_programme(edge: Site) -> None:
    shapes = edge.get("/openapi.json").json["components"]["schemas"]  # type: ignore[index]
    assert shapes["Submission"]["required"] == ["fields", "form"]
    assert shapes["Form.rueckruf"]["required"] == ["email", "last_name", "phone"]
    assert shapes["Outcome"]["properties"]["amount"]["maximum"] == 10**11
    assert "Form.kontakt" in str(shapes["AnyForm"])


def test_what_webhooks_say_is_described_as_it_is_said(edge: Site) -> None:
    content = edge.get("/openapi.json").json
    assert content and set(content["webhooks"]) == set(WEBHOOK_TYPES)
    body = content["webhooks"]["lead.outcome"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert body["properties"]["type"] == {"const": "lead.outcome"}
    assert body["properties"]["data"] == {"$ref": "#/components/schemas/LeadOutcome"}
    shapes = content["components"]["schemas"]
    assert shapes["LeadOutcome"]["required"] == [
        "email",
        "handover",
        "id",
        "outcome",
        "sales_person",
        "score",
        "stage",
    ]
    assert set(shapes["LeadErased"]["properties"]) == {"id"}
    page = edge.get("/docs").text
    assert "docs/webhooks.md" in page
    assert 'object <a href="#shape-LeadOutcome">' in page


def test_a_browser_keeps_it(edge: Site) -> None:
    first = edge.get("/openapi.json")
    assert edge.get("/openapi.json", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


@pytest.mark.parametrize(("language", "title"), [("de", "Schnittstellen"), ("en", "Interfaces")])
def test_the_page_shows_every_route_and_shape(edge: Site, language: str, title: str) -> None:
    answer = edge.get("/docs", headers={"Accept-Language": language})
    outline, content = Outline(answer.text), edge.get("/openapi.json").json
    assert content and is_locked_down(answer)
    assert f"<h1>{title}</h1>" in answer.text
    ids = {one["id"] for _, one in outline.tags if "id" in one}
    assert all(op["operationId"] in ids for methods in content["paths"].values() for op in methods.values())
    assert all(f"shape-{name}" in ids for name in content["components"]["schemas"])
    assert {one["href"][1:] for one in outline.all("a") if one["href"].startswith("#")} <= ids
    assert "Take a signed submission in" in words(answer.text)
    assert not outline.all("script")
