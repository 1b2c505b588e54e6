"""The script that websites include: small, cached for long, and never changed once it was released."""

import re
from hashlib import sha256
from pathlib import Path

import pytest

from bridge.delivery.jinja import template_folder
from bridge.delivery.site_script import folder, integrity, newest_version, site_script, site_script_url
from tests import make
from tests.edge.conftest import Open
from tests.edge.site import Site
from tests.house import PUBLIC

MADE_FROM = {1: "551010a7bb87c8f55926d25415470daa848758c0b8c83c719b86cb9a1bbae3fc"}
"""Version → SHA-256 of templates/static/site.js when it was made."""

SERVED = {1: "sha384-Yf40MjsTKRmuS8QVmU+qa37TGRHhynZum7XWfj4bA/Sk+gGfs+uGvORlPEihc1xz"}
"""Version → what stands in the pages of websites.

Whoever changes the source makes the next version as its first lines say, and adds it to both. A version that was
released is never made anew.
"""


def test_the_newest_version_was_made_from_the_source() -> None:
    source = (template_folder() / "static" / "site.js").read_bytes()
    assert MADE_FROM[newest_version()] == sha256(source).hexdigest()
    assert sorted(int(file.stem) for file in folder().glob("*.js")) == sorted(MADE_FROM)


def test_what_a_version_serves_never_changes() -> None:
    assert {version: integrity(version) for version in MADE_FROM} == SERVED


def test_it_is_small_and_runs_no_text_as_code() -> None:
    content = site_script(newest_version())
    assert len(content) <= 2048
    assert not re.search(rb"eval|Function\(|document\.write|setTimeout|localStorage|sessionStorage", content)


def test_the_newest_is_kept_for_a_day_and_a_version_for_ever(edge: Site) -> None:
    newest, numbered = edge.get("/site.js"), edge.get(site_script_url())
    assert newest.data == numbered.data == site_script(newest_version())
    assert newest.headers["Cache-Control"] == "public, max-age=86400"
    assert numbered.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    for response in (newest, numbered):
        assert response.mimetype == "text/javascript"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Vary"] == "Origin"
        assert "Set-Cookie" not in response.headers


def test_a_browser_that_has_it_gets_it_no_more(edge: Site) -> None:
    etag = edge.get("/site.js").headers["ETag"]
    again = edge.get("/site.js", headers={"If-None-Match": etag})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("version", ["0", "999", "-1", "1.5", "x", "../site", "", "²", "1" * 500])
def test_an_unknown_version_is_not_found(edge: Site, version: str) -> None:
    assert edge.get("/site.js", query_string={"v": version}).status_code == 404


def test_pages_of_named_websites_may_check_its_hash(open_one: Open, tmp_path: Path) -> None:
    path = tmp_path / "program.toml"
    path.write_text(f'{make.EXACT}[website]\norigins = ["https://www.example.com"]\n', encoding="utf-8")
    site = open_one(PROGRAM=str(path))
    named = site.get("/site.js", headers={"Origin": "https://www.example.com"})
    assert named.headers["Access-Control-Allow-Origin"] == "https://www.example.com"
    other = site.get("/site.js", headers={"Origin": "https://evil.example"})
    assert "Access-Control-Allow-Origin" not in other.headers
    ours = site.get("/site.js", headers={"Origin": PUBLIC})
    assert ours.headers["Access-Control-Allow-Origin"] == PUBLIC
    assert integrity(newest_version()).startswith("sha384-")
