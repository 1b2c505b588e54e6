"""The plugin as a zip: the same bytes from everywhere, and the bridge's address in its manifest."""

import io
import os
import re
from hashlib import sha256
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZIP_STORED, ZipFile

import pytest

from bridge.delivery.site_script import newest_version, site_script
from connectors.joomla.manifest import UnfitManifest, with_bridge
from connectors.joomla.package import Package, build_package
from connectors.joomla.updates import update_list

BRIDGE = "https://leads.example.com"
SCRIPT = b"/* what browsers get */"
MANIFEST = """\
<?xml version="1.0" encoding="UTF-8"?>
<!-- Kept as it is, “quotes” and\ttabs too. -->
<extension type="plugin" group="system" method="upgrade">
  <name>plg_system_leadbridge</name>
  <version>1.2.3</version>
  <updateservers>
    <server type="extension" priority="1" name='Leadbridge'>filled in</server>
  </updateservers>
  <config><fields name="params"><fieldset name="basic">
    <field name="other" type="text" default="https://www.example.com" />
    <field
      name="bridge_url"
      type="url"
      default=""
      label="A &gt; B &amp; C"
    />
  </fieldset></fields></config>
</extension>
"""


RELEASED = {"1.0.0": "524bf4f3d7dde361d440c5a44807ab20ef253841948311add33fa2c740bc65ee"}
"""Version → SHA-256 of the zip with the plugin and the newest site script in it, for the bridge above."""

CHANGED = """\
The plugin, or the site script in it, is not what version {version} was: {sha256}
Sites that have this version would never get the change. Raise the version in connectors/joomla/plugin/leadbridge.xml
and in Wiring::AGENT, add plugin/sql/updates/*/<version>.sql, and add a line to RELEASED. Only as long as the version
was never given to anybody, put the new hash into its line.
"""


def plugin(folder: Path, manifest: str = MANIFEST, files: tuple[str, ...] = ("b.php", "src/a.php")) -> Path:
    folder.mkdir(parents=True)
    (folder / "leadbridge.xml").write_bytes(manifest.encode())
    for name in files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"<?php // {name}\n", encoding="utf-8")
    return folder


def packed(folder: Path, public_url: str = BRIDGE) -> Package:
    return build_package(public_url, SCRIPT, folder)


