"""What Joomla asks for: the list of updates, and the plugin. No database is needed."""

import io
import json
from hashlib import sha256
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
from click.testing import CliRunner

from bridge.cli import cli
from bridge.delivery.site_script import newest_version, site_script
from tests.edge.conftest import Open
from tests.edge.site import Site, is_locked_down, words
from tests.house import PUBLIC

ZIP = "/connectors/joomla/leadbridge.zip"
UPDATES = "/connectors/joomla/updates.xml"


def package(*arguments: str, environ: dict[str, str]) -> Any:
    """What the command says, as JSON."""
    result = CliRunner().invoke(cli, ["joomla", "package", "--json", *arguments], env=environ)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_the_list_names_the_hash_of_the_zip_that_is_served(edge: Site) -> None:
    update = ElementTree.fromstring(edge.get(UPDATES).data).find("update")
    assert update is not None
    address = update.findtext("downloads/downloadurl") or ""
    assert address == PUBLIC + ZIP
    assert update.findtext("sha256") == sha256(edge.get(address.removeprefix(PUBLIC)).data).hexdigest()


def test_the_zip_knows_its_bridge_and_brings_the_newest_site_script(edge: Site) -> None:
    with ZipFile(io.BytesIO(edge.get(ZIP).data)) as archive:
        manifest = ElementTree.fromstring(archive.read("leadbridge.xml"))
        assert archive.read("media/site.js") == site_script(newest_version())
        assert not [name for name in archive.namelist() if "test" in name.lower()]
    assert manifest.findtext("updateservers/server") == PUBLIC + UPDATES
    assert [f.get("default") for f in manifest.iter("field") if f.get("name") == "bridge_url"] == [PUBLIC]


def test_every_file_that_the_manifest_promises_is_in_the_zip(edge: Site) -> None:
    with ZipFile(io.BytesIO(edge.get(ZIP).data)) as archive:
        names = archive.namelist()
        manifest = ElementTree.fromstring(archive.read("leadbridge.xml"))
    media = {f"media/{one.text}" for one in manifest.iterfind("media/filename")}
    files = {one.text for one in manifest.iterfind("files/filename")}
    scripts = {one.text for one in manifest.iter("scriptfile")} | {one.text for one in manifest.iter("file")}
    assert media | files | scripts <= set(names)
    for folder in manifest.iterfind("files/folder"):
        assert any(name.startswith(f"{folder.text}/") for name in names), folder.text


@pytest.mark.parametrize(("path", "mimetype"), [(ZIP, "application/zip"), (UPDATES, "application/xml")])
def test_what_is_unchanged_is_not_sent_again(edge: Site, path: str, mimetype: str) -> None:
    first = edge.get(path)
    assert (first.status_code, first.mimetype) == (200, mimetype)
    assert first.headers["Cache-Control"] == "public, no-cache"
    assert first.headers["X-Content-Type-Options"] == "nosniff"
    again = edge.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert edge.get(path, headers={"If-None-Match": '"another"'}).data == first.data
    head = edge.client.head(path)
    assert (head.status_code, head.data, head.content_length) == (200, b"", len(first.data))


def test_a_person_gets_a_file_with_a_name(edge: Site) -> None:
    named = edge.get(ZIP).headers["Content-Disposition"]
    assert named == 'attachment; filename="plg_system_leadbridge-1.0.0.zip"'


def test_both_parts_of_the_web_serve_it(open_one: Open) -> None:
    edge, pages = open_one(part="edge"), open_one(part="pages")
    assert edge.get(ZIP).data == pages.get(ZIP).data
    assert edge.get(UPDATES).data == pages.get(UPDATES).data


@pytest.mark.parametrize(
    ("language", "said"), [("de", "Version 1.0.0 herunterladen"), ("en", "Download version 1.0.0")]
)
def test_a_page_tells_a_website_admin_how_to_install_it(edge: Site, language: str, said: str) -> None:
    page = edge.get("/connectors/joomla", headers={"Accept-Language": language})
    assert is_locked_down(page)
    assert said in words(page.text)
    assert PUBLIC + ZIP in page.text


# The command


def test_the_command_writes_what_the_bridge_serves(edge: Site, tmp_path: Path) -> None:
    bridge = {"LEADBRIDGE_PUBLIC_URL": PUBLIC, "LEADBRIDGE_DATA": str(tmp_path / "nothing-runs-here")}
    facts = package("--out", str(tmp_path / "new" / "folder"), environ=bridge)
    written = Path(facts["path"]).read_bytes()
    assert written == edge.get(ZIP).data
    assert facts | {"path": ""} == {
        "path": "",
        "version": "1.0.0",
        "sha256": sha256(written).hexdigest(),
        "bridge": PUBLIC,
    }


def test_another_bridge_gets_another_zip(tmp_path: Path) -> None:
    hashes = [
        package("--out", str(tmp_path), environ={"LEADBRIDGE_PUBLIC_URL": url})["sha256"]
        for url in (PUBLIC, "https://other.example.com", PUBLIC)
    ]
    assert hashes[0] == hashes[2] != hashes[1]


def test_the_command_says_where_the_zip_is_and_what_to_do_with_it(tmp_path: Path) -> None:
    environ = {"LEADBRIDGE_PUBLIC_URL": PUBLIC}
    said = CliRunner().invoke(cli, ["joomla", "package", "--out", str(tmp_path)], env=environ).stdout
    [zip_file] = tmp_path.iterdir()
    for word in (str(zip_file), sha256(zip_file.read_bytes()).hexdigest(), PUBLIC, "Install"):
        assert word in said


def test_a_bridge_without_a_public_address_is_no_silent_mistake(tmp_path: Path) -> None:
    result = CliRunner().invoke(cli, ["joomla", "package", "--out", str(tmp_path)])
    assert result.exit_code == 0
    assert "LEADBRIDGE_PUBLIC_URL is not set" in result.stderr


def test_a_folder_that_cannot_be_written_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = CliRunner().invoke(cli, ["joomla", "package", "--out", str(tmp_path / "file" / "below")])
    assert result.exit_code == 1
    assert "cannot be written" in result.stderr
    assert isinstance(result.exception, SystemExit)
