"""A signed submission marked as a test says whether a real one would arrive, and leaves nothing behind."""

from typing import Any

import pytest

from tests.edge.signed import ANNA, PATH, TEST, send
from tests.edge.site import Site


def test_a_test_is_answered_with_what_its_form_asks_for(edge: Site) -> None:
    response = send(edge, TEST)
    assert response.status_code == 202
    assert response.json == {
        "id": None,
        "test": True,
        "form": {
            "id": "globe-next-download",
            "title": "Globe Next im Überblick (PDF)",
            "fields": ["email", "first_name", "last_name", "company", "phone"],
            "required": ["email", "company"],
            "consents": ["email", "tracking", "phone"],
        },
    }


def test_a_test_leaves_nothing_behind(edge: Site) -> None:
    send(edge, ANNA | {"test": True})
    assert edge.journalled() == []
    assert send(edge, ANNA).status_code == 202, "the same webhook-id is still free"
    assert edge.only_record()["fields"] == ANNA["fields"]


def test_fields_are_not_looked_at(edge: Site) -> None:
    assert send(edge, TEST | {"fields": {"email": "no address", "phone": "x"}}).status_code == 202


def test_the_title_is_in_the_language_that_is_asked_for(edge: Site) -> None:
    response = send(edge, TEST | {"context": {"language": "en-GB"}})
    assert response.json is not None
    assert response.json["form"]["title"] == "Globe Next at a glance (PDF)"


def test_whatever_would_stop_a_real_one_stops_a_test(edge: Site) -> None:
    assert send(edge, TEST | {"form": "nothing"}).status_code == 404
    assert send(edge, TEST | {"consents": []}).status_code == 422
    assert send(edge, {"form": "kontakt", "test": True}).status_code == 422, "no fields"
    unsigned = edge.post(PATH, b"{}", content_type="application/json")
    assert unsigned.status_code == 401


@pytest.mark.parametrize("said", [False, 0])
def test_a_submission_that_is_no_test_is_kept(edge: Site, said: Any) -> None:
    assert send(edge, ANNA | {"test": said}).json == {"id": edge.only_record()["id"]}


@pytest.mark.parametrize("said", ["true", "yes", "", None, [], "on"])
def test_an_unclear_mark_is_refused_so_that_no_lead_passes_for_a_test(edge: Site, said: Any) -> None:
    response = send(edge, ANNA | {"test": said})
    assert response.status_code == 422
    assert response.json is not None
    assert list(response.json["errors"]["fields"]) == ["test"]