def content(package: Package) -> dict[str, bytes]:
    with ZipFile(io.BytesIO(package.content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_zip_has_the_manifest_on_top_and_the_newest_site_script(tmp_path: Path) -> None:
    files = content(packed(plugin(tmp_path / "plugin")))
    assert list(files) == ["b.php", "leadbridge.xml", "media/site.js", "src/a.php"]
    assert files["media/site.js"] == SCRIPT


def test_a_version_is_never_given_another_content() -> None:
    package = build_package(BRIDGE, site_script(newest_version()))
    changed = CHANGED.format(version=package.version, sha256=package.sha256)
    assert RELEASED.get(package.version) == package.sha256, changed


def test_neither_clock_nor_umask_nor_order_change_a_byte(tmp_path: Path) -> None:
    first = plugin(tmp_path / "one")
    second = plugin(tmp_path / "two", files=("src/a.php", "b.php"))
    for file in second.rglob("*"):
        os.utime(file, (0, 0))
        file.chmod(0o700)
    assert packed(first) == packed(second)


def test_the_zip_depends_on_no_compressor(tmp_path: Path) -> None:
    package = packed(plugin(tmp_path / "plugin"))
    with ZipFile(io.BytesIO(package.content)) as archive:
        entries = archive.infolist()
    assert {entry.compress_type for entry in entries} == {ZIP_STORED}
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {entry.external_attr >> 16 for entry in entries} == {0o100644}


def test_what_editors_leave_behind_stays_out(tmp_path: Path) -> None:
    clean, littered = plugin(tmp_path / "clean"), plugin(tmp_path / "littered")
    for name in (".DS_Store", "src/.a.php.swp", "b.php~", ".git/config"):
        (littered / name).parent.mkdir(exist_ok=True)
        (littered / name).write_text("x", encoding="utf-8")
    assert packed(clean) == packed(littered)


@pytest.mark.parametrize("bridge", [BRIDGE, "http://127.0.0.1:8000", "https://example.com/a&b/'\"<"])
def test_the_manifest_names_its_bridge_and_stays_as_it_was_elsewhere(tmp_path: Path, bridge: str) -> None:
    filled = content(packed(plugin(tmp_path / "plugin"), bridge))["leadbridge.xml"]
    root = ElementTree.fromstring(filled)
    fields = {field.get("name"): field.get("default") for field in root.iter("field")}
    assert root.findtext("updateservers/server") == f"{bridge}/connectors/joomla/updates.xml"
    assert fields == {"other": "https://www.example.com", "bridge_url": bridge}
    changed = set(filled.decode().splitlines()) ^ set(MANIFEST.splitlines())
    assert len(changed) == 4, "two lines, before and after"


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_filling_in_twice_changes_nothing_more(line_end: str) -> None:
    once = with_bridge(MANIFEST.replace("\n", line_end).encode(), BRIDGE)
    assert with_bridge(once, BRIDGE) == once
    assert once.count(line_end.encode()) == MANIFEST.count("\n")


@pytest.mark.parametrize(
    ("there", "instead"),
    [
        ('name="bridge_url"', 'name="bridge"'),
        ('default=""', ""),
        ("<server ", "<host "),
        ("</extension>", ""),
        ("<version>1.2.3</version>", ""),
    ],
)
def test_a_manifest_that_cannot_be_filled_in_is_refused(tmp_path: Path, there: str, instead: str) -> None:
    broken = MANIFEST.replace(there, instead)
    if there == "<server ":
        broken = broken.replace("</server>", "</host>")
    with pytest.raises(UnfitManifest):
        packed(plugin(tmp_path / "plugin", broken))


# What Joomla's updater reads


def offered(package: Package) -> ElementTree.Element:
    update = ElementTree.fromstring(update_list(package, BRIDGE)).find("update")
    assert update is not None
    return update


def test_the_update_list_offers_the_zip_with_its_hash(tmp_path: Path) -> None:
    package = packed(plugin(tmp_path / "plugin"))
    update = offered(package)
    said = {tag: update.findtext(tag) for tag in ("element", "type", "folder", "client", "version")}
    assert said == {
        "element": "leadbridge",
        "type": "plugin",
        "folder": "system",
        "client": "site",
        "version": "1.2.3",
    }
    assert update.findtext("sha256") == sha256(package.content).hexdigest()
    assert update.findtext("downloads/downloadurl") == f"{BRIDGE}/connectors/joomla/leadbridge.zip"
    assert update.findtext("php_minimum") == "8.1"
    assert (update.findtext("infourl") or "").startswith(BRIDGE)


@pytest.mark.parametrize(
    ("version", "is_offered"),
    [
        ("4.4.0", True),
        ("4.4.14", True),
        ("5.0.0", True),
        ("5.10.1", True),
        ("6.1.0", True),
        ("6.0.0-rc1", True),
        ("3.10.12", False),
        ("4.3.4", False),
        ("4.40.0", False),
        ("7.0.0", False),
        ("15.0.0", False),
        ("50.0.0", False),
    ],
)
def test_only_versions_that_the_plugin_runs_on_are_offered_it(
    tmp_path: Path, version: str, is_offered: bool
) -> None:
    platform = offered(packed(plugin(tmp_path / "plugin"))).find("targetplatform")
    assert platform is not None
    assert platform.get("name") == "joomla"
    # Joomla: preg_match('/^' . version . '/', JVERSION)
    assert bool(re.match("^" + platform.get("version", ""), version)) is is_offered
